"""Small networks and sounds to train them with."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch

from export.nets import families
from export.nets.nade import Nade
from export.training.options import TrainOptions
from export.training.trainer import Trainer

QUICK = TrainOptions(
    batch=2, warmup_steps=1, learning_rate=5e-3, own_context=0.5, precision="float32", clock="cpu"
)
CONDITIONAL = TrainOptions(
    batch=2, warmup_steps=1, own_context=0.5, precision="float32", clock="cpu"
)
BAND = {
    "stems": 4, "channels": 1, "fft_samples": 1024, "hop_samples": 256,
    "widths": (4, 6), "lstm_hidden": 8,
}  # fmt: skip
UNET = {
    "stems": 4, "channels": 1, "fft_samples": 256, "hop_samples": 128, "rows": 32,
    "widths": (4, 6, 8), "dropout": 0.0, "log_floor": 1e-3,
}  # fmt: skip
C_UNET = {**UNET, "condition_widths": (4, 6, 8), "condition_dropout": 0.0}
SMALL = {"band_unet": BAND, "m_unet": UNET, "c_unet": C_UNET}
DEMUCS = {"stems": 4, "channels": 1, "base_channels": 4, "depth": 2}


def trainer(family: str, values: dict[str, Any], **options: Any) -> Trainer:
    """A seeded network of a family with these sizes, ready to train."""
    torch.manual_seed(1)
    model = Nade(family, families.config_from(family, values))
    return Trainer(model, dataclasses.replace(QUICK, **options), "")


def conditional_trainer(
    family: str, values: dict[str, Any], axis: str = "time", **options: Any
) -> Trainer:
    """The same of a conditional one, whose flags lie on this axis."""
    torch.manual_seed(1)
    config = families.config_from(family, {**values, "conditional": True})
    model = Nade(family, config, flag_axis=axis)
    return Trainer(model, dataclasses.replace(CONDITIONAL, **options), "")


def tones(seed: int) -> np.ndarray:
    """(stems, 1, samples) float32: half a second of one sound per stem, each in its own octave."""
    random = np.random.default_rng(seed)
    time = np.arange(8000) / 16000
    pitches = np.array([100, 400, 1300, 4000]) * random.uniform(0.9, 1.1, 4)
    stems = [0.1 * np.sin(2 * np.pi * pitch * time + random.uniform(0, 6)) for pitch in pitches]
    return np.stack(stems)[:, None].astype(np.float32)


def batch(step: int) -> np.ndarray:
    """(2, stems, 1, samples) float32: another two for every step."""
    return np.stack([tones(2 * step), tones(2 * step + 1)])
