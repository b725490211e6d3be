"""engines.methods.diffusion.prior: guidance, in both conventions, and negative prompts."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.labels import hot
from engines.methods.diffusion.prior import NEGATIVE_PROMPTS, Guidance, Prior
from engines.methods.diffusion.separating import against
from engines.types import Audio

NAMES = ("bass", "drums", "guitar", "piano")
STATE = np.ones((2, 2, 1, 3), np.float32)
LEVELS = np.array([0.5, 0.25], np.float32)
LABELS = np.tile(hot(NAMES, [("bass",), ("drums", "piano")]), (2, 1)).reshape(2, 2, 4)


class Echo:
    """Answers with what it is told: the level plus a number made of the labels."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []

    def __call__(self, noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        self.calls.append(noisy.shape)
        told = sigma + labels @ np.array([1, 2, 4, 8], np.float32)
        return noisy * told[:, None, None]


def test_each_row_is_told_its_level_and_labels() -> None:
    echo = Echo()
    found = Prior(echo, LABELS).clean(STATE, LEVELS)
    assert found.shape == STATE.shape and echo.calls == [(4, 1, 3)]
    np.testing.assert_array_equal(found[:, :, 0, 0], [[1.5, 10.25]] * 2)


def test_guidance_leads_away_from_the_null_label_in_one_call() -> None:
    echo = Echo()
    prior = Prior(echo, LABELS, scale=3.0)
    found = prior.clean(STATE, LEVELS)
    assert echo.calls == [(8, 1, 3)] and prior.calls == 1
    np.testing.assert_allclose(found[0, :, 0, 0], [0.5 + 3 * 1, 0.25 + 3 * 10])


def test_guidance_leads_away_from_a_negative_prompt() -> None:
    guidance = Guidance(2.0, (("bass", ("drums", "guitar")),))
    other = against(NAMES, [("bass",), ("piano", "drums")], guidance)
    np.testing.assert_array_equal(other, [[0, 1, 1, 0], [0, 0, 0, 0]])
    found = Prior(Echo(), LABELS[:1], other[None], 2.0).clean(STATE[:1], LEVELS)
    np.testing.assert_allclose(found[0, :, 0, 0], [6.5 + 2 * (1.5 - 6.5), 0.25 + 2 * 10])


def test_a_negative_prompt_may_be_for_a_row_of_several() -> None:
    other = against(NAMES, [("piano", "drums")], Guidance(2.0, (("drums+piano", ("bass",)),)))
    np.testing.assert_array_equal(other, [[1, 0, 0, 0]])


def test_the_other_convention() -> None:
    """S(z) + w (S(z) - S(null)) is S(null) + (1 + w)(S(z) - S(null))."""
    assert Guidance.of_w(3.0) == Guidance(4.0)
    assert Guidance.of_w(0.0) == Guidance()


def test_a_scale_above_3_is_noted() -> None:
    assert Guidance(3.0).notes == ()
    (note,) = Guidance(7.5).notes
    assert "7.5" in note and "above 3" in note


@pytest.mark.parametrize(
    ("scale", "negative"),
    [
        (-1.0, ()),
        (float("nan"), ()),
        (1.0, (("bass", ()),)),
        (1.0, (("bass", ("drums",)), ("bass", ("piano",)))),
    ],
)
def test_guidance_that_cannot_be_is_refused(scale, negative) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SettingsError):
        Guidance(scale, negative)


def test_published_negative_prompts_are_of_other_instruments() -> None:
    assert {row for row, _ in NEGATIVE_PROMPTS} == set(NAMES)
    assert all(row not in names for row, names in Guidance(3.0, NEGATIVE_PROMPTS).negative)
