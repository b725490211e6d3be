"""Training's tensors are where they should be, shown without a GPU: see elsewhere.py."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from export.common.batch import Batch
from export.nets import gibbs
from export.nets.families import config_from
from export.nets.nade import Nade
from export.training import band_sums, device
from export.training.options import TrainOptions
from export.training.trainer import Trainer
from tests.rigs.export.elsewhere import DEVICE, Elsewhere, MixedDevices, Pretence
from tests.rigs.export.training import BAND, C_UNET, DEMUCS, UNET, batch

QUICK = TrainOptions(  # sgd: Adam makes the most of rounding
    batch=2,
    warmup_steps=1,
    learning_rate=1e-3,
    optimiser="sgd",
    own_context=1.0,
    precision="float32",
)
SAMS = {
    "stems": 4, "channels": 1, "fft_samples": 256, "hop_samples": 128, "width": 4, "modules": 2,
    "bands": ((1, 17), (4, 28)), "slice_frames": 5,
}  # fmt: skip
CASES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "late masks": ("band_unet", BAND, {"late_share": 1.0}),
    "one pass": ("band_unet", {**BAND, "conditional": False}, {}),
    "bands": ("band_unet", BAND, {"loss": "bands", "late_share": 0.5}),
    "bands_sdr": ("band_unet", BAND, {"loss": "bands_sdr", "weighting": "ebw_instp1"}),
    "bands_l2": ("band_unet", BAND, {"loss": "bands_l2"}),
    "demucs": ("nade_demucs", {**DEMUCS, "conditional": True}, {"loss": "waveform_l2"}),
    "m_unet": (
        "m_unet",
        {**UNET, "conditional": True},
        {"loss": "spectral_direct", "stem_weights": "1,2,1,1", "channels_last": True},
    ),
    "dedicated": ("dedicated_unet", UNET, {"loss": "spectral_indirect", "weighting": "dwa"}),
    "c_unet": ("c_unet", C_UNET, {"epoch_steps": 1}),
    "sams_net": ("sams_net", {**SAMS, "conditional": True}, {"optimiser": "adam"}),
}


@pytest.fixture
def pretence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`--device cuda` leads to the pretended device."""
    here = device.find
    monkeypatch.setattr(device, "find", lambda name: DEVICE if name == "cuda" else here(name))
    monkeypatch.setattr(device, "pinned", lambda value, place: value)
    autocast = torch.autocast  # knows no such device

    def elsewhere_none(kind: str, *args: Any, **options: Any) -> Any:
        return autocast("cpu", enabled=False)

    monkeypatch.setattr(torch, "autocast", elsewhere_none)
    with Pretence():
        yield


def make(family: str, values: dict[str, Any], **options: Any) -> Trainer:
    torch.manual_seed(1)
    axis = "time" if options.get("late_share") else "stem"
    model = Nade(family, config_from(family, values), flag_axis=axis)
    return Trainer(model, dataclasses.replace(QUICK, **options), "")


def given(trainer: Trainer, step: int) -> Any:
    """What the data process sends."""
    if trainer.model.family == "nade_demucs":
        return batch(step)[..., :800].copy()  # its recurrence is slow under the pretence
    if not trainer.options.loss.startswith("bands"):
        return batch(step)
    config = trainer.model.config
    sums = band_sums.band_sums(
        torch.from_numpy(batch(step)), config.runs, config.fft_samples, config.hop_samples
    )
    return sums.arrays()


def test_the_pretence_refuses_what_a_gpu_refuses() -> None:
    with Pretence():
        here, there = torch.ones(2), torch.ones(2).to(DEVICE)
        assert isinstance(there + 1 + torch.tensor(1.0), Elsewhere)
        assert isinstance(torch.zeros(2, device=DEVICE), Elsewhere)
        assert there[torch.tensor([True, False])].sum().item() == 1
        assert type(there.to("cpu") + here) is torch.Tensor
        for mixed in (lambda: here + there, lambda: torch.where(here > 0, there, there)):
            with pytest.raises(MixedDevices):
                mixed()


@pytest.mark.usefixtures("pretence")
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_training_step_is_the_same_elsewhere(name: str) -> None:
    family, values, options = CASES[name]
    here, there = make(family, values, **options), make(family, values, device="cuda", **options)
    for module in (there.model, there.average):
        assert all(isinstance(value, Elsewhere) for value in module.state_dict().values())
    for step in range(2):
        torch.manual_seed(step)
        one = here.train_step(given(here, step))
        torch.manual_seed(step)
        other = there.train_step(given(there, step))
        assert one == pytest.approx(other, rel=1e-5)
    for kept in ("model", "average"):
        state = getattr(there, kept).state_dict()
        for key, value in getattr(here, kept).state_dict().items():
            torch.testing.assert_close(state[key].to("cpu"), value, rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("pretence")
def test_sums_of_stems_elsewhere() -> None:
    stems = batch(0)
    stems[0, 1] += stems[0, 2]
    stems[0, 2] = 0
    known = Batch(stems, np.array([[0, 1, 1, 2], [0, 1, 2, 3]], np.int8))
    one, other = (make("band_unet", BAND, device=name).train_step(known) for name in device.DEVICES)
    assert one == pytest.approx(other, rel=1e-5)


@pytest.mark.usefixtures("pretence")
@pytest.mark.parametrize(("family", "values"), [("band_unet", BAND), ("nade_demucs", DEMUCS)])
def test_validation_elsewhere(family: str, values: dict[str, Any]) -> None:
    stems = torch.from_numpy(batch(0)[:1, ..., :800])
    known = torch.tensor([[True, False, False, False]])
    found = [
        gibbs.separate(
            make(family, {**values, "conditional": True}, device=name).average,
            stems.sum(1), 4, 0, stems * known[..., None, None], known,
            gibbs.Schedule(estimate="mean"),
        )
        for name in device.DEVICES
    ]  # fmt: skip
    assert type(found[1].stems) is torch.Tensor
    torch.testing.assert_close(found[0].stems, found[1].stems)


@pytest.mark.parametrize("there", [True, False])
def test_auto_is_the_precision_that_the_device_computes(
    monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """Where a processor lacks the instructions, bfloat16 is tens of times slower than float32."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": there})
    cpu = torch.device("cpu")
    expected = "bfloat16" if there else "float32"
    assert device.resolved(cpu, "auto") == expected
    assert device.described(cpu, "auto").startswith(f"{expected} (auto")
    with device.autocast(cpu, "auto"):
        product = torch.ones(2, 2) @ torch.ones(2, 2)
    assert product.dtype == getattr(torch, expected)
    # What is asked for by name is done, and what it costs is said.
    assert device.resolved(cpu, "bfloat16") == "bfloat16"
    assert ("in software" in device.described(cpu, "bfloat16")) is not there
    assert device.described(cpu, "float32") == "float32"


def test_a_processor_of_another_make_counts_as_without() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "aarch64"})
        assert not device.computes_bfloat16(torch.device("cpu"))
