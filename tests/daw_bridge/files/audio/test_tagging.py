"""Comments of FLAC and ID3 of MP3: the audio stays as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from daw_bridge.files.audio.tagging import id3, tag_flac, tag_mp3
from tests.rigs.sounds import load, noise, save


def test_flac(tmp_path: Path) -> None:
    path = save(tmp_path / "x.flac", noise(2, 30_000), subtype="PCM_24", form="FLAC")
    before = load(path)
    tag_flac(path, (("title", "ü"), ("bpm", "99.5")))
    tag_flac(path, (("title", "Ä" * 5000), ("track", "3/9"), ("album_artist", "x")))
    assert np.array_equal(load(path), before)
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.tracknumber) == ("Ä" * 5000, "3/9")
    data = path.read_bytes()
    assert b"ALBUMARTIST=x" in data and b"BPM" not in data
    assert [one.name for one in tmp_path.iterdir()] == ["x.flac"]


def test_mp3(tmp_path: Path) -> None:
    path = save(tmp_path / "x.mp3", noise(2, 30_000), subtype="MPEG_LAYER_III", form="MP3")
    before = load(path)
    tag_mp3(path, (("title", "私"), ("date", "2020-03-01"), ("comment", "x" * 3000)))
    assert np.array_equal(load(path), before) and before.shape == (2, 30_000)
    assert "TIT2" in path.read_bytes().decode("latin-1")


def test_id3_is_as_the_standard_says() -> None:
    tag = id3((("title", "a"), ("date", "2020-03-01"), ("comment", "b"), ("time_reference", "1")))
    title = b"TIT2\0\0\0\5\0\0\1\xff\xfea\0"
    year = b"TYER\0\0\0\x0b\0\0\1\xff\xfe" + "2020".encode("utf-16-le")
    comment = b"COMM\0\0\0\x0c\0\0\1eng\xff\xfe\0\0\xff\xfeb\0"
    body = title + year + comment
    assert tag == b"ID3\3\0\0" + bytes((0, 0, 0, len(body))) + body
    assert id3((("title", "x" * 200),))[6:10] == bytes((0, 0, 3, 13 + 400 - 384))
