"""engines.spec.parts: files, the rest and states as a spec may name them."""

from __future__ import annotations

import pytest

from engines.errors import SpecError
from engines.spec import Part, Rest, StatePair


@pytest.mark.parametrize(
    "file", ["", "a", "../a.onnx", "a/b.onnx", "c:\\a.onnx", "a.onnx\0", "/a.onnx"]
)
def test_a_part_lies_in_the_models_folder(file: str) -> None:
    with pytest.raises(SpecError, match="name of an ONNX file"):
        Part(file, (("drums", 0),))


@pytest.mark.parametrize("rows", [(), (("drums", -1),)])
def test_a_part_has_rows(rows: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(SpecError, match="rows"):
        Part("a.onnx", rows)


def test_a_part_knows_its_stems() -> None:
    assert Part("a.onnx", (("drums", 0), ("bass", 3))).stems == ("drums", "bass")


@pytest.mark.parametrize("gain", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rest_has_a_gain(gain: float) -> None:
    with pytest.raises(SpecError, match="gain"):
        Rest("other", gain)


def test_a_state_has_two_names() -> None:
    for names in (("", "out"), ("in", "")):
        with pytest.raises(SpecError, match="names"):
            StatePair(*names)
