"""What an offline job reports while it runs. Frozen, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daw_bridge.files.places import Place

WORKING = ("separate", "generate")
"""The stages that take a job's time."""


@dataclass(frozen=True)
class Progress:
    """`fraction` 0 to 1 of this job; `eta_s` seconds left, None while unknown."""

    req: int
    fraction: float
    stage: str
    eta_s: float | None


@dataclass(frozen=True)
class Notice:
    """Something the user should know, though the job goes on; `code` is stable.

    provider: what the model runs on. generated: the files are new, and which model and seed
    made them. guidance: it may be too strong. given_channels, given_length: how a given stem is
    heard. leak: how much of a given stem is in a new one. load: the settings take far longer
    than the model's own. known_length: a known stem was padded or cut. known_beyond: a known
    stem is none of the model's. decoder: who reads a file that libsndfile does not. file: its
    header is wrong, it has several tracks or joined parts. partial: it is not whole, and what
    is there is separated. nonfinite: input or estimates were not finite. clipped: an integer
    format could not hold the level, or players of a lossy one will not. resampled: the format
    lacks the song's rate, or a given stem has another. not_carried: tags or time that the
    format cannot hold. combined: a file of four stems holds several of the model's in one.
    project_mix: the project has no track of the song itself, and why. waiting: another run
    makes the same folder, and `resume` waits for it. skipped: the folder held the stems
    already. remade: it did not, and why. again: the process that made it died, and it is tried
    once more. quiet: the process that makes it has made no progress for a while. swept: folders
    that killed runs had left were removed. strays: the folder holds other stems that no record
    names.
    """

    req: int
    code: str
    message: str


@dataclass(frozen=True)
class StemWritten:
    """File `k` of `n` (from 1) is complete at its final `path`; a project's name is `project`."""

    req: int
    name: str
    path: Place
    k: int
    n: int


@dataclass(frozen=True)
class Done:
    """Every file of the job is in place."""

    req: int


@dataclass(frozen=True)
class Failed:
    """The job ended without any file; `code` is an error's code ('cancelled' when cancelled)."""

    req: int
    code: str
    message: str


JobEvent = Progress | Notice | StemWritten | Done | Failed
OnEvent = Callable[[JobEvent], None]
