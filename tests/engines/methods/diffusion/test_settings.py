"""engines.methods.diffusion.settings: checked when they are made."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.levels import PUBLISHED, Levels
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.settings import Sampling, Separation

STEMS = ("bass", "drums", "guitar", "piano")


def made(**changes: Any) -> Separation:
    return Separation(**({"stems": STEMS, "constrained": "drums"} | changes))


def test_defaults_and_what_was_published_can_be() -> None:
    assert made().notes == ()
    made(sampling=Sampling(PUBLISHED, Euler(20.0, 2), Guidance.of_w(3.0)))
    extracted = ("bass", "guitar", "piano")
    made(kind="ensemble", extracted=extracted)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "guesser"},
        {"constrained": "vocals"},
        {"constrained": ""},
        {"stems": ("bass",)},
        {"stems": ("bass", "bass"), "constrained": "bass"},
        {"told": "root"},
        {"extracted": ("bass",)},
        {"kind": "ensemble"},
        {"kind": "ensemble", "extracted": ("vocals",)},
        {"sampling": Sampling(guidance=Guidance(2.0, (("bass", ("tuba",)),)))},
        {"sampling": Sampling(guidance=Guidance(2.0, (("bass+oboe", ("drums",)),)))},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        made(**changes)


@pytest.mark.parametrize("changes", [{"samples": 0}, {"remask_fft": 1000}, {"remask_fft": -1}])
def test_a_sampling_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Sampling(**changes)


def test_too_large_steps_are_refused_when_the_settings_are_made() -> None:
    with pytest.raises(SettingsError, match="at least 29 steps of geometric levels"):
        made(sampling=Sampling(Levels(20)))


def test_fewer_rows_and_a_rest_that_is_told_its_own_level_need_fewer_steps() -> None:
    few = Sampling(Levels(20))
    made(sampling=few, told="own")
    made(sampling=few, kind="extractor")
    made(sampling=few, stems=("bass", "drums"))
    with pytest.raises(SettingsError):
        made(sampling=few, kind="ensemble", extracted=("bass",))


def test_guidance_that_may_diverge_is_noted_with_what_is_safe() -> None:
    (note,) = made(sampling=Sampling(guidance=Guidance(1.5))).notes
    count = int(re.search(r"at least (\d+) steps", note)[1])  # type: ignore[index]
    safe = Sampling(Levels(count), guidance=Guidance(1.5))
    assert made(sampling=safe).notes == ()
    with mock.patch("engines.methods.diffusion.settings.require_stable"):
        fewer = Sampling(Levels(count - 1), guidance=Guidance(1.5))
        assert made(sampling=fewer).notes


def test_guidance_is_noted() -> None:
    assert "7.5" in made(sampling=Sampling(guidance=Guidance(7.5))).notes[0]
