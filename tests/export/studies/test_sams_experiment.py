"""The slice-count experiment and the ablation: one command, from training to the table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from export.__main__ import main
from export.common.songs import Clip
from export.nets import checkpoint
from export.nets.families import band_unet, sams_net
from export.nets.nade import Nade
from export.studies import sams_experiment
from export.studies.sams_experiment import Material, cut, medians, paired

STEMS = ("bass", "drums")
RATE_HZ = 8000
SIZES = {
    "stems": 2, "channels": 1, "fft_samples": 256, "hop_samples": 64, "width": 4, "modules": 1,
}  # fmt: skip
SETUP = """
family = "sams_net"
stems = ["bass", "drums"]
rate_hz = 8000
validation_seconds = 1.0
[model]
stems = 2
channels = 1
fft_samples = 256
hop_samples = 64
width = 4
modules = 1
[train]
batch = 2
loss = "waveform_l2"
precision = "float32"
[data]
kind = "songs"
seconds = 0.5
"""


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Folders train/ and test/, two songs of 2 s each; the second test song has no bass."""
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        for number in range(2):
            folder = tmp_path / "bands" / split / f"song{number}"
            folder.mkdir(parents=True)
            for stem in STEMS:
                silent = (split, number, stem) == ("test", 1, "bass")
                audio = (0.0 if silent else 0.1) * random.standard_normal(2 * RATE_HZ)
                soundfile.write(folder / f"{stem}.flac", audio, RATE_HZ)
    return tmp_path / "bands"


