"""Songs that come through standard input, and the one file that goes to standard output."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from daw_bridge.errors import BadFile, BadValue, WriteFailed
from daw_bridge.files.record import RECORD
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.sums import sums_of
from engines.load import find_model, read_spec

PIPE = Path("-")
_CHUNK_BYTES = 1 << 20


@contextmanager
def spooled_input() -> Iterator[Path]:
    """Standard input as a file, `stdin` in a temporary folder; a file can be read from any place.

    Raises BadFile where nothing comes, WriteFailed where the disk is full.
    """
    if sys.stdin.isatty():
        raise BadFile(
            "standard input is a terminal", "a sound file from a pipe or a redirection",
            "For example `ffmpeg -i film.mkv -f wav - | daw-bridge separate -`.",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="daw-bridge-") as folder:
        path = Path(folder) / "stdin"
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
        yield path


@contextmanager
def output_folder() -> Iterator[Path]:
    """A temporary folder for what goes to standard output. Raises BadValue for a terminal."""
    if sys.stdout.isatty():
        raise BadValue(
            "-o - with a terminal", "a pipe or a file",
            "For example `daw-bridge separate song.wav --minus drums -o - > no_drums.wav`.",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="daw-bridge-") as folder:
        yield Path(folder)


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
    spec = read_spec(find_model(requests[0].model))
    files = [one.name for one in sums_of(requests[0], spec)]
    if len(files) != 1:
        raise BadValue(
            f"-o - with {len(files)} files ({', '.join(files)})", "one file",
            "Use --minus drums, or --stems drums --no-residual.",
        )  # fmt: skip


def made_in(folder: Path) -> Path:
    """The sound file of the one song's folder."""
    (path,) = (one for one in folder.rglob("*") if one.is_file() and one.name != RECORD)
    return path
