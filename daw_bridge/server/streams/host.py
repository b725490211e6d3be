"""The running streams: opens, changes and ends them as the session asks.

One loader thread does the slow work (loading a model, warming it up) in turn; its results go to
the session as events. At most MAX_LOADS may wait; one more is refused with Busy.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

from daw_bridge.containment import contained
from daw_bridge.errors import BridgeError, Busy, NotAllowed, OurError, Stopped, UnknownStream
from daw_bridge.live.admission import Admission, Need
from daw_bridge.server.session.events import (
    DEFAULTS,
    Changed,
    ChangeStream,
    Closed,
    Event,
    Faulted,
    Opened,
    OpenStream,
    Refused,
    Updated,
)
from daw_bridge.server.streams.engine import StreamEngine
from daw_bridge.server.streams.live import LiveEngine
from daw_bridge.server.streams.mailbox import Answer, Mailbox
from daw_bridge.server.streams.models import ModelStore, asked
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan, trial_settings
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import StreamHealth, StreamInfo
from engines.errors import EngineError
from engines.load import Model
from engines.providers import all_of, of_session
from engines.spread import spread

LOADS_WITHIN_S = 1.0
"""So long the end of the server waits for a model that is being loaded."""
MAX_LOADS = 64

Post = Callable[[Event], None]


def cores_here() -> int:
    """CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class HostOptions:
    """What all streams have in common."""

    device: str
    threads: int
    load_target: float
    cores: int = field(default_factory=cores_here)
    priority: int = 0
    """Real-time priority of the threads that run live models; 0: none."""
    made: tuple[tuple[str, str], ...] = ()
    """Known stems of the audio port's stream that models make: (stem, model)."""


@dataclass
class _Running:
    engine: StreamEngine
    mailbox: Mailbox | None
    announced: OurError | None = None


