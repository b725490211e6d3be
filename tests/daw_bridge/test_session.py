"""The session: events in, effects out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from daw_bridge import session_events as do
from daw_bridge.errors import BadMessage, BridgeError, Busy
from daw_bridge.job_types import Done, Failed, Progress, StemWritten
from daw_bridge.options import ServerOptions
from daw_bridge.parameters import STREAM_PARAMETERS, Value
from daw_bridge.plans import StreamPlan
from daw_bridge.protocol import Peer
from daw_bridge.protocol import replies as tell
from daw_bridge.protocol import requests as ask
from daw_bridge.protocol.replies import Reply
from daw_bridge.session import MAX_SYNCS, Session, SessionConfig
from daw_bridge.session_peers import MAX_CLIENTS
from daw_bridge.session_streams import MAX_CHANGES
from tests.daw_bridge.protocol.samples import info

ZMQ = Peer("zmq", b"abcde")
OTHER = Peer("zmq", b"other")
OSC = Peer("osc", ("127.0.0.1", 9000))
FAR = Peer("osc", ("192.0.2.1", 9000), trusted=False)
T = TypeVar("T")


class Rig:
    """A session, and what it wants done."""

    def __init__(self, secret: str = "") -> None:
        options = ServerOptions.of()
        fixed = {name: options.values[name] for name in ("device", "load/target")}
        config = SessionConfig(
            options.planned, fixed, tell.Limits(1, 2, 3, 4), {"device": "cpu"}, secret
        )
        self.session = Session(config)

    def do(self, event: do.Event) -> list[do.Effect]:
        return self.session.handle(event)

    def ask(self, request: ask.Request, peer: Peer = ZMQ, msg_id: int = 5) -> list[do.Effect]:
        return self.do(do.Received(peer, msg_id, request))

    def reply(self, request: ask.Request, peer: Peer = ZMQ) -> Reply:
        """The one answer to the peer."""
        (found,) = sent(self.ask(request, peer), peer)
        return found

    def open(self, peer: Peer = ZMQ, **changes: Any) -> tell.StreamInfo:
        """Open a stream all the way."""
        (wish,) = only(self.ask(ask.Open(48000, 2, **changes), peer), do.OpenStream)
        made = replace(info(), stream=wish.stream, known=wish.plan.known, folded=())
        self.do(do.Opened(wish.ticket, made))
        return made

    def set(self, peer: Peer = ZMQ, stream: int = 1, **values: Value) -> list[do.Effect]:
        pairs = tuple((name.replace("__", "/"), value) for name, value in values.items())
        return self.ask(ask.Set(pairs, stream), peer)

    def get(self, name: str, stream: int = 1) -> Value:
        reply = self.reply(ask.Get((name,), stream))
        assert isinstance(reply, tell.ValuesReply), reply
        return dict(reply.values)[name]


def only(effects: list[do.Effect], kind: type[T]) -> list[T]:
    return [one for one in effects if isinstance(one, kind)]


def sent(effects: list[do.Effect], peer: Peer) -> list[Reply]:
    return [one.reply for one in only(effects, do.Send) if one.peer == peer]


def code(reply: Reply) -> str:
    assert isinstance(reply, tell.FailReply), reply
    return reply.code


# Asking.


def test_answers_carry_the_number_of_the_question() -> None:
    (effect,) = Rig().ask(ask.Version(), msg_id=42)
    assert effect == do.Send(ZMQ, tell.VersionReply("0.1.0", 1), 42)


def test_hello_and_status() -> None:
    rig = Rig()
    hello = rig.reply(ask.Hello())
    assert isinstance(hello, tell.HelloReply) and hello.limits == tell.Limits(1, 2, 3, 4)
    rig.open()
    rig.session.count_dropped(3)
    status = rig.reply(ask.Status())
    assert isinstance(status, tell.StatusReply)
    assert [one.stream for one in status.streams] == [1] and status.dropped_replies == 3


def test_an_unreadable_message_is_answered_with_what_was_wrong() -> None:
    error = BadMessage("seen", "expected", "Act.")
    effects = Rig().do(do.Unreadable(OSC, 0, "/dawbridge/x", error))
    assert effects == [do.Send(OSC, tell.fail("/dawbridge/x", error))]


def test_quit_and_dump() -> None:
    rig = Rig()
    assert only(rig.ask(ask.Dump(True)), do.Dumping) == [do.Dumping(True)]
    effects = rig.ask(ask.Quit())
    assert effects == [do.Send(ZMQ, tell.DoneReply("quit"), 5), do.Shutdown()]


def test_models_are_listed_by_the_host() -> None:
    assert Rig().ask(ask.Models()) == [do.ListModels(ZMQ, 5)]


# Who may ask.


def test_a_sender_beyond_this_machine_needs_the_secret() -> None:
    rig = Rig("open sesame 12")
    assert code(rig.reply(ask.Status(), FAR)) == "auth_required"
    assert not only(rig.ask(ask.Quit(), FAR), do.Shutdown)
    assert code(rig.reply(ask.Auth("sesame"), FAR)) == "auth_required"
    assert rig.reply(ask.Auth("open sesame 12"), FAR) == tell.DoneReply("auth")
    assert isinstance(rig.reply(ask.Status(), FAR), tell.StatusReply)
    elsewhere = replace(FAR, address=("192.0.2.1", 9001))
    assert code(rig.reply(ask.Status(), elsewhere)) == "auth_required"


def test_without_a_secret_nobody_gets_in() -> None:
    assert code(Rig().reply(ask.Auth(""), FAR)) == "auth_required"


def test_strangers_learn_nothing_from_bad_messages() -> None:
    error = BadMessage("x" * 500, "expected", "Act.")
    (effect,) = only(Rig("s" * 20).do(do.Unreadable(FAR, 0, "/x", error)), do.Send)
    assert code(effect.reply) == "auth_required" and "xxx" not in str(effect.reply)


# Registered peers.


def test_notify_tells_every_parameter_and_then_changes() -> None:
    rig = Rig()
    effects = rig.ask(ask.Notify(True), OSC)
    first, values = sent(effects, OSC)
    assert first == tell.DoneReply("notify")
    assert isinstance(values, tell.ValuesReply)
    wanted = {one.name for one in STREAM_PARAMETERS if not one.per_stem}
    assert {name for name, _ in values.values} == wanted
    rig.open()
    assert sent(rig.set(gibbs__steps=3), OSC) == [tell.ValuesReply(1, (("gibbs/steps", 3),))]
    health = tell.StreamHealth(1, 48000, 223)
    assert sent(rig.do(do.Measured(health)), OSC) == [health]
    rig.ask(ask.Notify(False), OSC)
    assert not sent(rig.set(gibbs__steps=4), OSC)


def test_a_registered_port_gets_all_answers() -> None:
    rig = Rig()
    there = replace(OSC, address=("127.0.0.1", 7400))
    rig.ask(ask.Notify(True, 7400), OSC)
    assert sent(rig.ask(ask.Version(), OSC), there)
    assert not sent(rig.ask(ask.Version(), OSC), OSC)


def test_stems_of_open_streams_are_told_on_notify() -> None:
    rig = Rig()
    made = rig.open()
    told = sent(rig.ask(ask.Notify(True), OSC), OSC)
    assert made in told
    values = dict(next(one for one in told if isinstance(one, tell.ValuesReply)).values)
    assert values["stem/drums/gain"] == 0.0 and values["stem/drums/known"] == 0


def test_clients_are_bounded() -> None:
    rig = Rig()
    for port in range(MAX_CLIENTS):
        rig.ask(ask.Notify(True), Peer("osc", ("127.0.0.1", port)))
    assert code(rig.reply(ask.Notify(True), OSC)) == "busy"


# Parameters.


def test_a_dial_does_not_get_its_own_value_back() -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OSC)
    assert not sent(rig.set(OSC, stem__drums__gain=-6.0), OSC)
    assert rig.get("stem/drums/gain") == -6.0


def test_zmq_gets_the_values_it_set() -> None:
    rig = Rig()
    rig.open()
    effects = rig.set(bypass=1, stem__drums__mute=1)
    assert sent(effects, ZMQ) == [tell.ValuesReply(1, (("bypass", 1), ("stem/drums/mute", 1)))]
    assert only(effects, do.AdjustStream) == [
        do.AdjustStream(1, "bypass", "", 1),
        do.AdjustStream(1, "stem/<name>/mute", "drums", 1),
    ]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("gibbs__steps", -1, "bad_value"),
        ("gibbs__steps", "many", "bad_value"),
        ("tempo", 1, "unknown_parameter"),
        ("osc_port", 1, "unknown_parameter"),
        ("device", "cuda", "fixed_at_start"),
        ("stem__drums__known", 1, "fixed_at_start"),
        ("stem__kazoo__gain", 0.0, "unknown_stem"),
    ],
)
def test_bad_settings(name: str, value: Value, wanted: str) -> None:
    rig = Rig()
    rig.open()
    (reply,) = sent(rig.set(**{name: value}), ZMQ)
    assert code(reply) == wanted


def test_one_bad_value_leaves_all_as_they_were() -> None:
    rig = Rig()
    rig.open()
    effects = rig.ask(ask.Set((("bypass", 1), ("gibbs/steps", -1))))
    assert not only(effects, do.AdjustStream)
    assert rig.get("bypass") == 0


@pytest.mark.parametrize("one", STREAM_PARAMETERS, ids=lambda one: one.name)
def test_every_parameter_can_be_asked(one: Any) -> None:
    rig = Rig()
    rig.open()
    value = rig.get(one.name.replace("<name>", "drums"))
    assert one.check(value) == value


def test_grid_is_told_as_it_is_and_not_as_wished() -> None:
    rig = Rig()
    assert rig.get("block/hop") == 0
    rig.open()
    assert rig.get("block/hop") == 128 and rig.get("residual/to") == "residual"


def test_without_a_stream_values_are_for_those_to_come() -> None:
    rig = Rig()
    effects = rig.set(gibbs__steps=9)
    assert not only(effects, do.AdjustStream)
    (wish,) = only(rig.ask(ask.Open(48000, 2)), do.OpenStream)
    assert wish.plan.number("gibbs/steps") == 9
    (wish,) = only(rig.ask(ask.Open(48000, 2, preset="offline")), do.OpenStream)
    assert wish.plan.number("gibbs/steps") == 0
    assert code(rig.reply(ask.Set((("bypass", 1),)))) == "unknown_stream"
    assert code(rig.reply(ask.Set((("model", "x"),), 2))) == "unknown_stream"
    assert code(rig.reply(ask.Get(("stem/drums/gain",)))) == "unknown_stream"


# Changes that take a while.


def change(effects: list[do.Effect]) -> do.ChangeStream:
    (found,) = only(effects, do.ChangeStream)
    return found


def test_a_model_is_told_when_it_is_there() -> None:
    rig = Rig()
    made = rig.open()
    effects = rig.set(OSC, model="other")
    assert not sent(effects, OSC)
    wish = change(effects)
    assert wish.plan.model == "other" and rig.get("model") == "song"
    effects = rig.do(do.Changed(wish.ticket, replace(made, model="other")))
    assert sent(effects, OSC) == [tell.DoneReply("model")]
    assert rig.get("model") == "other"


def test_a_model_that_cannot_be_loaded_leaves_the_running_one() -> None:
    rig = Rig()
    rig.open()
    wish = change(rig.set(model="broken"))
    effects = rig.do(do.Refused(wish.ticket, BadMessage("no model", "one", "Look.")))
    assert [code(one) for one in sent(effects, ZMQ)] == ["bad_message"]
    assert rig.get("model") == "song"
    assert change(rig.set(block__hop=64)).plan.model == "song"


def test_changes_of_a_stream_wait_for_each_other() -> None:
    rig = Rig()
    made = rig.open()
    first = change(rig.set(model="a"))
    assert not only(rig.set(block__hop=64), do.ChangeStream)
    effects = rig.do(do.Changed(first.ticket, replace(made, model="a")))
    second = change(effects)
    assert second.plan.model == "a" and second.plan.number("block/hop") == 64
    for _ in range(MAX_CHANGES - 1):
        rig.set(block__hop=32)
    (reply,) = sent(rig.set(block__hop=32), ZMQ)
    assert code(reply) == "busy"


def test_the_defaults_are_checked_before_they_hold() -> None:
    rig = Rig()
    wish = change(rig.set(model="other"))
    assert wish.stream == do.DEFAULTS
    rig.do(do.Changed(wish.ticket, None))
    assert rig.get("model") == "other"


def test_changes_of_a_stream_that_ends_are_answered() -> None:
    rig = Rig()
    rig.open()
    wish = change(rig.set(OTHER, model="a"))
    effects = rig.do(do.Closed(1, "close"))
    assert [code(one) for one in sent(effects, OTHER)] == ["unknown_stream"]
    assert not rig.do(do.Changed(wish.ticket, info()))[1:]


def test_sync_waits_for_what_was_asked_before() -> None:
    rig = Rig()
    made = rig.open()
    assert rig.reply(ask.Sync(1)) == tell.SyncedReply(1)
    wish = change(rig.set(model="a"))
    assert not sent(rig.ask(ask.Sync(2), OSC), OSC)
    later = rig.ask(ask.Set((("block/hop", 64),)))
    assert not only(later, do.ChangeStream)
    effects = rig.do(do.Changed(wish.ticket, made))
    assert tell.SyncedReply(2) in sent(effects, OSC)


def test_syncs_are_bounded() -> None:
    rig = Rig()
    rig.open()
    rig.set(model="a")
    for number in range(MAX_SYNCS):
        assert not sent(rig.ask(ask.Sync(number)), ZMQ)
    assert code(rig.reply(ask.Sync(1))) == "busy"


# Streams.


def test_streams_get_the_smallest_free_number() -> None:
    rig = Rig()
    assert [rig.open().stream for _ in range(3)] == [1, 2, 3]
    effects = rig.do(do.Closed(2, "close", 17))
    assert do.Send(ZMQ, tell.ClosedReply(2), 17) in effects
    assert rig.open().stream == 2
    rig.open()
    assert code(rig.reply(ask.Open(48000, 2))) == "busy"


def test_two_streams_opening_at_once_get_two_numbers() -> None:
    rig = Rig()
    one = only(rig.ask(ask.Open(48000, 2)), do.OpenStream)[0]
    two = only(rig.ask(ask.Open(48000, 2), OTHER), do.OpenStream)[0]
    assert (one.stream, two.stream) == (1, 2)
    assert sent(rig.do(do.Refused(two.ticket, Busy("a", "b", "c"))), OTHER)
    assert rig.session.streams == {}


@pytest.mark.parametrize(
    "request_",
    [
        ask.Open(48000, 2, known=("Drums",)),
        ask.Open(48000, 2, known=("residual",)),
        ask.Open(48000, 2, known=("a", "a")),
        ask.Open(48000, 65),
        ask.Open(48000, 2, values=(("bypass", 1),)),
        ask.Open(48000, 2, values=(("gibbs/steps", 9999),)),
        ask.Flush(1),
        ask.Close(1),
        ask.Reset(1),
    ],
    ids=repr,
)
def test_bad_stream_requests(request_: ask.Request) -> None:
    assert code(Rig().reply(request_)) in {"bad_value", "too_large", "unknown_stream"}


def test_a_peer_that_has_gone_takes_its_streams_with_it() -> None:
    rig = Rig()
    rig.open(ZMQ)
    rig.open(OTHER)
    assert only(rig.do(do.PeerGone(OTHER)), do.StopStream) == [
        do.StopStream(2, "its peer has gone")
    ]


def test_faults_reach_the_owner_and_the_registered() -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OSC)
    effects = rig.do(do.Faulted(1, Busy("seen", "wanted", "Act.")))
    assert code(sent(effects, ZMQ)[0]) == code(sent(effects, OSC)[0]) == "busy"


def test_a_device_stream_is_there_from_the_start() -> None:
    rig = Rig()
    options = ServerOptions.of()
    plan = StreamPlan(48000, 2, "live", "live", (), 512, tuple(options.planned.items()))
    rig.do(do.Adopted(replace(info(), stream=1), plan))
    assert rig.get("stem/drums/gain") == 0.0
    assert only(rig.ask(ask.Reset(1), OSC), do.ResetStream) == [do.ResetStream(1)]


# Jobs.


def submit(rig: Rig, peer: Peer = OSC, req: int = 7) -> None:
    (wish,) = only(rig.ask(ask.Separate(req, "in.wav", "out"), peer), do.SubmitJob)
    assert dict(wish.request.options)["model"] == "song"
    effects = rig.do(do.JobQueued(peer, wish.msg_id, req, 31))
    assert sent(effects, peer) == [tell.JobReply(req, 31)]


def test_a_job_is_told_to_its_peer_by_its_own_number() -> None:
    rig = Rig()
    submit(rig)
    events = [Progress(31, 0.5, "separate", None), StemWritten(31, "drums", Path("a"), 1, 5)]
    told = [sent(rig.do(do.JobNews(one)), OSC)[0] for one in events]
    assert told == [
        tell.JobProgress(7, 0.5, "separate", -1.0), tell.JobStem(7, "drums", "a", 1, 5),
    ]  # fmt: skip
    assert sent(rig.do(do.JobNews(Done(31))), OSC) == [tell.JobDone(7)]
    assert not rig.do(do.JobNews(Progress(31, 1.0, "late", None)))


def test_cancel() -> None:
    rig = Rig()
    submit(rig)
    assert code(rig.reply(ask.Cancel(7), ZMQ)) == "unknown_job"
    assert only(rig.ask(ask.Cancel(7), OSC), do.CancelJob) == [do.CancelJob(31)]
    effects = rig.do(do.JobNews(Failed(31, "cancelled", "stopped")))
    assert sent(effects, OSC) == [tell.JobFail(7, "cancelled", "stopped")]
    assert code(rig.reply(ask.Cancel(7), OSC)) == "unknown_job"


def test_numbers_of_jobs_are_each_peers_own() -> None:
    rig = Rig()
    submit(rig)
    (reply,) = sent(rig.ask(ask.Separate(7, "b.wav", "out"), OSC), OSC)
    assert isinstance(reply, tell.FailReply) and (reply.code, reply.req) == ("bad_value", 7)
    assert only(rig.ask(ask.Separate(7, "b.wav", "out"), ZMQ), do.SubmitJob)


def test_a_refused_job_says_why() -> None:
    rig = Rig()
    error: BridgeError = Busy("16 jobs", "fewer", "Wait.")
    (reply,) = sent(rig.do(do.JobRefused(OSC, 0, 7, error)), OSC)
    assert isinstance(reply, tell.FailReply) and (reply.req, reply.command) == (7, "separate")


def test_the_job_gets_the_model_that_is_heard() -> None:
    rig = Rig()
    made = rig.open()
    wish = change(rig.set(model="other"))
    rig.do(do.Changed(wish.ticket, made))
    (job,) = only(rig.ask(ask.Separate(1, "a", "b", (("device", "cuda"),))), do.SubmitJob)
    assert dict(job.request.options) == {"model": "other", "device": "cuda"}
