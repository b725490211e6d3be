"""engines.methods.diffusion.held: what is known already stays, and what follows hears it."""

from __future__ import annotations

import numpy as np

from engines.methods.diffusion.held import Held
from engines.types import Audio
from tests.rigs.diffusion import Shrinking

RNG = np.random.default_rng(2)
PAST = RNG.standard_normal((1, 1, 1, 20)).astype(np.float32)
STATE, NOISE = RNG.standard_normal((2, 1, 1, 1, 50)).astype(np.float32)


def held() -> Held:
    return Held(Shrinking(0.25), PAST)


def parts(audio: Audio) -> tuple[Audio, Audio]:
    return audio[..., :20], audio[..., 20:]


def test_the_past_is_heard_at_the_level_with_its_own_noise() -> None:
    known, others = parts(held().hold(STATE.copy(), 0.5, NOISE))
    np.testing.assert_allclose(known, PAST + 0.5 * NOISE[..., :20])
    assert np.array_equal(others, STATE[..., 20:])


def test_it_has_no_slope_and_comes_out_as_it_was() -> None:
    slope, clean = held().slope(STATE.copy(), 0.5)
    assert not parts(slope)[0].any() and np.array_equal(parts(clean)[0], PAST)
    np.testing.assert_allclose(parts(clean)[1], 0.25 * STATE[..., 20:])
    assert parts(slope)[1].any()
    known, others = parts(held().close(STATE.copy()))
    assert np.array_equal(known, PAST) and np.array_equal(others, STATE[..., 20:])


def test_all_else_is_the_fields_own() -> None:
    field, own = held(), Shrinking(0.25)
    assert (field.shape, field.network_calls) == (own.shape, own.network_calls)
    assert field.stiffness(0.3) == own.stiffness(0.3)
