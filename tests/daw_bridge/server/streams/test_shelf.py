"""streams.shelf: snapshots as files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from daw_bridge.errors import BadFile, BadValue, WriteFailed
from daw_bridge.server.streams import shelf as module
from daw_bridge.server.streams.shelf import Shelf, read_snapshot

VALUES = (("model", "song"), ("refine/steps", 4), ("stem/drums/gain", -6.5))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "new" / "folder")
    assert shelf.names() == ()
    shelf.save("Strophe 2", VALUES)
    shelf.save("refrain", ())
    assert shelf.load("Strophe 2") == VALUES
    assert shelf.names() == ("Strophe 2", "refrain")
    shelf.save("Strophe 2", VALUES[:1])
    assert shelf.load("Strophe 2") == VALUES[:1]
    shelf.remove("Strophe 2")
    assert [one.name for one in shelf.folder.iterdir()] == ["refrain.json"]


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../a", "a/b", "a\\b", ".a", " a", "a ", "a.", "a\0", "a\n", "x" * 65, "CON",
     "nul.txt", "a:b", "-a"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    shelf = Shelf(tmp_path)
    for work in (lambda one: shelf.save(one, ()), shelf.load, shelf.remove):
        with pytest.raises(BadValue, match="called"):
            work(name)
    assert not list(tmp_path.iterdir())


def test_one_that_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.save("a", ())
    for work in (shelf.load, shelf.remove):
        with pytest.raises(BadValue, match=r"no snapshot called 'b'.*\(a\)"):
            work("b")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", '{"values": {}}', '{"daw_bridge_snapshot": 2, "values": {}}',
     '{"daw_bridge_snapshot": 1}', '{"daw_bridge_snapshot": 1, "values": []}',
     '{"daw_bridge_snapshot": 1, "values": {"a": true}}',
     '{"daw_bridge_snapshot": 1, "values": {"a": [1]}}', "[" * 100_000, "\xff"],
    ids=lambda text: text[:40],
)  # fmt: skip
def test_a_file_that_holds_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(BadFile, match="holds no snapshot"):
        Shelf(tmp_path).load("a")


def test_a_file_that_is_too_long_is_not_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shelf(tmp_path).save("a", VALUES)
    monkeypatch.setattr(module, "MAX_BYTES", 20)
    with pytest.raises(BadFile):
        read_snapshot(tmp_path / "a.json")


def test_there_is_a_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SNAPSHOTS", 2)
    shelf = Shelf(tmp_path)
    shelf.save("a", ())
    shelf.save("b", ())
    shelf.save("b", VALUES)
    with pytest.raises(WriteFailed, match="at most 2"):
        shelf.save("c", ())


@pytest.mark.skipif(sys.platform == "win32", reason="links need no right on POSIX systems")
def test_no_link_is_written_through(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("mine")
    shelf = Shelf(tmp_path / "shelf")
    shelf.save("b", ())
    (shelf.folder / "a.json").symlink_to(other)
    shelf.save("a", VALUES)
    assert other.read_text() == "mine" and shelf.load("a") == VALUES


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteFailed, match="snapshot-dir"):
        Shelf(tmp_path / "file" / "shelf").save("a", ())


def test_a_snapshot_is_found_by_its_name_or_by_its_file(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.save("verse", (("bypass", 1),))
    elsewhere = shelf.folder.replace(tmp_path / "elsewhere") / "verse.json"
    assert shelf.find(str(elsewhere)) == (("bypass", 1),)
    with pytest.raises(BadValue, match="verse"):
        shelf.find("verse")
    shelf.save("verse", (("bypass", 0),))
    assert shelf.find("verse") == (("bypass", 0),)
