"""Short-time Fourier transform as the engine does it: centred, zero padded, the engine's windows.

Any even fft, any hop of at most half of it (also one that does not divide it, as in 1022/256), any
`window` of engines.spec.WINDOWS. Frame t is the windowed piece [t*hop - fft/2, t*hop + fft/2) of
the signal; samples outside the signal are zero. A signal of n samples has 1 + ceil(n / hop) frames.
The inverse is plain overlap-add of windowed frames divided by the overlapped squared window.

With `synthesis` above 0, as a causal network has it: frame t ends with sample (t + 1) * hop, and
its inverse gives its last `synthesis` samples, by the pair of windows of engines/stft.py. A signal
of n samples then has ceil(n / hop) + synthesis / hop - 1 frames, the first of which hears one hop.
"""

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from engines import stft as engine

HANN = "hann_periodic"


CPU = torch.device("cpu")


@lru_cache(maxsize=8)
def tapers(
    window: str, fft_samples: int, synthesis: int, device: torch.device = CPU
) -> tuple[Tensor, Tensor]:
    """The engine's analysis (fft,) and synthesis windows (synthesis or fft,), float32."""
    pair = engine.tapers(window, fft_samples, synthesis)
    first, second = (torch.from_numpy(one.copy()).to(device) for one in pair)
    return first, second


def frame_count(samples: int, hop_samples: int, synthesis: int = 0) -> int:
    """Frames of a signal of `samples`."""
    return -(-samples // hop_samples) + (synthesis // hop_samples - 1 if synthesis else 1)


def _lead(fft_samples: int, hop_samples: int, synthesis: int) -> int:
    """How long before the signal frame 0 begins."""
    return fft_samples - hop_samples if synthesis else fft_samples // 2


def stft(
    signal: Tensor, fft_samples: int, hop_samples: int, window: str = HANN, synthesis: int = 0
) -> Tensor:
    """(..., samples) float32 -> (..., frames, fft/2 + 1) complex64."""
    shape, _ = tapers(window, fft_samples, synthesis, signal.device)
    return torch.fft.rfft(framed(signal, fft_samples, hop_samples, synthesis) * shape)


def framed(signal: Tensor, fft_samples: int, hop_samples: int, synthesis: int = 0) -> Tensor:
    """(..., samples) -> (..., frames, fft), not windowed yet: a view of a padded copy."""
    frames = frame_count(signal.shape[-1], hop_samples, synthesis)
    return _frames_of(signal, frames, fft_samples, hop_samples, synthesis)


@lru_cache(maxsize=8)
def _window_energy(
    frames: int,
    fft_samples: int,
    hop_samples: int,
    window: str,
    synthesis: int,
    device: torch.device,
) -> Tensor:
    """Overlapped products of both windows; at least 0.25 wherever there is signal."""
    analysis, given = tapers(window, fft_samples, synthesis, device)
    product = analysis[fft_samples - len(given) :] * given
    return _overlap_add(product.expand(frames, len(given)), hop_samples).clamp(min=1e-8)


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
    spectrum: Tensor,
    samples: int,
    fft_samples: int,
    hop_samples: int,
    window: str = HANN,
    synthesis: int = 0,
) -> Tensor:
    """(..., frames, fft/2 + 1) complex64 -> (..., samples) float32."""
    device, gives = spectrum.device, synthesis or fft_samples
    _, shape = tapers(window, fft_samples, synthesis, device)
    pieces = torch.fft.irfft(spectrum, n=fft_samples)[..., fft_samples - gives :] * shape
    energy = _window_energy(spectrum.shape[-2], fft_samples, hop_samples, window, synthesis, device)
    left = _lead(gives, hop_samples, synthesis)
    return (_overlap_add(pieces, hop_samples) / energy)[..., left : left + samples]


def _frames_of(
    signal: Tensor, frames: int, fft_samples: int, hop_samples: int, synthesis: int = 0
) -> Tensor:
    """Adjoint of trimming and overlap-add: (..., samples) -> (..., frames, fft) views."""
    left = _lead(fft_samples, hop_samples, synthesis)
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
    def forward(ctx, masks, real, imag, samples, *sizes):  # type: ignore[no-untyped-def]
        across = masks.transpose(-1, -2).contiguous()
        spectrum = torch.complex(across * real, across * imag)
        ctx.save_for_backward(real, imag)
        ctx.sizes = sizes
        return istft(spectrum, samples, *sizes)

    @staticmethod
    def backward(ctx, gradient):  # type: ignore[no-untyped-def]
        real, imag = ctx.saved_tensors
        fft_samples, hop_samples, window, synthesis = ctx.sizes
        frames, gives = real.shape[-2], synthesis or fft_samples
        energy = _window_energy(
            frames, fft_samples, hop_samples, window, synthesis, gradient.device
        )
        left = _lead(gives, hop_samples, synthesis)
        scaled = gradient / energy[left : left + gradient.shape[-1]]
        _, shape = tapers(window, fft_samples, synthesis, gradient.device)
        part = _frames_of(scaled, frames, gives, hop_samples, synthesis) * shape
        # A part lies at the end of its frame, whose beginning the inverse does not give.
        part = F.pad(part, (fft_samples - gives, 0)) * (2.0 / fft_samples)
        back = torch.fft.rfft(part)
        result = back.real * real + back.imag * imag
        result[..., 0] *= 0.5
        result[..., -1] *= 0.5
        return result.transpose(-1, -2).contiguous(), None, None, None, None, None, None, None


def masked_inverse(
    masks: Tensor,
    spectrum: Tensor,
    samples: int,
    fft_samples: int,
    hop_samples: int,
    window: str = HANN,
    synthesis: int = 0,
) -> Tensor:
    """Waveforms (N, C, samples) of masks (N, C, bins, frames) on spectrum (N, C, frames, bins).

    Equal to `istft` of the product, with a cheap gradient with respect to the masks only.
    """
    parts = (spectrum.real.contiguous(), spectrum.imag.contiguous())
    sizes = fft_samples, hop_samples, window, synthesis
    return _MaskedInverse.apply(masks, *parts, samples, *sizes)
