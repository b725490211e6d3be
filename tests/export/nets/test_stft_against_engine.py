"""export.nets.stft and engines.stft are one transform, for every window and fft/hop ratio."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from engines.spec import WINDOWS
from engines.spec import StftDomain as EngineDomain
from engines.spec.domains import SQRT_HANN
from engines.stft import Stft
from export.nets import checkpoint, stft
from export.nets.families import band_unet
from export.nets.nade import Nade, StftDomain

SIZES = [
    (4096, 1024, "hann_periodic", 10_000),
    (4096, 1024, "hamming_periodic", 10_000),
    (4096, 1024, "sqrt_hann_periodic", 8192),
    (1022, 256, "hann_periodic", 5000),
    (1022, 256, "hamming_periodic", 3 * 256),
    (250, 125, "hann_periodic", 1),
    (254, 100, "sqrt_hann_periodic", 777),
]


@pytest.mark.parametrize(("fft", "hop", "window", "length"), SIZES)
def test_forward_and_inverse_agree(fft: int, hop: int, window: str, length: int) -> None:
    random = np.random.default_rng(3)
    audio = random.standard_normal((2, length)).astype(np.float32)
    engine = Stft(EngineDomain(fft, hop, window), length)
    spectra = engine.forward(audio)
    ours = stft.stft(torch.from_numpy(audio), fft, hop, window)
    assert ours.shape == spectra.shape
    np.testing.assert_allclose(ours.numpy(), spectra, atol=1e-6 * np.abs(spectra).max())

    masks = random.random(spectra.shape).astype(np.float32)
    assert engine.needed(0, length) == (0, engine.frames)
    wanted = engine.inverse(spectra * masks, 0, length)
    changed = torch.from_numpy(spectra * masks)
    np.testing.assert_allclose(stft.istft(changed, length, fft, hop, window), wanted, atol=2e-6)
    across = torch.from_numpy(masks).transpose(-1, -2)
    back = stft.masked_inverse(across, torch.from_numpy(spectra), length, fft, hop, window)
    np.testing.assert_allclose(back, wanted, atol=2e-6)


@pytest.mark.parametrize(("fft", "hop", "window", "length"), SIZES)
def test_round_trip(fft: int, hop: int, window: str, length: int) -> None:
    signal = torch.randn(2, length, generator=torch.Generator().manual_seed(1))
    spectrum = stft.stft(signal, fft, hop, window)
    assert spectrum.shape == (2, stft.frame_count(length, hop), fft // 2 + 1)
    back = stft.istft(spectrum, length, fft, hop, window)
    torch.testing.assert_close(back, signal, atol=2e-6, rtol=1e-5)


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("fft", "hop"), [(256, 64), (254, 64), (254, 100), (64, 32)])
def test_gradient_of_masked_inverse_is_istfts(fft: int, hop: int, window: str) -> None:
    generator = torch.Generator().manual_seed(2)
    spectrum = stft.stft(torch.randn(2, 1, 1001, generator=generator), fft, hop, window)
    masks = torch.rand(2, 1, fft // 2 + 1, spectrum.shape[-2], generator=generator)
    weights = torch.randn(2, 1, 1001, generator=generator)
    gradients = []
    for cheap in (True, False):
        leaf = masks.clone().requires_grad_()
        if cheap:
            wave = stft.masked_inverse(leaf, spectrum, 1001, fft, hop, window)
        else:
            wave = stft.istft(leaf.transpose(-1, -2) * spectrum, 1001, fft, hop, window)
        gradients.append(torch.autograd.grad((wave * weights).sum(), leaf)[0])
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-4)


PAIRS = [(128, 64, 16), (128, 32, 16), (64, 64, 16)]


@pytest.mark.parametrize(("fft", "gives", "hop"), PAIRS)
def test_a_causal_pair_of_windows_is_the_engines(fft: int, gives: int, hop: int) -> None:
    audio = np.random.default_rng(3).standard_normal((2, 1001)).astype(np.float32)
    sizes = fft, hop, SQRT_HANN, gives
    ours = stft.stft(torch.from_numpy(audio), *sizes)
    assert ours.shape[-2] == stft.frame_count(1001, hop, gives)
    domain = EngineDomain(fft, hop, SQRT_HANN, False, synthesis_samples=gives, envelope="full")
    after = ours.shape[-2] * hop - 1001
    padded = np.pad(audio, ((0, 0), (fft - hop, after)))
    engine = Stft(domain, padded.shape[-1])
    np.testing.assert_allclose(ours.numpy(), engine.forward(padded), atol=2e-4)
    back = stft.istft(ours, 1001, *sizes).numpy()
    np.testing.assert_allclose(back, audio, atol=2e-6)
    masks = torch.rand(1, 2, fft // 2 + 1, ours.shape[-2])
    gradients = []
    for cheap in (True, False):
        leaf = masks.clone().requires_grad_()
        if cheap:
            wave = stft.masked_inverse(leaf, ours[None], 1001, *sizes)
        else:
            wave = stft.istft(leaf.transpose(-1, -2) * ours, 1001, *sizes)
        gradients.append(torch.autograd.grad((wave * torch.from_numpy(audio)).sum(), leaf)[0])
    torch.testing.assert_close(*gradients, atol=1e-5, rtol=1e-4)


def test_the_network_uses_its_domains_window() -> None:
    config = band_unet.Config(
        stems=2, channels=1, fft_samples=1024, hop_samples=256, widths=(4, 6), lstm_hidden=8
    )
    model = Nade("band_unet", config).eval()
    assert model.domain == StftDomain(1024, 256, "hann_periodic")
    model.domain = StftDomain(1024, 256, "hamming_periodic")
    mix = torch.randn(1, 1, 3000, generator=torch.Generator().manual_seed(4))
    signal = model.encode(mix)
    expected = stft.stft(mix, 1024, 256, "hamming_periodic").abs().transpose(-1, -2)
    torch.testing.assert_close(signal.mix, expected)
    assert (stft.stft(mix, 1024, 256).abs().transpose(-1, -2) - expected).abs().max() > 0.1
    ones = torch.ones(1, 2, *signal.mix.shape[1:])
    whole = model.waveforms(signal, ones)
    torch.testing.assert_close(whole[:, 0], mix, atol=1e-5, rtol=1e-5)


def test_old_descriptions_still_load() -> None:
    config = {"stems": 2, "channels": 1, "fft_samples": 1024, "hop_samples": 256, "widths": [4, 6]}
    text = json.dumps({"family": "band_unet", "config": config, "flag_hot": "masked"})
    assert checkpoint.rebuild(text).domain == StftDomain(1024, 256)


@pytest.mark.parametrize("sizes", [(1023, 256), (1024, 513), (1024, 0), (1024, 256, "boxcar")])
def test_domains_that_the_engine_refuses_are_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        StftDomain(*sizes)
