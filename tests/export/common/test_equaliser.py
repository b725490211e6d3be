"""Fixed equalisers as a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from export.common.equaliser import Equalisers, load_equalisers
from export.common.errors import FileRefused

HEAD = '{"kind": "daw-bridge equalisers", '


def made() -> Equalisers:
    hz = np.array([0.0, 1000.0, 4000.0], np.float32)
    return Equalisers(hz, {"flute": np.array([0.0, 0.5, 1.0], np.float32)}, {"flute": 7})


def test_it_is_kept_and_read_between_its_frequencies(tmp_path: Path) -> None:
    made().save(tmp_path / "eq.json")
    found = load_equalisers(tmp_path / "eq.json")
    assert found.songs == {"flute": 7}
    gains = found.at(("kick", "flute"), 8000, 8)
    np.testing.assert_allclose(gains, [[0] * 5, [0, 0.5, 2 / 3, 5 / 6, 1]], atol=1e-3)
    assert found.gain("flute", np.array([9000.0]))[0] == 1, "above: as at the last"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"kind": "x", "hz": [0, 1], "tags": {}}',
     HEAD + '"hz": [1, 0], "tags": {}}',
     HEAD + '"hz": [0, 1], "tags": {"a": {"songs": 1, "gains": [2, 0]}}}',
     HEAD + '"hz": [0, 1], "tags": {"a": {"songs": 1, "gains": [0]}}}'],
)  # fmt: skip
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "eq.json").write_text(text)
    with pytest.raises(FileRefused, match="equalisers"):
        load_equalisers(tmp_path / "eq.json")


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="check the path"):
        load_equalisers(tmp_path / "none.json")
    made().save(tmp_path / "eq.json")
    assert json.loads((tmp_path / "eq.json").read_text())["tags"]["flute"]["songs"] == 7
