"""export.scores.generated.embedding: the Frechet distance against the formula's matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from export.scores.generated.embedding import frechet, levelled, with_error


def by_matrices(one: np.ndarray, other: np.ndarray) -> float:
    first, second = (np.cov(each, rowvar=False) for each in (one, other))
    apart = np.square(one.mean(0) - other.mean(0)).sum()
    return float(apart + np.trace(first + second - 2 * np.real(sqrtm(first @ second))))


def test_it_is_the_formula() -> None:
    rng = np.random.default_rng(0)
    one = rng.standard_normal((40, 5)) * [1, 2, 3, 4, 5] + 1
    other = rng.standard_normal((60, 5)) @ rng.standard_normal((5, 5))
    assert frechet(one, other) == pytest.approx(by_matrices(one, other), rel=1e-6)
    assert frechet(one, one) == pytest.approx(0, abs=1e-9)


def test_fewer_sounds_than_features_are_no_problem() -> None:
    rng = np.random.default_rng(1)
    near = rng.standard_normal((6, 300))
    assert 0 < frechet(near, rng.standard_normal((9, 300))) < frechet(near, near + 3)


def test_the_error_is_that_of_many_draws() -> None:
    rng = np.random.default_rng(2)
    reference = rng.standard_normal((400, 3))
    draws = [with_error(rng.standard_normal((50, 3)) + 1, reference) for _ in range(60)]
    spread = np.std([distance for distance, _ in draws])
    assert np.mean([error for _, error in draws]) == pytest.approx(spread, rel=0.5)
    assert np.isnan(with_error(reference[:2], reference)[1])


def test_sounds_are_brought_to_one_level_and_silence_is_left() -> None:
    sound = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    rms = np.sqrt(np.square(levelled(0.01 * sound)).mean())
    assert rms == pytest.approx(0.1, rel=1e-4)
    assert not levelled(np.zeros(5, np.float32)).any()
