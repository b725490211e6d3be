"""Short-time Fourier transform as the engine does it: centred, zero padded, periodic Hann.

Frame t is the windowed piece [t*hop - fft/2, t*hop + fft/2) of the signal; samples outside the
signal are zero. A signal of n samples has 1 + ceil(n / hop) frames. The inverse is plain
overlap-add of windowed frames divided by the overlapped squared window.
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F


@lru_cache(maxsize=8)
def hann(fft_samples: int) -> Tensor:
    """Periodic Hann window, (fft_samples,) float32."""
    return torch.hann_window(fft_samples, periodic=True)


def frame_count(samples: int, hop_samples: int) -> int:
    """Frames of a signal of `samples`."""
    return 1 + -(-samples // hop_samples)


def stft(signal: Tensor, fft_samples: int, hop_samples: int) -> Tensor:
    """(..., samples) float32 -> (..., frames, fft/2 + 1) complex64."""
    frames = frame_count(signal.shape[-1], hop_samples)
    total = (frames - 1) * hop_samples + fft_samples
    left = fft_samples // 2
    padded = F.pad(signal, (left, total - left - signal.shape[-1]))
    pieces = padded.unfold(-1, fft_samples, hop_samples) * hann(fft_samples)
    return torch.fft.rfft(pieces)


@lru_cache(maxsize=8)
def _window_energy(frames: int, fft_samples: int, hop_samples: int) -> Tensor:
    squared = (hann(fft_samples) ** 2).expand(frames, fft_samples)
    return _overlap_add(squared, hop_samples).clamp(min=1e-8)


def _overlap_add(pieces: Tensor, hop_samples: int) -> Tensor:
    """(..., frames, fft) -> (..., (frames - 1) * hop + fft); fft is a multiple of hop."""
    fft_samples = pieces.shape[-1]
    ratio = fft_samples // hop_samples
    blocks = pieces.unflatten(-1, (ratio, hop_samples))
    total = sum(
        F.pad(blocks[..., part, :], (0, 0, part, ratio - 1 - part)) for part in range(ratio)
    )
    assert isinstance(total, Tensor)
    return total.flatten(-2)


def istft(spectrum: Tensor, samples: int, fft_samples: int, hop_samples: int) -> Tensor:
    """(..., frames, fft/2 + 1) complex64 -> (..., samples) float32."""
    pieces = torch.fft.irfft(spectrum, n=fft_samples) * hann(fft_samples)
    energy = _window_energy(spectrum.shape[-2], fft_samples, hop_samples)
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
    forward FFT with inner bins doubled, divided by its length. Autograd's own path costs three
    times as much (complex products on transposed strides, a zero-filled tensor for every slice).
    """

    @staticmethod
    def forward(ctx, masks, real, imag, samples, fft_samples, hop_samples):  # type: ignore[no-untyped-def]
        across = masks.transpose(-1, -2).contiguous()
        spectrum = torch.complex(across * real, across * imag)
        ctx.save_for_backward(real, imag)
        ctx.sizes = (fft_samples, hop_samples)
        return istft(spectrum, samples, fft_samples, hop_samples)

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        real, imag = ctx.saved_tensors
        fft_samples, hop_samples = ctx.sizes
        frames = real.shape[-2]
        energy = _window_energy(frames, fft_samples, hop_samples)
        left = fft_samples // 2
        scaled = gradient / energy[left : left + gradient.shape[-1]]
        window = hann(fft_samples) * (2.0 / fft_samples)
        back = torch.fft.rfft(_frames_of(scaled, frames, fft_samples, hop_samples) * window)
        result = back.real * real + back.imag * imag
        result[..., 0] *= 0.5
        result[..., -1] *= 0.5
        return result.transpose(-1, -2).contiguous(), None, None, None, None, None


def masked_inverse(
    masks: Tensor, spectrum: Tensor, samples: int, fft_samples: int, hop_samples: int
) -> Tensor:
    """Waveforms (N, C, samples) of masks (N, C, bins, frames) on spectrum (N, C, frames, bins).

    Equal to `istft` of the product, with a cheap gradient with respect to the masks only.
    """
    parts = (spectrum.real.contiguous(), spectrum.imag.contiguous())
    return _MaskedInverse.apply(masks, *parts, samples, fft_samples, hop_samples)
