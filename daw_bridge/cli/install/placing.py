"""Files put below a program's folder, and taken away again: never over what the user made of them.

A list of what was put there lies beside them, with a digest of each file. A file that differs from
it, or is not in it, is the user's: it is replaced only if that was asked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from daw_bridge.errors import BadFile, FileInTheWay, WriteFailed

LIST = "daw-bridge-files.json"
_MODE = 0o644

Ask = Callable[[str, Sequence[Path]], bool]
"""(what will happen to them, files that the user changed) -> whether it may."""


@dataclass(frozen=True)
class Changes:
    """What was done, or would be: files below the program's folder, in order."""

    written: tuple[PurePosixPath, ...] = ()
    removed: tuple[PurePosixPath, ...] = ()
    same: int = 0
    kept: tuple[PurePosixPath, ...] = ()


def put(
    folder: Path, home: str, files: Mapping[PurePosixPath, bytes], ask: Ask, dry: bool = False,
    kept: Collection[str] = (),
) -> Changes:  # fmt: skip
    """Write the files below `folder`; those of an earlier version that there are no more go.

    `ask` is asked about files that are the user's: no leaves everything as it was and raises
    FileInTheWay. `dry`: only say what would be done, without asking. `kept`: places of files that
    stay as the user has made them. Raises BadFile for a list that cannot be read, WriteFailed.
    """
    listed = Listed(folder, home)
    ours = listed.read()
    theirs = [
        one
        for one in map(PurePosixPath, kept)
        if _is_there(folder / one) and _digest_at(folder / one) not in ours.get(one, ())
    ]
    files = {one: content for one, content in files.items() if one not in theirs}
    differing = [one for one in files if _differs(folder / one, files[one])]
    old = [one for one in ours if one not in (*files, *theirs) and _is_there(folder / one)]
    mine = [one for one in differing if _is_there(folder / one)]
    foreign = [one for one in mine if _digest_at(folder / one) not in ours.get(one, ())]
    gone = [one for one in old if _digest_at(folder / one) in ours[one]]
    changes = Changes(tuple(differing), tuple(gone), len(files) - len(differing))
    if dry:
        return changes
    _allowed(folder, foreign, ask, "replaced")
    new = {one: ours[one] for one in theirs if one in ours}
    new |= {one: (_digest(content),) for one, content in files.items()}
    if differing or gone or new != ours:  # at every moment the list knows what may lie there
        listed.write({one: (*ours.get(one, ()), *new.get(one, ())) for one in (*ours, *new)})
        for one in differing:
            _write(folder / one, files[one])
        _remove(folder, gone)
        listed.write(new)
    return changes


def take(folder: Path, home: str, ask: Ask, dry: bool = False) -> Changes:
    """Remove what was put there, and the folders that are empty then.

    Files that the user changed are kept unless `ask` says yes. Raises BadFile for a list that is
    missing or cannot be read, WriteFailed.
    """
    listed = Listed(folder, home)
    if not listed.path.is_file():
        raise BadFile(
            f"no {LIST} in {folder / home}", "files that `daw-bridge install` put there",
            "Name the folder that it installed in with --dest.",
        )  # fmt: skip
    ours = listed.read()
    there = [one for one in ours if _is_there(folder / one)]
    foreign = [one for one in there if _digest_at(folder / one) not in ours[one]]
    keep = foreign if dry or not (foreign and ask("removed", [folder / one for one in foreign])) \
        else []  # fmt: skip
    gone = tuple(one for one in there if one not in keep)
    if not dry and keep:
        listed.write({one: ours[one] for one in keep})
    if not dry:
        _remove(folder, gone if keep else (*gone, PurePosixPath(home) / LIST))
    return Changes(removed=gone, kept=tuple(keep))


class Listed:
    """The list of what was installed: place -> digests (SHA-256) of what we put or may have put."""

    def __init__(self, folder: Path, home: str) -> None:
        self.path = folder / home / LIST

    def read(self) -> dict[PurePosixPath, tuple[str, ...]]:
        """What it says; nothing where there is none. Raises BadFile."""
        if not self.path.exists():
            return {}
        try:
            return _parse(self.path.read_bytes())
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadFile(
                f"{self.path} ({error})", "the list that `daw-bridge install` wrote",
                "Remove it, and install again with --force.",
            ) from error  # fmt: skip

    def write(self, files: Mapping[PurePosixPath, Sequence[str]]) -> None:
        """Put this list in its place. Raises WriteFailed."""
        told = {"files": {str(one): list(dict.fromkeys(files[one])) for one in sorted(files)}}
        _write(self.path, (json.dumps(told, indent=1) + "\n").encode())


def _parse(text: bytes) -> dict[PurePosixPath, tuple[str, ...]]:
    found = {}
    for name, digests in json.loads(text)["files"].items():
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name:
            raise ValueError(f"{name!r} is not below the folder")
        found[place] = tuple(str(one) for one in digests)
    return found


def _allowed(folder: Path, foreign: Sequence[PurePosixPath], ask: Ask, what: str) -> None:
    """Raise FileInTheWay where files are the user's, and may not be replaced."""
    if foreign and not ask(what, [folder / one for one in foreign]):
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        names = ", ".join(str(folder / one) for one in foreign[:3])
        raise FileInTheWay(
            f"{names}{more}: changed by you, or not from daw-bridge",
            "files that `daw-bridge install` put there",
            "Move them away, or replace them with --force.",
        )


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_at(path: Path) -> str:
    """Of what lies there; "" for a link or anything else that is no file of ours."""
    if path.is_symlink() or not path.is_file():
        return ""
    return _digest(_read(path))


def _differs(path: Path, content: bytes) -> bool:
    return path.is_symlink() or not path.is_file() or _read(path) != content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadFile(
            f"{path} ({error.strerror})", "a file that can be read", "Check it."
        ) from error


def _write(path: Path, content: bytes) -> None:
    """The file whole, or as it was: written beside it first. Raises WriteFailed."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(6)}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.chmod(_MODE)
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    except OSError as error:
        raise WriteFailed(
            f"{path} ({error.strerror})", "a folder that may be written", "Check it."
        ) from error


def _remove(folder: Path, places: Sequence[PurePosixPath]) -> None:
    """Remove files, then the folders between them and `folder` that are empty."""
    for one in places:
        try:
            (folder / one).unlink(missing_ok=True)
        except OSError as error:
            raise WriteFailed(
                f"{folder / one} ({error.strerror})", "a file that may be removed", "Check it."
            ) from error
        for parent in _parents(one):
            with contextlib.suppress(OSError):  # something else lies in it
                (folder / parent).rmdir()


def _parents(place: PurePosixPath) -> Iterator[PurePosixPath]:
    return (one for one in place.parents if one != PurePosixPath("."))
