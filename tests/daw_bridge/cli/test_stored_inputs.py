"""Songs in a store are found as those in folders are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from daw_bridge.cli.inputs import Input, find_inputs
from daw_bridge.errors import BadFile
from daw_bridge.files.places import Url


@pytest.fixture
def store() -> Iterator[Url]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    for name in ("b.flac", "a.wav", ".hidden.wav", "film.mp4", "notes.txt", "deep/er/c.mp3",
                 "stems/a/daw-bridge.json", "stems/a/drums.wav"):  # fmt: skip
        files.pipe(f"/lib/{name}", b"x")
    yield Url("memory://lib")
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def test_a_folder(store: Url) -> None:
    found = find_inputs([store], recursive=False)
    assert found.files == [Input(store / "a.wav"), Input(store / "b.flac")]
    assert list(found.notes()) == [
        "left out: 1 hidden file", "left out: 1 video (give one by its name for its sound)"
    ]  # fmt: skip


def test_and_the_folders_in_it(store: Url) -> None:
    found = find_inputs([store, store / "a.wav"], recursive=True)
    deep = Path("deep") / "er"
    assert [one.path for one in found.files] == [
        store / "a.wav", store / "b.flac", store / "deep" / "er" / "c.mp3"
    ]  # fmt: skip
    assert found.files[2].below == deep and (found.ours, found.twice) == (1, 1)


def test_what_holds_no_songs(store: Url) -> None:
    found = find_inputs([store / "deep", store / "a.wav"], recursive=False)
    ((place, error),) = found.problems
    assert place == store / "deep" and "Use --recursive" in error.action
    ((place, error),) = find_inputs([Url("nowhere://x")], False).problems
    assert isinstance(error, BadFile) and "Protocol not known" in error.seen
    found = find_inputs([store / "none.wav"], False)  # who fetches it says that it is not there
    assert found.files == [Input(store / "none.wav")]
