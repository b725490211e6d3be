"""What the server tells of a job. Frozen; see replies.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class JobReply:
    """The job is queued.

    req: the client's number for the job.
    job: the server's number for it.
    """

    TYPE: ClassVar[str] = "separate.reply"
    req: int
    job: int


@dataclass(frozen=True)
class GenerateReply(JobReply):
    """The job that generates is queued.

    req: the client's number for the job.
    job: the server's number for it.
    """

    TYPE: ClassVar[str] = "generate.reply"


@dataclass(frozen=True)
class JobProgress:
    """How far a job is, at most ten times a second.

    req: the client's number for the job.
    fraction: from 0 to 1.
    stage: what it is doing: `load`, `separate`, `generate`, `write`, ...
    eta_s: time left; -1: not known yet.
    """

    TYPE: ClassVar[str] = "job.progress"
    req: int
    fraction: float
    stage: str
    eta_s: float


@dataclass(frozen=True)
class JobNotice:
    """Information about a running job.

    req: the client's number for the job.
    code: what about: `provider`, `clipped`, ...
    message: in words.
    """

    TYPE: ClassVar[str] = "job.notice"
    req: int
    code: str
    message: str


@dataclass(frozen=True)
class JobStem:
    """A file of a job is complete.

    req: the client's number for the job.
    name: the stem, or `residual`; of a job that generates `generated_bass` and so on.
    path: where it is, on the server's machine.
    k: its number, from 1.
    n: how many files there are.
    """

    TYPE: ClassVar[str] = "job.stem"
    req: int
    name: str
    path: str
    k: int
    n: int


@dataclass(frozen=True)
class JobDone:
    """Every file of a job is in place.

    req: the client's number for the job.
    command: what was asked: `separate` or `generate`.
    """

    TYPE: ClassVar[str] = "job.done"
    req: int
    command: str = "separate"


@dataclass(frozen=True)
class JobFail:
    """The job ended without files.

    req: the client's number for the job.
    code: one of the error codes; `cancelled`: it was cancelled.
    message: what was seen, what was expected, what to do.
    command: what was asked: `separate` or `generate`.
    """

    TYPE: ClassVar[str] = "job.fail"
    req: int
    code: str
    message: str
    command: str = "separate"
