"""Snapshots as files: what a stream is set to, kept under a name.

A snapshot is a JSON file, NAME.json in the shelf's folder, with the parameters by their names in
the table. It appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from pathlib import Path

from daw_bridge.errors import BadFile, BadValue, WriteFailed
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.values import Values
from daw_bridge.wire.private import PUBLIC_MODE, write_new

MAX_SNAPSHOTS = 1000
MAX_BYTES = 2**18
_VERSION = 1
_NAME = re.compile(r"\w[\w .-]{0,63}")
_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_KEY = "daw_bridge_snapshot"


class Shelf:
    """The snapshots in `folder`, which is made when the first one is saved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> tuple[str, ...]:
        """What is kept, by name. Raises BadFile."""
        try:
            found = sorted(path.stem for path in self.folder.glob("*.json"))
        except OSError as error:
            raise _unreadable(self.folder, error) from error
        return tuple(name for name in found if _is_name(name))[:MAX_SNAPSHOTS]

    def save(self, name: str, values: Values) -> None:
        """Keep the values under this name, which replaces older ones.

        Raises BadValue, BadFile, WriteFailed.
        """
        path = self._path(name)
        known = self.names()
        if name not in known and len(known) >= MAX_SNAPSHOTS:
            raise WriteFailed(f"{len(known)} snapshots", f"at most {MAX_SNAPSHOTS}", "Remove some.")
        text = json.dumps({_KEY: _VERSION, "values": dict(values)}, indent=2) + "\n"
        part = self.folder / f".{secrets.token_hex(6)}.partial"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_new(part, text, PUBLIC_MODE)
            part.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            why = error.strerror or str(error)
            raise WriteFailed(f"{path} ({why})", "a folder to write to", "Check --snapshot-dir.") \
                from error  # fmt: skip

    def load(self, name: str) -> Values:
        """What is kept under this name. Raises BadValue, BadFile."""
        path = self._path(name)
        if not path.is_file():
            raise self._unknown(name)
        return read_snapshot(path)

    def find(self, name: str) -> Values:
        """What is kept under this name, or in the file of this name. Raises BadValue, BadFile.

        A name that looks like a path is one.
        """
        if _is_name(name) and name in self.names():
            return self.load(name)
        if Path(name).is_file():
            return read_snapshot(Path(name))
        raise self._unknown(name)

    def remove(self, name: str) -> None:
        """Keep it no more. Raises BadValue, WriteFailed."""
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            raise self._unknown(name) from None
        except OSError as error:
            raise WriteFailed(f"{path} ({error.strerror})", "a file to remove", "Check it.") \
                from error  # fmt: skip

    def _path(self, name: str) -> Path:
        if not _is_name(name):
            raise BadValue(
                f"a snapshot called {name[:80]!r}",
                "1 to 64 letters, digits, spaces, and . _ -, a letter or a digit first",
                "Choose another name.",
            )
        return self.folder / f"{name}.json"

    def _unknown(self, name: str) -> BadValue:
        known = ", ".join(self.names()) or "none"
        return BadValue(f"no snapshot called {name!r}", f"one of those kept ({known[:500]})",
                        f"They lie in {self.folder}.")  # fmt: skip


def read_snapshot(path: Path) -> Values:
    """The values in a snapshot's file, not checked yet. Raises BadFile."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        found = json.loads(data.decode()) if len(data) <= MAX_BYTES else None
    except OSError as error:
        raise _unreadable(path, error) from error
    except (ValueError, RecursionError):
        found = None
    values = found.get("values") if isinstance(found, dict) else None
    if not isinstance(found, dict) or found.get(_KEY) != _VERSION or not _are_values(values):
        raise BadFile(f"{path}, which holds no snapshot", "a file that daw-bridge has saved",
                      "Save it again.")  # fmt: skip
    assert isinstance(values, dict)
    return tuple(values.items())


def _are_values(values: object) -> bool:
    return isinstance(values, dict) and all(
        isinstance(one, Value) and not isinstance(one, bool) for one in values.values()
    )


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name[-1] not in " ." and not _WINDOWS.fullmatch(name)


def _unreadable(path: Path, error: OSError) -> BadFile:
    return BadFile(f"{path} ({error.strerror or error})", "a file to read", "Check its rights.")
