"""Which files a job writes, and what each is the sum of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.sums import Sum, needed, residual_to, rest_name, sums_of
from daw_bridge.settings.parameters import Value
from tests.rigs.tiny_models import make_spec

SPEC = make_spec(stems=("drums", "vocals", "other"))


def asked(**options: Value) -> SeparateRequest:
    return request_from(Path("song.wav"), Path("out"), tuple(options.items()))


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ({}, {"drums": "drums", "vocals": "vocals", "other": "other", "residual": "residual"}),
        ({"stems": "vocals"}, {"vocals": "vocals", "residual": "drums other residual"}),
        ({"stems": "vocals", "no_residual": 1}, {"vocals": "vocals"}),
        ({"residual_to": "other"}, {"drums": "drums", "vocals": "vocals", "other": "other"}),
        ({"two_stems": "vocals"}, {"vocals": "vocals", "instrumental": "drums other residual"}),
        ({"two_stems": " Drums"}, {"drums": "drums", "no_drums": "vocals other residual"}),
        ({"minus": "drums"}, {"no_drums": "vocals other residual"}),
        ({"minus": "vocals"}, {"instrumental": "drums other residual"}),
        ({"minus": "drums,vocals"}, {"no_drums_vocals": "other residual"}),
        ({"known": "choir=c.wav", "two_stems": "choir"},
         {"choir": "choir", "no_choir": "drums vocals other residual"}),
    ],
)  # fmt: skip
def test_files_and_their_sums(options: dict[str, Value], files: dict[str, str]) -> None:
    found = sums_of(asked(**options), SPEC)
    assert found == tuple(Sum(name, tuple(sums.split())) for name, sums in files.items())


def test_a_models_own_place_for_the_residual() -> None:
    spec = replace(SPEC, residual_to="other")
    assert [one.name for one in sums_of(asked(), spec)] == ["drums", "vocals", "other"]
    assert sums_of(asked(two_stems="other"), spec) == (
        Sum("other", ("other",)), Sum("no_other", ("drums", "vocals", "residual")),
    )  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"two_stems": "drums,vocals"},
        {"two_stems": "residual"},
        {"two_stems": "drums", "minus": "drums"},
        {"two_stems": "drums", "stems": "drums"},
        {"two_stems": "drums", "no_residual": 1},
        {"minus": "drums", "residual_to": "other"},
        {"minus": "drums,drums"},
        {"minus": "../x"},
    ],
)
def test_what_does_not_go_together(options: dict[str, Value]) -> None:
    with pytest.raises(BadValue):
        asked(**options)


@pytest.mark.parametrize("option", ["two_stems", "minus", "stems"])
def test_stems_that_there_are_not(option: str) -> None:
    with pytest.raises(BadValue, match="kazoo"):
        sums_of(asked(**{option: "kazoo"}), SPEC)


def test_names_of_the_rest() -> None:
    assert rest_name(("vocals",)) == "instrumental"
    assert rest_name(("bass", "drums")) == "no_bass_drums"


@pytest.mark.parametrize(
    ("options", "stems"),
    [
        ({}, ""),
        ({"stems": "vocals"}, "vocals"),
        ({"stems": "vocals,drums", "no_residual": 1}, "drums vocals"),
        ({"residual_to": "other"}, ""),
        ({"stems": "other", "residual_to": "other"}, ""),
        ({"two_stems": "vocals"}, "vocals"),
        ({"minus": "drums"}, "drums"),
        ({"minus": "drums,vocals"}, "drums vocals"),
        ({"known": "choir=c.wav", "two_stems": "choir"}, ""),
    ],
)
def test_stems_that_the_residual_can_hold_need_not_be_made(
    options: dict[str, Value], stems: str
) -> None:
    request = asked(**options)
    found = needed(sums_of(request, SPEC), SPEC, residual_to(request, SPEC))
    assert " ".join(found) == stems
