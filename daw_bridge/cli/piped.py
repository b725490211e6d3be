"""Songs that come through standard input, and the one file that goes to standard output."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from daw_bridge.errors import BadFile, BadValue, WriteFailed
from daw_bridge.files.plan import files_of
from daw_bridge.files.record import RECORD
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.steered import asked_tree

PIPE = Path("-")
_CHUNK_BYTES = 1 << 20


def refuse_terminals(reads: bool, writes: bool) -> None:
    """Raise BadFile, BadValue where sound would come from a terminal, or go to one."""
    if reads and sys.stdin.isatty():
        raise BadFile(
            "standard input is a terminal", "a sound file from a pipe or a redirection",
            "For example `ffmpeg -i film.mkv -f wav - | daw-bridge separate -`.",
        )  # fmt: skip
    if writes and sys.stdout.isatty():
        raise BadValue(
            "-o - with a terminal", "a pipe or a file",
            "For example `daw-bridge separate song.wav --minus drums -o - > no_drums.wav`.",
        )  # fmt: skip


def spooled_input(folder: Path) -> Path:
    """Standard input as a file, `stdin` in `folder`; a file can be read from any place.

    Raises BadFile where nothing comes, WriteFailed where the disk is full.
    """
    path = folder / "stdin"
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, _CHUNK_BYTES)
    except OSError as error:
        raise WriteFailed(
            f"standard input cannot be stored in {folder} ({error.strerror})",
            "enough room for the song", "Free some space, or set TMPDIR to another folder.",
        ) from error  # fmt: skip
    if not path.stat().st_size:
        raise BadFile("standard input is empty", "a sound file", "Look at what writes to it.")
    return path


def send(path: Path) -> None:
    """Write the file to standard output. Raises OSError."""
    with path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer, _CHUNK_BYTES)
    sys.stdout.buffer.flush()


def require_one_file(requests: Sequence[SeparateRequest]) -> None:
    """Raise BadValue unless one song becomes one file, which is all that a stream holds.

    Raises EngineError for the model.
    """
    if len(requests) != 1:
        raise BadValue(f"-o - with {len(requests)} songs", "one song", "Give one file.")
    if requests[0].text("project"):
        raise BadValue("-o - with --project", "a folder, for the project and its stems",
                       "Leave out one of the two.")  # fmt: skip
    files = files_of(requests[0], asked_tree(requests[0]).spec)
    if len(files) != 1:
        raise BadValue(
            f"-o - with {len(files)} files ({', '.join(files)})", "one file",
            "Use --minus drums, --stems drums --no-residual, or --format stem.mp4.",
        )  # fmt: skip


def made_in(folder: Path) -> Path:
    """The sound file of the one song's folder."""
    (path,) = (one for one in folder.rglob("*") if one.is_file() and one.name != RECORD)
    return path
