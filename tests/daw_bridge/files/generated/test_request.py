"""daw_bridge.files.generated.request: what is asked for, checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, BridgeError
from daw_bridge.files.generated.request import generate_request_from
from daw_bridge.files.times import Time
from daw_bridge.settings.values import Values


def test_a_request_from_options() -> None:
    request = generate_request_from(
        Path("out"),
        (("stems", "bass,piano"), ("seconds", 12), ("seed", "7"), ("given", "drums=d.wav\nhat=h"),
         ("guidance", 2)),
    )  # fmt: skip
    assert request.parts == (("bass",), ("piano",))
    assert request.length == Time(seconds=12)
    assert request.given == ((("drums",), Path("d.wav")), (("hat",), Path("h")))
    assert request.integer("refine/seed") == 7 and request.number("guidance") == 2.0
    assert request.model == "" and request.changed({"model": "x"}).model == "x"
    assert generate_request_from(Path("out")).length is None


@pytest.mark.parametrize(
    "options",
    [
        (("stems", "bass,bass"),),
        (("stems", "bass"), ("given", "bass=a.wav")),
        (("stems", "bass+bass"),),
        (("stems", "bass+"),),
        (("stems", "../up"),),
        (("stems", "mix"),),
        (("given", "drums=a\0.wav"),),
        (("seconds", "0"),),
        (("seconds", -1),),
        (("seconds", "long"),),
        (("overlap", 1.0),),
        (("guidance", -1),),
        (("rate", -1),),
        (("format", "stem.mp4"),),
        (("known", "drums=a.wav"),),
    ],
)
def test_what_cannot_be_is_refused(options: Values) -> None:
    with pytest.raises(BridgeError) as caught:
        generate_request_from(Path("out"), options)
    assert caught.value.code in ("bad_value", "unknown_parameter")


def test_a_folder_without_a_nul() -> None:
    with pytest.raises(BadValue, match="NUL"):
        generate_request_from(Path("a\0b"))
