"""The kinds of projects, and which stems go into them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.formats import FORMATS, AudioFormat
from daw_bridge.files.projects import reaper

PROJECT = "project"
"""The option's name, and what the project's file holds, in events and in the record."""


@dataclass(frozen=True)
class ProjectKind:
    """`containers`: of the stems that its programs open. `embeds`: the stems are in the file, too.

    `check_file`: raises BadValue for a stem's file name that it cannot hold.
    """

    name: str
    suffix: str
    containers: tuple[str, ...]
    embeds: bool
    check_file: Callable[[str], None]


PROJECTS = {
    one.name: one
    for one in (
        ProjectKind("dawproject", ".dawproject", ("WAV", "AIFF", "FLAC"), True, lambda name: None),
        ProjectKind("reaper", ".rpp", ("WAV", "AIFF", "FLAC", "W64"), False, reaper.check_file),
    )
}
_SUFFIXES = tuple(one.suffix for one in PROJECTS.values())


def is_project(file_name: str) -> bool:
    """Whether a file of a song's folder is a project, by its name."""
    return PurePath(file_name).suffix in _SUFFIXES


def project_kind(name: str, form: AudioFormat) -> ProjectKind | None:
    """The kind called `name`, None for "". Raises BadValue for stems that do not go into it.

    Lossy ones do not: programs drop an encoder's delay in ways of their own, and the sum of the
    tracks would not be the mix.
    """
    if not name:
        return None
    kind = PROJECTS[name]
    if form.container not in kind.containers:
        fit = ", ".join(key for key, one in FORMATS.items() if one.container in kind.containers)
        raise BadValue(
            f"--project {name} with --format {form.name}",
            f"a format whose tracks line up to the sample: {fit}", "Choose another --format.",
        )  # fmt: skip
    return kind


def check_files(kind: ProjectKind | None, names: Sequence[str]) -> None:
    """Raise BadValue for stems' file names that a project cannot hold."""
    if kind is None:
        return
    for name in names:
        kind.check_file(name)
