"""Whatever is asked, in whatever order work is finished: every question gets one answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import Busy
from daw_bridge.files.types import Done, Failed, JobEvent
from daw_bridge.server.session import events as do
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import Rig
from tests.rigs.wire import info

PEERS = [Peer("zmq", b"a"), Peer("zmq", b"b")]
NAMES = [
    "model", "refine/steps", "gibbs/steps", "block/hop", "stem/drums/gain", "bypass", "nothing",
    "device", "stem/*/gain", "{block,refine}/*",
]  # fmt: skip
STREAM = st.integers(1, 3)
VALUES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.one_of(st.integers(-2, 200), st.just("song"))),
    min_size=1, max_size=3,
).map(tuple)  # fmt: skip
REQUESTS: st.SearchStrategy[ask.Request] = st.one_of(
    st.builds(ask.Open, st.just(48000), st.integers(1, 70)),
    st.builds(ask.Set, VALUES, STREAM),
    st.builds(ask.Get, st.lists(st.sampled_from(NAMES), max_size=2).map(tuple), STREAM),
    st.builds(ask.Reset, STREAM),
    st.builds(ask.Midi, st.sampled_from(ask.MIDI_ACTIONS), st.sampled_from(["", *NAMES])),
    st.builds(ask.Snapshot, st.sampled_from(ask.SNAPSHOT_ACTIONS), st.just("verse"), STREAM),
    st.builds(ask.Sync, st.integers(0, 9)),
    st.builds(ask.Separate, st.integers(0, 3), st.just("in"), st.just("out")),
    st.builds(ask.Cancel, st.integers(0, 3)),
    st.sampled_from([ask.Status(), ask.Hello(), ask.Version(), ask.Dump(False), ask.Models()]),
)
STEPS = st.one_of(
    st.tuples(st.sampled_from(PEERS), REQUESTS),
    st.tuples(st.just("work"), st.booleans()),
    st.tuples(st.just("close"), STREAM),
)
WORK = (do.OpenStream, do.ChangeStream, do.SubmitJob, do.ListModels, do.UseShelf)
KEPT = (("model", "song"), ("block/hop", 64), ("stem/drums/gain", -3), ("bypass", 1))
NO = Busy("seen", "expected", "Act.")


class World:
    """A session, and the work it has asked for that is not done yet."""

    def __init__(self) -> None:
        self.rig = Rig()
        self.work: list[do.Effect] = []
        self.answers: Counter[int] = Counter()
        self.asked = self.jobs = 0
        self.running: list[int] = []

    def take(self, event: do.Event) -> None:
        for effect in self.rig.do(event):
            if isinstance(effect, do.Send):
                told = isinstance(effect.reply, tell.JobDone | tell.JobFail)
                self.answers[effect.msg_id] += bool(effect.msg_id) and not told
            elif isinstance(effect, WORK):
                self.work.append(effect)

    def ask(self, peer: Peer, request: ask.Request) -> None:
        self.asked += 1
        self.take(do.Received(peer, self.asked, request))

    def finish(self, well: bool) -> None:
        """Do the oldest piece of work."""
        if not self.work:
            return
        one = self.work.pop(0)
        if isinstance(one, do.SubmitJob):
            self.jobs += 1
            queued = do.JobQueued(one.peer, one.msg_id, one.request.req, self.jobs)
            self.take(queued if well else do.JobRefused(one.peer, one.msg_id, one.request.req, NO))
            news: JobEvent = Done(self.jobs) if self.jobs % 2 else Failed(self.jobs, "a", "b")
            self.take(do.JobNews(news))
        elif isinstance(one, do.UseShelf):
            self.take(do.Shelved(one.ticket, KEPT) if well else do.Shelved(one.ticket, error=NO))
        elif isinstance(one, do.ListModels):
            self.take(do.Listed(one.ticket, ()) if well else do.Refused(one.ticket, NO))
        elif isinstance(one, do.OpenStream):
            made = replace(info(), stream=one.stream)
            self.take(do.Opened(one.ticket, made) if well else do.Refused(one.ticket, NO))
        elif isinstance(one, do.ChangeStream):
            made = replace(info(), stream=one.stream)
            changed = do.Changed(one.ticket, made if one.stream else None)
            self.take(changed if well else do.Refused(one.ticket, NO))


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_every_question_is_answered_once(steps: list[tuple[object, object]]) -> None:
    world = World()
    for who, what in steps:
        if who == "work":
            world.finish(bool(what))
        elif who == "close":
            assert isinstance(what, int)
            world.take(do.Closed(what, "close"))
        else:
            world.ask(who, what)  # type: ignore[arg-type]
    while world.work:
        world.finish(True)
    asked = dict.fromkeys(range(1, world.asked + 1), 1)
    assert {number: count for number, count in world.answers.items() if count} == asked
    assert not world.rig.session._streams.pending
    assert not world.rig.session._snapshots.pending()
