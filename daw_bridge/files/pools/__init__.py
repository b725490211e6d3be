"""Many songs at a time: what runs them, `Pool`, and how the cores are shared among them.

`files.runner.JobRunner` is one, in this process; the others are files here. Whatever runs a song
writes its record last, so a song may be begun twice: the second time finds it done, or makes it
anew.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.runner import cores

MOST_TRIES = 2
"""So often is a song begun whose worker dies."""


class Pool(Protocol):
    """Runs jobs; their events go where the pool was told to send them, see `JobRunner`."""

    def submit(self, request: SeparateRequest) -> int:
        """Queue a job; returns its number, from 1. Raises BridgeError."""

    def cancel_all(self) -> None:
        """Stop every job, and take no more; does not wait. May be called again."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None, /,
    ) -> None: ...  # fmt: skip


def shares(jobs: int, songs: int, threads: int) -> tuple[int, int]:
    """(songs at a time, threads for each): together never more than the cores there are to use.

    `jobs` are asked for, 0 for one on each core; `threads`: cores for all of them, 0 for all. Each
    gets the same number, so that a song's samples do not depend on who makes it.
    """
    total = cores(threads)
    workers = max(1, min(jobs or total, songs, total))
    return workers, total // workers


def tried_again(request: SeparateRequest) -> SeparateRequest:
    """The request for the second try: what the first one has finished is kept.

    With `force` all is made anew both times.
    """
    return request if request.integer("force") else request.changed({"resume": 1})
