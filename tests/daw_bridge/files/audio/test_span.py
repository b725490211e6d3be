"""A stretch of a file reads like a file of its own."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.files.audio.span import Look, Span, Stretch

DATA = bytes(range(256)) * 4


@given(
    start=st.integers(0, 1000), length=st.integers(0, 1024), at=st.integers(0, 2000),
    count=st.integers(-1, 2000), patch_at=st.integers(0, 900),
)  # fmt: skip
def test_a_span_is_the_slice_with_its_patch(
    tmp_path_factory: pytest.TempPathFactory,
    start: int, length: int, at: int, count: int, patch_at: int,
) -> None:  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "span.bin"
    path.write_bytes(DATA)
    end = min(len(DATA), start + length)
    expected = bytearray(DATA[start:end])
    expected[patch_at : patch_at + 3] = b"abc"[: max(0, len(expected) - patch_at)]
    span = Span(path, Stretch(start, max(start, end), ((patch_at, b"abc"),)))
    span.seek(at)
    assert (
        span.read(count)
        == bytes(io.BytesIO(expected[: span.size]).getbuffer()[at:])[: None if count < 0 else count]
    )
    assert span.seek(0, io.SEEK_END) == span.size
    span.close()


class Broken(io.BytesIO):
    """A disk that fails."""

    def read(self, count: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_an_error_of_the_disk_is_kept_for_the_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception would not get through libsndfile or FFmpeg."""
    path = tmp_path / "x"
    path.write_bytes(DATA)
    span = Span(path, Stretch(0, len(DATA)))
    span.check()
    monkeypatch.setattr(span, "_file", Broken())
    assert span.read(4) == b""
    with pytest.raises(OSError, match="Input/output"):
        span.check()


def test_looks_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(DATA)
    with Look(path) as look:
        assert (look.size, look.at(1000, 100), look.at(5, 3)) == (1024, DATA[1000:], DATA[5:8])
