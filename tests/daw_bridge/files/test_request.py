"""Requests of jobs, from flags and from an OSC message's keys and values."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.settings.parameters import Value

SOURCE, OUT = Path("song.wav"), Path("out")


def test_no_options_are_the_defaults_of_the_request() -> None:
    assert request_from(SOURCE, OUT) == SeparateRequest(SOURCE, OUT)


def test_text_as_osc_sends_it() -> None:
    options: dict[str, Value] = {
        "steps": "64", "seed": 3.0, "stems": "Drums, vocals", "known": "kick=a b/kick.wav",
        "pairs": "1-2,3", "format": "flac-16", "force": "1", "residual/to": "vocals",
    }  # fmt: skip
    made = request_from(SOURCE, OUT, options.items(), song="take 2")
    names = ("refine/steps", "refine/seed", "format", "force")
    assert [made.value(name) for name in names] == [64, 3, "flac-16", 1]
    assert made.stems == ("drums", "vocals")
    assert made.known == (("kick", Path("a b/kick.wav")),)
    assert made.pairs == ((0, 1), (2,))
    assert (made.text("residual/to"), made.song_name) == ("vocals", "take 2")


@pytest.mark.parametrize(
    "options",
    [
        {"steps": "many"}, {"steps": -1}, {"steps": 1.5}, {"format": "mp2"}, {"device": "tpu"},
        {"known": "kick"}, {"known": "../kick=a.wav"}, {"known": "residual=a.wav"},
        {"known": 3}, {"stems": "a,a"}, {"stems": "../a"}, {"pairs": "1-x"},
        {"no_residual": 1, "residual/to": "drums"}, {"stems": "residual"},
    ],
)  # fmt: skip
def test_bad_values(options: dict[str, Value]) -> None:
    with pytest.raises(BadValue):
        request_from(SOURCE, OUT, options.items())


def test_known_adds_up_and_of_others_the_last_holds() -> None:
    options = (("known", "a=x.wav"), ("gibbs", 4), ("steps", 5), ("known", "b=y.wav"), ("gibbs", 6))
    made = request_from(SOURCE, OUT, options)
    assert made.known == (("a", Path("x.wav")), ("b", Path("y.wav")))
    assert made.integer("refine/steps") == made.integer("gibbs/steps") == 6
    with pytest.raises(BadValue, match="each once"):
        request_from(SOURCE, OUT, (("known", "a=x.wav"), ("known", "a=y.wav")))


def test_known_may_be_several_lines() -> None:
    made = request_from(SOURCE, OUT, [("known", "kick=a.wav\nsnare=b=c.wav\n")])
    assert made.known == (("kick", Path("a.wav")), ("snare", Path("b=c.wav")))


@pytest.mark.parametrize(
    ("given", "text"), [(12.5, "12.5"), (3, "3"), (1e-5, "0.00001"), ("1:02", "1:02")]
)
def test_a_time_may_be_a_number_of_seconds(given: Value, text: str) -> None:
    made = request_from(SOURCE, OUT, (("start", given), ("end", "2:00")))
    assert made.text("start") == text


@pytest.mark.parametrize("given", [-1, float("nan"), float("inf"), 1e300])
def test_a_number_that_is_no_time(given: Value) -> None:
    with pytest.raises(BadValue, match="seconds"):
        request_from(SOURCE, OUT, (("start", given),))


def test_unknown_option() -> None:
    with pytest.raises(UnknownParameter, match="refine/steps"):
        request_from(SOURCE, OUT, (("passes", 3),))


@pytest.mark.parametrize("name", ["..", ".", "a/b", "a\\b", "nul\0"])
def test_a_song_name_is_one_plain_folder(name: str) -> None:
    with pytest.raises(BadValue, match="folder name"):
        SeparateRequest(SOURCE, OUT, song=name)
