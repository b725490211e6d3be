"""The session's jobs: which peer asked for which, and what each peer hears.

A job is first *submitted*, while its files are looked at, then queued under the runner's number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from daw_bridge.errors import BadValue, Cancelled, UnknownJob
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
    """A job's peer, its number there, and what was asked."""

    peer: Peer
    req: int
    command: str = field(default="", compare=False)


@dataclass
class _Submitted:
    ticket: int
    cancelled: bool = False


@dataclass(frozen=True)
class Ended:
    """Jobs that have ended, by how. See StatusReply."""

    done_jobs: int = 0
    failed_jobs: int = 0
    cancelled_jobs: int = 0

    def and_one(self, event: JobEvent) -> Ended:
        """With a job's last event; any other changes nothing."""
        match event:
            case Done():
                return replace(self, done_jobs=self.done_jobs + 1)
            case Failed(code=Cancelled.code):
                return replace(self, cancelled_jobs=self.cancelled_jobs + 1)
            case Failed():
                return replace(self, failed_jobs=self.failed_jobs + 1)
        return self


class Jobs:
    """Maps the runner's job numbers to (peer, the peer's number)."""

    def __init__(self) -> None:
        self._owners: dict[int, _Owner] = {}
        self._submitted: dict[_Owner, _Submitted] = {}
        self.ended = Ended()

    def __len__(self) -> int:
        return len(self._owners) + len(self._submitted)

    def pending(self, peer: Peer) -> frozenset[int]:
        """Tickets of the peer's jobs that are being submitted."""
        return frozenset(it.ticket for one, it in self._submitted.items() if one.peer == peer)

    @property
    def all_pending(self) -> frozenset[int]:
        """Those of all peers."""
        return frozenset(one.ticket for one in self._submitted.values())

    def begin(self, peer: Peer, req: int, ticket: int) -> None:
        """A job is being submitted. Raises BadValue if the peer has one of this number."""
        owner = _Owner(peer, req)
        if owner in self._submitted or self._find(peer, req) is not None:
            raise BadValue(f"job {req}, which is waiting or running", "a new number", "Count up.")
        self._submitted[owner] = _Submitted(ticket)

    def add(self, job: int, peer: Peer, req: int, command: str) -> bool:
        """A job has been queued; whether it was cancelled before that."""
        owner = _Owner(peer, req, command)
        self._owners[job] = owner
        submitted = self._submitted.pop(owner, None)
        return submitted is not None and submitted.cancelled

    def drop(self, peer: Peer, req: int) -> None:
        """A job was refused."""
        self._submitted.pop(_Owner(peer, req), None)

    def cancel(self, peer: Peer, req: int) -> int | None:
        """The runner's number of the peer's job that is to be stopped. Raises UnknownJob.

        None while the job is being submitted: `add` says that it was cancelled.
        """
        submitted = self._submitted.get(_Owner(peer, req))
        if submitted is not None:
            submitted.cancelled = True
            return None
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
        self.ended = self.ended.and_one(event)
        owner = self._owners.pop(event.req, None) if ends else self._owners.get(event.req)
        return None if owner is None else (owner.peer, _reply(event, owner))


def _reply(event: JobEvent, owner: _Owner) -> Reply:
    """The event as a reply, with the peer's number."""
    req = owner.req
    if isinstance(event, Progress):
        eta_s = -1.0 if event.eta_s is None else event.eta_s
        return JobProgress(req, event.fraction, event.stage, eta_s)
    if isinstance(event, Notice):
        return JobNotice(req, event.code, event.message)
    if isinstance(event, StemWritten):
        return JobStem(req, event.name, str(event.path), event.k, event.n)
    if isinstance(event, Failed):
        return JobFail(req, event.code, event.message, owner.command)
    return JobDone(req, owner.command)
