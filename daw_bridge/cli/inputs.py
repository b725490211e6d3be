"""Which files are meant: files, folders, and wildcards that no shell has expanded."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from daw_bridge.errors import BadFile, BridgeError
from daw_bridge.files.places import Place, Url
from daw_bridge.files.record import RECORD

#: What is taken for audio in a folder; a file given by its own name may be called anything.
AUDIO_SUFFIXES = (
    ".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf",
    ".flac", ".ogg", ".oga", ".opus", ".mp2", ".mp3", ".m4a", ".m4b", ".aac", ".alac", ".wma",
    ".wv", ".tta", ".ape", ".ac3", ".ec3", ".eac3", ".dts", ".thd", ".dsf", ".tak", ".amr", ".mka",
    ".weba", ".voc", ".sd2", ".spx", ".mpc", ".stem.mp4",
)  # fmt: skip
#: Their sound can be separated, but not everybody who gives a folder wants that.
VIDEO_SUFFIXES = (
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".wmv", ".flv", ".mpg", ".mpeg", ".vob",
    ".ts", ".m2ts", ".3gp",
)  # fmt: skip
_WILD = "*?["


@dataclass(frozen=True)
class Input:
    """A file to separate, and the folder below the output folder that its song's folder goes to."""

    path: Place
    below: Path = Path()


@dataclass
class Inputs:
    """What was found: `files`; `problems`, each of one thing that was given; counts of the rest."""

    files: list[Input] = field(default_factory=list)
    problems: list[tuple[Place, BridgeError]] = field(default_factory=list)
    hidden: int = 0
    videos: int = 0
    ours: int = 0
    twice: int = 0

    def notes(self) -> Iterator[str]:
        """What was left out, in words."""
        if self.ours:
            yield f"left out: {_count(self.ours, 'folder')} with stems that daw-bridge has made"
        if self.hidden:
            yield f"left out: {_count(self.hidden, 'hidden file')}"
        if self.videos:
            yield f"left out: {_count(self.videos, 'video')} (give one by its name for its sound)"
        if self.twice:
            yield f"given more than once, separated once: {_count(self.twice, 'file')}"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def find_inputs(given: Sequence[Place], recursive: bool) -> Inputs:
    """The audio files that are meant by what was given, in its order; folders by name.

    A URL means a file or a folder in a store.

    A folder stands for the audio files in it, with `recursive` for those below it, too: their stems
    then lie in folders of the same names. Hidden files and folders, and folders of stems
    (with a record), are left out. Raises BadFile where nothing is left to do.
    """
    found = Inputs()
    for one in given:
        if isinstance(one, Url):
            _take_stored(one, recursive, found)
            continue
        paths = _expanded(one, found)
        for path in paths:
            if path.is_dir():
                _take_folder(path, recursive, found)
            else:
                found.files.append(Input(path))
    _drop_repeated(found)
    if not found.files and not found.problems:
        raise _nothing(given, found)
    return found


def _take_stored(url: Url, recursive: bool, found: Inputs) -> None:
    from daw_bridge.cli.stored_inputs import take_stored

    try:
        take_stored(url, recursive, found)
    except BadFile as error:
        found.problems.append((url, error))


def _expanded(given: Path, found: Inputs) -> list[Path]:
    """The files of a wildcard, unless there is a file of that very name."""
    text = str(given)
    if not any(letter in text for letter in _WILD) or os.path.lexists(given):
        return [given]
    matches = sorted(Path(one) for one in glob.glob(text, recursive=True))  # noqa: PTH207
    if not matches:
        error = BadFile(f"no file matches {text}", "the name of an audio file", "Check the path.")
        found.problems.append((given, error))
    return matches


def _take_folder(folder: Path, recursive: bool, found: Inputs) -> None:
    before = len(found.files), len(found.problems), found.ours
    walk = _Walk(recursive, found)
    walk.take(folder, Path())
    if before == (len(found.files), len(found.problems), found.ours):
        action = "Check the path."
        if walk.folders and not recursive:
            action = "Use --recursive for the folders in it."
        error = BadFile(f"{folder} holds no audio files", "a folder with audio files", action)
        found.problems.append((folder, error))


class _Walk:
    """One folder that was given; a folder is entered once, whatever links lead to it."""

    def __init__(self, recursive: bool, found: Inputs) -> None:
        self._recursive, self._found = recursive, found
        self._seen: set[tuple[int, int]] = set()
        self.folders = 0

    def take(self, folder: Path, below: Path) -> None:
        """Take the folder's files, then those of the folders in it."""
        try:
            if not self._is_new(folder):
                return
            entries = sorted(folder.iterdir(), key=lambda path: (path.name.casefold(), path.name))
        except OSError as error:
            seen = f"{folder} cannot be read ({error.strerror})"
            action = "Check its permissions, or give its files."
            self._found.problems.append((folder, BadFile(seen, "a folder to read", action)))
            return
        if any(path.name == RECORD for path in entries):
            self._found.ours += 1
            return
        shown = [path for path in entries if not path.name.startswith(".")]
        self._found.hidden += len(entries) - len(shown)
        folders = [path for path in shown if path.is_dir()]
        self.folders += len(folders)
        files = [path for path in shown if is_audio(path.name) and path.is_file()]
        self._found.files += [Input(path, below) for path in files]
        self._found.videos += sum(is_video(path.name) for path in shown)
        for path in folders if self._recursive else ():
            self.take(path, below / path.name)

    def _is_new(self, folder: Path) -> bool:
        found = folder.stat()
        key = (found.st_dev, found.st_ino)
        new = key not in self._seen
        self._seen.add(key)
        return new


def is_audio(name: str) -> bool:
    """Whether a name in a folder is taken for audio."""
    return name.lower().endswith(AUDIO_SUFFIXES)


def is_video(name: str) -> bool:
    """Whether a name in a folder is a video's."""
    return name.lower().endswith(VIDEO_SUFFIXES) and not is_audio(name)


def _drop_repeated(found: Inputs) -> None:
    """The same file in the same folder counts once; a link of another name is another song."""
    kept: dict[tuple[str, str], Input] = {}
    for one in found.files:
        if isinstance(one.path, Url):
            kept.setdefault((one.path.text, ""), one)
            continue
        place = os.path.normcase(os.path.realpath(one.path.parent))
        kept.setdefault((place, os.path.normcase(one.path.name)), one)
    found.twice = len(found.files) - len(kept)
    found.files = list(kept.values())


def _nothing(given: Sequence[Place], found: Inputs) -> BadFile:
    names = ", ".join(map(str, given))
    return BadFile(
        f"there is nothing to separate in {names} ({'; '.join(found.notes())})",
        "audio files",
        "Give a file by its name to separate it all the same.",
    )