class StreamHost:
    """The running streams by number. `post` takes events to the session, from any thread."""

    def __init__(self, options: HostOptions, store: ModelStore, post: Post, answer: Answer) -> None:
        self._options, self._store, self._post, self._answer = options, store, post, answer
        self._running: dict[int, _Running] = {}
        self._lock = threading.Lock()
        self._loader = ThreadPoolExecutor(1, thread_name_prefix="daw-bridge loader")
        self._loads = 0
        self._loads_done = threading.Condition(self._lock)
        self._closed = self.hangs = False
        self._admission = Admission(options.cores, options.load_target)
        self._following: int | None = None  # the stream that the loader is adapting to its port

    # The loader's work.

    def open(self, effect: OpenStream) -> None:
        """Load the model and make the stream; Opened or Refused follows."""
        self._load(effect.ticket, lambda: self._open(effect))

    def change(self, effect: ChangeStream) -> None:
        """Go over to another plan; Changed or Refused follows."""
        self._load(effect.ticket, lambda: self._change(effect))

    def _load(self, ticket: int, work: Callable[[], Event]) -> None:
        with self._lock:
            if self._closed:
                self._post(Refused(ticket, _stopped()))
                return
            if self._loads >= MAX_LOADS:
                busy = Busy(f"{MAX_LOADS} models waiting to load", "fewer", "Try again later.")
                self._post(Refused(ticket, busy))
                return
            self._loads += 1
            future = self._loader.submit(self._do_load, ticket, work)
        future.add_done_callback(partial(self._loaded, ticket))

    def _loaded(self, ticket: int, future: Future[None]) -> None:
        with self._lock:
            self._loads -= 1
            self._loads_done.notify_all()
        if future.cancelled():
            self._post(Refused(ticket, _stopped()))

    def _do_load(self, ticket: int, work: Callable[[], Event]) -> None:
        problem = contained("loading a model", lambda: self._post(_refusing(ticket, work)))
        if problem is not None:
            self._post(Refused(ticket, problem))

    def _open(self, effect: OpenStream) -> Event:
        engine = self.make(effect.stream, effect.plan)
        started = False
        try:
            mailbox = Mailbox(engine, effect.owner, self._answer, self._ended)
            mailbox.start()
            started = True
        finally:
            if not started:  # whatever has gone wrong
                engine.stop()
                self._admission.leave(effect.stream)
        with self._lock:
            self._running[effect.stream] = _Running(engine, mailbox)
        if self.hangs:  # `close` has waited for long enough, and has gone
            self._join(self._end_streams())
        self._share_out()
        return Opened(effect.ticket, engine.info)

    def make(self, stream: int, plan: StreamPlan) -> SyncEngine | LiveEngine:
        """An engine for this plan. Raises EngineError, BridgeError."""
        model = self._model(plan)
        if plan.mode == "sync":
            return SyncEngine(stream, model, plan)
        engine = None
        try:
            engine = LiveEngine(
                stream, model, plan, self._options.load_target,
                partial(self._admit, stream, model), self._options.priority,
            )  # fmt: skip
        finally:
            if engine is None:  # whatever has gone wrong
                self._admission.leave(stream)
        return engine

    def _model(self, plan: StreamPlan) -> Model:
        """The plan's model, asked for its tag, and before it those that make known stems for the
        audio port's."""
        device, threads = self._options.device, self._options.threads
        preset = "" if plan.preset == "offline" else plan.text("block/preset")
        loaded = self._store.load(plan.model, device, threads, preset=preset)
        model = asked(loaded, plan.text("query/tag"), plan.mode == "sync")
        if plan.mode != "device" or not self._options.made:
            return model
        made = {name: self._store.load(name, device, threads) for _, name in self._options.made}
        given = [(stem, made[name]) for stem, name in self._options.made]
        own = [one for one in model.firsts if one[0] not in dict(given)]
        return replace(model, firsts=(*given, *own))

    def _admit(self, stream: int, model: Model, need: float, anytime: bool) -> None:
        """Count a live stream that is about to start or change. Raises NoRoom."""
        rows = map(of_session, all_of(model.provider))
        if any(row is not None and row.on_cpu for row in rows):
            count = self._admission.note if stream == self._following else self._admission.enter
            count(stream, Need(need * self._options.threads, anytime))

    def _share_out(self) -> None:
        """Give each stream that takes its steps by the deadline its share of the CPU."""
        shares = self._admission.shares()
        for number, one in list(self._running.items()):
            if number in shares and isinstance(one.engine, LiveEngine):
                one.engine.live.control.limit_share(shares[number] / self._options.threads)

    def _change(self, effect: ChangeStream) -> Event:
        model = self._model(effect.plan)
        if effect.stream == DEFAULTS:
            spread(model, trial_settings(model, effect.plan.values)).check()
            return Changed(effect.ticket, None)
        self._following = effect.stream if effect.follows else None
        try:
            changed = self._find(effect.stream).engine.change(model, effect.plan)
        finally:
            self._following = None
        self._share_out()
        return Changed(effect.ticket, changed)

    # At once.

    def adopt(self, engine: LiveEngine) -> None:
        """Take a stream that an audio port feeds."""
        with self._lock:
            self._running[engine.info.stream] = _Running(engine, None)
        self._share_out()

    def mailbox(self, stream: int, peer: Peer) -> Mailbox:
        """Where the peer's audio goes. Raises UnknownStream, NotAllowed."""
        mailbox = self._find(stream).mailbox
        if mailbox is None or mailbox.owner != peer:
            raise NotAllowed(
                f"audio for stream {stream}, which another peer or an audio port feeds",
                "a stream that you opened",
                "Open one.",
            )
        return mailbox

    def adjust(self, stream: int, name: str, stem: str, value: Value) -> Event | None:
        """Set what acts at once; Updated if that changes the stream's description.

        Raises EngineError, BridgeError.
        """
        running = self._running.get(stream)
        if running is None:
            return None  # it has ended meanwhile: Closed is on its way
        info = running.engine.adjust(name, stem, value)
        if name == "refine/steps" and isinstance(running.engine, LiveEngine):
            need, anytime = running.engine.live.control.need
            self._admission.note(stream, Need(need * self._options.threads, anytime))
            self._share_out()
        return None if info is None else Updated(info)

    def report(self, stream: int, error: OurError) -> None:
        """Note an error of a stream that is not the answer to a request."""
        running = self._running.get(stream)
        if running is not None:
            running.engine.report(error)

    def reset(self, stream: int) -> None:
        """Start a stream over."""
        running = self._running.get(stream)
        if running is not None:
            (running.mailbox or running.engine).reset()

    def stop(self, stream: int, reason: str) -> None:
        """End a stream; Closed follows."""
        running = self._running.get(stream)
        if running is not None and running.mailbox is not None:
            running.mailbox.stop(reason)

    def _find(self, stream: int) -> _Running:
        running = self._running.get(stream)
        if running is None:
            raise UnknownStream(f"stream {stream}", "an open one", "Open one, or check its number.")
        return running

    def _ended(self, stream: int, reason: str, close: int) -> None:
        with self._lock:
            self._running.pop(stream, None)
        self._admission.leave(stream)
        self._share_out()
        self._post(Closed(stream, reason, close))

    # Now and then.

    def measure(self) -> list[StreamHealth]:
        """The health of every stream."""
        return [one.engine.health() for one in list(self._running.values())]

    def faults(self) -> list[Faulted]:
        """New errors that were not the answer to a message."""
        found = []
        for stream, one in list(self._running.items()):
            fault = one.engine.fault
            if fault is not None and fault is not one.announced:
                one.announced = fault
                found.append(Faulted(stream, fault))
        return found

    @property
    def turned_s(self) -> dict[str, float]:
        """Until when the worker of each live stream has turned, or has time to."""
        running = list(self._running.items())
        live = [(it, one.engine.live) for it, one in running if isinstance(one.engine, LiveEngine)]
        return {f"stream {number}": one.control.stands_from_s for number, one in live}

    def owners(self) -> set[Peer]:
        """Peers with open streams."""
        running = list(self._running.values())
        return {one.mailbox.owner for one in running if one.mailbox is not None}

    def infos(self) -> list[StreamInfo]:
        """The description of every stream."""
        return [one.engine.info for one in list(self._running.values())]

    def close(self) -> None:
        """End every stream, and the loader within LOADS_WITHIN_S: `hangs` if it still loads then.

        A load cannot be interrupted; what it makes after that ends at once.
        """
        with self._lock:
            self._closed = True
        computing = self._end_streams()  # first: what they compute would keep the loader waiting
        self._loader.shutdown(wait=False, cancel_futures=True)
        with self._loads_done:
            self.hangs = not self._loads_done.wait_for(lambda: not self._loads, LOADS_WITHIN_S)
        for one in list(self._running.values()):
            if one.mailbox is None:
                one.engine.stop()
        self._join(computing + self._end_streams())

    @staticmethod
    def _join(mailboxes: list[Mailbox]) -> None:
        for mailbox in mailboxes:
            mailbox.join()

    def _end_streams(self) -> list[Mailbox]:
        """The mailboxes of the running streams, which end now."""
        running = list(self._running.values())
        mailboxes = [one.mailbox for one in running if one.mailbox is not None]
        for one in mailboxes:
            one.stop("the server is shutting down")
        return mailboxes


def _stopped() -> Stopped:
    return Stopped("a request while the server shuts down", "a running server", "Start it again.")


def _refusing(ticket: int, work: Callable[[], Event]) -> Event:
    """The event that the work gives; Refused if it raises one of our errors."""
    try:
        return work()
    except (BridgeError, EngineError) as error:
        return Refused(ticket, error)
