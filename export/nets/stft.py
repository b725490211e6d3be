"""Short-time Fourier transform as the engine does it: centred, zero padded, the engine's windows.

Any even fft, any hop of at most half of it (also one that does not divide it, as in 1022/256), any
`window` of engines.spec.WINDOWS. Frame t is the windowed piece [t*hop - fft/2, t*hop + fft/2) of
the signal; samples outside the signal are zero. A signal of n samples has 1 + ceil(n / hop) frames.
The inverse is plain overlap-add of windowed frames divided by the overlapped squared window.
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from engines import stft as engine

HANN = "hann_periodic"


CPU = torch.device("cpu")


@lru_cache(maxsize=8)
def taper(window: str, fft_samples: int, device: torch.device = CPU) -> Tensor:
    """The engine's window of that name, (fft_samples,) float32."""
    return torch.from_numpy(engine.taper(window, fft_samples).copy()).to(device)


def frame_count(samples: int, hop_samples: int) -> int:
    """Frames of a signal of `samples`."""
    return 1 + -(-samples // hop_samples)


def stft(signal: Tensor, fft_samples: int, hop_samples: int, window: str = HANN) -> Tensor:
    """(..., samples) float32 -> (..., frames, fft/2 + 1) complex64."""
    shape = taper(window, fft_samples, signal.device)
    return torch.fft.rfft(framed(signal, fft_samples, hop_samples) * shape)


def framed(signal: Tensor, fft_samples: int, hop_samples: int) -> Tensor:
    """(..., samples) -> (..., frames, fft), not windowed yet: a view of a padded copy."""
    frames = frame_count(signal.shape[-1], hop_samples)
    total = (frames - 1) * hop_samples + fft_samples
    left = fft_samples // 2
    padded = F.pad(signal, (left, total - left - signal.shape[-1]))
    return padded.unfold(-1, fft_samples, hop_samples)


@lru_cache(maxsize=8)
def _window_energy(
    frames: int, fft_samples: int, hop_samples: int, window: str, device: torch.device
) -> Tensor:
    """Overlapped squared windows; at least 0.25 wherever there is signal, as hop <= fft / 2."""
    squared = (taper(window, fft_samples, device) ** 2).expand(frames, fft_samples)
    return _overlap_add(squared, hop_samples).clamp(min=1e-8)


def _overlap_add(pieces: Tensor, hop_samples: int) -> Tensor:
    """(..., frames, fft) -> (..., at least (frames - 1) * hop + fft), in whole hops."""
    columns = -(-pieces.shape[-1] // hop_samples)
    extra = columns * hop_samples - pieces.shape[-1]
    blocks = (F.pad(pieces, (0, extra)) if extra else pieces).unflatten(-1, (columns, hop_samples))
    total = sum(
        F.pad(blocks[..., part, :], (0, 0, part, columns - 1 - part)) for part in range(columns)
    )
    assert isinstance(total, Tensor)
    return total.flatten(-2)


def istft(
    spectrum: Tensor, samples: int, fft_samples: int, hop_samples: int, window: str = HANN
) -> Tensor:
    """(..., frames, fft/2 + 1) complex64 -> (..., samples) float32."""
    device = spectrum.device
    pieces = torch.fft.irfft(spectrum, n=fft_samples) * taper(window, fft_samples, device)
    energy = _window_energy(spectrum.shape[-2], fft_samples, hop_samples, window, device)
    left = fft_samples // 2
    return (_overlap_add(pieces, hop_samples) / energy)[..., left : left + samples]


def _frames_of(signal: Tensor, frames: int, fft_samples: int, hop_samples: int) -> Tensor:
    """Adjoint of trimming and overlap-add: (..., samples) -> (..., frames, fft) views."""
    left = fft_samples // 2
    total = (frames - 1) * hop_samples + fft_samples
    padded = F.pad(signal, (left, total - left - signal.shape[-1]))
    return padded.unfold(-1, fft_samples, hop_samples)


class _MaskedInverse(torch.autograd.Function):
    """masks (N, C, F, T) on spectrum re, im (N, C, T, F) -> (N, C, samples).

    The gradient with respect to the masks is written out: the adjoint of the inverse FFT is the
    forward FFT with inner bins doubled, divided by its (even) length. Autograd's own path costs
    three times as much (complex products on transposed strides, a zero-filled tensor per slice).
    """

    @staticmethod
    def forward(ctx, masks, real, imag, samples, fft_samples, hop_samples, window):  # type: ignore[no-untyped-def]
        across = masks.transpose(-1, -2).contiguous()
        spectrum = torch.complex(across * real, across * imag)
        ctx.save_for_backward(real, imag)
        ctx.sizes = (fft_samples, hop_samples, window)
        return istft(spectrum, samples, fft_samples, hop_samples, window)

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        real, imag = ctx.saved_tensors
        fft_samples, hop_samples, window = ctx.sizes
        frames = real.shape[-2]
        energy = _window_energy(frames, fft_samples, hop_samples, window, gradient.device)
        left = fft_samples // 2
        scaled = gradient / energy[left : left + gradient.shape[-1]]
        shape = taper(window, fft_samples, gradient.device) * (2.0 / fft_samples)
        back = torch.fft.rfft(_frames_of(scaled, frames, fft_samples, hop_samples) * shape)
        result = back.real * real + back.imag * imag
        result[..., 0] *= 0.5
        result[..., -1] *= 0.5
        return result.transpose(-1, -2).contiguous(), None, None, None, None, None, None


def masked_inverse(
    masks: Tensor,
    spectrum: Tensor,
    samples: int,
    fft_samples: int,
    hop_samples: int,
    window: str = HANN,
) -> Tensor:
    """Waveforms (N, C, samples) of masks (N, C, bins, frames) on spectrum (N, C, frames, bins).

    Equal to `istft` of the product, with a cheap gradient with respect to the masks only.
    """
    parts = (spectrum.real.contiguous(), spectrum.imag.contiguous())
    return _MaskedInverse.apply(masks, *parts, samples, fft_samples, hop_samples, window)
