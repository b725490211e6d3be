"""The denoiser whose body is on spectra: sizes, and that it is the other one but for its body."""

from __future__ import annotations

import pytest
import torch

from export.nets import families
from export.nets.families import diffusion_stft
from export.nets.families.diffusion_stft import Config
from export.nets.nade import Nade
from tests.rigs.export.denoisers import TINY_STFT, core, stft_core


def test_its_sizes_are_checked_and_it_is_about_as_large_as_the_other() -> None:
    assert families.config_from("diffusion_stft", families.config_values(Config())) == Config()
    for wrong in ({"body_fft": 60}, {"width": 24}, {"told": "loudly"}, {"body_fft": 0}):
        with pytest.raises(families.BadConfig, match="diffusion_stft"):
            families.config_from("diffusion_stft", TINY_STFT | wrong)
    made = Nade("diffusion_stft", Config(**TINY_STFT))
    assert made.domain.valid_length(257) == 512  # hops of 32, patches of 4, a factor of 2
    with torch.device("meta"):
        network = diffusion_stft.build(Config())
    assert sum(one.numel() for one in network.parameters()) == 4_853_122
    assert network.domain.valid_length(32768) == 32768  # a window of the setup, not padded


@pytest.mark.parametrize("told", ["film", "attention", "both"])
def test_rows_are_alone_and_are_told_their_labels_and_levels(told: str) -> None:
    network = stft_core(told=told)
    noisy, sigma = torch.randn(3, 1, 768), torch.tensor([0.1, 0.5, 0.1])
    labels = torch.tensor([[1.0, 0, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]])
    with torch.no_grad():
        whole = network(noisy, sigma, labels)
        alone = network(noisy[1:2], sigma[1:2], labels[1:2])
        torch.testing.assert_close(whole[1:2], alone, atol=1e-4, rtol=1e-4)
        for changed in ((sigma + 0.2, labels), (sigma, labels.roll(1, 1)), (sigma, labels * 0)):
            other = network(noisy, *changed)
            assert float((other - whole)[:2].abs().amax((1, 2)).min()) > 1e-4
        body = network.denoise(noisy, sigma, labels, labels.roll(1, 1))
        assert float((body - whole)[:2].abs().amax((1, 2)).min()) > 1e-5


def test_its_body_knows_where_it_is_in_frequency() -> None:
    network, signal = stft_core(), torch.randn(1, 2, 768)
    told = torch.ones(1), torch.zeros(1, 5, 4)
    with torch.no_grad():
        before = network.body(signal, *told)
        network.body.where.copy_(network.body.where.roll(8, -1))
        assert float((network.body(signal, *told) - before).abs().max()) > 1e-3


def test_before_training_it_is_the_same_filters_as_the_body_on_samples() -> None:
    fresh = diffusion_stft.build(Config(**TINY_STFT)).eval()
    noisy, sigma, labels = torch.randn(2, 1, 768), torch.tensor([0.1, 0.5]), torch.ones(2, 5)
    with torch.no_grad():
        found = fresh(noisy, sigma, labels)
        torch.testing.assert_close(found, fresh.wiener(noisy, sigma, labels))
        torch.testing.assert_close(found, core().wiener(noisy, sigma, labels))
