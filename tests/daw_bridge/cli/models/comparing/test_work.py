"""Two tiny models whose answers are known, over songs whose stems are known."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.models.comparing.work import Asked, Compared, Told, compare
from daw_bridge.errors import BadFile, BadValue, FileInTheWay
from engines.errors import ModelNotFoundError
from tests.rigs.sounds import Array, load, noise, save
from tests.rigs.tiny_models import GAINS, STEMS, make_model

TWO = (0.3, 0.6)


@pytest.fixture
def models(tmp_path: Path) -> tuple[str, str]:
    """Four stems of GAINS; vocals and accompaniment of TWO."""
    make_model(tmp_path / "four.onnx")
    make_model(tmp_path / "two.onnx", gains=TWO, stems=("vocals", "accompaniment"))
    return str(tmp_path / "four.onnx"), str(tmp_path / "two.onnx")


def song(folder: Path, seed: int, names: tuple[str, ...] = STEMS) -> Path:
    folder.mkdir(parents=True)
    for k, name in enumerate(names):
        save(folder / f"{name}.wav", noise(2, 20_000, 10 * seed + k, 0.05 * (1 + k)))
    return folder


def told() -> tuple[Told, io.StringIO]:
    err = io.StringIO()
    return Told(err), err


def asked(models: tuple[str, str], folder: Path, **changes: object) -> Compared:
    return compare(Asked(models, folder, **changes), told()[0])  # type: ignore[arg-type]


def sdr_db(true: Array, guess: Array) -> float:
    true, guess = true.astype(float), guess.astype(float)
    return float(10 * np.log10((true**2).sum() / ((true - guess) ** 2).sum()))


def test_scores_of_known_answers(tmp_path: Path, models: tuple[str, str]) -> None:
    songs = tmp_path / "songs"
    places = [song(songs / name, seed) for seed, name in enumerate("xyz")]
    found = asked(models, songs)
    assert found.labels == ("four", "two") and not found.failed
    assert [one.name for one in found.songs] == ["x", "y", "z"]
    for folder, one in zip(places, found.songs, strict=True):
        true = {name: load(folder / f"{name}.wav") for name in STEMS}
        mix = np.sum(list(true.values()), axis=0)
        rows = {row.stem: row for row in one.scores}
        for name, gain in zip(STEMS, GAINS, strict=True):
            assert rows[name].a == pytest.approx(sdr_db(true[name], gain * mix), abs=1e-3)
        vocals = sdr_db(true["vocals"], TWO[0] * mix)
        assert rows["vocals"].b == pytest.approx(vocals, abs=1e-3)
        rest = rows["all but vocals"]
        rest_true = mix - true["vocals"]
        assert rest.a == pytest.approx(sdr_db(rest_true, (1 - GAINS[3]) * mix), abs=1e-3)
        assert rest.b == pytest.approx(sdr_db(rest_true, (1 - TWO[0]) * mix), abs=1e-3)
        assert one.shares["a"]["drums"] == pytest.approx(GAINS[0] ** 2, rel=1e-4)
        left = 1 - sum(GAINS)
        assert one.shares["a"]["residual"] == pytest.approx(left**2, rel=1e-3)
        agreement = 20 * np.log10(TWO[0] / (TWO[0] - GAINS[3]))
        assert one.beside[0].agreement_db == pytest.approx(agreement, abs=1e-3)
        assert one.seconds == pytest.approx(20_000 / 44100)
        assert min(one.computing.values()) > 0 and not one.notes


def test_a_mix_alone_has_no_scores(tmp_path: Path, models: tuple[str, str]) -> None:
    (tmp_path / "songs").mkdir()
    save(tmp_path / "songs" / "a.flac", noise(2, 20_000), subtype="PCM_16")
    (one,) = asked(models, tmp_path / "songs").songs
    assert one.scores == () and [row.stem for row in one.beside] == ["vocals"]


def test_a_mix_that_is_not_the_sum_is_told(tmp_path: Path, models: tuple[str, str]) -> None:
    folder = song(tmp_path / "songs" / "x", 1)
    mix = sum(load(folder / f"{name}.wav") for name in STEMS)
    save(folder / "mix.wav", np.clip(1.5 * mix, -0.2, 0.2).astype(np.float32))
    (one,) = asked(models, tmp_path / "songs").songs
    assert "the mix is not the sum" in one.notes[0]


def test_limit_and_seconds(tmp_path: Path, models: tuple[str, str]) -> None:
    for seed, name in enumerate("xyz"):
        song(tmp_path / "songs" / name, seed)
    found = asked(models, tmp_path / "songs", limit=2, seconds=0.1)
    assert [one.name for one in found.songs] == ["x", "y"]
    assert found.songs[0].seconds == pytest.approx(0.1)
    true = {name: load(tmp_path / "songs" / "x" / f"{name}.wav") for name in STEMS}
    part = slice((20_000 - 4410) // 2, (20_000 + 4410) // 2)
    mix = np.sum(list(true.values()), axis=0)[:, part]
    drums = found.songs[0].scores[1]
    assert drums.stem == "drums"
    assert drums.a == pytest.approx(sdr_db(true["drums"][:, part], GAINS[0] * mix), abs=1e-3)


def test_a_bad_song_leaves_the_others(tmp_path: Path, models: tuple[str, str]) -> None:
    song(tmp_path / "songs" / "good", 1)
    (tmp_path / "songs" / "bad.wav").write_bytes(b"no audio")
    say, err = told()
    found = compare(Asked(models, tmp_path / "songs", plot=tmp_path / "x.png"), say)
    assert [one.name for one in found.songs] == ["good"]
    assert len(found.failed) == 1 and found.failed[0].startswith("bad.wav: ")
    lines = err.getvalue().splitlines()
    assert any("song 1 of 2: bad.wav failed" in line for line in lines)
    assert any(line.startswith("song 2 of 2: good, 0.5 s of audio: four ") for line in lines)
    assert (tmp_path / "x.png").is_file(), "the first song that went well is drawn"


def test_what_no_song_could_be_compared_with(tmp_path: Path, models: tuple[str, str]) -> None:
    song(tmp_path / "songs" / "x", 1)
    make_model(tmp_path / "guitar.onnx", gains=(0.5,), stems=("guitar",))
    with pytest.raises(BadValue, match=r"no stem in common: four has drums.*; guitar has guitar"):
        asked((models[0], str(tmp_path / "guitar.onnx")), tmp_path / "songs")
    make_model(tmp_path / "rest.onnx", gains=(0.5, 0.2), stems=("guitar", "other"))
    with pytest.raises(BadValue, match="no stem in common"):
        asked((models[0], str(tmp_path / "rest.onnx")), tmp_path / "songs")
    with pytest.raises(ModelNotFoundError):
        asked((models[0], "nowhere"), tmp_path / "songs")
    with pytest.raises(BadFile, match="holds no songs"):
        asked(models, song(tmp_path / "other", 2, ()))
    (tmp_path / "x.png").write_bytes(b"")
    with pytest.raises(FileInTheWay):
        asked(models, tmp_path / "songs", plot=tmp_path / "x.png")


def test_a_model_beside_itself(tmp_path: Path, models: tuple[str, str]) -> None:
    song(tmp_path / "songs" / "x", 1)
    found = asked((models[0], models[0]), tmp_path / "songs")
    assert found.labels == ("four (1)", "four (2)")
    assert all(row.a == row.b for row in found.songs[0].scores)
    assert all(row.agreement_db == pytest.approx(120) for row in found.songs[0].beside)
