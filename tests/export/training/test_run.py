"""A run's course: slices, early stopping, what it says; devices, precisions, several workers."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from export.__main__ import main
from export.common.errors import Unfinished
from export.common.songs import Clip
from export.nets import checkpoint
from export.nets.families import band_unet
from export.nets.nade import Nade
from export.training import device, train, validation
from export.training.device import DeviceError
from export.training.options import OptionError, TrainOptions, checked
from export.training.stopping import Best
from export.training.trainer import Trainer

STEMS = ("bass", "drums")
QUICK = TrainOptions(
    batch=2, warmup_steps=1, learning_rate=5e-3, precision="float32", steps=3, log_seconds=0.0
)
CLIP = Clip("none", np.zeros((2, 1, 8), np.float32))


class Noise:
    """Two items of two stems, half a second of noise."""

    def batch(self, step: int) -> np.ndarray:
        random = np.random.default_rng(step)
        return random.normal(0, 0.1, (2, 2, 1, 8000)).astype(np.float32)


class Here:
    """Stands in for Prefetch without its processes."""

    def __init__(
        self, make: Callable[[], Any], start: int, workers: int, prepare: Callable[[Any], Any]
    ) -> None:
        self.source, self.step, self.prepare = make(), start - 1, prepare

    def next(self) -> Any:
        self.step += 1
        return self.prepare(self.source.batch(self.step))

    def close(self) -> None:
        """Nothing to end."""


def make_trainer(options: TrainOptions = QUICK) -> Trainer:
    torch.manual_seed(1)
    config = band_unet.Config(
        stems=2, channels=1, fft_samples=1024, hop_samples=256, widths=(4, 6), lstm_hidden=8
    )
    model = Nade("band_unet", config)
    return Trainer(model, options, checkpoint.describe(model, STEMS, 16000))


def go(out: Path, clips: Sequence[Clip] = (), **changes: Any) -> tuple[int, Trainer]:
    """One command's run: its exit status and trainer."""
    trainer = make_trainer(dataclasses.replace(QUICK, **changes))
    try:
        train.Run(trainer, Noise, clips, out, STEMS).go()
    except Unfinished as end:
        return end.status, trainer
    return 0, trainer


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "Prefetch", Here)
    monkeypatch.setattr("export.training.plot_log.refresh", lambda run: None)


def scored(monkeypatch: pytest.MonkeyPatch, values: Sequence[float]) -> None:
    """The next validations, in SI-SDRi; plain SDR is the other way round."""
    left = list(values)

    def score(model: Nade, clips: Sequence[Clip], steps: int) -> dict[str, np.ndarray]:
        value = left.pop(0) if steps == 4 else left[0]
        silent = np.array([[value, np.nan]])  # the second stem is silent in every clip
        return {"si_sdri": silent, "sdr": -silent}

    monkeypatch.setattr(validation, "score", score)


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.usefixtures("here")
def test_slices_make_the_run_that_one_command_makes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, whole = go(tmp_path / "whole")
    assert status == 0
    assert "ended: the budget of 3 steps is used up" in capsys.readouterr().out
    statuses = []
    for _ in range(4):
        status, part = go(tmp_path / "slices", slice_minutes=1e-9)
        statuses.append(status)
    assert statuses == [train.SLICE_OVER, train.SLICE_OVER, 0, 0]
    assert "the slice is over, 2 steps left" in capsys.readouterr().out
    for kept in ("model", "average"):
        one, other = getattr(whole, kept).state_dict(), getattr(part, kept).state_dict()
        assert all(torch.equal(value, other[name]) for name, value in one.items())
    rates = {row["step"]: row["rate"] for row in rows(tmp_path / "slices") if "rate" in row}
    assert rates == {row["step"]: row["rate"] for row in rows(tmp_path / "whole")}


def learn_in(seconds: float) -> Callable[..., dict[str, float]]:
    """A step that learns nothing and takes long."""

    def learn(trainer: Trainer, groups: Any, batch: Any) -> dict[str, float]:
        trainer.step += 1
        trainer.elapsed_s += seconds
        return {"loss": 1.0, "norm": 1.0, "rate": 1.0}

    return learn


