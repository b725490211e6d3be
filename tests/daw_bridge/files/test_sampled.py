"""Files through a model that samples its stems: sums, known stems, steps, progress, cancelling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.cli import main
from daw_bridge.files.load import load_factor
from engines.load import read_spec
from engines.stream import stream_settings
from tests.rigs.diffusion_model import STEMS, write_diffusion

RATE_HZ, SECONDS = 8000, 0.3


@pytest.fixture
def model(tmp_path: Path) -> str:
    return str(write_diffusion(tmp_path / "sampled.onnx"))


@pytest.fixture
def song(tmp_path: Path) -> Path:
    audio = 0.1 * np.random.default_rng(0).standard_normal((int(SECONDS * RATE_HZ), 1))
    soundfile.write(tmp_path / "song.wav", audio, RATE_HZ, subtype="FLOAT")
    return tmp_path / "song.wav"


def heard(folder: Path) -> dict[str, np.ndarray]:
    return {one.stem: soundfile.read(one)[0] for one in sorted(folder.glob("*.wav"))}


def test_stems_sum_to_the_song_and_come_again_by_their_seed(
    model: str, song: Path, tmp_path: Path
) -> None:
    found = []
    for name, more in (("a", []), ("b", []), ("c", ["--seed", "7"])):
        command = ["separate", str(song), "--model", model, "-o", str(tmp_path / name), *more]
        assert main(command) == 0
        found.append(heard(tmp_path / name / "song"))
    assert set(found[0]) == {*STEMS, "residual"}
    total = sum(found[0].values())
    np.testing.assert_allclose(total, soundfile.read(song)[0], atol=1e-5)
    assert all(np.array_equal(found[0][stem], found[1][stem]) for stem in STEMS)
    assert not np.array_equal(found[0]["bass"], found[2]["bass"])


def test_a_known_stem_comes_back_and_is_no_part_of_the_others(
    model: str, song: Path, tmp_path: Path
) -> None:
    mix = soundfile.read(song)[0]
    soundfile.write(tmp_path / "drums.wav", 0.5 * mix, RATE_HZ, subtype="FLOAT")
    out = str(tmp_path / "out")
    given = f"drums={tmp_path / 'drums.wav'}"
    command = ["separate", str(song), "--model", model, "-o", out, "--known", given]
    assert main(command) == 0
    found = heard(tmp_path / "out" / "song")
    np.testing.assert_allclose(found["drums"], 0.5 * mix, atol=1e-6)
    np.testing.assert_allclose(sum(found.values()), mix, atol=1e-5)


def test_too_few_steps_are_refused_with_how_many_would_do(
    model: str, song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["separate", str(song), "--model", model, "-o", str(out), "--steps", "10"]
    assert main(command) != 0
    assert "at least 29 steps of geometric levels" in "".join(capsys.readouterr())
    assert not list(out.rglob("*.wav"))


def test_more_steps_are_more_work(model: str) -> None:
    spec = read_spec(model)
    usual = stream_settings(spec, RATE_HZ, 1, preset="offline", steps=120)
    assert load_factor(spec, usual) == 4.0
