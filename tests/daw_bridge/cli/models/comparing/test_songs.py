"""What a folder of songs holds, and how a song is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.models.comparing.songs import Place, SongReader, find_songs, look
from daw_bridge.errors import BadChannels, BadFile
from daw_bridge.files.record import RECORD
from tests.rigs.sounds import Array, load, noise, save

WANTED = ("drums", "bass", "vocals")


def song(folder: Path, *names: str, frames: int = 3000, **changes: int) -> Path:
    """A folder of stems, each noise of its own."""
    folder.mkdir(parents=True)
    for seed, name in enumerate(names, 1):
        save(folder / name, noise(2, frames, seed), form="WAV", **changes)
    return folder


def read(place: Place, block: int = 1000) -> Array:
    found = look(place)
    with SongReader(found) as reader:
        parts = [reader.read(min(block, found.info.frames - at))
                 for at in range(0, found.info.frames, block)]  # fmt: skip
    return np.concatenate(parts, axis=-1)


def test_songs_are_folders_of_stems_and_files(tmp_path: Path) -> None:
    song(tmp_path / "B song", "Drums.wav", "bass.flac.wav", "gong.wav")
    song(tmp_path / "album", "01 one.wav", "02 two.wav")
    song(tmp_path / "made", "drums.wav")
    (tmp_path / "made" / RECORD).write_text("{}")
    save(tmp_path / "a song.wav", noise(2, 3000))
    (tmp_path / "notes.txt").write_text("no audio")
    (tmp_path / ".hidden.wav").write_text("")
    found = find_songs(tmp_path, WANTED)
    assert [place.name for place in found.places] == ["a song.wav", "B song"]
    assert found.places[0].mix == tmp_path / "a song.wav" and not found.places[0].stems
    assert [name for name, _ in found.places[1].stems] == ["bass", "drums", "gong"]
    assert found.places[1].mix is None
    assert ["album" in note or "made" in note for note in found.notes] == [True, True]


def test_a_folder_of_stems_is_a_song_itself(tmp_path: Path) -> None:
    folder = song(tmp_path / "one", "vocals.wav", "mixture.wav", "piano.wav")
    (place,) = find_songs(folder, WANTED).places
    assert place.name == "one" and place.mix == folder / "mixture.wav"
    assert [name for name, _ in place.stems] == ["piano", "vocals"]


def test_no_song_is_one_error(tmp_path: Path) -> None:
    song(tmp_path / "album", "01 one.wav")
    with pytest.raises(BadFile, match=r"holds no songs .*album.*drums, bass, vocals"):
        find_songs(tmp_path, WANTED)
    with pytest.raises(BadFile, match="cannot be read"):
        find_songs(tmp_path / "nowhere", WANTED)
    with pytest.raises(BadFile, match="cannot be read"):
        find_songs(tmp_path / "album" / "01 one.wav", WANTED)


def test_stems_that_daw_bridge_made_are_no_truth(tmp_path: Path) -> None:
    folder = song(tmp_path / "made", "drums.wav", "bass.wav")
    (folder / RECORD).write_text("{}")
    with pytest.raises(BadFile, match="stems that daw-bridge has made"):
        find_songs(folder, WANTED)


def test_folders_in_a_song_are_told(tmp_path: Path) -> None:
    song(tmp_path / "one", "drums.wav")
    song(tmp_path / "one" / "more", "drums.wav")
    found = find_songs(tmp_path / "one", WANTED)
    assert len(found.places) == 1 and "left out: the folders in it (1)" in found.notes[0]


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    folder = song(tmp_path / "one", "drums.wav")
    bad = noise(2, 3000)
    bad[0, 7] = np.nan
    save(folder / "bass.wav", bad)
    with pytest.raises(BadFile, match=r"bass\.wav holds samples that are NaN"):
        read(find_songs(folder, WANTED).places[0])


def test_without_a_mix_it_is_the_sum_of_all_stems(tmp_path: Path) -> None:
    folder = song(tmp_path / "one", "drums.wav", "bass.wav", "gong.wav")
    rows = read(find_songs(tmp_path, WANTED).places[0])
    stems = [load(folder / f"{name}.wav") for name in ("bass", "drums", "gong")]
    np.testing.assert_array_equal(rows[1:], stems)
    np.testing.assert_allclose(rows[0], np.sum(stems, axis=0), atol=1e-7)


def test_a_mix_of_its_own_is_taken_as_it_is(tmp_path: Path) -> None:
    folder = song(tmp_path / "one", "drums.wav", "mix.wav")
    rows = read(find_songs(tmp_path, WANTED).places[0])
    np.testing.assert_array_equal(rows, [load(folder / "mix.wav"), load(folder / "drums.wav")])


def test_stems_of_other_lengths(tmp_path: Path) -> None:
    folder = song(tmp_path / "one", "drums.wav")
    save(folder / "bass.wav", noise(2, 2500, 9))
    (place,) = find_songs(tmp_path, WANTED).places
    assert look(place).info.frames == 3000
    assert "bass is 500 samples shorter" in look(place).notes[0]
    rows = read(place)
    assert not rows[1, :, 2500:].any() and rows[1, :, 2400:2500].any()
    save(folder / "mix.wav", noise(2, 2900, 8))
    (place,) = find_songs(tmp_path, WANTED).places
    assert read(place).shape == (3, 2, 2900)
    assert "drums is 100 samples longer" in look(place).notes[1]


def test_what_cannot_be_compared(tmp_path: Path) -> None:
    rates = song(tmp_path / "rates", "drums.wav")
    save(rates / "bass.wav", noise(2, 3000), 48000)
    twice = song(tmp_path / "twice", "drums.wav", "drums.aiff")
    mixes = song(tmp_path / "mixes", "drums.wav", "mix.wav", "mixture.wav")
    surround = tmp_path / "surround"
    surround.mkdir()
    save(surround / "drums.wav", noise(6, 300))
    for folder, words in ((rates, "48000 Hz"), (twice, "more than one drums"),
                          (mixes, "more than one mix")):  # fmt: skip
        with pytest.raises(BadFile, match=words):
            look(find_songs(folder, WANTED).places[0])
    with pytest.raises(BadChannels, match="6 channels"):
        look(find_songs(surround, WANTED).places[0])
