"""The record: read strictly, names that stay in the folder, what counts as a difference."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from daw_bridge.errors import BadRecord
from daw_bridge.files.record import (
    MAX_RECORD_BYTES,
    RECORD,
    KnownFile,
    Option,
    Output,
    Recipe,
    Record,
    UsedFile,
    difference,
    read_record,
)

SONG, MODEL, BASS = (UsedFile(name, 7, name) for name in ("song.wav", "m.onnx", "bass.wav"))
RECIPE = Recipe(SONG, MODEL, (KnownFile("bass", BASS),), (Option("refine/steps", 3),))
FILES = (Output("drums", "drums.wav", "ab"),)
WHOLE = Record(1, "0.1.0", True, RECIPE, 44100, 2, 1000, FILES)


def test_written_and_read(tmp_path: Path) -> None:
    assert read_record(tmp_path) is None
    assert read_record(tmp_path / "none") is None
    odd = replace(WHOLE, recipe=replace(RECIPE, source=replace(SONG, name="caf\udce9.wav")))
    for one in (WHOLE, odd):
        (tmp_path / RECORD).write_text(one.to_json(), encoding="utf-8")
        assert read_record(tmp_path) == one


def broken(**changes: Any) -> str:
    return json.dumps(json.loads(WHOLE.to_json()) | changes)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "nothing", "[" * 100_000, broken(complete=1), broken(frames="1"), broken(more=1),
     broken(layout=2), broken(recipe={}), broken(files=[{"stem": "a"}]), "\xff",
     " " * (MAX_RECORD_BYTES + 1)],
)  # fmt: skip
def test_what_is_no_record(tmp_path: Path, text: str) -> None:
    (tmp_path / RECORD).write_bytes(text.encode("latin-1"))
    with pytest.raises(BadRecord, match="expected the record that daw-bridge wrote"):
        read_record(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="named pipes are files of POSIX")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_only_a_file_is_a_record(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """To open a named pipe waits until somebody writes into it."""
    make(tmp_path / RECORD)
    with pytest.raises(BadRecord, match="is no file"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    "name", ["../x.wav", "/etc/passwd", "a/b", "..", ".", "", "a\\b", "x\0", RECORD]
)
def test_names_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    record = replace(WHOLE, files=(Output("x", name, ""),))
    (tmp_path / RECORD).write_text(record.to_json(), encoding="utf-8")
    with pytest.raises(BadRecord, match="no plain file name"):
        read_record(tmp_path)


def test_what_differs() -> None:
    defaults = {"refine/steps": 0, "stems": ""}
    other = UsedFile("song.wav", 7, "other")
    assert difference(RECIPE, RECIPE, defaults) == ""
    renamed = replace(RECIPE, source=replace(SONG, name="renamed.wav"))
    assert difference(RECIPE, renamed, defaults) == ""
    more = replace(RECIPE, options=(Option("refine/steps", 3), Option("stems", "")))
    assert difference(RECIPE, more, defaults) == "", "an option of a later version, at its default"
    steps = replace(RECIPE, options=(Option("refine/steps", 4),))
    assert difference(RECIPE, steps, defaults) == "refine/steps was 3 and is 4"
    assert "another model" in difference(RECIPE, replace(RECIPE, model=other), defaults)
    assert "another song.wav" in difference(RECIPE, replace(RECIPE, source=other), defaults)
    assert "known stems" in difference(RECIPE, replace(RECIPE, known=()), defaults)
