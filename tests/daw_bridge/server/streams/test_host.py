"""The running streams: loads in turn, whose audio is whose, and what is said of the rest."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from types import SimpleNamespace
from typing import Any, cast

import pytest

from daw_bridge.errors import BadValue, Busy, NotAllowed, Stopped, UnknownStream
from daw_bridge.live.admission import Need
from daw_bridge.live.control import MOST_LOAD
from daw_bridge.server.loops import Loops
from daw_bridge.server.session import events as do
from daw_bridge.server.streams import host as host_module
from daw_bridge.server.streams.host import HostOptions, StreamHost
from daw_bridge.server.streams.live import LiveEngine
from daw_bridge.server.streams.models import ModelStore
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire import Peer
from engines.load import Model
from engines.providers import PROVIDERS, Provider
from tests.rigs.server import model_file
from tests.rigs.session import Rig

OWNER, OTHER = Peer("zmq", b"a"), Peer("zmq", b"b")
WAIT_S = 10.0


def plan(model: str = "", mode: str = "sync", rate_hz: int = 44100) -> StreamPlan:
    """The plan that a session makes of its defaults."""
    usual = Rig().session._streams.defaults.plan.changed({"model": model or model_file()})
    return StreamPlan(rate_hz, 2, mode, "live", (), 0, usual.values)


class Hosted:
    """A host, and the events that it has posted."""

    def __init__(self, store: ModelStore) -> None:
        self.events: Queue[do.Event] = Queue()
        options = HostOptions("cpu", 1, 0.7, cores=4)
        self.host = StreamHost(options, store, self.events.put, lambda *answer: None)

    def next(self) -> do.Event:
        return self.events.get(timeout=WAIT_S)

    def open(self, stream: int = 1, **changes: object) -> do.Opened:
        self.host.open(do.OpenStream(9, stream, OWNER, plan(**changes)))  # type: ignore[arg-type]
        opened = self.next()
        assert isinstance(opened, do.Opened), opened
        return opened


@contextmanager
def hosting(store: ModelStore | None = None) -> Iterator[Hosted]:
    one = Hosted(store or ModelStore())
    try:
        yield one
    finally:
        one.host.close()


def test_a_stream_opens_changes_and_ends() -> None:
    other = model_file(name="other")
    with hosting() as one:
        assert one.open().info.model == "tiny"
        one.host.change(do.ChangeStream(10, 1, plan(other)))
        changed = one.next()
        assert isinstance(changed, do.Changed) and changed.ticket == 10
        assert changed.info is not None and changed.info.model == "other"
        assert [info.model for info in one.host.infos()] == ["other"]
        one.host.stop(1, "an experiment")
        assert one.next() == do.Closed(1, "an experiment", 0)
        assert not one.host.infos() and not one.host.owners()


def test_what_cannot_be_loaded_is_refused_and_changes_nothing() -> None:
    with hosting() as one:
        one.open()
        one.host.change(do.ChangeStream(10, 1, plan("no such model")))
        refused = one.next()
        assert isinstance(refused, do.Refused) and refused.error.code == "model_not_found"
        one.host.change(do.ChangeStream(11, 7, plan()))
        refused = one.next()
        assert isinstance(refused, do.Refused) and refused.error.code == "unknown_stream"
        assert [info.model for info in one.host.infos()] == ["tiny"]


def test_streams_end_before_a_load_is_waited_for() -> None:
    """What they compute would make the load, and so the stopping of the server, slower."""
    begun, free = threading.Event(), threading.Event()

    class SlowStore(ModelStore):
        def load(self, name: str, device: str, threads: int, **more: Any) -> Model:
            if name == "slow":
                begun.set()
                assert free.wait(WAIT_S)
                raise Busy("slow", "a fast one", "Wait.")
            return super().load(name, device, threads, **more)

    with hosting(SlowStore()) as one:
        one.open()
        one.host.change(do.ChangeStream(10, 1, plan("slow")))
        assert begun.wait(WAIT_S)
        closing = threading.Thread(target=one.host.close)
        closing.start()
        try:
            assert one.next() == do.Closed(1, "the server is shutting down", 0)
            assert closing.is_alive()
        finally:
            free.set()
            closing.join()
        assert isinstance(one.next(), do.Refused)


@pytest.mark.parametrize("where", ["LiveStream", "Mailbox"])
def test_whatever_goes_wrong_a_stream_that_does_not_open_takes_no_room(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw, after the stream was counted."""
    with hosting() as one:
        stopped: list[int] = []
        monkeypatch.setattr(LiveEngine, "stop", lambda engine: stopped.append(engine._number))

        def fail(*args: object, **more: object) -> None:
            raise MemoryError

        if where == "LiveStream":
            monkeypatch.setattr(LiveEngine, "_describe", fail)
            one.host._admission.enter(1, Need(0.5, False))
        else:
            monkeypatch.setattr(host_module.Mailbox, "start", fail)
        one.host.open(do.OpenStream(9, 1, OWNER, plan(mode="live")))
        refused = one.next()
        assert isinstance(refused, do.Refused) and refused.error.code == "internal"
        assert not one.host._admission._needs and not one.host.infos()
        assert stopped == [1] * (where == "Mailbox")
        monkeypatch.undo()
        one.open(mode="live")


def test_new_defaults_are_only_tried() -> None:
    with hosting() as one:
        one.host.change(do.ChangeStream(3, do.DEFAULTS, plan()))
        assert one.next() == do.Changed(3, None)
        one.host.change(do.ChangeStream(4, do.DEFAULTS, plan().changed({"block/hop": 4000})))
        refused = one.next()
        assert isinstance(refused, do.Refused) and refused.error.code == "settings"


