"""Options of a job: from flags, from an OSC message's keys and values."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue, BridgeError, UnknownParameter
from daw_bridge.files.options import (
    JOB_PARAMETERS,
    job_parameter,
    parse_known,
    parse_pairs,
    request_from,
)
from daw_bridge.files.types import SeparateRequest

SOURCE, OUT = Path("song.wav"), Path("out")


def test_no_options_are_the_defaults_of_the_request() -> None:
    assert request_from(SOURCE, OUT, {}) == SeparateRequest(SOURCE, OUT)


def test_every_option_by_name_by_key_and_by_flag() -> None:
    for one in JOB_PARAMETERS:
        assert one.cli_flag is not None
        for name in (*one.names, *one.keys, *(flag.lstrip("-") for flag in one.flags)):
            assert job_parameter(name) is one
    assert job_parameter("gibbs") is job_parameter("gibbs/steps") is job_parameter("steps")


def test_text_as_osc_sends_it() -> None:
    options = {
        "steps": "64", "seed": 3.0, "stems": "Drums, vocals", "known": "kick=a b/kick.wav",
        "pairs": "1-2,3", "format": "flac-16", "force": "1", "residual/to": "vocals",
    }  # fmt: skip
    made = request_from(SOURCE, OUT, options, song="take 2")
    assert (made.steps, made.seed, made.format, made.force) == (64, 3, "flac-16", True)
    assert made.stems == ("drums", "vocals")
    assert made.known == (("kick", Path("a b/kick.wav")),)
    assert made.pairs == ((0, 1), (2,))
    assert (made.residual_to, made.song_name) == ("vocals", "take 2")


@pytest.mark.parametrize(
    "options",
    [
        {"steps": "many"}, {"steps": -1}, {"steps": 1.5}, {"format": "mp3"}, {"device": "tpu"},
        {"known": "kick"}, {"known": "../kick=a.wav"}, {"known": "residual=a.wav"},
        {"known": ["a=x.wav", "a=y.wav"]}, {"stems": "a,a"}, {"stems": "../a"}, {"pairs": "1-x"},
        {"no_residual": 1, "residual/to": "drums"}, {"steps": [1, 2]}, {"stems": "residual"},
    ],
)  # fmt: skip
def test_bad_values(options: dict[str, str]) -> None:
    with pytest.raises(BadValue):
        request_from(SOURCE, OUT, options)


def test_unknown_option() -> None:
    with pytest.raises(UnknownParameter, match="refine/steps"):
        request_from(SOURCE, OUT, {"passes": 3})


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\\b", "nul\0"])
def test_a_song_name_is_one_plain_folder(name: str) -> None:
    with pytest.raises(BadValue, match="folder name"):
        SeparateRequest(SOURCE, OUT, song=name)


@pytest.mark.parametrize("text", ["1-2-3", "1,1", "2", "0-1", "1-3", "1--2", "a"])
def test_pairs_name_every_channel_once(text: str) -> None:
    with pytest.raises(BadValue, match="exactly once"):
        parse_pairs(text)


@given(st.permutations(list(range(1, 9))), st.lists(st.booleans(), min_size=8, max_size=8))
def test_pairs_in_any_order(channels: list[int], single: list[bool]) -> None:
    groups, rest = [], list(channels)
    for alone in single:
        if rest:
            take = 1 if alone else 2
            groups.append(rest[:take])
            rest = rest[take:]
    groups += [[one] for one in rest]
    text = ",".join("-".join(map(str, group)) for group in groups)
    assert parse_pairs(text) == tuple(tuple(n - 1 for n in group) for group in groups)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_pairs, parse_known):
        try:
            parse(text)
        except BridgeError as error:
            assert error.code == "bad_value"