@pytest.mark.usefixtures("here")
def test_validation_falls_due_across_slices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored(monkeypatch, [1.0, 1.0])
    monkeypatch.setattr(Trainer, "learn", learn_in(30))
    changes = {"steps": 9, "validate_minutes": 1.6}
    for _ in range(3):
        _, trainer = go(tmp_path, [CLIP], slice_minutes=1e-9, **changes)
    assert (trainer.step, trainer.validated_s) == (3, 0.0)
    _, trainer = go(tmp_path, [CLIP], **(changes | {"steps": 5}))
    seen = [row["step"] for row in rows(tmp_path) if "validation" in row]
    assert seen == [4, 5]  # due, and at the end
    assert trainer.validated_s > 140


@pytest.mark.usefixtures("here")
def test_training_ends_when_validation_gets_no_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Trainer, "learn", learn_in(1))
    changes = {"validate_minutes": 0.0, "stop_patience": 2}
    scored(monkeypatch, [1.0, 3.0, 2.0])
    assert go(tmp_path, [CLIP], steps=3, **changes)[0] == 0
    scored(monkeypatch, [2.5])
    status, trainer = go(tmp_path, [CLIP], steps=50, **changes)
    assert (status, trainer.step) == (0, 4)
    assert "no better si_sdri than 3.00 dB (best.pt) in 2 validations" in capsys.readouterr().out
    assert checkpoint.load(tmp_path / "best.pt")["step"] == 2
    status, trainer = go(tmp_path, [CLIP], steps=50, **changes)  # nothing more to do
    assert (status, trainer.step) == (0, 4)
    scored(monkeypatch, [4.0, 5.0])
    status, trainer = go(tmp_path, [CLIP], steps=6, **(changes | {"stop_patience": 3}))
    assert (status, trainer.step, trainer.best.score) == (0, 6, 5.0)


@pytest.mark.usefixtures("here")
def test_the_score_to_go_by_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "learn", learn_in(1))
    for by, best in (("si_sdri", 2), ("sdr", 1)):
        scored(monkeypatch, [1.0, 3.0, 2.0])
        go(tmp_path / by, [CLIP], steps=3, validate_minutes=0.0, validate_by=by)
        assert checkpoint.load(tmp_path / by / "best.pt")["step"] == best
        assert [row["mean_sdr"] for row in rows(tmp_path / by) if "mean_sdr" in row] == [-1, -3, -2]


def test_best_keeps_counting() -> None:
    best = Best("si_sdri", 2)
    assert [best.better(score) for score in (float("nan"), 1.0, 1.0)] == [False, True, False]
    again = Best("si_sdri", 2)
    again.restore(best.state())
    assert not again.over
    assert not again.better(0.5)
    assert again.over
    other = Best("sdr", 2)
    other.restore(best.state())
    assert other.better(-5.0)
    never = Best("si_sdri", 0)
    assert not any(never.better(float("-inf")) or never.over for _ in range(9))


def test_a_gpu_that_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(DeviceError, match="device cuda: torch"):
        make_trainer(dataclasses.replace(QUICK, device="cuda"))
    setup = tmp_path / "small.toml"
    setup.write_text(
        'family = "band_unet"\nstems = ["bass", "drums", "guitar", "piano"]\nrate_hz = 16000\n'
        "[model]\nchannels = 1\nfft_samples = 1024\nhop_samples = 256\nwidths = [4]\n"
        'lstm_hidden = 8\n[data]\nkind = "songs"\nseconds = 0.5\n',
        "utf-8",
    )
    command = ["--setup", str(setup), "--bands", str(tmp_path), "--out", str(tmp_path / "run")]
    assert main(["train", *command, "--device", "cuda"]) == 1
    assert "--device cpu" in capsys.readouterr().err
    assert main(["train", *command, "--device", "cpu", "--stop-patience", "2"]) == 1
    assert "needs validation clips" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def losses(trainer: Trainer, count: int = 4) -> list[float]:
    return [trainer.train_step(Noise().batch(0))["loss"] for _ in range(count)]


