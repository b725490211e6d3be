"""Songs by tag: which parts a song has, how they sound, what is written."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.common.tags import leaf_of
from export.data import tag_songs
from export.data.errors import DataError
from export.data.midi import read_song
from export.data.render import RenderOptions, song_rng
from tests.rigs.export.midi import write_library

OPTIONS = RenderOptions("train", min_seconds=4.0, max_seconds=4.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A synthesiser that plays noise, as loud as the part's number, and a bank for it."""

    def sound(song, stem, voice, rate_hz, folder):
        rng = np.random.default_rng(len(stem))
        return 0.01 * len(stem) * rng.standard_normal((176400, 2)).astype(np.float32)

    bank = tmp_path / "FluidR3_GM.sf2"
    monkeypatch.setattr(tag_songs, "render_stem", sound)
    monkeypatch.setattr(tag_songs, "find_soundfonts", lambda *_: (bank,))


def test_a_song_has_a_file_for_each_tag(quick: None, tmp_path: Path) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    seconds = tag_songs.render_tags(library, library.records[0], tmp_path / "out", OPTIONS)
    folder = tmp_path / "out/train/a"
    files = {path.stem for path in folder.glob("*.flac")}
    assert seconds == pytest.approx(4.0)
    assert files == {"snare", "electric_bass", "clean_guitar", "piano", "string_ensemble"}
    note = json.loads((folder / "song.json").read_text())
    assert note["by"] == "tags" and set(note["stems"]) == files and note["licences"]["soundfonts"]
    assert {soundfile.info(path).frames for path in folder.glob("*.flac")} == {176400}


def test_the_kit_keeps_its_balance() -> None:
    rng = np.random.default_rng(0)
    raw = {
        name: level * rng.standard_normal((44100, 2)).astype(np.float32)
        for name, level in (("kick", 0.1), ("hats", 0.01), ("piano", 0.3))
    }
    voices = tag_songs.draw_voices(song_rng(0, "x"), tuple(raw), OPTIONS)
    assert voices["kick"] is voices["hats"] is not voices["piano"]
    placed = tag_songs.placed_parts(raw, voices)
    ratio = np.abs(placed["kick"]).mean() / np.abs(placed["hats"]).mean()
    assert ratio == pytest.approx(10.0, rel=0.05)
    loudness = 20 * np.log10(np.sqrt(np.mean(placed["piano"][2000:-2000] ** 2)))
    assert abs(loudness - tag_songs.LEVEL_DB["tuned"]) <= tag_songs.SPREAD_DB + 3


def test_the_most_played_parts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    song = read_song(library.read("a.mid"), name_of=leaf_of)
    monkeypatch.setattr(tag_songs, "MOST_PARTS", 3)
    _, names = tag_songs.choose_parts(song, song_rng(0, "a"), OPTIONS)
    assert len(names) == 3


def test_a_whole_band_is_of_stems(tmp_path: Path) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    options = RenderOptions("train", whole_band=True)
    with pytest.raises(DataError, match="--whole-band"):
        tag_songs.render_tags(library, library.records[0], tmp_path, options)
