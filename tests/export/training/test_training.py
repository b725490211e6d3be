"""The training loop: learning, resuming, stopping, its files, evaluation and the early test."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from export.__main__ import main
from export.common.metrics import bootstrap, sdr, si_sdr
from export.common.songs import load_clips
from export.nets import checkpoint
from export.nets.families import band_unet
from export.nets.nade import Nade
from export.training import validation
from export.training.options import OptionError, TrainOptions
from export.training.prefetch import Prefetch, PrefetchError
from export.training.setup_files import SETUPS, load_setup
from export.training.source import make_source
from export.training.trainer import Trainer, schedule

STEMS = ("bass", "drums", "guitar", "piano")
RATE_HZ = 16000
SMALL = {
    "stems": 4, "channels": 1, "fft_samples": 1024, "hop_samples": 256,
    "widths": (4, 6), "lstm_hidden": 8,
}  # fmt: skip
QUICK = TrainOptions(
    batch=2, warmup_steps=1, learning_rate=5e-3, own_context=0.5, precision="float32", clock="cpu"
)


def tones(seconds: float = 1.0, seed: int = 0) -> np.ndarray:
    """(stems, 1, samples) float32: one harmonic sound per stem, each in its own octave."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitches = np.array([100, 400, 1300, 4000]) * random.uniform(0.9, 1.1, 4)
    stems = [0.1 * np.sin(2 * np.pi * pitch * time + random.uniform(0, 6)) for pitch in pitches]
    return np.stack(stems)[:, None].astype(np.float32)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Folders train/ and test/ with two songs each; the second test song has no piano."""
    for split in ("train", "test"):
        for number in range(2):
            folder = tmp_path / "bands" / split / f"song{number}"
            folder.mkdir(parents=True)
            for stem, audio in zip(STEMS, tones(2.0, number), strict=True):
                if (split, number, stem) != ("test", 1, "piano"):
                    soundfile.write(folder / f"{stem}.flac", audio.T, RATE_HZ)
    return tmp_path / "bands"


def make_trainer(options: TrainOptions = QUICK, **config: Any) -> Trainer:
    torch.manual_seed(1)
    model = Nade("band_unet", band_unet.Config(**(SMALL | config)))
    return Trainer(model, options, checkpoint.describe(model, STEMS, RATE_HZ))


def batch(step: int) -> np.ndarray:
    return np.stack([tones(0.5, 2 * step), tones(0.5, 2 * step + 1)])


@pytest.mark.parametrize("conditional", [True, False])
def test_training_learns(conditional: bool) -> None:
    trainer = make_trainer(conditional=conditional)
    fixed = batch(0)
    losses = [trainer.train_step(fixed)["loss"] for _ in range(24)]
    assert np.mean(losses[-6:]) < 0.85 * np.mean(losses[:4])


def test_resumed_training_equals_uninterrupted(tmp_path: Path) -> None:
    whole = make_trainer()
    for step in range(4):
        whole.train_step(batch(step))
    first = make_trainer()
    for step in range(2):
        first.train_step(batch(step))
    first.save(tmp_path / "last.pt")
    second = make_trainer()
    second.resume(tmp_path / "last.pt")
    for step in range(2, 4):
        second.train_step(batch(step))
    for kept in ("model", "average"):
        pairs = zip(
            getattr(whole, kept).state_dict().values(),
            getattr(second, kept).state_dict().values(),
            strict=True,
        )
        assert all(torch.equal(one, other) for one, other in pairs)


def test_a_resumed_run_keeps_the_level_it_began_with(tmp_path: Path) -> None:
    """Also where the command that goes on does not state it, or the first one did not."""
    first = make_trainer()
    levels = [checkpoint.describe(first.model, STEMS, RATE_HZ, level) for level in (-17.5, -20.0)]
    for began, goes_on in ((levels[0], first.description), (first.description, levels[0])):
        first.description = began
        first.save(tmp_path / "last.pt")
        second = make_trainer()
        second.description = goes_on
        second.resume(tmp_path / "last.pt")
        assert second.description == levels[0]
    second.description = levels[1]
    second.save(tmp_path / "last.pt")
    first.description = levels[0]
    with pytest.raises(checkpoint.CheckpointError, match="this run is"):
        first.resume(tmp_path / "last.pt")


def test_a_checkpoint_of_another_model_is_refused(tmp_path: Path) -> None:
    make_trainer().save(tmp_path / "last.pt")
    with pytest.raises(checkpoint.CheckpointError, match="this run is"):
        make_trainer(lstm_hidden=9).resume(tmp_path / "last.pt")
    with pytest.raises(checkpoint.CheckpointError, match="no such"):
        checkpoint.load(tmp_path / "none.pt")


def test_checkpoint_says_flag_polarity_and_rebuilds(tmp_path: Path) -> None:
    trainer = make_trainer()
    trainer.train_step(batch(0))
    trainer.save(tmp_path / "last.pt")
    model, about = checkpoint.load_model(tmp_path / "last.pt")
    assert about["flag_hot"] == "masked"
    assert about["stems"] == list(STEMS)
    assert about["step"] == 1
    mix = torch.rand(1, 1, 513, 4)
    given, flags = torch.zeros(1, 4, 1, 513, 4), torch.ones(1, 4)
    torch.testing.assert_close(model(mix, given, flags), trainer.average(mix, given, flags))
    assert not list(tmp_path.glob("*.partial"))


def test_learning_rate_schedule() -> None:
    options = TrainOptions(warmup_steps=10, hold=0.5, final_rate=0.1)
    assert schedule(0, 0.0, options) == pytest.approx(0.1)
    assert schedule(50, 0.4, options) == 1.0
    assert schedule(50, 0.75, options) == pytest.approx(0.55)
    assert schedule(50, 1.5, options) == pytest.approx(0.1)
    flat = dataclasses.replace(options, schedule="plateau")
    assert schedule(50, 1.5, flat) == 1.0


class Counting:
    def batch(self, step: int) -> np.ndarray:
        if step == 4:
            raise ValueError("the fourth is bad")
        return np.full((1, 1, 1, 2), step, np.float32)


def test_prefetching_keeps_order_and_reports_failures() -> None:
    prefetch = Prefetch(Counting, start=2)
    try:
        assert [prefetch.next().flat[0] for _ in range(2)] == [2, 3]
        with pytest.raises(PrefetchError, match="the fourth is bad"):
            prefetch.next()
    finally:
        prefetch.close()


def test_metrics() -> None:
    truth = np.random.default_rng(0).standard_normal((3, 2, 1000))
    noise = np.random.default_rng(1).standard_normal((3, 2, 1000))
    assert sdr(np.zeros_like(truth), truth) == pytest.approx(0.0)
    assert sdr(truth + 0.1 * noise, truth) == pytest.approx(20.0, abs=0.5)
    assert si_sdr(5 * truth + 0.5 * noise, truth) == pytest.approx(20.0, abs=0.5)
    mean, low, high = bootstrap(np.array([1.0, 2.0, 3.0, 4.0]))
    assert low < mean < high
    assert np.isnan(bootstrap(np.array([]))[0])


def test_validation_scores_what_sounds(songs: Path) -> None:
    model = Nade("band_unet", band_unet.Config(**SMALL)).eval()
    clips = load_clips(songs / "test", STEMS, RATE_HZ, 1, None, 1, None)
    once, twice = (validation.score(model, clips, steps) for steps in (1, 2))
    for scores in (once, twice):
        assert set(scores) == {"si_sdri", "sdr"}
        for table in scores.values():
            assert np.isnan(table).tolist() == [[False] * 4, [False] * 3 + [True]]
    estimate = validation.stems_of(model, clips[1], 1, 0)
    assert once["sdr"][1, 0] == pytest.approx(sdr(estimate, clips[1].stems)[0])
    assert not np.array_equal(once["sdr"][0], twice["sdr"][0])


@pytest.mark.parametrize("name", sorted(file.stem for file in SETUPS.glob("*.toml")))
def test_setups_build(name: str) -> None:
    from export.nets import families

    setup = load_setup(name)
    config = families.config_from(setup["family"], setup.get("model", {}))
    assert config.stems == len(setup["stems"])
    TrainOptions(**setup["train"])
    with torch.device("meta"):
        Nade(setup["family"], config)


def test_early_test_reports_and_logs(songs: Path, tmp_path: Path) -> None:
    out = tmp_path / "early"
    arguments = [
        "--bands", str(songs), "--out", str(out), "--minutes", "0.01", "--models", "one_pass",
        "--gibbs", "1", "2", "--windows", "1", "--batch", "1", "--log-seconds", "0.5",
    ]  # fmt: skip
    assert main(["early-test", *arguments]) == 0
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert list(report["models"]) == ["one_pass-last"]
    assert report["models"]["one_pass-last"]["conditional"] is False
    assert report["set"]["clips"] == 2
    assert {"bass", "all"} <= set(report["systems"][0]["rows"])
    rows = [json.loads(line) for line in (out / "one_pass" / "log.jsonl").read_text().splitlines()]
    assert any("validation" in row for row in rows)
    assert (out / "one_pass" / "log.svg").exists()


def small_setup(folder: Path) -> Path:
    """A small network on short windows of rendered songs."""
    path = folder / "small.toml"
    path.write_text(
        'family = "band_unet"\nstems = ["bass", "drums", "guitar", "piano"]\nrate_hz = 16000\n'
        "[model]\nchannels = 1\nfft_samples = 1024\nhop_samples = 256\nwidths = [4, 6]\n"
        'lstm_hidden = 8\n[train]\nbatch = 1\nlog_seconds = 0.1\n[data]\nkind = "songs"\n'
        "seconds = 0.5\n",
        "utf-8",
    )
    return path


def test_a_budget_of_steps_ends_there_and_is_deterministic(songs: Path, tmp_path: Path) -> None:
    setup = small_setup(tmp_path)
    out = tmp_path / "run"
    command = ["--setup", str(setup), "--bands", str(songs), "--out", str(out), "--steps", "3"]
    command += ["--workers", "2"]
    assert main(["train", *command]) == 0
    state = checkpoint.load(out / "last.pt")
    assert state["step"] == 3
    values = load_setup(str(setup))
    torch.manual_seed(0)
    model = Nade("band_unet", band_unet.Config(**{**SMALL, "widths": (4, 6)}))
    trainer = Trainer(model, TrainOptions(**values["train"], steps=3), "")
    data = values["data"] | {"bands": songs}
    source = make_source(data, STEMS, RATE_HZ, 1, batch=1, seed=0)
    for step in range(3):
        trainer.train_step(source.batch(step))
    for name, value in model.state_dict().items():
        assert torch.equal(state["model"][name], value), name
    before = (out / "last.pt").stat().st_mtime_ns
    assert main(["train", *command]) == 0  # nothing is left to do
    assert (out / "last.pt").stat().st_mtime_ns == before


def test_mistakes_are_said_before_training(
    songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = small_setup(tmp_path)
    command = ["--setup", str(setup), "--bands", str(songs), "--out", str(tmp_path / "run")]
    for wrong, said in (
        (["--loss", "nothing"], "spectral_direct"),
        (["--weighting", "nothing"], "ebw_p1"),
    ):
        assert main(["train", *command, *wrong]) == 1
        assert said in capsys.readouterr().err
    assert main(["train", *command, "--stem-weights", "1,2"]) == 1
    assert "4 numbers" in capsys.readouterr().err
    with pytest.raises(OptionError, match="a budget"):
        TrainOptions(minutes=0)
    with pytest.raises(SystemExit):
        main(["train", *command, "--optimiser", "none"])
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("setup", "given", "missing"),
    [("band16", [], "--bands"), ("song", ["--bands", "b"], "--cache"), ("song", [], "--cache")],
)
def test_a_folder_that_a_setup_needs(
    setup: str, given: list[str], missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--setup", setup, "--out", str(tmp_path / "run"), *given]
    assert main(["train", *command]) == 1
    assert f"needs {missing}, the folder that python -m" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("heard_signals")
def test_stopping_saves_and_says_so(songs: Path, tmp_path: Path) -> None:
    setup = small_setup(tmp_path)
    command = [sys.executable, "-m", "export", "train", "--setup", str(setup), "--bands"]
    with subprocess.Popen(
        [*command, str(songs), "--out", str(tmp_path / "run")], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("step 3"):
                break
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(60) == 130
    assert checkpoint.load(tmp_path / "run" / "last.pt")["step"] >= 3


def test_unknown_setup_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--setup", "nothing", "--out", "x"]) == 1
    assert "band16" in capsys.readouterr().err


#: Losses of four steps as version 0.1.0 has them. Choice of settings: a learning rate, and for
#: one_pass plain gradient descent, at which other processors' rounding stays below the tolerance.
STORED = {
    "conditional": [0.45948935, 0.4603495, 0.45404771, 0.47280338],
    "one_pass": [0.51526445, 0.53203446, 0.51810080, 0.55219090],
    "spectral": [0.71627438, 0.73597181, 0.71697342, 0.7357161],
}
SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "conditional": ({}, {}),
    "one_pass": ({"conditional": False}, {"optimiser": "sgd"}),
    "spectral": (
        {},
        {"loss": "spectral_indirect", "weighting": "ebw_instp1", "optimiser": "sgd"},
    ),
}


@pytest.mark.parametrize("name", sorted(STORED))
def test_losses_are_those_of_earlier_versions(name: str) -> None:
    config, changes = SETTINGS[name]
    options = dataclasses.replace(QUICK, learning_rate=1e-4, **changes)
    trainer = make_trainer(options, **config)
    losses = [trainer.train_step(batch(step))["loss"] for step in range(4)]
    np.testing.assert_allclose(losses, STORED[name], rtol=0, atol=1e-6)