@pytest.fixture
def setup(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(SETUP)
    return path


def build(**values: object) -> Nade:
    torch.manual_seed(0)
    return Nade("sams_net", sams_net.Config(**(SIZES | values))).eval()


def save(path: Path, model: Nade) -> Path:
    weights = model.state_dict()
    described = checkpoint.describe(model, STEMS, RATE_HZ)
    checkpoint.save(path, {"description": described, "step": 7, "ema": weights, "model": weights})
    return path


@pytest.mark.parametrize(
    ("samples", "slices", "found"), [(6400, 1, (1, 101)), (6400, 4, (4, 26)), (64, 24, (2, 1))]
)
def test_clips_are_cut_into_equal_parts(samples: int, slices: int, found: tuple[int, int]) -> None:
    model = build()
    made = cut(model, samples, slices)
    assert (made.count, made.part) == found
    audio = torch.randn(1, 1, samples)
    signal = model.encode(audio)
    with torch.no_grad():
        whole = model.predict(signal, None, torch.ones(1, 2, dtype=torch.bool))
        model.core.slice_frames = 0
        first = model.core(signal.mix[..., : made.part], None, None)
    torch.testing.assert_close(whole[..., : made.part], first, atol=1e-5, rtol=1e-5)


def test_other_families_are_refused() -> None:
    config = band_unet.Config(fft_samples=1024, hop_samples=256, widths=(4, 6), lstm_hidden=4)
    with pytest.raises(checkpoint.CheckpointError, match="expected a sams_net"):
        cut(Nade("band_unet", config), 1000, 2)


def test_rows_are_medians_of_what_was_measured(tmp_path: Path) -> None:
    model = build()
    stems = np.random.default_rng(0).standard_normal((2, 1, RATE_HZ)).astype(np.float32)
    silent = stems * np.array([0, 1], np.float32)[:, None, None]
    material = Material((Clip("a", stems), Clip("b", silent)), STEMS, RATE_HZ, tmp_path)
    with sams_experiment.tqdm(disable=True) as bar:
        row = sams_experiment.measure(model, material, 3, bar)
    assert row["slices"] == [3, 3]
    assert row["slice_s"] == pytest.approx(42 * 64 / RATE_HZ)
    assert row["sdr"][1] == [None, None]  # a frame with a silent stem counts for none, as museval
    assert row["sdr"][0] == pytest.approx(medians(row["sdr"])[:2])
    assert medians([[1.0, None], [2.0, None], [6.0, 4.0]]) == [2.0, 4.0, 3.0]
    assert medians([[None]]) == [None, None]
    assert paired([[2.0, 5.0], [1.0, None]], [[1.0, 4.0], [0.0, 3.0]]) == "+1.00 [+1.00, +1.00]"


def test_one_command_trains_and_compares(
    songs: Path, setup: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "runs"
    arguments = ["--setup", str(setup), "--songs", str(songs / "test"), "--out", str(out),
                 "--cache", str(tmp_path), "--bands", str(songs), "--slices", "1", "4"]  # fmt: skip
    assert main(["sams-experiment", *arguments, "--steps", "3"]) == 0
    report = json.loads((out / "report.json").read_text())
    variants = report["variants"]
    assert set(variants) == {"attention", "no_attention"}
    fewer = variants["attention"]["parameters"] - variants["no_attention"]["parameters"]
    assert fewer == 2 * 8 * 5  # queries and keys of one module
    for variant in variants.values():
        assert variant["step"] == 3
        assert [row["slices"] for row in variant["rows"].values()] == [[1, 1], [4, 4]]
    assert variants["attention"]["rows"]["1"]["sdr"] != variants["attention"]["rows"]["4"]["sdr"]
    assert report["do_nothing"]["silence"][0] == pytest.approx([0.0, 0.0])
    text = (out / "report.txt").read_text()
    assert "| attention | 4 | 0.50 |" in text
    assert "| silence | - |" in text
    assert text.strip() in capsys.readouterr().out

    # From a checkpoint, with the ablation that is there; then without it.
    taken = ["--checkpoint", str(out / "attention" / "last.pt")]
    assert main(["sams-experiment", *arguments, *taken, "--steps", "3"]) == 0
    again = json.loads((out / "report.json").read_text())["variants"]
    for name, variant in variants.items():
        for count, row in variant["rows"].items():
            assert again[name]["rows"][count]["sdr"] == row["sdr"]
    arguments = [*taken, "--songs", str(songs / "test"), "--out", str(tmp_path / "alone")]
    assert main(["sams-experiment", *arguments, "--variants", "attention", "--slices", "2"]) == 0


def test_failures_are_told(
    songs: Path, setup: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    base = ["--setup", str(setup), "--songs", str(songs / "test"), "--out", str(tmp_path / "o")]
    assert main(["sams-experiment", *base]) == 2
    said = capsys.readouterr().err
    assert "no folder to train attention and no_attention; expected --cache and --bands" in said
    with pytest.raises(SystemExit, match="2"):
        main(["sams-experiment", *base, "--slices", "0"])
    taken = ["--checkpoint", str(save(tmp_path / "wide.pt", build(width=6)))]
    data = ["--cache", str(tmp_path), "--bands", str(songs), "--steps", "1"]
    assert main(["sams-experiment", *base, *taken, *data]) == 1
    assert "differ in width" in capsys.readouterr().err
    missing = [*base[:2], "--songs", str(tmp_path / "none"), "--out", str(tmp_path / "o")]
    assert main(["sams-experiment", *missing, *taken, "--variants", "attention"]) == 1
    assert "not a folder" in capsys.readouterr().err


def test_ctrl_c_keeps_finished_rows(
    songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = sams_experiment.measure

    def stopped(model: Nade, material: Material, slices: int, bar: object) -> dict[str, object]:
        if slices == 2:
            raise KeyboardInterrupt
        return measured(model, material, slices, bar)

    monkeypatch.setattr(sams_experiment, "measure", stopped)
    path, out = save(tmp_path / "last.pt", build()), tmp_path / "out"
    arguments = ["--checkpoint", str(path), "--variants", "attention", "--slices", "1", "2"]
    folders = ["--songs", str(songs / "test"), "--out", str(out)]
    assert main(["sams-experiment", *arguments, *folders]) == 130
    report = json.loads((out / "report.json").read_text())
    assert list(report["variants"]["attention"]["rows"]) == ["1"]
    assert sorted(path.name for path in out.iterdir()) == ["report.json", "report.txt"]
