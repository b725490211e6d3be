"""Sams-Net: parameter counts of every reading, slices, attention, its options."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from export.nets import families
from export.nets.banding import reduce_bands
from export.nets.families import sams_net
from export.nets.nade import Nade, StftDomain
from export.training.options import checked
from export.training.setup_files import SETUPS, load_setup

SIZES = {
    "stems": 3, "channels": 2, "fft_samples": 128, "hop_samples": 32, "width": 4, "modules": 2,
}  # fmt: skip


def tiny(**values: Any) -> sams_net.SamsNet:
    """A tiny network with random norms and biases, so that nothing is hidden by ones and zeros."""
    torch.manual_seed(0)
    network = sams_net.build(sams_net.Config(**(SIZES | values))).eval()
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.3 * torch.randn_like(weight))
    return network


def magnitudes(frames: int, items: int = 2) -> torch.Tensor:
    return torch.rand(items, 2, 65, frames, generator=torch.Generator().manual_seed(1))


def parameters(**values: Any) -> int:
    with torch.device("meta"):
        network = sams_net.build(sams_net.Config(**values))
    return sum(weight.numel() for weight in network.parameters())


def test_the_default_is_the_published_configuration() -> None:
    config = sams_net.Config()
    assert sams_net.build(sams_net.Config(**SIZES)).domain == StftDomain(128, 32, config.window)
    sizes = (config.fft_samples, config.hop_samples, config.window, config.channels)
    assert sizes == (4096, 1024, "hamming_periodic", 2)
    assert (config.width, config.heads, config.modules) == (64, 2, 3)
    assert (config.rows, config.power, config.conditional) == (2049, 1.0, False)
    setup = load_setup("sams_net")
    assert families.config_from("sams_net", setup["model"]) == config
    assert round(setup["data"]["seconds"] * setup["rate_hz"]) == 258 * config.hop_samples


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"stems": 1}, 337_614),
        ({}, 341_076),
        ({"per_source": True}, 1_350_456),
        ({"stems": 1, "norm": "cf"}, 1_886_658),
        ({"norm": "cf"}, 1_890_120),
        ({"norm": "cf", "per_source": True}, 7_546_632),
        ({"attention": False}, 341_076 - 49_920),
        ({"norm_first": False, "scale": "features", "mask": "sigmoid", "relu": True}, 341_076),
    ],
)
def test_parameters_of_every_reading(values: dict[str, Any], count: int) -> None:
    assert parameters(**values) == count


def test_parameters_of_the_readings_not_offered() -> None:
    width, rows, frames = 64, 2049, 259
    norms = 2 * 3  # two for each of three modules
    over_time = 337_614 + norms * 2 * (frames - 1) * rows
    assert over_time == 6_681_318
    values = 3 * (2 * width) * (width + 1)  # three projections of two heads
    assert (2 * values, 3 * values) == (49_920, 74_880)


@pytest.mark.parametrize(
    ("name", "count"),
    [("sams_net", 341_076), ("sams_net_live", 183_784), ("sams_net_small", 49_624)],
)
def test_setups_are_valid_and_have_the_sizes_they_say(name: str, count: int) -> None:
    setup = load_setup(name)
    config = families.config_from(setup["family"], setup["model"])
    assert parameters(**families.config_values(config)) == count
    assert f"{count:,} parameters" in (SETUPS / f"{name}.toml").read_text("utf-8")
    checked(setup["train"])


@pytest.mark.parametrize(
    ("frames", "longest", "count", "part"),
    [(12, 0, 1, 12), (12, 12, 1, 12), (12, 30, 1, 12), (12, 11, 2, 6), (13, 12, 2, 7),
     (1, 1, 1, 1), (7, 2, 4, 2), (302, 13, 24, 13)],
)  # fmt: skip
def test_slices_are_the_fewest_equal_parts(
    frames: int, longest: int, count: int, part: int
) -> None:
    slices = sams_net.Slices(frames, longest)
    assert (slices.count, slices.part) == (count, part)
    signal = torch.arange(2.0 * 3 * 5 * frames).reshape(2, 3, 5, frames)
    folded = slices.fold(signal)
    assert folded.shape == (2 * count, 3, part, 5)
    assert torch.equal(slices.unfold(folded), signal)
    real = slices.real(signal)
    assert (real is None) == (count * part == frames)
    if real is not None:
        assert real.sum() == 2 * frames
        assert (real.sum((1, 2, 3)) > 0).all()  # no slice without a real frame


@pytest.mark.parametrize("conditional", [True, False])
@pytest.mark.parametrize("attention", [True, False])
@pytest.mark.parametrize(
    "values",
    [{}, {"norm": "cf"}, {"norm_first": False}, {"mask": "sigmoid", "power": 0.3}, {"relu": True},
     {"per_source": True, "scale": "features"}, {"bands": ((1, 17), (4, 12))}],
    ids=str,
)  # fmt: skip
def test_slices_in_the_batch_equal_slices_one_by_one(
    values: dict[str, Any], attention: bool, conditional: bool
) -> None:
    network = tiny(**values, attention=attention, conditional=conditional, slice_frames=5)
    mix = magnitudes(13)  # parts of 5, 5 and 3 frames; so the last is filled up
    given = flags = None
    if conditional:
        flags = torch.tensor([[1.0, 0, 0], [1, 1, 0]])
        given = torch.rand(2, 3, 2, 65, 13) * (1 - flags)[:, :, None, None, None]
    with torch.no_grad():
        together = network(mix, given, flags)
        network.slice_frames = 0
        apart = [
            network(mix[..., part], None if given is None else given[..., part], flags)
            for part in (slice(0, 5), slice(5, 10), slice(10, 13))
        ]
    assert together.shape == (2, 3, 2, 65, 13)
    torch.testing.assert_close(together, torch.cat(apart, -1), atol=1e-5, rtol=1e-5)


def test_slices_do_not_hear_each_other_but_frames_of_one_do() -> None:
    network = tiny(slice_frames=6)
    mix = magnitudes(12, 1)
    changed = mix.clone()
    changed[..., 0] *= 3
    with torch.no_grad():
        moved = (network(changed, None, None) - network(mix, None, None)).abs().amax((0, 1, 2, 3))
        without = tiny(slice_frames=6, attention=False)
        near = (without(changed, None, None) - without(mix, None, None)).abs().amax((0, 1, 2, 3))
    assert (moved[6:] == 0).all()
    assert (moved[:6] > 1e-7).all()
    # Without attention only the 3x3 convolutions carry: one frame each, two per module, two ends.
    long = tiny(slice_frames=0, attention=False)
    mix, changed = magnitudes(16, 1), magnitudes(16, 1)
    changed[..., 0] *= 3
    with torch.no_grad():
        far = (long(changed, None, None) - long(mix, None, None)).abs().amax((0, 1, 2, 3))
    assert (near[6:] == 0).all()
    assert (far[7:] == 0).all()
    assert far[6] > 0


@pytest.mark.parametrize("scale", ["channels", "features"])
def test_attention_is_the_papers(scale: str) -> None:
    config = sams_net.Config(**SIZES, scale=scale)
    torch.manual_seed(3)
    layer = sams_net.Attention(config)
    signal = torch.randn(2, 4, 7, 65)
    queries, keys, values = (
        torch.nn.functional.conv2d(
            signal,
            layer.project.weight[part : part + 8],
            layer.project.bias[part : part + 8],
        )
        for part in (8, 16, 0)
    )
    divisor = math.sqrt(4 if scale == "channels" else 65)
    wanted = torch.empty_like(values)
    for item in range(2):
        for row in range(8):  # channel and head
            weights = torch.softmax(queries[item, row] @ keys[item, row].T / divisor, -1)
            wanted[item, row] = weights @ values[item, row]
    torch.testing.assert_close(layer(signal, None), layer.merge(wanted), atol=1e-5, rtol=1e-4)


def test_the_papers_scale_is_sharper() -> None:
    published = sams_net.Config()
    scales = [sams_net.Attention(sams_net.Config(scale=name)).scale for name in ("channels",
              "features")]  # fmt: skip
    assert scales[0] == 1 / math.sqrt(published.width)
    assert scales[0] / scales[1] == pytest.approx(5.66, abs=0.01)


def test_masks_start_alive_and_keep_their_range() -> None:
    torch.manual_seed(0)
    network = sams_net.build(sams_net.Config(**SIZES, norm="cf")).eval()
    masks = network(magnitudes(9), None, None)
    assert masks.min() >= 0
    assert (masks > 0).float().mean() > 0.3
    bounded = tiny(mask="sigmoid")(magnitudes(9), None, None)
    assert 0 <= bounded.min() < bounded.max() <= 1


def test_every_source_has_a_network_of_its_own() -> None:
    network = tiny(per_source=True)
    before = network(magnitudes(4), None, None)
    with torch.no_grad():
        for weight in network.networks[1].parameters():
            weight.mul_(1.5)
    moved = (network(magnitudes(4), None, None) - before).abs().amax((0, 2, 3, 4))
    assert moved[1] > 0
    assert moved[0] == moved[2] == 0


def test_band_masks_are_the_masks() -> None:
    network = tiny(bands=((1, 17), (4, 12)), conditional=True)
    runs = network.config.runs
    mix, given = magnitudes(6), torch.rand(2, 3, 2, 65, 6)
    flags = torch.zeros(2, 3)
    banded = reduce_bands(given.flatten(1, 2), runs).unflatten(1, (3, 2))
    masks = network.band_masks(reduce_bands(mix, runs), banded, flags)
    assert masks.shape == (2, 3, 2, 29, 6)
    whole = network(mix, given, flags)
    torch.testing.assert_close(whole[..., :17, :], masks[..., :17, :])
    torch.testing.assert_close(whole[..., 17::4, :], masks[..., 17:, :])
    torch.testing.assert_close(whole[..., 20::4, :], masks[..., 17:, :])


@pytest.mark.parametrize(
    ("values", "expected"),
    [({"norm": "tf"}, "norm is 'tf', expected one of f, cf"), ({"scale": "x"}, "channels"),
     ({"mask": "tanh"}, "relu"), ({"bands": ((1, 3),)}, "do not cover 65 bins"),
     ({"slice_frames": -1}, "slice_frames"), ({"window": "boxcar"}, "hamming_periodic")],
)  # fmt: skip
def test_wrong_choices_are_refused(values: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        Nade("sams_net", sams_net.Config(**(SIZES | values)))
