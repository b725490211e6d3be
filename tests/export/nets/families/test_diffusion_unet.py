"""The denoiser of mixtures: published sizes, and what its rows are told."""

from __future__ import annotations

import pytest
import torch

from export.nets import families
from export.nets.families import diffusion_unet
from export.nets.families.diffusion_unet import PUBLISHED, Config
from export.nets.nade import Nade
from tests.rigs.export.denoisers import TINY, core


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("msdm", 405_497_700), ("msdm_attention", 492_593_052), ("library", 130_950_004)],
)
def test_published_bodies_have_the_published_sizes(name: str, parameters: int) -> None:
    with torch.device("meta"):
        network = diffusion_unet.build(PUBLISHED[name])
    assert sum(one.numel() for one in network.body.parameters()) == parameters


def test_it_is_no_separator_and_its_values_are_checked() -> None:
    assert "diffusion_unet" not in families.names()
    assert families.config_from("diffusion_unet", families.config_values(Config())) == Config()
    for wrong in ({"told": "loudly"}, {"conditional": True}, {"factors": [2, 2]}, {"level": 0.0}):
        with pytest.raises(families.BadConfig, match="diffusion_unet"):
            families.config_from("diffusion_unet", TINY | wrong)
    made = Nade("diffusion_unet", Config(**TINY))
    assert made.domain.valid_length(2049) == 2080  # whole hops of 32


@pytest.mark.parametrize("told", ["film", "attention", "both"])
def test_rows_are_alone_and_are_told_their_labels_and_levels(told: str) -> None:
    network = core(told=told)
    noisy, sigma = torch.randn(3, 1, 640), torch.tensor([0.1, 0.5, 0.1])
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


@pytest.mark.parametrize("fft", [64, 0])
def test_before_training_it_is_its_filters(fft: int) -> None:
    network = diffusion_unet.build(Config(**(TINY | {"fft": fft})))
    noisy, sigma, labels = torch.randn(2, 1, 640), torch.tensor([0.1, 0.5]), torch.ones(2, 5)
    with torch.no_grad():
        found = network(noisy, sigma, labels)
        torch.testing.assert_close(found, network.wiener(noisy, sigma, labels))
        power = 5 * 0.04
        expected = noisy * (power / (power + sigma.square()))[:, None, None]
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)
        error = network.errors(found, found + 0.01 * torch.randn(2, 1, 640), sigma, labels)
        outer = power * sigma.square() / (power + sigma.square())
        torch.testing.assert_close(error, 1e-4 / outer, atol=0, rtol=0.3)
