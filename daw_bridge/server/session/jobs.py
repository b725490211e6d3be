"""The session's jobs: which peer asked for which, and what each peer hears."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import BadValue, UnknownJob
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import (
    JobDone,
    JobFail,
    JobNotice,
    JobProgress,
    JobStem,
    Reply,
)


@dataclass(frozen=True)
class _Owner:
    peer: Peer
    req: int


class Jobs:
    """Maps the runner's job numbers to (peer, the peer's number)."""

    def __init__(self) -> None:
        self._owners: dict[int, _Owner] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def check_new(self, peer: Peer, req: int) -> None:
        """Raise BadValue if the peer already has a job of this number."""
        if self._find(peer, req) is not None:
            raise BadValue(f"job {req}, which is waiting or running", "a new number", "Count up.")

    def add(self, job: int, peer: Peer, req: int) -> None:
        """A job has been queued."""
        self._owners[job] = _Owner(peer, req)

    def number(self, peer: Peer, req: int) -> int:
        """The runner's number of the peer's job. Raises UnknownJob."""
        found = self._find(peer, req)
        if found is None:
            raise UnknownJob(f"job {req}", "one of yours, waiting or running", "It may have ended.")
        return found

    def _find(self, peer: Peer, req: int) -> int | None:
        wanted = (peer, req)
        return next((k for k, one in self._owners.items() if (one.peer, one.req) == wanted), None)

    def announcement(self, event: JobEvent) -> tuple[Peer, Reply] | None:
        """The peer to tell about a job's event, and the reply; None where nobody waits for it."""
        ends = isinstance(event, Done | Failed)
        owner = self._owners.pop(event.req, None) if ends else self._owners.get(event.req)
        return None if owner is None else (owner.peer, _reply(event, owner.req))


def _reply(event: JobEvent, req: int) -> Reply:
    """The event as a reply, with the peer's number."""
    if isinstance(event, Progress):
        eta_s = -1.0 if event.eta_s is None else event.eta_s
        return JobProgress(req, event.fraction, event.stage, eta_s)
    if isinstance(event, Notice):
        return JobNotice(req, event.code, event.message)
    if isinstance(event, StemWritten):
        return JobStem(req, event.name, str(event.path), event.k, event.n)
    if isinstance(event, Failed):
        return JobFail(req, event.code, event.message)
    return JobDone(req)
