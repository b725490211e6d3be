"""The families: published sizes, shapes, lengths, and what the band network promises."""

import pytest
import torch

from export.nets import banding, families
from export.nets.families import band_unet, nade_demucs
from export.nets.nade import Nade, StftDomain, WaveformDomain


def test_scan_finds_the_folder() -> None:
    assert {"nade_demucs", "band_unet"} <= set(families.names())
    with pytest.raises(families.UnknownFamily, match="band_unet"):
        families.family("no_such")


@pytest.mark.parametrize("name", families.names())
def test_every_family_keeps_the_contract(name: str) -> None:
    module = families.family(name)
    config = module.Config()
    assert families.config_from(name, families.config_values(config)) == config
    assert {"stems", "channels", "conditional"} <= set(families.config_values(config))


@pytest.mark.parametrize(
    ("channels", "conditional", "parameters"),
    [(2, False, 265_679_496), (1, True, 265_681_028), (1, False, 265_676_932)],
)
def test_published_demucs_sizes(channels: int, conditional: bool, parameters: int) -> None:
    config = nade_demucs.Config(
        channels=channels, conditional=conditional, base_channels=64, depth=6, pad_context=False
    )
    with torch.device("meta"):
        network = nade_demucs.build(config)
    assert sum(p.numel() for p in network.parameters()) == parameters


@pytest.mark.parametrize(
    ("depth", "padded", "length"), [(6, False, 75_092), (5, False, 66_900), (5, True, 64_852)]
)
def test_valid_lengths_are_the_published_ones(depth: int, padded: bool, length: int) -> None:
    domain = nade_demucs.lengths(depth, padded)
    assert domain.valid_length(64_000) == length
    assert domain.valid_length(length - domain.length_lost_samples) == length


@pytest.mark.parametrize("padded", [True, False])
def test_demucs_lengths_hold_in_the_network(padded: bool) -> None:
    config = nade_demucs.Config(stems=3, base_channels=4, depth=2, pad_context=padded)
    network = nade_demucs.build(config).eval()
    assert isinstance(network.domain, WaveformDomain)
    length = network.domain.valid_length(777)
    mix, given, flags = torch.randn(2, 1, length), torch.zeros(2, 3, 1, length), torch.ones(2, 3)
    out = network(mix, given, flags)
    assert out.shape == (2, 3, 1, length - network.domain.length_lost_samples)


@pytest.mark.parametrize("fft_samples", [1024, 4096])
def test_bands_cover_the_bins(fft_samples: int) -> None:
    config = band_unet.Config(fft_samples=fft_samples)
    assert sum(w * n for w, n in config.runs) == fft_samples // 2 + 1
    assert config.band_count % 2 ** len(config.widths) == 0
    with pytest.raises(ValueError, match="do not cover"):
        _ = band_unet.Config(bands=((1, 3),)).runs


def test_bands_reduce_and_expand() -> None:
    runs = ((1, 2), (3, 2), (4, 1))
    bins = torch.arange(12.0).reshape(1, 1, 12, 1).expand(2, 3, 12, 5)
    bands = banding.reduce_bands(bins, runs)
    assert bands[0, 0, :, 0].tolist() == [0, 1, 3, 6, 9.5]
    back = banding.expand_bands(bands, runs)
    assert back[1, 2, :, 4].tolist() == [0, 1, 3, 3, 3, 6, 6, 6, 9.5, 9.5, 9.5, 9.5]


def small_band_unet(conditional: bool = True) -> Nade:
    config = band_unet.Config(
        stems=3,
        channels=2,
        conditional=conditional,
        fft_samples=1024,
        hop_samples=256,
        widths=(4, 6),
        lstm_hidden=8,
    )
    return Nade("band_unet", config).eval()


@pytest.mark.parametrize("frames", [1, 2, 7, 16])
def test_masks_have_the_input_shape_and_are_masks(frames: int) -> None:
    model = small_band_unet()
    assert isinstance(model.domain, StftDomain)
    mix, given = torch.rand(2, 2, 513, frames), torch.rand(2, 3, 2, 513, frames)
    masks = model(mix, given, torch.ones(2, 3))
    assert masks.shape == given.shape
    assert masks.min() >= 0
    assert masks.max() <= 1


def test_items_of_a_batch_do_not_touch_each_other() -> None:
    model = small_band_unet(conditional=False)
    mix = torch.rand(3, 2, 513, 9)
    together = model(mix)
    apart = torch.cat([model(mix[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, apart, atol=1e-5, rtol=1e-4)


def test_band_masks_equal_the_masks_when_nothing_is_given() -> None:
    model = small_band_unet()
    runs = model.config.runs
    mix, given, flags = torch.rand(1, 2, 513, 8), torch.zeros(1, 3, 2, 513, 8), torch.ones(1, 3)
    banded = banding.reduce_bands(mix, runs)
    nothing = torch.zeros(1, 3, 2, model.config.band_count, 8)
    expected = banding.expand_bands(
        model.core.band_masks(banded, nothing, flags).flatten(1, 2), runs
    )
    torch.testing.assert_close(model(mix, given, flags).flatten(1, 2), expected)


def test_sizes_of_the_default_stay_small() -> None:
    with torch.device("meta"):
        network = band_unet.build(band_unet.Config())
    assert sum(p.numel() for p in network.parameters()) < 5_000_000
