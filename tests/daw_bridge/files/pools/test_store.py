"""Files in a store: fetched, put, listed, and told about in words where that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from daw_bridge.errors import BadFile, Cancelled, NoPool, WriteFailed
from daw_bridge.files.places import Place, Url, place_of
from daw_bridge.files.pools.store import Store, is_ours, parent_of


@pytest.fixture
def memory() -> Iterator[str]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    yield "memory://lib"
    files.store.clear()
    files.pseudo_dirs[:] = [""]


@pytest.fixture(params=["memory", "file", "path"])
def folder(request: pytest.FixtureRequest, memory: str, tmp_path: Path) -> Place:
    """An empty one that is not there yet."""
    names = {"memory": memory, "file": (tmp_path / "lib").as_uri(), "path": str(tmp_path / "lib")}
    return place_of(names[request.param])


def test_files_go_there_and_come_back(folder: Place, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    store = Store(folder)
    assert not store.is_folder() and store.names() == set()
    store.put(tmp_path / "a", "a.bin")
    store.put(tmp_path / "a", "b.bin")
    Store(folder / "more").put(tmp_path / "a", "c.bin")
    assert store.is_folder() and store.names() == {"a.bin", "b.bin"}
    assert store.entries() == [("a.bin", False), ("b.bin", False), ("more", True)]
    (tmp_path / "a").write_bytes(b"two")
    store.put(tmp_path / "a", "a.bin")
    store.get("a.bin", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"two"
    store.remove("b.bin")
    store.remove("b.bin")
    assert store.names() == {"a.bin"}


def test_copying_says_that_it_gets_on_and_may_be_ended(memory: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one")
    store, told = Store(Url(memory)), list[int]()
    store.put(tmp_path / "a", "a.bin", lambda: told.append(1))
    assert told
    store.get("a.bin", tmp_path / "b", lambda: told.append(2))
    assert told[-1] == 2

    def stop() -> None:
        raise Cancelled("the song was cancelled", "it to finish", "Start it again.")

    for copy in (store.get, store.put):
        with pytest.raises(Cancelled):
            copy(*(("a.bin", tmp_path / "c") if copy == store.get else (tmp_path / "a", "x")), stop)


def test_what_is_not_there(folder: Place, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"none.wav cannot be read \(FileNotFoundError"):
        Store(folder).get("none.wav", tmp_path / "x")


def test_what_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteFailed, match=r"a.bin cannot be written \("):
        Store(tmp_path / "file").put(tmp_path / "file", "a.bin")


def test_stores_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadFile, match="ValueError: Protocol not known: nowhere"):
        Store(Url("nowhere://a"))
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(NoPool, match="fsspec is not installed"):
        Store(Url("memory://a"))


def test_names() -> None:
    assert parent_of(Url("s3://b/songs/a.wav")) == Url("s3://b/songs")
    assert is_ours([("daw-bridge.json", False)]) and not is_ours([("daw-bridge.json", True)])
