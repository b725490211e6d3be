"""Tiny denoisers of mixtures, and songs of five sounds to train them on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from export.common.batch import Batch
from export.nets import checkpoint
from export.nets.denoising.denoiser import MixDenoiser
from export.nets.families import diffusion_stft, diffusion_unet
from export.training import spectra
from export.training.labelled import LabelledMixes
from export.training.trainer import Trainer
from tests.rigs.export.training import trainer

TINY = {
    "stems": 5, "width": 8, "patch": 4, "multipliers": (1, 1), "factors": (2,), "blocks": (1,),
    "attentions": (True,), "heads": 2, "head_width": 4, "groups": 2, "label_width": 4, "fft": 64,
}  # fmt: skip
TINY_STFT = TINY | {"width": 16, "multipliers": (1, 1), "body_fft": 64}
"""Of `diffusion_stft`, whose patches have 16 places."""
SIZES = {"diffusion_unet": TINY, "diffusion_stft": TINY_STFT}
HERTZ = (60, 260, 700, 1800, 5200)
SAMPLES = 2048
STEMS = ("bass", "drums", "guitar", "piano", "other")


def core(**changes: Any) -> MixDenoiser:
    """A seeded network of TINY, whose last taps are not 0 as they are before training."""
    torch.manual_seed(4)
    made = diffusion_unet.build(diffusion_unet.Config(**(TINY | changes)))
    torch.nn.init.normal_(made.body.unpatches[-1].block.second.taps.weight)
    return made.eval()


def stft_core(**changes: Any) -> MixDenoiser:
    """The same of TINY_STFT."""
    torch.manual_seed(4)
    made = diffusion_stft.build(diffusion_stft.Config(**(TINY_STFT | changes)))
    torch.nn.init.normal_(made.body.inner.unpatches[-1].block.second.taps.weight)
    return made.eval()


def denoising_trainer(
    changes: dict[str, Any] | None = None, family: str = "diffusion_unet", **options: Any
) -> Trainer:
    """A trainer of a family's tiny network, or of one that is otherwise in some sizes."""
    usual = {"loss": "denoising", "batch": 4, "ema": 0.9}
    return trainer(family, SIZES[family] | (changes or {}), **(usual | options))


class Songs:
    """Windows of five tones, each a stem; in every second one two of them are silent."""

    def __init__(self, groups: bool = False) -> None:
        self.groups = groups

    def batch(self, step: int) -> Any:
        """(2, 5, 1, SAMPLES), with groups if it was asked for them: the last three are a sum."""
        rng = np.random.default_rng(step)
        time = np.arange(SAMPLES) / 16000
        turns = 2 * np.pi * np.outer(HERTZ, time) + rng.uniform(0, 6, (2, 5, 1))
        stems = 0.1 * np.sin(turns).astype(np.float32)[:, :, None]
        stems[1, rng.permutation(5)[:2]] = 0
        if not self.groups:
            return stems
        stems[:, 2] = stems[:, 2:].sum(1)
        stems[:, 3:] = 0
        return Batch(stems, np.array([[0, 1, 2, 2, 2]] * 2, np.int8))


def write_checkpoint(path: Path, family: str = "diffusion_unet") -> Path:
    """Of a tiny network with the spectra of its songs, one step old."""
    made, source = denoising_trainer(family=family), LabelledMixes(Songs(), 1)
    spectra.measure(made.model.core, source, 60)
    made.average.load_state_dict(made.model.state_dict())
    made.description = checkpoint.describe(made.model, STEMS, 16000, -14.0)
    made.train_step(source.batch(0))
    made.save(path)
    return path
