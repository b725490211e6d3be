"""The server: sockets, session, streams and jobs put together.

Threads: one reads OSC, one serves ZeroMQ, one OSCQuery, one feeds each ZeroMQ stream, one runs each
live model, one loads models, one lists them, one takes jobs in, one runs them, one measures. The
session's thread, here, takes one event at a time to the session and carries out the effects; none
of them waits for a disk or for work. Its queue is bounded, and fair between peers: see `inbox.py`.
When the server stops, requests that wait are dropped, and results of work are still taken.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from daw_bridge.containment import FAULTS, LimitedLog, contained, watched
from daw_bridge.errors import BridgeError, Internal
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.types import JobEvent
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports import AudioPort, load_port
from daw_bridge.server.every import Every, until
from daw_bridge.server.inbox import Inbox, had_to_make_room
from daw_bridge.server.loops import STALLED_S, Loops
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.ready import Ready
from daw_bridge.server.session import events as do
from daw_bridge.server.session.config import Counts, SessionConfig
from daw_bridge.server.session.session import Session
from daw_bridge.server.session.superseded import supersede
from daw_bridge.server.sockets.transports import Transports, open_sockets
from daw_bridge.server.streams.desk import Desk
from daw_bridge.server.streams.host import HostOptions, StreamHost
from daw_bridge.server.streams.live import LiveEngine
from daw_bridge.server.streams.mailbox import Taken
from daw_bridge.server.streams.models import ModelStore, asked
from daw_bridge.server.streams.shelf import Shelf
from daw_bridge.settings.plan import StreamPlan, trial_settings
from daw_bridge.wire import DEFAULT_STREAM, Peer
from daw_bridge.wire.replies import FailReply, Limits, Reply, fail
from daw_bridge.wire.requests import MAX_BLOCK_SAMPLES
from daw_bridge.wire.zmq_audio import MAX_CHANNELS
from engines.errors import EngineError
from engines.load import Model, list_models
from engines.making import make_stream
from engines.spread import spread

LOG = logging.getLogger(__name__)
HEARTBEAT_S = 5.0
TICK_S = 1.0
_PUT_S = 0.25


class Server:
    """`start()`, then `wait()` until a client or a signal asks to stop, then `stop()`.

    Errors: UnsafeBind, PortTaken, BadKeys, NoDevice, NoPortAudio, BadChannels, EngineError.
    """

    def __init__(self, options: ServerOptions) -> None:
        options.check_bind()
        self.options = options
        self._inbox: Inbox[do.Event] = Inbox(supersede)
        self._stop_wanted = threading.Event()
        self._closing = threading.Event()
        self._session_id = secrets.token_hex(8)
        self._secret = options.secret()
        self._began_s = monotonic()  # the session's clock begins at 0
        self._store = ModelStore(options.folders, options.text("model"))
        self._session = Session(self._config(options))
        self._port: AudioPort | None = None
        self._session_thread = watched("daw-bridge session", self._run)
        self._log = LimitedLog(LOG)
        self.failure: Internal | None = None
        self._old_faults = FAULTS.count
        self._own_events: deque[do.Event] = deque()
        self._forms: deque[do.Reshaped] = deque(maxlen=1)
        self._threads: list[threading.Thread] = []
        self._quiet, self._loops = QuietInterpreter(), Loops()
        self._ready_file: Path | None = None

    def _config(self, options: ServerOptions) -> SessionConfig:
        most = options.integer("max_streams")
        limits = Limits(options.max_message_bytes, MAX_CHANNELS, MAX_BLOCK_SAMPLES, most)
        fixed = {name: options.values[name] for name in ("device", "load/target")}
        job_values = {name: options.values[name] for name in ("device", "threads")}
        return SessionConfig(
            options.planned, fixed, limits, job_values, self._secret, options.begin
        )

    # Starting.

    def start(self) -> Ready:
        """Load the model, open the sockets, and serve. On an error everything is closed again."""
        model = self._load()
        self._make_host()
        try:
            self._listen()
            audio = self._start_audio()
        except (BridgeError, EngineError):
            self.stop()
            raise
        FAULTS.listen(self._lost)
        self._quiet.begin()
        meters = watched("daw-bridge meters", self._measure)
        self._threads = [self._session_thread, meters]
        for thread in self._threads:
            thread.start()
        self.sockets.start()
        ready = self._ready(model, audio)
        self._write_ready(ready)
        return ready

    def _load(self) -> Model:
        """The model, asked for the tag that was given.

        Raises EngineError, TooLarge; also if the start options do not suit it.
        """
        options = self.options
        model = self._store.load(
            options.text("model"), options.text("device"), options.integer("threads"),
            preset=options.text("block/preset"),
        )  # fmt: skip
        if tag := options.text("query/tag"):
            model = asked(model, tag)
        spread(model, trial_settings(model, tuple(options.planned.items()))).check()
        return model

    def _make_host(self) -> None:
        options = self.options
        shared = HostOptions(
            options.text("device"), options.integer("threads"), options.number("load/target"),
            priority=options.integer("priority"), made=options.made,
        )  # fmt: skip
        self._host = StreamHost(shared, self._store, self._post_result, self._answer_audio)
        allowed = options.folders
        if options.text("model") not in list_models():
            allowed += (Path(options.text("model")),)  # the model given at the start is trusted
        self._jobs = JobRunner(self._job_news, allowed, load=self._store.load)
        self._desk = Desk(self._jobs, Shelf(options.snapshot_folder), self._post_result)

    def _listen(self) -> None:
        self.sockets = open_sockets(
            self.options, self._session, self._session_id, self._secret, self._post,
            self._host.mailbox, self.stalled,
        )  # fmt: skip

    def _start_audio(self) -> str:
        """Open the audio port, if there is one (`--io`); returns its description."""
        name = self.options.text("io")
        if name == "none":
            self.options.refuse_unused(())
            return ""
        transport = load_port(name)
        port = transport.prepare(self.options.audio)
        self.options.refuse_unused(transport.USES)
        plan = StreamPlan(
            port.rate_hz, port.channels, "device", "live", port.known, port.block_samples,
            tuple(self.options.planned.items()), port.held_ms,
        )  # fmt: skip
        engine = self._host.make(DEFAULT_STREAM, plan)
        assert isinstance(engine, LiveEngine)
        self._host.adopt(engine)
        status = engine.live.port_status
        status.reshape = self._reshape
        status.control = lambda changes: self._post_result(do.Controlled(changes))
        port.connect(engine.live)
        self._session.handle(do.Adopted(engine.info, plan, status.midi))
        self._port = port
        port.start()
        return port.describe()

    def _reshape(self, rate_hz: int, block_samples: int) -> None:
        """The port's rate or block size has changed; called by the port's thread, which may be an
        audio thread: it waits for nothing, and the session's thread looks for the newest form.
        """
        self._forms.append(do.Reshaped(DEFAULT_STREAM, rate_hz, block_samples))

    def _ready(self, model: Model, audio: str) -> Ready:
        settings = trial_settings(model, tuple(self.options.planned.items()))
        return Ready(
            os.getpid(),
            self.options.text("bind"),
            self.sockets.osc.port,
            self.sockets.zmq.port,
            self.sockets.zmq.pub_port,
            self.sockets.http_port,
            model.spec.name,
            model.provider,
            model.provider_note,
            model.spec.rate_hz,
            make_stream(model, settings).latency_samples,
            tuple(self._host.infos()),
            audio,
            tuple(map(str, self.options.folders)),
            self.sockets.metrics_port,
        )

    def _write_ready(self, ready: Ready) -> None:
        if name := self.options.text("ready_file"):
            try:
                ready.write(Path(name))
            except BridgeError:
                self.stop()
                raise
            self._ready_file = Path(name)

    # Stopping.

    def request_stop(self) -> None:
        """Ask the server to stop; for signal handlers and any thread."""
        self._stop_wanted.set()

    def _lost(self, error: Internal) -> None:
        """A thread that the server needs has failed for good: `failure` says so, and it stops."""
        self.failure = self.failure or error
        self.request_stop()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a stop is requested; False on a timeout."""
        return self._stop_wanted.wait(timeout_s)

    def stalled(self, most_s: float = STALLED_S) -> list[str]:
        """The loops that have not turned for longer than this, in words. For any thread."""
        sockets: Transports | None = self.__dict__.get("sockets")
        others = self._host.turned_s | ({} if sockets is None else sockets.turned_s)
        return self._loops.stalled(others, most_s)

    def stop(self) -> None:
        """Close everything: no partial file is left, and every peer is informed."""
        self._stop_wanted.set()
        FAULTS.leave(self._lost)
        if self._port is not None:
            self._port.stop()
            self._port = None
        self._inbox.end()
        for worker in (self._desk, self._jobs, self._host):
            worker.close()
        self._closing.set()
        for thread in self._threads:
            thread.join()
        self._threads = []
        sockets: Transports | None = self.__dict__.pop("sockets", None)
        if sockets is not None:
            sockets.stop()
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
            self._ready_file = None
        self._quiet.end()

    @property
    def hangs(self) -> bool:
        """After `stop`: whether a thread still waits for a disk or a model's load.

        Python cannot end well then.
        """
        return self._desk.hangs or self._host.hangs

    # Events in, from any thread.

    def _post(self, event: do.Event) -> None:
        """A request. Raises Busy."""
        peer = None if isinstance(event, do.Unheard) else getattr(event, "peer", None)
        for gone in self._inbox.put(peer, event, getattr(event, "size_bytes", 0)):
            if isinstance(gone, do.Received | do.Unreadable):
                self._refuse(gone, had_to_make_room())

    def _post_result(self, event: do.Event) -> None:
        """A result of work. Waits for room while the session's thread serves the queue."""
        if threading.current_thread() is self._session_thread:
            self._own_events.append(event)
            return
        while not self._closing.is_set():
            if self._inbox.put_result(event, _PUT_S):
                return

    def _job_news(self, event: JobEvent) -> None:
        self._post_result(do.JobNews(event))

    def _answer_audio(self, peer: Peer, reply: Reply, msg_id: int, taken: Taken) -> None:
        self.sockets.zmq.send(peer, reply, msg_id, taken)

    # The session's thread.

    def _run(self) -> None:
        while not (self._closing.is_set() and not len(self._inbox)):
            self._loops.turned("session")
            if self._forms:
                contained("following the port", partial(self._handle, self._forms.pop()))
            event = self._inbox.take(_PUT_S)
            if event is None:
                continue
            problem = contained(type(event).__name__, partial(self._handle, event))
            if problem is not None and isinstance(event, do.Received | do.Unreadable):
                self._refuse(event, problem)

    def _refuse(self, event: do.Received | do.Unreadable, error: BridgeError) -> None:
        """Answer for the session, without knowing who has given the secret."""
        most_bytes = 0 if event.peer.trusted else event.size_bytes
        reply = fail(do.name_of(event), error, do.job_of(event))
        for msg_id in do.numbers_of(event):
            self.sockets.send(event.peer, reply, msg_id, most_bytes)

    def _handle(self, event: do.Event) -> None:
        """Take an event to the session, carry out the effects, and handle their results."""
        waiting = self._own_events
        waiting.append(event)
        while waiting:
            self._session.note(
                Counts(
                    self.sockets.dropped, FAULTS.count - self._old_faults,
                    self._inbox.refused, self._inbox.superseded,
                    len(self.sockets.osc.timed), self.sockets.osc.timed.late,
                )
            )  # fmt: skip
            results: list[do.Event] = []
            try:
                for effect in self._session.handle(waiting.popleft()):
                    result = _EFFECTS[type(effect)](self, effect)
                    results += [] if result is None else [result]
            finally:  # results of the effects before one that fails still count
                # Queue results first, so a client learns a job's number before its end.
                waiting.extendleft(reversed(results))

    def _send(self, effect: do.Send) -> None:
        self.sockets.send(effect.peer, effect.reply, effect.msg_id, effect.most_bytes)
        if isinstance(effect.reply, FailReply):
            kind = f"{effect.peer.transport} {effect.reply.code}"
            self._log.warning(kind, "%s: %s", effect.peer, effect.reply.message)

    def _publish(self, effect: do.Publish) -> None:
        self.sockets.zmq.publish(effect.reply)

    def _adjust(self, effect: do.AdjustStream) -> do.Event | None:
        return self._host.adjust(effect.stream, effect.name, effect.stem, effect.value)

    def _dump(self, effect: do.Dumping) -> None:
        self.sockets.dump(effect.on)

    # The measuring thread.

    def _measure(self) -> None:
        until(
            self._closing,
            Every(1.0 / self.options.number("meter_rate"), self._tell_health),
            Every(HEARTBEAT_S, lambda: self.sockets.zmq.heartbeat(self._host.owners())),
            Every(TICK_S, self._tick),
        )

    def _tick(self) -> None:
        self._loops.turned("meters")
        self._log.catch_up()
        self.sockets.catch_up()
        self._post_result(do.Ticked(monotonic() - self._began_s))

    def _tell_health(self) -> None:
        """Meters are skipped while the session is busy; errors never are."""
        for health in self._host.measure():
            if not self._inbox.crowded:
                self._post_result(do.Measured(health))
        for fault in self._host.faults():
            kind = f"stream {fault.stream} {fault.error.code}"
            self._log.log(logging.ERROR, kind, "stream %d: %s", fault.stream, fault.error)
            self._post_result(fault)


_EFFECTS: dict[type[do.Effect], Callable[[Server, Any], do.Event | None]] = {
    do.Send: Server._send,
    do.Publish: Server._publish,
    do.OpenStream: lambda server, effect: server._host.open(effect),
    do.ChangeStream: lambda server, effect: server._host.change(effect),
    do.AdjustStream: Server._adjust,
    do.ResetStream: lambda server, effect: server._host.reset(effect.stream),
    do.ReportFault: lambda server, effect: server._host.report(effect.stream, effect.error),
    do.StopStream: lambda server, effect: server._host.stop(effect.stream, effect.reason),
    do.SubmitJob: lambda server, effect: server._desk.submit(effect),
    do.CancelJob: lambda server, effect: server._jobs.cancel(effect.job),
    do.ListModels: lambda server, effect: server._desk.list_models(effect),
    do.UseShelf: lambda server, effect: server._desk.use_shelf(effect),
    do.Dumping: Server._dump,
    do.Shutdown: lambda server, effect: server.request_stop(),
}
