"""engines.methods.gibbs.schedule: the masks of blocked Gibbs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.methods.gibbs.schedule import draw_masks, probabilities, uniforms
from engines.spec import Schedule

SEEDS = st.integers(-(2**70), 2**70)
WINDOWS = st.integers(0, 2**40)

GOLDEN = [
    [0.482128601876116, 0.724135572624844, 0.050254039486272, 0.316126872358305, 0.680748528793328],
    [0.586284157978810, 0.268111588548543, 0.901471750902638, 0.734838412599120, 0.568063989905485],
]


def test_probabilities_follow_the_published_formula() -> None:
    rho = probabilities(Schedule(), 20)
    assert rho[0] == 1.0
    np.testing.assert_allclose(rho, [max(0.0, 1 - n / 19) for n in range(20)], atol=1e-12)
    half = probabilities(Schedule(0.9, 0.1, 0.7), 10)
    np.testing.assert_allclose(half, [max(0.1, 0.9 - 0.8 * n / 7) for n in range(10)])


@given(SEEDS, WINDOWS, st.integers(1, 600), st.integers(1, 600), st.integers(1, 9))
def test_draws_do_not_depend_on_the_number_of_steps(
    seed: int, window: int, few: int, more: int, stems: int
) -> None:
    short, long = sorted((few, more))
    np.testing.assert_array_equal(
        uniforms(seed, window, short, stems), uniforms(seed, window, long, stems)[:short]
    )


@given(SEEDS, WINDOWS)
def test_draws_differ_between_windows_and_seeds(seed: int, window: int) -> None:
    here = uniforms(seed, window, 8, 4)
    assert not np.array_equal(here, uniforms(seed, window + 1, 8, 4))
    assert not np.array_equal(here, uniforms(seed + 1, window, 8, 4))
    assert here.min() >= 0 and here.max() < 1


def test_draws_are_those_of_philox_for_ever() -> None:
    """Golden values: a change here changes every separation ever made with a seed."""
    drawn = uniforms(7, 3, 2, 5)
    np.testing.assert_allclose(drawn, GOLDEN, rtol=0, atol=1e-12)


@given(SEEDS, WINDOWS, st.integers(1, 600), st.lists(st.booleans(), min_size=1, max_size=8))
def test_known_stems_are_never_masked(
    seed: int, window: int, steps: int, known: list[bool]
) -> None:
    fixed = np.array(known)
    masks = draw_masks(Schedule(), steps, seed, window, fixed)
    assert masks.shape == (steps, len(known))
    assert not masks[:, fixed].any()
    assert masks[0, ~fixed].all()


@pytest.mark.parametrize(("steps", "share"), [(64, 14.9 / 64), (512, 122 / 512)])
def test_share_of_empty_draws_is_as_measured(steps: int, share: float) -> None:
    """docs/research/sources.md: with 4 stems about 24 % of the draws are empty."""
    none = np.zeros(4, np.bool_)
    drawn = [draw_masks(Schedule(), steps, seed, 0, none) for seed in range(200)]
    empty = np.mean([(~masks.any(axis=1)).mean() for masks in drawn])
    assert empty == pytest.approx(share, abs=0.01)


def test_masked_share_follows_the_schedule() -> None:
    none = np.zeros(4, np.bool_)
    drawn = np.mean([draw_masks(Schedule(), 16, 1, w, none) for w in range(2000)], axis=(0, 2))
    np.testing.assert_allclose(drawn, probabilities(Schedule(), 16), atol=0.02)


def test_first_step_masks_all_even_where_the_schedule_starts_lower() -> None:
    masks = draw_masks(Schedule(0.1, 0.0, 0.95), 1, 0, 0, np.zeros(4, np.bool_))
    assert masks.all()


@given(SEEDS, WINDOWS, st.integers(1, 600), st.lists(st.booleans(), min_size=1, max_size=8))
def test_counted_draws_mask_as_many_as_the_probability_says(
    seed: int, window: int, steps: int, known: list[bool]
) -> None:
    fixed, schedule = np.array(known), Schedule(draw="count")
    free, rho = known.count(False), probabilities(schedule, steps)
    masks = draw_masks(schedule, steps, seed, window, fixed)
    assert not masks[:, fixed].any()
    assert masks[0, ~fixed].all()
    wanted = [min(free, max(1, int(p * free + 0.5))) if p > 0 else 0 for p in rho]
    assert masks.sum(axis=1).tolist() == wanted


def test_counted_draws_choose_every_stem_alike() -> None:
    schedule, none = Schedule(draw="count"), np.zeros(4, np.bool_)
    drawn = np.array([draw_masks(schedule, 16, 3, w, none) for w in range(4000)])
    shares = drawn.mean(axis=0)
    np.testing.assert_allclose(shares, np.repeat(shares.mean(1, keepdims=True), 4, 1), atol=0.03)
    pairs = drawn[:, 8, :2]  # rho 0.47: two of four, so both of the first two in 1 of 6
    assert pairs.all(axis=1).mean() == pytest.approx(1 / 6, abs=0.03)


def test_counted_draws_are_never_empty_before_the_schedule_ends() -> None:
    schedule = Schedule(draw="count")
    masks = draw_masks(schedule, 64, 0, 0, np.zeros(4, np.bool_))
    ended = probabilities(schedule, 64) == 0
    assert np.array_equal(~masks.any(axis=1), ended) and 0 < ended.sum() < 5
