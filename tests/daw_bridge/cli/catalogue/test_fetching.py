"""Files by HTTPS: whole and right, or an error; what broke off goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli.catalogue.fetching import fetch, partials
from daw_bridge.errors import FetchFailed, WriteFailed, WrongChecksum
from tests.rigs.files_server import Shelf, served

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MOST = 10 * len(CONTENT)


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with served({"/model.onnx": CONTENT}) as one:
        yield one


def get(shelf: Shelf, place: Path, sha256: str = SHA256, most: int = MOST) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []
    fetch(f"{shelf.address}/model.onnx", place, sha256, most, lambda *of: seen.append(of))
    return seen


def test_a_file_comes_whole_with_progress(shelf: Shelf, tmp_path: Path) -> None:
    place = tmp_path / "new" / "model.onnx"
    seen = get(shelf, place)
    assert place.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT)) and len(seen) > 1
    assert [one.name for one in place.parent.iterdir()] == ["model.onnx"]


def test_the_first_digits_of_a_checksum_are_enough(shelf: Shelf, tmp_path: Path) -> None:
    get(shelf, tmp_path / "model.onnx", SHA256[:8])
    with pytest.raises(WrongChecksum, match=SHA256):
        get(shelf, tmp_path / "other.onnx", "00000000")


def test_what_broke_off_goes_on_where_it_was(shelf: Shelf, tmp_path: Path) -> None:
    place, shelf.breaks_after = tmp_path / "model.onnx", 300_000
    with pytest.raises(FetchFailed, match="goes on"):
        get(shelf, place)
    assert not place.exists() and partials(place)[0].stat().st_size == 300_000
    assert get(shelf, place)[0][0] > 300_000
    assert shelf.ranges == [None, "bytes=300000-"] and place.read_bytes() == CONTENT


@pytest.mark.parametrize("etag", ['"two"', "", 'W/"one"'])
def test_it_begins_anew_where_the_file_may_be_another(
    etag: str, shelf: Shelf, tmp_path: Path
) -> None:
    place, shelf.breaks_after = tmp_path / "model.onnx", 300_000
    shelf.etag = etag if etag != '"two"' else '"one"'
    with pytest.raises(FetchFailed):
        get(shelf, place)
    shelf.etag = etag
    get(shelf, place)
    assert place.read_bytes() == CONTENT


def test_a_whole_file_that_was_not_moved_yet_is_not_fetched_again(
    shelf: Shelf, tmp_path: Path
) -> None:
    place = tmp_path / "model.onnx"
    partial, tag = partials(place)
    partial.write_bytes(CONTENT)
    tag.write_text(shelf.etag)
    get(shelf, place)
    assert place.read_bytes() == CONTENT and shelf.ranges == []


def test_more_than_the_file_has_is_begun_anew(shelf: Shelf, tmp_path: Path) -> None:
    place = tmp_path / "model.onnx"
    partial, tag = partials(place)
    partial.write_bytes(b"x" * (len(CONTENT) + 5))
    tag.write_text(shelf.etag)
    get(shelf, place)
    assert place.read_bytes() == CONTENT
    assert shelf.ranges == [f"bytes={len(CONTENT) + 5}-", None]


def test_another_file_is_refused_and_not_kept(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["/model.onnx"] = b"evil" * 1000
    with pytest.raises(WrongChecksum, match="expected"):
        get(shelf, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
    assert not partials(tmp_path / "model.onnx")[0].exists()


def test_no_more_than_the_bound_is_taken(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="more than 1000 bytes"):
        get(shelf, tmp_path / "model.onnx", most=1000)


@pytest.mark.parametrize("url", ["http://example.org/x", "ftp://example.org/x", "file:///etc/x"])
def test_only_https_leaves_this_machine(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="https"):
        fetch(url, tmp_path / "x", SHA256, MOST, lambda *of: None)


def test_nor_does_it_follow_to_plain_http(shelf: Shelf, tmp_path: Path) -> None:
    shelf.moved["/model.onnx"] = "http://example.org/model.onnx"
    with pytest.raises(FetchFailed, match="https"):
        get(shelf, tmp_path / "model.onnx")


def test_a_missing_file_and_a_closed_port_are_said(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="404"):
        fetch(f"{shelf.address}/no", tmp_path / "x", SHA256, MOST, lambda *of: None)
    with served({}) as gone:
        address = gone.address
    with pytest.raises(FetchFailed, match="could not be fetched"):
        fetch(f"{address}/x", tmp_path / "x", SHA256, MOST, lambda *of: None)


def test_a_folder_that_cannot_be_is_said(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteFailed):
        get(shelf, tmp_path / "file" / "model.onnx")
