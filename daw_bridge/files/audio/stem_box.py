"""The `stem` box that makes an MP4 file with five audio tracks a file of Native Instruments Stems.

It lies in moov/udta and holds JSON: version, names and colours of the four stems, and the settings
of a compressor and a limiter for their sum, both off.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from daw_bridge.settings.colours import stem_colours

_COMPRESSOR = {
    "enabled": False, "ratio": 3, "attack": 0.003, "release": 0.3, "threshold": 0,
    "input_gain": 0.5, "output_gain": 0.5, "hp_cutoff": 300, "dry_wet": 50,
}  # fmt: skip
_LIMITER = {"enabled": False, "release": 0.05, "threshold": 0, "ceiling": -0.35}


def stem_json(names: Sequence[str]) -> bytes:
    """The box's content for stems of these names, in the order of their tracks."""
    colours = stem_colours(names)
    stems = [{"name": name.capitalize(), "color": colours[name]} for name in names]
    dsp = {"compressor": _COMPRESSOR, "limiter": _LIMITER}
    return json.dumps({"version": 1, "mastering_dsp": dsp, "stems": stems}).encode()


def add_stem_box(path: Path, content: bytes) -> None:
    """Put the box into a finished MP4 file whose last box is moov. Raises OSError, ValueError."""
    with path.open("r+b") as file:
        *_, (name, at, size) = _boxes(file, 0, file.seek(0, 2))
        if name != b"moov":
            raise ValueError(f"the last box is {name!r}, not moov")
        file.seek(at)
        moov = file.read(size)[8:]
        file.seek(at)
        file.write(_box(b"moov", _with_stem(moov, _box(b"stem", content))))


def _with_stem(moov: bytes, stem: bytes) -> bytes:
    """moov's content with the box in its udta, the last one."""
    parts, position, udta = [], 0, b""
    while position < len(moov):
        size, name = struct.unpack_from(">I4s", moov, position)
        part = moov[position : position + size]
        if name == b"udta":
            udta = part[8:]
        else:
            parts.append(part)
        position += size
    return b"".join(parts) + _box(b"udta", udta + stem)


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def _boxes(file: BinaryIO, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(name, position, size) of each box."""
    while position < end:
        file.seek(position)
        size, name = struct.unpack(">I4s", file.read(8))
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
        yield name, position, size
        position += max(8, size)
