"""What the package's own network does: its transform, its spectra, its samples.

The forward runs as its package wrote it, complex numbers and all; only what passes the taps is
written down, and what is transformed back is silenced, so that samples made beside the spectra
remain. The graph is compared with this, not with the network as it was lifted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engines.stft import taper
from engines.types import Audio
from export.graphs.errors import UnsupportedGraphError
from export.graphs.lifting.taps import Heard, Taps, Transform, arguments, tapped

#: Level (root mean square) of the noise that networks are asked with, that of quiet music.
LEVEL = 0.1


@dataclass(frozen=True)
class Transformed:
    """The short-time transform that a network was seen to use; lengths in samples."""

    fft: int
    hop: int
    window: str
    centred: bool
    scale: float
    bins: int


@dataclass(frozen=True)
class Witness:
    """One pass of a network: spec (B, C * 2, F, T), mix (B, C, n), spectra (B, S * C * 2, F, T) and
    samples (B, S, C, n), which are silent where it is no hybrid. `call`: the transform's arguments.
    """

    spec: Audio
    mix: Audio
    spectra: Audio
    samples: Audio
    call: dict[str, Any]


def noise(batch: int, channels: int, samples: int, seed: int = 0) -> Tensor:
    """(B, C, n) of quiet noise."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(LEVEL * rng.standard_normal((batch, channels, samples), np.float32))


def witness(network: nn.Module, taps: Taps, mix: Tensor) -> Witness:
    """Asks the network. Raises UnsupportedGraphError."""
    heard = Heard()

    def hear(real: Transform, *args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        heard.forward.append((arguments(real, args, kwargs), made))
        return made

    def silence(real: Transform, *args: Any, **kwargs: Any) -> Any:
        heard.inverse.append((arguments(real, args, kwargs), args[0]))
        return torch.zeros_like(real(*args, **kwargs))

    with torch.no_grad(), tapped(network, taps, hear, silence):
        samples = network(mix)
    heard.require_one()
    call, spec = heard.forward[0]
    return Witness(
        _channels(spec, mix.shape[0]),
        mix.numpy(),
        _channels(heard.inverse[0][1], mix.shape[0]),
        _samples(samples, mix),
        {name: value for name, value in call.items() if name != "input"},
    )


def _channels(values: Tensor, batch: int) -> Audio:
    """Complex (..., F, T), or real (..., F, T, 2) -> (B, rows * 2, F, T)."""
    both = torch.view_as_real(values) if values.is_complex() else values
    parts = both.movedim(-1, -3)
    return np.ascontiguousarray(parts.reshape(batch, -1, *parts.shape[-2:]).numpy())


def _samples(made: Tensor, mix: Tensor) -> Audio:
    batch, channels, length = mix.shape
    return made[..., :length].reshape(batch, -1, channels, made[..., :length].shape[-1]).numpy()


def seen_transform(call: dict[str, Any]) -> Transformed:
    """What torch.stft was asked for. Raises UnsupportedGraphError for what no spec can say."""
    fft = int(call["n_fft"])
    hop = int(call.get("hop_length") or fft // 4)
    bad = [
        text
        for holds, text in (
            (call.get("win_length") in (None, fft), "a window shorter than its FFT"),
            (call.get("onesided") in (None, True), "both sides of the spectrum"),
            (call.get("pad_mode", "reflect") == "reflect", f"edges {call.get('pad_mode')!r}"),
        )
        if not holds
    ]
    if bad:
        raise UnsupportedGraphError(bad[0], "a one-sided STFT with reflected edges", "write a tap")
    scale = fft**-0.5 if call.get("normalized") else 1.0
    centred = bool(call.get("center", True))
    return Transformed(fft, hop, window_name(call.get("window"), fft), centred, scale, fft // 2 + 1)


def window_name(window: Tensor | None, fft: int) -> str:
    """The name of a window's samples. Raises UnsupportedGraphError."""
    if window is None or bool((window == 1).all()):
        return "rectangular"
    for name in ("hann_periodic", "sqrt_hann_periodic", "hamming_periodic"):
        if np.allclose(window.detach().numpy(), taper(name, fft), atol=1e-6):
            return name
    raise UnsupportedGraphError(f"an unknown window of {fft}", "Hann, Hamming or none", "add it")