def test_a_streams_audio_is_its_owners() -> None:
    with hosting() as one:
        one.open()
        assert one.host.mailbox(1, OWNER).owner == OWNER and one.host.owners() == {OWNER}
        with pytest.raises(NotAllowed, match="another peer"):
            one.host.mailbox(1, OTHER)
        with pytest.raises(UnknownStream):
            one.host.mailbox(2, OWNER)


def test_only_what_changes_the_description_is_news() -> None:
    with hosting() as one:
        one.open()
        assert one.host.adjust(1, "stem/<name>/gain", "drums", -6.0) is None
        news = one.host.adjust(1, "refine/seed", "", 7)
        assert isinstance(news, do.Updated) and news.info.seed == 7
        assert one.host.adjust(5, "bypass", "", 1) is None  # it has ended meanwhile


def test_a_fault_is_announced_once() -> None:
    with hosting() as one:
        one.open()
        fault = BadValue("a", "b", "c")
        one.host.report(1, fault)
        one.host.report(5, fault)  # it has ended meanwhile
        assert one.host.faults() == [do.Faulted(1, fault)]
        assert one.host.faults() == []
        assert [health.stream for health in one.host.measure()] == [1]


class Gate(ModelStore):
    """A store that loads nothing until it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.entered = threading.Event(), threading.Event()

    def load(self, name: str, device: str, threads: int, **more: Any) -> Model:
        self.entered.set()
        assert self.open.wait(WAIT_S)
        return super().load(name, device, threads, **more)


def test_loads_are_bounded_and_those_that_wait_are_stopped_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host_module, "MAX_LOADS", 2)
    store = Gate()
    with hosting(store) as one:
        for ticket in (1, 2, 3):
            one.host.open(do.OpenStream(ticket, ticket, OWNER, plan()))
        busy = one.next()
        assert isinstance(busy, do.Refused) and busy.ticket == 3 and isinstance(busy.error, Busy)
        assert store.entered.wait(WAIT_S)
        closing = threading.Thread(target=one.host.close)
        closing.start()
        stopped = one.next()
        assert isinstance(stopped, do.Refused) and stopped.ticket == 2
        assert isinstance(stopped.error, Stopped)
        store.open.set()
        closing.join(WAIT_S)
        assert isinstance(one.next(), do.Opened)
        assert isinstance(one.next(), do.Closed)
    one.host.open(do.OpenStream(4, 4, OWNER, plan()))
    late = one.next()
    assert isinstance(late, do.Refused) and isinstance(late.error, Stopped)


def test_the_end_does_not_wait_for_a_load_and_what_it_makes_ends_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host_module, "LOADS_WITHIN_S", 0.05)
    store = Gate()
    with hosting(store) as one:
        one.host.open(do.OpenStream(1, 1, OWNER, plan()))
        assert store.entered.wait(WAIT_S)
        one.host.close()
        assert one.host.hangs and not store.open.is_set()
        store.open.set()
        assert {type(one.next()), type(one.next())} == {do.Opened, do.Closed}
        assert not one.host._running


def test_a_defect_costs_one_answer() -> None:
    class Broken(ModelStore):
        def load(self, name: str, device: str, threads: int, **more: Any) -> Model:
            raise ValueError("on purpose")

    with hosting(Broken()) as one:
        one.host.open(do.OpenStream(1, 1, OWNER, plan()))
        refused = one.next()
        assert isinstance(refused, do.Refused) and refused.error.code == "internal"


@pytest.mark.parametrize("row", PROVIDERS, ids=[row.name for row in PROVIDERS])
def test_streams_take_cores_where_their_model_computes_on_them(row: Provider) -> None:
    with hosting() as one:
        one.host._admit(1, cast(Model, SimpleNamespace(provider=row.ort_name)), 0.5, False)
        assert (1 in one.host._admission._needs) == row.on_cpu


def test_models_before_the_audio_ports_are_the_ports_alone() -> None:
    first, last = model_file(name="first"), model_file()
    options = HostOptions("cpu", 1, 0.7, made=(("vocals", first),))
    host = StreamHost(options, ModelStore(), lambda event: None, lambda *answer: None)
    try:
        [(stem, maker)] = host._model(plan(last, mode="device")).firsts
        assert stem == "vocals" and maker.path.stem == "first"
        assert host._model(plan(last, mode="sync")).firsts == ()
    finally:
        host.close()


def test_a_worker_that_hangs_is_seen_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with hosting() as one:
        one.open(stream=1, mode="live")
        one.open(stream=2)
        one.open(stream=3, mode="live")
        hangs, going_on = engine_of(one.host, 1), threading.Event()
        worker = hangs.live.control._worker
        monkeypatch.setattr(worker, "step", lambda: not going_on.wait(WAIT_S))
        began_s = time.monotonic()
        loops = Loops()
        give_up_s = began_s + WAIT_S
        late: list[str] = []
        while not late and time.monotonic() < give_up_s:
            time.sleep(0.05)
            turned_s = one.host.turned_s
            assert set(turned_s) == {"stream 1", "stream 3"}
            late = loops.stalled(turned_s, 1.0)
        going_on.set()
        assert [name.split(" has")[0] for name in late] == ["stream 1"]
        now = hangs.live.control.settings
        allowed_s = MOST_LOAD * now.hop_samples / now.rate_hz
        assert time.monotonic() - began_s > min(1.0 + allowed_s, WAIT_S) - 0.5


def engine_of(host: StreamHost, stream: int) -> LiveEngine:
    return cast(LiveEngine, host._running[stream].engine)
