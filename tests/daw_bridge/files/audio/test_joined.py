"""Files that were put together are read whole, each with its own length."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.kinds import survey
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import Look
from tests.daw_bridge.files.audio.test_reader import read_all
from tests.rigs.encoded import encode, tone
from tests.rigs.sounds import load, noise, save

KINDS = [("WAV", "PCM_24"), ("WAV", "FLOAT"), ("AIFF", "PCM_16"), ("FLAC", "PCM_16"),
         ("CAF", "PCM_16"), ("W64", "PCM_16"), ("AU", "PCM_16"), ("OGG", "VORBIS")]  # fmt: skip
ID3 = b"ID3\x03\0\0\0\0\0\x0b" + bytes(11)


@pytest.mark.parametrize(("form", "subtype"), KINDS)
def test_every_file_is_read(tmp_path: Path, form: str, subtype: str) -> None:
    for name, frames in (("a", 3001), ("b", 2000)):
        save(tmp_path / name, noise(2, frames), subtype=subtype, form=form)
    audio = [load(tmp_path / name) for name in "aba"]
    path = tmp_path / "all"
    path.write_bytes(b"".join((tmp_path / name).read_bytes() for name in "aba"))
    info = probe(path)
    assert (info.frames, info.damage) == (8002, "")
    assert info.notes == ("it is 3 files joined together; all are read",)
    assert np.array_equal(read_all(path), np.concatenate(audio, axis=1))


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(".m4a", "aac"), (".mp4", "alac"), (".tta", "tta"), (".wv", "wavpack")],
)
def test_every_file_is_read_by_ffmpeg(tmp_path: Path, suffix: str, codec: str) -> None:
    one = encode(tmp_path / f"x{suffix}", tone(60_000), codec)
    audio = read_all(one)
    assert audio.shape == (2, 60_000)
    path = tmp_path / "all"
    path.write_bytes(one.read_bytes() * 2)
    assert probe(path).frames == 120_000
    assert np.array_equal(read_all(path), np.concatenate([audio, audio], axis=1))


def test_a_file_that_was_emptied_meanwhile_has_one_part(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with Look(tmp_path / "x") as look:
        assert len(survey(look).parts) == 1


def test_a_cut_file_at_the_end_is_refused(tmp_path: Path) -> None:
    one = save(tmp_path / "x.wav", noise(1, 1000), subtype="PCM_16")
    path = tmp_path / "all"
    path.write_bytes(one.read_bytes() * 2)
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(BadFile, match="it has 1500 of 2000 bytes of audio"):
        probe(path)
    assert probe(path, partial=True).frames == 1750


def test_files_of_two_rates_are_refused(tmp_path: Path) -> None:
    parts = [
        save(tmp_path / f"{rate}.wav", noise(1, 1000), rate, "PCM_16") for rate in (44100, 48000)
    ]
    path = tmp_path / "all"
    path.write_bytes(b"".join(one.read_bytes() for one in parts))
    with pytest.raises(BadFile, match=r"changes from 1 channels at 44100 Hz .* at sample 1000"):
        probe(path)


@pytest.mark.parametrize(("form", "subtype"), KINDS[:5])
def test_a_tag_in_front_costs_no_samples(tmp_path: Path, form: str, subtype: str) -> None:
    path = save(tmp_path / "x", noise(2, 3001), subtype=subtype, form=form)
    audio = load(path)
    path.write_bytes(ID3 + path.read_bytes())
    assert np.array_equal(read_all(path), audio)


def test_a_song_within_the_chunks_of_another_is_not_joined_to_it(tmp_path: Path) -> None:
    """Only what follows the end of a file is another one."""
    path = save(tmp_path / "x.wav", noise(1, 1000), subtype="PCM_16")
    inner = path.read_bytes()
    size = len(inner).to_bytes(4, "little")
    path.write_bytes(inner + b"abcd" + size + inner)
    assert probe(path).frames == 1000
    assert soundfile.info(path).frames == 1000
