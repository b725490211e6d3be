"""What the three U-Net families share: sizes, inputs, padding, conditioning, learning."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from export.nets import families, unet
from export.nets.nade import Nade
from export.studies.unet_cost import loss

FAMILIES = ("m_unet", "dedicated_unet", "c_unet")
TINY = {"stems": 3, "channels": 2, "fft_samples": 128, "hop_samples": 32, "rows": 32,
        "widths": (4, 6, 8), "dropout": 0.0}  # fmt: skip


def tiny(family: str, **values: Any) -> Any:
    torch.manual_seed(0)
    small = {"condition_widths": (4, 6), "condition_dropout": 0.0} if family == "c_unet" else {}
    config = families.config_from(family, TINY | small | values)
    return families.family(family).build(config).eval()


def inputs(frames: int, batch: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """Magnitudes of a mixture (B, C, F, T) and of its stems (B, S, C, F, T)."""
    stems = torch.rand(batch, 3, 2, 65, frames, generator=torch.Generator().manual_seed(frames))
    return stems.sum(1), stems


@pytest.mark.parametrize(
    ("family", "stems", "parameters"),
    [
        ("m_unet", 1, 124_448_673),
        ("m_unet", 2, 124_448_706),
        ("m_unet", 4, 124_448_772),
        ("dedicated_unet", 1, 124_448_673),
        ("dedicated_unet", 4, 4 * 124_448_673),
        ("c_unet", 4, 162_004_129),
    ],
)
def test_published_sizes(family: str, stems: int, parameters: int) -> None:
    module = families.family(family)
    with torch.device("meta"):
        network = module.build(module.Config(stems=stems))
    assert sum(weight.numel() for weight in network.parameters()) == parameters


def test_six_seconds_at_the_published_rate_are_256_frames_of_512_bins() -> None:
    config = unet.UnetConfig()
    model = Nade("m_unet", families.config_from("m_unet", TINY | {
        "stems": 1, "channels": 1, "fft_samples": config.fft_samples,
        "hop_samples": config.hop_samples}))  # fmt: skip
    assert model.encode(torch.randn(1, 1, 6 * 10_880)).mix.shape == (1, 1, 512, 256)
    assert config.divisor == 64


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("frames", [1, 4, 7])
def test_any_number_of_frames(family: str, conditional: bool, frames: int) -> None:
    network = tiny(family, conditional=conditional)
    mix, stems = inputs(frames)
    extra = (stems, torch.zeros(2, 3)) if conditional else (None, None)
    masks = network(mix, *extra)
    assert masks.shape == stems.shape
    assert masks.min() >= 0
    rows = network.warped_masks(mix, *extra)
    assert rows.shape == (2, 3, 2, 32, frames)
    torch.testing.assert_close(network.to_bins(rows), masks)
    assert network.warp(stems).shape == rows.shape


@pytest.mark.parametrize("family", FAMILIES)
def test_padding_repeats_the_last_frame(family: str) -> None:
    network = tiny(family)
    mix, _ = inputs(5)
    longer = torch.cat([mix, mix[..., -1:].expand(-1, -1, -1, 3)], -1)
    torch.testing.assert_close(network(mix, None, None), network(longer, None, None)[..., :5])


@pytest.mark.parametrize("family", FAMILIES)
def test_items_of_a_batch_do_not_touch_each_other(family: str) -> None:
    network = tiny(family)
    mix, _ = inputs(6, batch=3)
    apart = torch.cat([network(mix[i : i + 1], None, None) for i in range(3)])
    torch.testing.assert_close(network(mix, None, None), apart, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_given_stems_matter_and_flags_too(family: str) -> None:
    network = tiny(family, conditional=True, mask="sigmoid")
    mix, stems = inputs(6)
    nothing, ones = torch.zeros_like(stems), torch.ones(2, 3)
    base = network(mix, nothing, ones)
    assert (network(mix, stems, ones) - base).abs().max() > 1e-5
    assert (network(mix, nothing, 0 * ones) - base).abs().max() > 1e-5


def test_what_is_not_given_is_zero_in_the_planes() -> None:
    network = tiny("m_unet", conditional=True)
    mix, stems = inputs(8)
    given = stems.clone()
    given[:, 1:] = 0
    planes = network.planes(mix, given, torch.tensor([[0.0, 1.0, 1.0]]).expand(2, 3))
    assert planes.shape == (2, 2 + 2 + 6 + 3, 32, 8)
    torch.testing.assert_close(planes[:, :2], torch.log(network.warp(mix) + 2.2e-16))
    rest = torch.log1p(network.warp(torch.relu(mix - stems[:, 0])) / 1e-3)
    torch.testing.assert_close(planes[:, 2:4], rest, atol=1e-5, rtol=1e-5)
    assert planes[:, 4:6].min() > 0
    assert planes[:, 6:10].abs().max() < 1e-5
    assert planes[:, 10:].mean((0, 2, 3)).tolist() == [0, 1, 1]


@pytest.mark.parametrize("family", FAMILIES)
def test_sigmoid_masks_are_bounded_and_relu_masks_are_not(family: str) -> None:
    mix, _ = inputs(6)
    for mask, bounded in (("sigmoid", True), ("relu", False)):
        network = tiny(family, mask=mask)
        unets = network.unets if family == "dedicated_unet" else [network.unet]
        for one in unets:
            torch.nn.init.constant_(one.head.bias, 5.0)
        assert (network(mix, None, None).max() <= 1) == bounded


@pytest.mark.parametrize("family", FAMILIES)
def test_every_weight_learns(family: str) -> None:
    network = tiny(family).train()
    mix, stems = inputs(8, batch=6)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    losses, moved = [], set()
    for _ in range(30):
        optimiser.zero_grad()
        value = loss(network, mix, stems, generator)
        value.backward()
        losses.append(value.item())
        for name, weight in network.named_parameters():
            if weight.grad is not None and weight.grad.abs().max() > 0:
                moved.add(name)
        optimiser.step()
    assert moved == {name for name, _ in network.named_parameters()}
    assert sum(losses[-6:]) < 0.9 * sum(losses[:6])


def test_dropout_is_for_training_only() -> None:
    network = tiny("m_unet", dropout=0.5)
    mix, _ = inputs(8)
    assert torch.equal(network(mix, None, None), network(mix, None, None))
    network.unet.dropout.train()
    assert not torch.equal(network(mix, None, None), network(mix, None, None))


def test_impossible_sizes_are_refused() -> None:
    config = unet.UnetConfig()
    with pytest.raises(ValueError, match="multiple of 64"):
        replace(config, rows=250)
    with pytest.raises(ValueError, match="relu, sigmoid"):
        replace(config, mask="tanh")
