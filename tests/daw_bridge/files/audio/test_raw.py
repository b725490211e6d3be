"""Frames without a container: their sizes, and a last one that is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.raw import ac3_size, adts_size, frame_bytes
from daw_bridge.files.audio.reader import probe
from tests.rigs.encoded import cut, encode, tone


@pytest.mark.parametrize(
    ("name", "codec", "form", "size_of"),
    [("x.aac", "aac", "adts", adts_size), ("x.ac3", "ac3", None, ac3_size),
     ("x.eac3", "eac3", None, ac3_size)],
)  # fmt: skip
def test_the_sizes_lead_from_frame_to_frame(
    tmp_path: Path, name: str, codec: str, form: str | None, size_of: object
) -> None:
    assert callable(size_of)
    path = encode(tmp_path / name, tone(30_000), codec, form=form)
    data, at = path.read_bytes(), 0
    while size := size_of(data[at : at + 7]):
        at += size
    assert at == len(data)
    with pytest.raises(BadFile, match="ends within a frame"):
        probe(cut(path, -9))


def test_other_bytes_have_no_size() -> None:
    for size_of in (adts_size, ac3_size):
        assert size_of(b"RIFFabcd") == size_of(b"") == size_of(bytes(7)) == 0


def test_a_codec_without_such_headers_has_no_size() -> None:
    mp3 = b"\xff\xfb\x90\x64" + bytes(4)
    assert frame_bytes("mp3float", mp3) == frame_bytes("mp2", mp3) == 417
    assert frame_bytes("vorbis", mp3) == frame_bytes("mp3", b"") == frame_bytes("aac", mp3) == 0
