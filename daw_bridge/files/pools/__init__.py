"""Many songs at a time: what runs them, `Pool`, and how the cores are shared among them.

`files.runner.JobRunner` is one, in this process; the others are files here. Whatever runs a song
writes its record last, so a song may be begun twice: the second time finds it done, or makes it
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, Self

from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.runner import cores
from daw_bridge.files.types import JobEvent, OnEvent

MOST_TRIES = 2
"""So often is a song begun whose worker dies."""


Song = SeparateRequest | StoredSong
"""What a worker may be asked to do."""


class Worker(Protocol):
    """Separates one song after another. `cancel` may be called from any thread, all else from one.

    Its methods raise WorkerLost where it has died.
    """

    def events(self, request: Song, req: int) -> Iterator[JobEvent]:
        """Have it separate a song; its events, the last one is Done or Failed."""

    def cancel(self) -> None:
        """Have it stop its song, and take no more; does not wait, raises nothing."""

    def end(self) -> None:
        """It is not used any more; waits for its end, raises nothing."""


Start = Callable[[Callable[[], bool]], Worker]
"""Makes a worker; what it is given says whether to give up. Raises WorkerLost."""


class Pool(Protocol):
    """Runs jobs; their events go where the pool was told to send them, see `JobRunner`."""

    def submit(self, request: Song) -> int:
        """Queue a job; returns its number, from 1. Raises BridgeError."""

    def cancel_all(self) -> None:
        """Stop every job, and take no more; does not wait. May be called again."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None, /,
    ) -> None: ...  # fmt: skip


MakePool = Callable[[OnEvent, int], Pool]
"""What runs jobs: their events go there, and so many may wait."""


def shares(jobs: int, songs: int, threads: int) -> tuple[int, int]:
    """(songs at a time, threads for each): together never more than the cores there are to use.

    `jobs` are asked for, 0 for one on each core; `threads`: cores for all of them, 0 for all. Each
    gets the same number, so that a song's samples do not depend on who makes it.
    """
    total = cores(threads)
    workers = max(1, min(jobs or total, songs, total))
    return workers, total // workers


def tried_again(request: Song) -> Song:
    """The request for the second try: what the first one has finished is kept.

    With `force` all is made anew both times.
    """
    return request if request.integer("force") else request.changed({"resume": 1})
