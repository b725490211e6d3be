"""The reference of the model file says every field of every record that a description has."""

from __future__ import annotations

import dataclasses

import pytest

from daw_bridge.cli.docs import ROOT, render_model_file
from daw_bridge.cli.model_file_page import TITLES, fields_text, records
from daw_bridge.wire.described import parts_of
from engines import spec
from engines.spec import ModelSpec, Preset, StftDomain

PAGE = ROOT / "docs/reference/model-file.md"


def test_the_page_is_as_the_records_are() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert render_model_file(text) == text


@pytest.mark.parametrize("record", records(ModelSpec), ids=lambda record: record.__name__)
def test_every_field_has_a_row_with_words(record: type) -> None:
    section = fields_text().split(f"### {TITLES[record.__name__]}\n")[1].split("\n### ")[0]
    _, texts = parts_of(record)
    names = [one.name for one in dataclasses.fields(record)]
    assert sorted(texts) == sorted(names)
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in rows] == names
    assert all(len(text) > 5 and text.endswith(".") for text in texts.values())


def test_every_record_of_the_spec_is_one_of_them() -> None:
    public = {getattr(spec, name) for name in spec.__all__}
    classes = {one for one in public if dataclasses.is_dataclass(one)}
    assert classes <= set(records(ModelSpec)) and set(TITLES) == {
        one.__name__ for one in records(ModelSpec)
    }


def test_types_and_defaults_are_as_json_has_them() -> None:
    text = fields_text()
    for row in (
        "| `stems` | list, each text | must be there |",
        "| `tight` | [preset](#preset) or null | `null` |",
        "| `rate_hz` | integer, Hz | must be there |",
        "| `rows` | list, each [text, integer] | must be there |",
        f"| `fft_samples` | integer, samples | `{StftDomain().fft_samples}` |",
        f"| `steps` | integer | `{Preset(4, 2, 1, 0).steps}` |",
    ):
        assert row in text
    assert "SpecError" not in text


def test_a_page_without_its_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="fields"):
        render_model_file("# The model file\n")
