"""Estimates made into parts of the mix: ratio masks of their spectra on the mix's.

A sample has a prior's details, not the mix's, and errs where these differ. The power of each stem's
estimate in each place of an STFT, as a share of all, times the mix's spectrum there, keeps to the
mix, and the parts sum to it.
"""

from __future__ import annotations

import numpy as np

from engines.masking import ratio_masks
from engines.spec import StftDomain
from engines.stft import make_stft
from engines.types import Audio, Spectra


def remasked(stems: Audio, mix: Audio, fft_samples: int) -> Audio:
    """Stems (S, C, T) of a mix (C, T) -> (S, C, T), by Hann windows with a hop of a quarter."""
    domain = StftDomain(fft_samples, fft_samples // 4)
    length = mix.shape[-1]
    stft = make_stft(domain, length, 0)
    masks = ratio_masks(np.abs(stft.forward(stems)))
    first, end = stft.needed(0, length)
    found: Spectra = (masks * stft.forward(mix))[..., first:end, :]
    return stft.inverse(found, 0, length)
