"""engines.methods.diffusion.chain: from noise to a sample, or as far as one may go."""

from __future__ import annotations

import numpy as np

from engines.methods.diffusion.chain import run_chain
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.noise import Noise
from tests.rigs.diffusion import Shrinking

STEPS = Euler().plan(Levels(12))
DRAW = Noise(0, [0], [0]).draw


def test_a_prior_of_silence_leads_to_silence() -> None:
    chain = run_chain(Shrinking(), Euler(), STEPS, DRAW, lambda: True)
    assert (chain.steps, chain.whole) == (12, True)
    assert np.abs(chain.rows).max() < 1e-6


def test_who_stops_early_gets_what_was_heard_below_the_noise() -> None:
    left = iter([True, True, False])
    chain = run_chain(Shrinking(0.0), Euler(), STEPS, DRAW, lambda: next(left))
    assert (chain.steps, chain.whole) == (3, False)
    assert not chain.rows.any()  # the state itself is still noise


def test_who_stops_at_the_last_step_gets_the_sample() -> None:
    answers = iter([True] * 11 + [False])
    chain = run_chain(Shrinking(0.5), Euler(), STEPS, DRAW, lambda: next(answers))
    whole = run_chain(Shrinking(0.5), Euler(), STEPS, DRAW, lambda: True)
    assert chain.whole and np.array_equal(chain.rows, whole.rows)
