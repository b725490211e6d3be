"""Tags written into files that libsndfile has finished: comments of FLAC, ID3 of MP3.

libsndfile itself writes few of them, and in MP3 no letters beyond Latin.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from typing import BinaryIO

from daw_bridge.files.audio.tags import Tags

_FRAMES = {
    "title": "TIT2", "artist": "TPE1", "album": "TALB", "album_artist": "TPE2", "composer": "TCOM",
    "date": "TYER", "track": "TRCK", "genre": "TCON", "bpm": "TBPM", "copyright": "TCOP",
    "isrc": "TSRC", "comment": "COMM",
}  # fmt: skip
_FLAC_NAMES = {"track": "TRACKNUMBER", "album_artist": "ALBUMARTIST"}
_APPLICATION, _COMMENTS, _CUE_SHEET = 2, 4, 5
"""Types of FLAC's blocks of metadata."""


def tag_mp3(path: Path, tags: Tags) -> None:
    """Put an ID3v2.3 tag in front of an MP3 file. Raises OSError."""
    if tags:
        _rewrite(path, 0, id3(tags))


def id3(tags: Tags) -> bytes:
    """The tag's bytes: texts in UTF-16, of a date the year."""
    body = b"".join(_frame(_FRAMES[name], text) for name, text in tags if name in _FRAMES)
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _frame(name: str, text: str) -> bytes:
    text = text[:4] if name == "TYER" else text
    data = b"\x01" + (b"eng\xff\xfe\0\0" if name == "COMM" else b"") + _utf16(text)
    return name.encode() + struct.pack(">I", len(data)) + b"\0\0" + data


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le", "replace")


def tag_flac(path: Path, tags: Tags) -> None:
    """Replace the comments of a FLAC file. Raises OSError."""
    if not tags:
        return
    with path.open("rb") as file:
        blocks, audio_at = _blocks(file)
    texts = [f"{_FLAC_NAMES.get(name, name.upper())}={text}" for name, text in tags]
    comments = _sized(b"daw-bridge") + struct.pack("<I", len(texts))
    comments += b"".join(_sized(text.encode("utf-8", "replace")) for text in texts)
    kept = [(kind, data) for kind, data in blocks if kind != _COMMENTS]
    blocks = [*kept, (_COMMENTS, comments)]
    head = b"fLaC"
    for k, (kind, data) in enumerate(blocks, 1):
        last = 0x80 if k == len(blocks) else 0
        head += struct.pack(">I", (last | kind) << 24 | len(data)) + data
    _rewrite(path, audio_at, head)


def flac_extras(path: Path) -> tuple[str, ...]:
    """What a FLAC file holds that stems do not, in words; () for other files. Raises OSError."""
    found = []
    with path.open("rb") as file:
        last = file.read(4) != b"fLaC"
        while not last and len(head := file.read(4)) == 4:
            last, kind, size = head[0] > 0x7F, head[0] & 0x7F, int.from_bytes(head[1:], "big")
            end = file.tell() + size
            if kind == _APPLICATION:
                found.append(f"block {file.read(4).decode('ascii', 'replace')!r}")
            if kind == _CUE_SHEET:
                found.append("cue sheet")
            file.seek(end)
    return tuple(dict.fromkeys(found))


def _sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def _blocks(file: BinaryIO) -> tuple[list[tuple[int, bytes]], int]:
    """(type, content) of each block of metadata, and where the audio begins."""
    found = []
    file.seek(4)
    while True:
        (header,) = struct.unpack(">I", file.read(4))
        found.append((header >> 24 & 0x7F, file.read(header & 0xFFFFFF)))
        if header >> 31:
            return found, file.tell()


def _rewrite(path: Path, start: int, head: bytes) -> None:
    """The file with `head` in place of its first `start` bytes."""
    new = path.with_name(".tagged")
    with path.open("rb") as old, new.open("wb") as file:
        file.write(head)
        old.seek(start)
        shutil.copyfileobj(old, file, 1 << 20)
    new.replace(path)
