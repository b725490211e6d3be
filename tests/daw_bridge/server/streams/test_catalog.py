"""The list of models: read again where a file has changed, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.server.streams import catalog as module
from daw_bridge.server.streams.catalog import Catalog
from engines import load
from tests.rigs.needing import SINGER, write_mean, write_stacked
from tests.rigs.tiny_models import STEMS, make_model


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read, in a folder of models."""
    monkeypatch.setattr(load, "MODELS", tmp_path)
    seen: list[str] = []
    real = module.read_tree

    def read(name: str) -> object:
        seen.append(name)
        return real(name)

    monkeypatch.setattr(module, "read_tree", read)
    return seen


def test_entries_say_what_cannot_be_read(tmp_path: Path, reads: list[str]) -> None:
    make_model(tmp_path / "good.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    bad, good = Catalog().entries()
    assert good.stems == STEMS and good.licence == "MIT" and not good.problem
    assert bad.problem and not bad.stems


def test_a_file_is_read_once_until_it_changes(tmp_path: Path, reads: list[str]) -> None:
    for name in ("a", "b"):
        make_model(tmp_path / f"{name}.onnx")
    catalog = Catalog()
    first = catalog.entries()
    assert catalog.entries() == first and reads == ["a", "b"]
    make_model(tmp_path / "b.onnx", stems=("left", "right"), gains=(0.5, 0.5))
    os.utime(tmp_path / "b.onnx", ns=(1, 1))
    _, changed = catalog.entries()
    assert changed.stems == ("left", "right") and reads == ["a", "b", "b"]
    (tmp_path / "a.onnx").unlink()
    make_model(tmp_path / "c.onnx")
    assert [one.name for one in catalog.entries()] == ["b", "c"]


def test_the_licence_that_allows_least_is_told(tmp_path: Path, reads: list[str]) -> None:
    write_stacked(tmp_path, singer=False)
    make_model(tmp_path / "singer.onnx", **(SINGER | {"licence": "CC BY-NC 4.0"}))
    told = {one.name: one.licence for one in Catalog().entries()}
    assert told == {"singer": "CC BY-NC 4.0", "stacked": "CC BY-NC 4.0"}


def test_a_model_that_it_needs_and_that_is_gone_is_its_problem(
    tmp_path: Path, reads: list[str]
) -> None:
    write_mean(tmp_path)
    catalog = Catalog()
    assert not any(one.problem for one in catalog.entries())
    (tmp_path / "gibbs.onnx").unlink()
    problems = {one.name: one.problem for one in catalog.entries()}
    assert "needs the model 'gibbs'" in problems["both"] and not problems["quiet"]
