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


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("loud", [1e-4, 1.0, 300.0])
def test_a_block_is_refined_as_published(channels: int, loud: float) -> None:
    mix = spectra(channels, 9, 4) * np.float32(loud)
    stems = (
        np.abs(spectra(3, channels, 9, 4, seed=1)) * np.float32(loud) * np.exp(1j * np.angle(mix))
    )
    found = refined(stems.astype(np.complex64), mix)
    wanted = maximised(np.swapaxes(stems, -1, -2), np.swapaxes(mix, -1, -2))
    assert found.dtype == np.complex64
    difference = np.abs(np.swapaxes(found, -1, -2) - wanted).max()
    assert difference < 1e-5 * np.abs(wanted).max()


def test_blocks_do_not_know_of_each_other() -> None:
    mix, stems = spectra(2, 2 * BLOCK + 5, 3), spectra(2, 2, 2 * BLOCK + 5, 3, seed=1)
    whole = refined(stems, mix)
    for first in range(0, mix.shape[1], BLOCK):
        block = slice(first, first + BLOCK)
        assert np.array_equal(whole[:, :, block], refined(stems[:, :, block], mix[:, block]))


@pytest.mark.parametrize(("first", "end"), [(0, 1), (60, 70), (BLOCK, 2 * BLOCK), (2 * BLOCK, 133)])
def test_some_frames_are_those_of_the_whole(first: int, end: int) -> None:
    mix, stems = spectra(2, 2 * BLOCK + 5, 3), spectra(2, 2, 2 * BLOCK + 5, 3, seed=1)
    whole = refined(stems, mix)[:, :, first:end]
    assert np.array_equal(whole, refined(stems, mix, first, end))


def test_silence_stays_silent() -> None:
    nothing = np.zeros((2, 2, 5, 3), np.complex64)
    assert not refined(nothing, nothing[0]).any()
