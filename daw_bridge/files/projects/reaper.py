"""REAPER's project: a text file beside the stems, which it names by relative paths.

Times are seconds; a folder track holds the stems, and the song itself is a muted track
below it; everything is at 0 dB, pan law 0 dB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import PurePath

from daw_bridge.errors import BadValue
from daw_bridge.files.projects.arrangement import Arrangement, Track, one_line

_QUOTES = "\"'`"
_SOURCES = {".flac": "FLAC"}
_CUSTOM_COLOUR = 0x1000000
_DEFAULT_BPM = 120.0
_FOLDER, _INSIDE, _LAST = "1 1", "0 0", "2 -1"


def rpp(arrangement: Arrangement) -> bytes:
    """The project's text, UTF-8, lines ended by CR LF. Raises BadValue for a file's name."""
    lines = [
        '<REAPER_PROJECT 0.1 "6.0" 0',
        "  PANLAW 1",
        "  TIMELOCKMODE 0",
        f"  SAMPLERATE {arrangement.rate_hz} 1 0",
        f"  TEMPO {arrangement.bpm or _DEFAULT_BPM:.10g} 4 4",
        f"  ZOOM 100 {arrangement.seconds(arrangement.start)} 0",
        *_folder(arrangement),
        ">",
    ]
    return os.fsencode("\r\n".join(lines) + "\r\n")


def check_file(name: str) -> None:
    """Raise BadValue for a file's name that the project's text cannot hold."""
    if all(mark in name for mark in _QUOTES) or "\n" in name or "\r" in name:
        raise BadValue(
            f"{name!r} in a REAPER project", "a file name on one line, without one of \" ' `",
            "Rename the song, or choose other names with --name.",
        )  # fmt: skip


def _folder(arrangement: Arrangement) -> Iterator[str]:
    channels = max(2, arrangement.channels + arrangement.channels % 2)
    yield from _track(one_line(arrangement.title), _FOLDER, channels)
    yield "  >"
    last = len(arrangement.tracks) - 1
    mix = () if arrangement.mix is None else ((arrangement.mix, _INSIDE),)
    stems = ((one, _LAST if k == last else _INSIDE) for k, one in enumerate(arrangement.tracks))
    for one, place in (*stems, *mix):
        yield from _track(one.name, place, channels, _colour(one.colour), one.muted)
        yield from _item(arrangement, one)
        yield "  >"


def _track(
    name: str, place: str, channels: int, colour: int | None = None, muted: bool = False
) -> Iterator[str]:
    yield "  <TRACK"
    yield f"    NAME {_quoted(one_line(name))}"
    if colour is not None:
        yield f"    PEAKCOL {colour}"
    yield "    VOLPAN 1 0 -1 -1 1"
    yield f"    MUTESOLO {int(muted)} 0 0"
    yield f"    ISBUS {place}"
    yield f"    NCHAN {channels}"
    yield "    MAINSEND 1 0"


def _item(arrangement: Arrangement, track: Track) -> Iterator[str]:
    check_file(track.file)
    source = _SOURCES.get(PurePath(track.file).suffix.lower(), "WAVE")
    yield "    <ITEM"
    yield f"      POSITION {arrangement.seconds(arrangement.start)}"
    yield f"      LENGTH {arrangement.seconds(arrangement.frames)}"
    yield "      LOOP 0"
    yield "      FADEIN 1 0 0 1 0 0 0"
    yield "      FADEOUT 1 0 0 1 0 0 0"
    yield "      MUTE 0 0"
    yield f"      NAME {_quoted(one_line(track.name))}"
    yield "      VOLPAN 1 0 1 -1"
    yield f"      SOFFS {arrangement.seconds(track.first) if track.first else 0}"
    yield "      PLAYRATE 1 1 0 -1 0 0.0025"
    yield "      CHANMODE 0"
    yield f"      <SOURCE {source}"
    yield f"        FILE {_quoted(track.file)}"
    yield "      >"
    yield "    >"


def _quoted(text: str) -> str:
    """In the first quotation marks that do not occur in it; where all do, ` becomes '."""
    mark = next((one for one in _QUOTES if one not in text), None)
    return f"{mark}{text}{mark}" if mark else "`" + text.replace("`", "'") + "`"


def _colour(text: str) -> int:
    """`#rrggbb` as REAPER has it: blue highest, and a bit that says that it is set."""
    red, green, blue = bytes.fromhex(text.removeprefix("#"))
    return _CUSTOM_COLOUR | blue << 16 | green << 8 | red
