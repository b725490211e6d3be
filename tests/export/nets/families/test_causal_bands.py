"""The causal family: what it hears, when it answers, and that a step is the whole clip's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from export.nets.families import BadConfig, build, config_from, names
from export.nets.families.causal_bands import BANDS, CausalBands, Config
from tests.rigs.export.networks import CAUSAL, set_weights


def network(late: int = 0, conditional: bool = True) -> CausalBands:
    changes = {"lookahead_frames": late, "conditional": conditional}
    made = build("causal_bands", config_from("causal_bands", {**CAUSAL, **changes}))
    set_weights(made)
    return made.eval()


def inputs(frames: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    mix = torch.rand(2, 2, 129, frames, generator=generator)
    given = torch.rand(2, 3, 2, 129, frames, generator=generator) / 4
    flags = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    given[flags == 1] = 0
    return mix, given, flags


@pytest.mark.parametrize("late", [0, 2])
def test_a_mask_hears_no_more_of_what_follows_than_it_says(late: int) -> None:
    made, (mix, given, flags) = network(late), inputs(12)
    with torch.no_grad():
        before = made(mix, given, flags)
        mix[..., 8:] += 1
        after = made(mix, given, flags)
    changed = (before != after).flatten(0, 3).any(0)
    assert not changed[: 8 - late].any() and changed[8 - late :].all()


@pytest.mark.parametrize("conditional", [True, False])
def test_steps_of_any_length_are_the_whole_clip(conditional: bool) -> None:
    made, (mix, given, flags) = network(1, conditional).double(), inputs(12)
    heard = [part.double() if conditional else None for part in (given, flags)]
    with torch.no_grad():
        whole, found = made(mix.double(), *heard), []
        pasts = [torch.zeros(2, *shape).double() for shape in made.states()]
        for first, end in ((0, 1), (1, 5), (5, 6), (6, 12)):
            part = None if heard[0] is None else heard[0][..., first:end]
            masks, pasts = made.step(mix.double()[..., first:end], part, heard[1], pasts)
            found.append(masks)
    steps = torch.cat(found, -1)
    torch.testing.assert_close(steps[..., 1:], whole[..., :-1], rtol=0, atol=1e-12)


def test_masks_share_the_mix_out() -> None:
    masks = network()(*inputs(6)).sum(1)
    assert (masks < 1).all() and masks.min() > 0


def test_training_works_on_bands() -> None:
    made, (mix, given, flags) = network(1), inputs(6)
    bands = made.config.band_count
    masks = made.band_masks(mix[:, :, :bands], given[:, :, :, :bands], flags)
    assert masks.shape == (2, 3, 2, bands, 6)


@pytest.mark.parametrize("fft_samples", sorted(BANDS))
def test_tables_of_bands_cover_the_bins(fft_samples: int) -> None:
    assert Config(fft_samples=fft_samples).band_count % 8 == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fft_samples": 4096, "bands": ()}, "give bands"),
        ({"bands": ((1, 128),)}, "cover 129"),
        ({"bands": ((1, 17), (4, 13), (60, 1))}, "whole after"),
        ({"synthesis_samples": 48, "hop_samples": 32}, "synthesis_samples"),
    ],
)
def test_configurations_that_are_none(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadConfig, match=words):
        build("causal_bands", replace(config_from("causal_bands", CAUSAL), **changes))


def test_it_is_none_of_those_that_hear_whole_windows() -> None:
    assert "causal_bands" not in names()
