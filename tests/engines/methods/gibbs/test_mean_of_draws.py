"""engines.methods.gibbs.mean_of_draws: the mean of what was drawn, stem by stem."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engines.methods.gibbs.mean_of_draws import MeanOfDraws
from engines.types import Flags

STEMS = 3


@given(st.lists(st.lists(st.booleans(), min_size=STEMS, max_size=STEMS), max_size=6))
def test_means_are_of_the_draws_alone(rows: list[list[bool]]) -> None:
    rng, mean = np.random.default_rng(0), MeanOfDraws(STEMS)
    drawn: list[list[Flags]] = [[] for _ in range(STEMS)]
    part = rng.random((STEMS, 2, 5), np.float32)
    for row in rows:
        part = part.copy()
        for stem in np.flatnonzero(row):
            part[stem] = rng.random((2, 5), np.float32)
            drawn[stem].append(part[stem].copy())
        mean.add(part, np.array(row))
    found = mean.of(part)
    for stem, several in enumerate(drawn):
        wanted = np.mean(several, axis=0) if several else part[stem]
        np.testing.assert_allclose(found[stem], wanted, rtol=1e-6)


def test_what_is_added_may_be_overwritten_afterwards() -> None:
    mean, part = MeanOfDraws(1), np.ones((1, 2), np.float32)
    mean.add(part, np.array([True]))
    part[:] = 3
    mean.add(part, np.array([True]))
    assert np.array_equal(mean.of(part), np.full((1, 2), 2, np.float32))
    assert np.array_equal(part, np.full((1, 2), 3, np.float32))
