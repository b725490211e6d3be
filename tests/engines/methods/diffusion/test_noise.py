"""engines.methods.diffusion.noise: a function of the place."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.methods.diffusion.noise import Noise

SHAPE = (1, 2, 1, 500)


def draw(origin: int = 0, *, seed: int = 1, step: int = 3, variant: int = 0, samples: int = 500):  # type: ignore[no-untyped-def]
    return Noise(seed, [origin], [0], variant).draw(step, (1, 2, 1, samples))


@given(st.integers(-(2**40), 2**40), st.integers(0, 9000))
def test_windows_hear_the_same_noise_where_they_overlap(origin: int, by: int) -> None:
    one, other = draw(origin, samples=9500), draw(origin + by)
    assert np.array_equal(one[..., by : by + 500], other)


def test_everything_else_has_its_own() -> None:
    first = draw()
    for other in (draw(seed=2), draw(step=4), draw(variant=1), draw(4096)):
        assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.15
    assert abs(np.corrcoef(first[0, 0, 0], first[0, 1, 0])[0, 1]) < 0.2


def test_problems_about_the_same_music_are_told_apart_by_their_rows() -> None:
    both = Noise(1, [7, 7], [0, 2]).draw(0, (2, 2, 1, 500))
    alone = Noise(1, [7], [2]).draw(0, SHAPE)
    assert np.array_equal(both[1], alone[0]) and not np.array_equal(both[0], both[1])


def test_it_is_gaussian_and_float32() -> None:
    drawn = draw(samples=50000)
    assert drawn.dtype == np.float32
    assert abs(drawn.mean()) < 0.02 and abs(drawn.std() - 1) < 0.02


def test_seeds_of_any_size_are_taken() -> None:
    assert not np.array_equal(draw(seed=-1), draw(seed=2**64))
