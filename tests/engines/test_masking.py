"""engines.masking: against the published steps written out one bin at a time."""

from __future__ import annotations

import numpy as np
import pytest

from engines.masking import BLOCK, ratio_masks, refined
from tests.rigs.families import maximised


def spectra(*shape: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    both = rng.standard_normal((2, *shape))
    return (both[0] + 1j * both[1]).astype(np.complex64)


def test_ratio_masks_are_squares_over_their_sum() -> None:
    sizes = np.abs(spectra(3, 2, 5, 7))
    masks = ratio_masks(sizes)
    np.testing.assert_allclose(masks, sizes**2 / (sizes**2).sum(axis=0), atol=1e-6)
    np.testing.assert_allclose(masks.sum(axis=0), 1, atol=1e-6)


def test_ratio_masks_of_silence_are_equal() -> None:
    np.testing.assert_allclose(ratio_masks(np.zeros((4, 2, 3), np.float32)), 0.25)


def of_mix(*shape: int, seed: int = 0) -> np.ndarray:
    """Sizes of stems (S, C, F, T)."""
    return np.abs(spectra(*shape, seed=seed))


def phases(mix: np.ndarray) -> np.ndarray:
    return np.exp(1j * np.angle(mix)).astype(np.complex64)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("loud", [1e-4, 1.0, 300.0])
def test_a_block_is_refined_as_published(channels: int, loud: float) -> None:
    mix = spectra(channels, 9, 4) * np.float32(loud)
    sizes = of_mix(3, channels, 4, 9, seed=1) * np.float32(loud)
    stems = np.swapaxes(sizes, -1, -2) * np.exp(1j * np.angle(mix))
    found = refined(sizes, phases(mix), mix)
    wanted = maximised(np.swapaxes(stems, -1, -2), np.swapaxes(mix, -1, -2))
    assert found.dtype == np.complex64
    difference = np.abs(np.swapaxes(found, -1, -2) - wanted).max()
    assert difference < 1e-5 * np.abs(wanted).max()


def test_blocks_do_not_know_of_each_other() -> None:
    mix, sizes = spectra(2, 2 * BLOCK + 5, 3), of_mix(2, 2, 3, 2 * BLOCK + 5, seed=1)
    whole = refined(sizes, phases(mix), mix)
    for first in range(0, mix.shape[1], BLOCK):
        block = slice(first, first + BLOCK)
        alone = refined(sizes[..., block], phases(mix[:, block]), mix[:, block])
        assert np.array_equal(whole[:, :, block], alone)


@pytest.mark.parametrize(("first", "end"), [(0, 1), (60, 70), (BLOCK, 2 * BLOCK), (2 * BLOCK, 133)])
def test_some_frames_are_those_of_the_whole(first: int, end: int) -> None:
    mix, sizes = spectra(2, 2 * BLOCK + 5, 3), of_mix(2, 2, 3, 2 * BLOCK + 5, seed=1)
    whole = refined(sizes, phases(mix), mix)[:, :, first:end]
    assert np.array_equal(whole, refined(sizes, phases(mix), mix, first, end))


def test_silence_stays_silent() -> None:
    nothing = np.zeros((2, 5, 3), np.complex64)
    assert not refined(np.zeros((2, 2, 3, 5), np.float32), nothing, nothing).any()
    assert not refined(np.ones((2, 2, 3, 5), np.float32), nothing, nothing).any()
