"""Prepared songs as stems of a network, and what their licences allow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.data.errors import DataError
from export.data.prepare import PrepareOptions, prepare
from export.data.prepared import prepared_songs, require_terms
from tests.rigs.export.songs import write_songs

SONG = ("drums", "bass", "other", "vocals")


def made(root: Path, says: str = "") -> Path:
    songs = write_songs(root / "songs", 3)
    (songs / "songs.toml").write_text(says)
    prepare([songs], root / "data", PrepareOptions())
    return root / "data"


def test_a_row_is_its_files_and_silence_beyond_the_end(tmp_path: Path) -> None:
    song = prepared_songs(made(tmp_path), "train", ("vocals", "accompaniment"))[0]
    every = prepared_songs(tmp_path / "data", "train", SONG)[0]
    assert song.sounding == (0, 1) and every.samples == 44100
    rest = sum(every.read(row, 44000, 500) for row in range(3))
    np.testing.assert_allclose(song.read(1, 44000, 500), rest, atol=1e-6)
    assert not song.read(1, 44100, 10).any() and not song.read(0, 44050, 500)[:, 50:].any()


def test_files_that_are_gone_or_another_network_are_errors(tmp_path: Path) -> None:
    data = made(tmp_path)
    with pytest.raises(DataError, match=r"expected an `other`.*\[bad-stems\]"):
        prepared_songs(data, "train", ("drums", "bass"))
    song = prepared_songs(data, "train", SONG)[0]
    song.files[0].unlink()
    with pytest.raises(DataError, match="data-changed"):
        song.read(song.rows.places[0], 0, 100)
    with pytest.raises(DataError, match=r"run: python -m export prepare FOLDER"):
        prepared_songs(tmp_path, "train", SONG)


def test_a_setup_that_promises_permissive_data_takes_no_other(tmp_path: Path) -> None:
    data = made(tmp_path)
    require_terms(data, "")
    require_terms(data, "restricted")
    with pytest.raises(DataError, match=r"permissive data only.*own songs \(not stated: restr"):
        require_terms(data, "permissive")
    free = made(tmp_path / "free", "licence = 'CC0, me'\nterms = 'permissive'")
    require_terms(free, "permissive")
    with pytest.raises(DataError, match=r"\[terms\]"):
        require_terms(made(tmp_path / "by-sa", "terms = 'copyleft'"), "permissive")
