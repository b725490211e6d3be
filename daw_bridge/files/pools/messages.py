"""What a pool and its workers say to each other: one JSON object a line, each way.

To a worker: a request, or CANCEL. From it: READY once, then the events of one job after another.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from daw_bridge.errors import BadMessage, BridgeError
from daw_bridge.files.places import place_of
from daw_bridge.files.pools import Song
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten

CANCEL, READY = '"cancel"', '"ready"'
MOST_BYTES = 1 << 20
"""Of one line."""
_EVENTS: dict[str, type[JobEvent]] = {
    one.__name__: one for one in (Progress, Notice, StemWritten, Done, Failed)
}


def request_text(song: Song) -> str:
    """One line, without its end."""
    request = song if isinstance(song, SeparateRequest) else song.request
    places = None if song is request else [str(song.source), str(song.out_dir)]
    return json.dumps({
        "stored": places, "song": request.song,
        "source": str(request.source), "out_dir": str(request.out_dir),
        "values": request.values, "made": request.made,
        "known": [(stem, str(path)) for stem, path in request.known],
    })  # fmt: skip


def request_of(text: str) -> Song:
    """The request of a line. Raises BadMessage."""
    try:
        said = json.loads(text)
        request = SeparateRequest(
            Path(said["source"]), Path(said["out_dir"]), said["song"],
            tuple((name, value) for name, value in said["values"]),
            tuple((stem, Path(path)) for stem, path in said["known"]),
            tuple((stem, model) for stem, model in said["made"]),
        )  # fmt: skip
        if said["stored"] is None:
            return request
        source, out_dir = map(place_of, said["stored"])
        return StoredSong(source, out_dir, request)
    except (ValueError, KeyError, TypeError, BridgeError) as error:
        raise _bad(text, "a request") from error


def event_text(event: JobEvent) -> str:
    """One line, without its end."""
    fields = {one.name: getattr(event, one.name) for one in dataclasses.fields(event)}
    return json.dumps({"event": type(event).__name__, **fields}, default=str)


def event_of(text: str, req: int) -> JobEvent:
    """The event of a line, for the job that has this number here. Raises BadMessage."""
    try:
        fields: dict[str, Any] = json.loads(text)
        kind = _EVENTS[fields.pop("event")]
        if "path" in fields:
            fields["path"] = place_of(fields["path"])
        return kind(**fields | {"req": req})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _bad(text, "an event") from error


def _bad(text: str, what: str) -> BadMessage:
    return BadMessage(f"a line {text[:80]!r}", what, "Please report it.")
