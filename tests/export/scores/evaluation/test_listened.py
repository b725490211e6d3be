"""`evaluate --listen` on tiny songs with models whose answers are known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engines.spec import Preset
from export.__main__ import main
from export.scores.listening.seams import FLOOR_DB
from tests.rigs.tiny_models import make_model

RATE_HZ = 8000
STEMS = ("drums", "bass", "other", "vocals")
GAINS = (0.4, 0.3, 0.2, 0.1)
LIVE = Preset(window_samples=1024, hop_samples=512, lookahead_samples=256, crossfade_samples=64)
ONE = Preset(window_samples=65536, hop_samples=65536, lookahead_samples=0, crossfade_samples=0)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two songs of 4 s of noise, the vocals of the second half alone; two models and the oracle."""
    root = tmp_path_factory.mktemp("listened")
    for song in range(2):
        (root / "songs" / f"song {song}").mkdir(parents=True)
        for number, stem in enumerate(STEMS):
            audio = 0.1 * np.random.default_rng(4 * song + number).standard_normal((4 * RATE_HZ, 2))
            audio[: 2 * RATE_HZ if stem == "vocals" else 0] = 0
            soundfile.write(
                root / "songs" / f"song {song}" / f"{stem}.wav", audio, RATE_HZ, "FLOAT"
            )
    more: dict[str, Any] = {"rate_hz": RATE_HZ, "gains": GAINS, "live": LIVE, "offline": ONE}
    make_model(root / "linear.onnx", name="linear", **more)
    make_model(
        root / "level.onnx", name="level", domain="stft", curved=True, level_db=-14.0, **more
    )
    command = ["evaluate", str(root / "linear.onnx"), str(root / "level.onnx"), "--songs",
               str(root / "songs"), "--preset", "balanced", "--steps", "1", "--listen", "--peers",
               "oracle", "--no-plots", "-o", str(root / "r.json")]  # fmt: skip
    assert main(command) == 0
    return {
        **json.loads((root / "r.json").read_text()),
        "text": (root / "r.md").read_text(),
        "root": str(root),
    }


def rows(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one["rows"] for one in report["systems"] if one["name"] == name)


def test_a_share_of_the_mix_leaks_its_share(report: dict[str, Any]) -> None:
    found = rows(report, "linear N=1")
    assert found["vocals"]["leakage"]["mean"] == pytest.approx(-20, abs=0.01)
    assert found["vocals"]["silent_s"]["mean"] == pytest.approx(1.9, abs=0.01)
    assert not any("leakage" in found[stem] for stem in ("drums", "bass", "other"))
    assert rows(report, "oracle")["vocals"]["leakage"]["mean"] < -60
    assert "-20.00 [-20.00, -20.00] (3.8 s)" in report["text"]


def test_a_share_of_the_mix_makes_no_musical_noise(report: dict[str, Any]) -> None:
    """Its error is noise like the rest; that of the oracle's mask is not."""
    linear = rows(report, "linear N=1")["drums"]["noise"]["mean"]
    assert linear == pytest.approx(0, abs=0.05)
    assert rows(report, "oracle")["drums"]["noise"]["mean"] > linear + 0.05
    gain = next(one for one in report["gains"] if one["over"] == "oracle")
    difference = gain["rows"]["drums"]["noise"]["mean"]
    assert difference == pytest.approx(linear - rows(report, "oracle")["drums"]["noise"]["mean"])


def test_a_model_without_memory_has_no_seams_and_one_with_a_level_has(
    report: dict[str, Any],
) -> None:
    for metric in ("shifted", "whole"):
        assert rows(report, "linear N=1")["bass"][metric]["mean"] < -110
        assert rows(report, "level N=1")["bass"][metric]["mean"] > FLOOR_DB + 30
        assert f"{metric}_over" in rows(report, "level N=1")["bass"]
        assert metric not in rows(report, "oracle")["bass"]


def test_without_each_of_its_stems_a_clip_says_what_leaks_in_their_place(
    report: dict[str, Any],
) -> None:
    root = Path(report["root"])
    command = ["evaluate", str(root / "linear.onnx"), "--songs", str(root / "songs"), "--preset",
               "balanced", "--steps", "1", "--listen", "--leave-out", "--limit", "1", "--peers",
               "--no-plots", "-o", str(root / "left.json")]  # fmt: skip
    assert main(command) == 0
    found = rows(json.loads((root / "left.json").read_text()), "linear N=1")
    for stem, gain in zip(STEMS, GAINS, strict=True):
        assert found[stem]["leakage"]["mean"] == pytest.approx(20 * np.log10(gain), abs=0.05)
        assert "shifted" not in found[stem]
    assert found["drums"]["silent_s"]["mean"] == pytest.approx(4, abs=0.05)


def test_times_are_those_of_the_processor_too(report: dict[str, Any]) -> None:
    assert all(one["processor_s_per_s"] > 0 for one in report["systems"])
