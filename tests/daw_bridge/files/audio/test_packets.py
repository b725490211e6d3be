"""Containers of packets: a cut is noticed wherever it is, or the file is said to hide it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.packets import survey_packets
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END
from tests.rigs.encoded import cut, encode, tone

N = 90_000
KINDS = {
    "mp2.vob": ("mp2", "vob", {}),
    "ac3.vob": ("ac3", "vob", {}),
    "mp2.mpg": ("mp2", "mpeg", {}),
    "mp3.flv": ("libmp3lame", "flv", {}),
    "aac.flv": ("aac", "flv", {}),
    "aac.ts": ("aac", "mpegts", {}),
    "ac3.m2ts": ("ac3", "mpegts", {"mpegts_m2ts_mode": "1"}),
}


def make(folder: Path, name: str) -> Path:
    codec, form, options = KINDS[name]
    return encode(folder / name, tone(N), codec, form=form, options=options)


@pytest.mark.parametrize("name", KINDS)
def test_no_cut_is_silent(tmp_path: Path, name: str) -> None:
    path = make(tmp_path, name)
    whole = probe(path)
    assert N <= whole.frames < N + 3 * 1536 and not whole.damage
    rng = random.Random(3)
    for _ in range(40):
        part = cut(path, rng.randrange(path.stat().st_size // 10, path.stat().st_size))
        try:
            info = probe(part)
        except BadFile as error:
            assert "damaged or truncated" in str(error)
            info = probe(part, partial=True)
            assert 0 < info.frames <= whole.frames
        else:
            assert info.frames == whole.frames or NO_END in info.notes


@pytest.mark.parametrize("name", [one for one in KINDS if not one.endswith("flv")])
def test_a_kind_without_a_sign_of_its_end_says_so(tmp_path: Path, name: str) -> None:
    path = make(tmp_path, name)
    assert NO_END in probe(path).notes


def test_a_program_stream_that_says_that_it_ends(tmp_path: Path) -> None:
    path = make(tmp_path, "ac3.vob")
    path.write_bytes(path.read_bytes() + b"\0\0\1\xb9")
    assert probe(path).notes == ()


def test_padding_between_sectors_is_passed(tmp_path: Path) -> None:
    path = make(tmp_path, "mp2.vob")
    frames, data = probe(path).frames, path.read_bytes()
    path.write_bytes(data[:2048] + bytes(276) + data[2048:] + bytes(300))
    assert probe(path).frames == frames


def test_an_flv_that_states_its_size_is_missing_what_is_cut_between_two_tags(
    tmp_path: Path,
) -> None:
    path = make(tmp_path, "mp3.flv")
    with Look(path) as look:
        found = survey_packets(look)
    assert found is not None and found.notes == ()
    data = path.read_bytes()
    at = data.rindex(b"\x08", 0, len(data) // 2)
    while int.from_bytes(data[at - 4 : at], "big") > 5000 or data[at + 8 : at + 11] != bytes(3):
        at = data.rindex(b"\x08", 0, at)  # a tag of sound, of stream 0, behind the last one's size
    with pytest.raises(BadFile, match=r"it has \d+ of \d+ bytes"):
        probe(cut(path, at))


def test_an_flv_from_a_pipe_states_none(tmp_path: Path) -> None:
    path = encode(tmp_path / "x.flv", tone(N), "libmp3lame", form="flv", pipe=True)
    assert probe(path).notes == (NO_END,)
    with pytest.raises(BadFile, match="within a packet"):
        probe(cut(path, -1))


def test_what_is_no_such_container(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for content in (b"", b"G", b"\0\0\1", b"FLV", random.Random(0).randbytes(3000)):
        path.write_bytes(content)
        with Look(path) as look:
            assert survey_packets(look) is None
    for content in (b"\0\0\1\xba", b"\0\0\1\xba" + bytes(5), b"FLV\1", b"FLV\1\5\0\0\0\x09"):
        path.write_bytes(content)
        with Look(path) as look:
            assert survey_packets(look) is not None
        with pytest.raises(BadFile):
            probe(path)
