"""engines.stft beside torch.stft and torch.istft."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.spec import StftDomain
from engines.stft import Stft


@pytest.mark.parametrize(("fft", "hop", "length"), [(128, 32, 2048), (4096, 1024, 32768 + 512)])
@pytest.mark.parametrize("centred", [True, False])
def test_equals_torch(fft: int, hop: int, length: int, centred: bool) -> None:
    audio = np.random.default_rng(1).standard_normal((2, length)).astype(np.float32)
    window = torch.hann_window(fft, periodic=True)
    options = {"n_fft": fft, "hop_length": hop, "window": window, "center": centred}
    wanted = torch.stft(
        torch.from_numpy(audio), pad_mode="constant", return_complex=True, **options
    )
    stft = Stft(StftDomain(fft, hop, centred=centred), length)
    spectra = stft.forward(audio)
    # A frame that is centred beyond the end is there so that all phases have as many.
    spectra = spectra[:, : wanted.shape[-1]]
    assert stft.frames - spectra.shape[1] == (1 if centred and length % hop else 0)
    scale = wanted.abs().max().item()
    assert np.abs(np.swapaxes(spectra, -1, -2) - wanted.numpy()).max() <= 1e-6 * scale
    if not centred:
        return
    gains = np.random.default_rng(2).random(spectra.shape).astype(np.float32)
    changed = torch.from_numpy(np.swapaxes(spectra * gains, -1, -2).copy())
    back = torch.istft(changed, length=length, **options).numpy()
    start, stop = length // 3, length // 3 + 3 * hop + 7
    first, end = stft.needed(start, stop)
    part = stft.inverse((spectra * gains)[:, first:end], start, stop)
    np.testing.assert_allclose(part, back[:, start:stop], atol=2e-6)
    first, end = stft.needed(0, length)
    whole = stft.inverse((spectra * gains)[:, first:end], 0, length)
    np.testing.assert_allclose(whole[:, fft:-fft], back[:, fft:-fft], atol=2e-6)
