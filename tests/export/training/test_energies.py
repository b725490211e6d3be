"""Energies of the training data: their values, their cache and the command."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.common.batch import Batch
from export.data.errors import DataError
from export.training import energies
from export.training.source import SILENT_RMS, make_source

RATE_HZ = 8000
STEMS = ("bass", "drums", "piano")
LEVELS = {"bass": 0.1, "drums": 0.05, "piano": 0.05}


@pytest.fixture
def data(tmp_path: Path) -> dict[str, Any]:
    """One rendered song of noise whose second half lacks the piano, as a [data] table."""
    folder = tmp_path / "bands" / "train" / "song"
    folder.mkdir(parents=True)
    for number, stem in enumerate(STEMS):
        audio = LEVELS[stem] * np.random.default_rng(number).standard_normal(4 * RATE_HZ)
        if stem == "piano":
            audio[2 * RATE_HZ :] = 0
        soundfile.write(folder / f"{stem}.flac", audio, RATE_HZ)
    return {"kind": "songs", "seconds": 0.25, "bands": tmp_path / "bands", "cache": None}


class Fixed:
    def batch(self, step: int) -> np.ndarray:
        stems = np.zeros((2, 3, 2, 4), np.float32)
        stems[:, 0], stems[:, 1, 0], stems[0, 2, :, 0] = 1, 2, step + 1
        return stems


def test_energy_is_the_sum_over_time_and_mean_over_channels() -> None:
    assert energies.measure(Fixed(), 4) == [4.0, 8.0, pytest.approx((1 / 2 + 4 / 2) / 2)]


def test_stems_known_in_a_sum_do_not_count() -> None:
    class Partly:
        def batch(self, step: int) -> Batch:
            stems = np.ones((2, 3, 1, 4), np.float32)
            stems[0, 1], stems[0, 2] = 5, 0
            return Batch(stems, np.array([[0, 1, 1], [0, 1, 2]], np.int8))

    assert energies.measure(Partly(), 4) == [4.0, 4.0, 4.0]


def test_filtered_items_have_no_silent_stem(data: dict[str, Any]) -> None:
    plain, filtered = (
        make_source(data | {"filter_silent": on}, STEMS, RATE_HZ, 1, 16, 0).batch(0)
        for on in (False, True)
    )
    quiet = [
        (np.sqrt((stems**2).mean((2, 3))) < SILENT_RMS / 2).any() for stems in (plain, filtered)
    ]
    assert quiet == [True, False]
    half = data | {"filter_silent": True, "seconds": 0.25}
    folder = data["bands"] / "train" / "song"
    soundfile.write(folder / "piano.flac", np.zeros(4 * RATE_HZ), RATE_HZ)
    with pytest.raises(DataError, match="3 audible stems"):
        make_source(half, STEMS, RATE_HZ, 1, 1, 0).batch(0)


def test_energies_are_kept_in_the_cache(
    data: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = data | {"filter_silent": True, "cache": tmp_path / "cache"}
    found = energies.of_training(table, STEMS, RATE_HZ, 1, seed=0, items=16)
    assert set(found) == set(STEMS)
    assert found["bass"] > found["piano"] > 0
    kept = list((tmp_path / "cache" / "energies").glob("*.json"))
    assert [json.loads(path.read_text("utf-8")) for path in kept] == [found]
    monkeypatch.setattr(energies, "measure", None)
    assert energies.of_training(table, STEMS, RATE_HZ, 1, seed=0, items=16) == found
    with pytest.raises(TypeError):  # another seed is measured anew
        energies.of_training(table, STEMS, RATE_HZ, 1, seed=1, items=16)


def test_command(data: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setup = tmp_path / "small.toml"
    setup.write_text(
        'family = "m_unet"\nstems = ["bass", "drums", "piano"]\nrate_hz = 8000\n'
        '[model]\nstems = 3\n[train]\n[data]\nkind = "songs"\nseconds = 0.25\n',
        "utf-8",
    )
    command = ["--setup", str(setup), "--bands", str(data["bands"]), "--items", "4"]
    command.append("--filter-silent")
    assert main(["energies", *command]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["energies", *command, "-o", str(tmp_path / "e.json")]) == 0
    assert json.loads((tmp_path / "e.json").read_text("utf-8")) == printed