def test_precisions_agree(tmp_path: Path) -> None:
    exact = losses(make_trainer())
    assert exact[-1] < exact[0]
    for precision, tolerance in (("bfloat16", 0.03), ("float16", 0.01)):
        trainer = make_trainer(dataclasses.replace(QUICK, precision=precision))
        np.testing.assert_allclose(losses(trainer), exact, rtol=tolerance)
        trainer.save(tmp_path / "last.pt")
        assert bool(checkpoint.load(tmp_path / "last.pt")["scaler"]) == (precision == "float16")
    last = make_trainer(dataclasses.replace(QUICK, channels_last=True))
    np.testing.assert_allclose(losses(last), exact, rtol=1e-4)


def test_a_scaled_loss_that_overflows_makes_no_step_and_the_scale_is_kept(tmp_path: Path) -> None:
    options = dataclasses.replace(QUICK, precision="float16")
    trainer = make_trainer(options)
    trainer.scaler.load_state_dict(trainer.scaler.state_dict() | {"scale": 2.0**120})
    before = {name: value.clone() for name, value in trainer.model.named_parameters()}
    assert not np.isfinite(trainer.train_step(Noise().batch(0))["norm"])
    assert all(torch.equal(value, before[n]) for n, value in trainer.model.named_parameters())
    trainer.save(tmp_path / "last.pt")
    second = make_trainer(options)
    second.resume(tmp_path / "last.pt")
    assert second.scaler.get_scale() == trainer.scaler.get_scale() == 2.0**119


def test_checkpoints_from_before_there_were_devices_go_on(tmp_path: Path) -> None:
    trainer = make_trainer()
    trainer.train_step(Noise().batch(0))
    trainer.elapsed_s = 100.0
    trainer.save(tmp_path / "last.pt")
    state = checkpoint.load(tmp_path / "last.pt")
    state["torch_rng"] = state.pop("torch_rngs")["cpu"]
    for name in ("scaler", "validated_s"):
        del state[name]
    checkpoint.save(tmp_path / "last.pt", state | {"best": 4.5})
    for by, score in (("sdr", 4.5), ("si_sdri", -np.inf)):
        later = make_trainer(dataclasses.replace(QUICK, validate_by=by))
        later.resume(tmp_path / "last.pt")
        assert (later.step, later.validated_s, later.best.score) == (1, 100.0, score)


def test_options_say_what_they_expect() -> None:
    for wrong in ({"workers": 0}, {"stop_patience": -1}, {"slice_minutes": -1.0}):
        with pytest.raises(OptionError, match="expected at least"):
            TrainOptions(**wrong)
    with pytest.raises(OptionError, match="auto or float32 or bfloat16 or float16"):
        TrainOptions(precision="float64")
    with pytest.raises(OptionError, match="precision = "):
        checked({"bfloat16": True})


def test_new_options_leave_the_names_of_older_runs() -> None:
    old = TrainOptions().identity()
    assert old["bfloat16"] is True
    assert not {"precision", "device", "workers"} & set(old)
    assert TrainOptions(precision="bfloat16").identity() == old
    assert TrainOptions(precision="float32").identity() == old | {"bfloat16": False}
    assert TrainOptions(device="cuda").identity() == old | {"device": "cuda"}
    assert TrainOptions(precision="float16").identity()["precision"] == "float16"


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU and torch for it")
def test_a_gpu_learns_what_a_processor_learns(tmp_path: Path) -> None:
    exact = losses(make_trainer())
    trainer = make_trainer(dataclasses.replace(QUICK, device="cuda"))
    np.testing.assert_allclose(losses(trainer), exact, rtol=1e-2)
    trainer.save(tmp_path / "last.pt")
    make_trainer().resume(tmp_path / "last.pt")
    make_trainer(dataclasses.replace(QUICK, device="cuda")).resume(tmp_path / "last.pt")


def test_tensors_are_found_wherever_they_are() -> None:
    batch = (torch.ones(2), None, Best("sdr", 1), Passing(torch.zeros(1), "kept"))
    found = device.moved(batch, torch.device("meta"))
    assert found[0].device.type == found[3].values.device.type == "meta"
    assert (found[1], found[2], found[3].name) == (None, batch[2], "kept")
    assert device.pinned(batch, torch.device("cpu")) is batch


@dataclasses.dataclass(frozen=True)
class Passing:
    values: torch.Tensor
    name: str
