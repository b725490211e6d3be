"""Test sets: songs, windows, stems, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.common.songs import ClipError
from export.scores.evaluation.sets import SongSet, known_sets, places, read

RATE_HZ = 1000


def write(song: Path, stems: dict[str, float], seconds: float = 8.0) -> None:
    """Noise of a level per stem, louder in the second half."""
    song.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for stem, level in stems.items():
        audio = level * rng.standard_normal((round(seconds * RATE_HZ), 1))
        audio[len(audio) // 2 :] *= 2
        soundfile.write(song / f"{stem}.wav", audio, RATE_HZ, subtype="FLOAT")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "songs" / "a", {"drums": 0.1, "bass": 0.1, "other": 0.05})
    write(tmp_path / "songs" / "b", {"drums": 0.1, "vocals": 0.1})
    (tmp_path / "songs" / ".hidden").mkdir()
    (tmp_path / "songs" / "notes").mkdir()
    return tmp_path / "songs"


def test_songs_of_a_set_share_their_stems(root: Path) -> None:
    found = places(SongSet("s", root, None, 1), None, None)
    assert [(p.name, p.stems) for p in found] == [
        ("a", ("bass", "drums", "vocals", "other")),
        ("b", ("bass", "drums", "vocals", "other")),
    ]
    task = read(found[1], RATE_HZ, 2, (("drums",),))
    assert not task.stems["bass"].any() and task.stems["drums"].shape == (2, 8000)
    np.testing.assert_allclose(task.mix, sum(task.stems.values()), atol=1e-6)
    own = places(SongSet("s", root, None, 1, shared_stems=False), None, None)
    assert [p.stems for p in own] == [("bass", "drums", "other"), ("drums", "vocals")]


def test_clips_come_without_each_of_their_stems(root: Path) -> None:
    found = places(SongSet("s", root, None, 1, shared_stems=False), None, 1, leave_out=True)
    assert [one.name for one in found] == ["a without bass", "a without drums", "a without other"]
    task = read(found[1], RATE_HZ, 1, (("drums",),))
    assert not task.stems["drums"].any() and task.stems["bass"].any()
    np.testing.assert_allclose(task.mix, task.stems["bass"] + task.stems["other"], atol=1e-6)
    whole = SongSet("s", root, None, 1, shared_stems=False)
    assert [one.name for one in places(whole, None, None, leave_out=True)][3:] == [], (
        "of two stems, one by itself needs no separation"
    )


def test_windows_are_spread_evenly(root: Path) -> None:
    found = places(SongSet("s", root, 2.0, 3), None, 1)
    assert [(p.name, p.start_s) for p in found] == [("a 1", 1.5), ("a 2", 3.0), ("a 3", 4.5)]
    first, _, last = (read(p, RATE_HZ, 1, ()) for p in found)
    assert first.mix.shape == (1, 2000)
    assert last.mix.std() == pytest.approx(2 * first.mix.std(), rel=0.1)
    one = places(SongSet("s", root, 100.0, 3), None, 1)
    assert [(p.name, p.start_s) for p in one] == [("a", 0.0)]


def test_only_some_stems_are_mixed(root: Path) -> None:
    (found,) = places(SongSet("s", root, None, 1), ["drums", "bass", "flute"], None)
    assert found.stems == ("bass", "drums")
    assert set(read(found, RATE_HZ, 1, ()).stems) == {"bass", "drums"}


def test_windows_with_one_stem_are_left_out(tmp_path: Path) -> None:
    write(tmp_path / "a", {"drums": 0.1, "bass": 1e-5})
    write(tmp_path / "b", {"drums": 0.1, "bass": 0.1})
    assert [p.name for p in places(SongSet("s", tmp_path, None, 1), None, None)] == ["b"]
    with pytest.raises(ClipError, match="in no clip"):
        places(SongSet("s", tmp_path, None, 1), None, 1)


def test_missing_songs_are_told(root: Path, tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="not a folder"):
        places(SongSet("s", tmp_path / "none", None, 1), None, None)
    with pytest.raises(ClipError, match="two of flute, harp"):
        places(SongSet("s", root, None, 1), ["flute", "harp"], None)


def test_sets_by_name(tmp_path: Path) -> None:
    found = known_sets(tmp_path / "data", tmp_path / "bands")
    assert found["band"].root == tmp_path / "bands" / "test"
    assert found["musdb"].seconds is None
    assert not found["cc0"].shared_stems
