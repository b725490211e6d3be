"""Folders of songs: which are found, and how their stems are cut, resampled and stacked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.common.songs import ClipError, load_clip, load_clips, song_folders, stamps, windows

STEMS = ("bass", "drums", "piano")
RATE_HZ = 8000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two songs of 2 s; the second has no piano. A third folder has one stem only."""
    rng = np.random.default_rng(0)
    for song, stems in (("a", STEMS), ("b", STEMS[:2]), ("c", STEMS[:1])):
        (tmp_path / song).mkdir()
        for stem in stems:
            audio = 0.1 * rng.standard_normal((2 * RATE_HZ, 1))
            soundfile.write(tmp_path / song / f"{stem}.wav", audio, RATE_HZ, "FLOAT")
    return tmp_path


def test_songs_have_two_stems_or_more(root: Path) -> None:
    assert [folder.name for folder in song_folders(root, STEMS)] == ["a", "b"]
    with pytest.raises(ClipError, match="no song"):
        song_folders(root, ("flute", "harp"))
    with pytest.raises(ClipError, match="not a folder"):
        song_folders(root / "none", STEMS)


def test_a_stem_without_a_file_is_silent(root: Path) -> None:
    clip = load_clip(root / "b", STEMS, 4000, 2)
    assert clip.stems.shape == (3, 2, 8000) and clip.stems.dtype == np.float32
    assert clip.stems[0].any() and not clip.stems[2].any()
    np.testing.assert_array_equal(clip.mix, clip.stems.sum(0))


def test_windows_lie_within_the_song_and_whole_songs_are_whole(root: Path) -> None:
    cut = windows(root / "a", STEMS, RATE_HZ, 1, 0.5, 3)
    assert [clip.stems.shape for clip in cut] == [(3, 1, RATE_HZ // 2)] * 3
    whole = load_clips(root, STEMS, RATE_HZ, 1, None, 1, None)
    assert [clip.name for clip in whole] == ["a", "b"]
    assert whole[0].stems.shape == (3, 1, 2 * RATE_HZ)
    assert len(load_clips(root, STEMS, RATE_HZ, 1, 0.5, 2, 1)) == 2
    middle = load_clips(root, STEMS, RATE_HZ, 1, 1.0, 1, 1)[0]
    start = RATE_HZ // 2
    np.testing.assert_array_equal(middle.stems, whole[0].stems[..., start : start + RATE_HZ])


def test_stamps_change_with_the_files(root: Path) -> None:
    before = stamps(root / "a", STEMS)
    assert [name for name, *_ in before] == [f"{stem}.wav" for stem in STEMS]
    soundfile.write(root / "a" / "bass.wav", np.zeros((10, 1)), RATE_HZ, "FLOAT")
    assert stamps(root / "a", STEMS)[0] != before[0]


def test_what_is_no_audio_is_named(root: Path) -> None:
    (root / "a" / "bass.wav").write_text("words")
    with pytest.raises(ClipError, match=r"bass\.wav cannot be read as audio"):
        load_clip(root / "a", STEMS, RATE_HZ, 1)
