"""The session: events in, effects out; who may ask, who is told, and its streams."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from daw_bridge.errors import BadMessage, Busy
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import _EFFECTS
from daw_bridge.server.session import events as do
from daw_bridge.server.session.config import Counts
from daw_bridge.server.session.peers import GONE_S, MAX_CLIENTS, NOTIFY_S
from daw_bridge.server.session.session import _EVENTS, _REQUESTS
from daw_bridge.server.session.syncs import MAX_LISTS, MAX_SYNCS
from daw_bridge.settings.parameters import STREAM_PARAMETERS
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import FAR, OSC, OTHER, ZMQ, Rig, change, code, only, sent
from tests.rigs.wire import info


def test_every_event_request_and_effect_has_its_row() -> None:
    assert {*_EVENTS, do.Received} == set(get_args(do.Event))
    assert set(_REQUESTS) == set(get_args(ask.Request))
    assert set(_EFFECTS) == set(get_args(do.Effect))


# Asking.


def test_answers_carry_the_number_of_the_question() -> None:
    (effect,) = Rig().ask(ask.Version(), msg_id=42)
    assert effect == do.Send(ZMQ, tell.VersionReply("0.1.0", 1), 42)


def test_hello_and_status() -> None:
    rig = Rig()
    hello = rig.reply(ask.Hello())
    assert isinstance(hello, tell.HelloReply) and hello.limits == tell.Limits(1, 2, 3, 4)
    rig.open()
    rig.session.note(Counts(3, 4, 5, 6))
    status = rig.reply(ask.Status())
    assert isinstance(status, tell.StatusReply)
    assert [one.stream for one in status.streams] == [1] and status.dropped_replies == 3
    assert (status.internal_errors, status.refused_requests, status.superseded_requests) == (
        4,
        5,
        6,
    )


def test_status_has_the_newest_description() -> None:
    rig = Rig()
    made = rig.open()
    assert not rig.do(do.Updated(replace(made, steps=9)))
    status = rig.reply(ask.Status())
    assert isinstance(status, tell.StatusReply)
    assert [one.steps for one in status.streams] == [9]


def test_an_unreadable_message_is_answered_with_what_was_wrong() -> None:
    error = BadMessage("seen", "expected", "Act.")
    effects = Rig().do(do.Unreadable(OSC, 0, "/dawbridge/x", error))
    assert effects == [do.Send(OSC, tell.fail("/dawbridge/x", error))]


def test_quit_and_dump() -> None:
    rig = Rig()
    assert only(rig.ask(ask.Dump(True)), do.Dumping) == [do.Dumping(True)]
    effects = rig.ask(ask.Quit())
    assert effects == [do.Send(ZMQ, tell.DoneReply("quit"), 5), do.Shutdown()]


def test_models_are_listed_elsewhere_and_once_for_all_who_ask_meanwhile() -> None:
    rig = Rig()
    (wish,) = rig.ask(ask.Models())
    assert isinstance(wish, do.ListModels)
    assert not rig.ask(ask.Models(), OTHER) and not rig.ask(ask.Sync(4), OTHER)
    assert rig.reply(ask.Sync(5), OSC) == tell.SyncedReply(5)  # it has asked for none
    models = (tell.ModelEntry("song"),)
    effects = rig.do(do.Listed(wish.ticket, models))
    assert effects == [
        do.Send(ZMQ, tell.ModelsReply(models), 5), do.Send(OTHER, tell.ModelsReply(models), 5),
        do.Send(OTHER, tell.SyncedReply(4), 5),
    ]  # fmt: skip
    (again,) = rig.ask(ask.Models())
    assert isinstance(again, do.ListModels) and again.ticket != wish.ticket
    effects = rig.do(do.Refused(again.ticket, Busy("a", "b", "c")))
    assert [code(one) for one in sent(effects, ZMQ)] == ["busy"]


def test_who_waits_for_the_models_is_bounded() -> None:
    rig = Rig()
    for _ in range(MAX_LISTS):
        assert not sent(rig.ask(ask.Models()), ZMQ)
    assert code(rig.reply(ask.Models())) == "busy"
    for number in range(MAX_SYNCS - MAX_LISTS):
        assert not rig.ask(ask.Models(), Peer("osc", ("127.0.0.1", number)))
    assert code(rig.reply(ask.Models(), OTHER)) == "busy"


def test_a_client_that_does_not_read_loses_its_streams_and_hears_why() -> None:
    rig = Rig()
    rig.open(ZMQ)
    rig.open(OTHER)
    effects = rig.do(do.Stalled(ZMQ, 1000))
    (why,) = sent(effects, ZMQ)
    assert isinstance(why, tell.FailReply) and why.code == "not_reading"
    assert why.details == (("stream", 1),) and "1000 bytes" in why.message
    assert only(effects, do.StopStream) == [
        do.StopStream(1, "its client does not read its answers")
    ]


# Who may ask.


def test_a_sender_beyond_this_machine_needs_the_secret() -> None:
    rig = Rig("open sesame 12")
    assert code(rig.reply(ask.Status(), FAR)) == "auth_required"
    rig.do(do.Ticked(1.0))
    assert not only(rig.ask(ask.Quit(), FAR), do.Shutdown)
    rig.do(do.Ticked(2.0))
    assert code(rig.reply(ask.Auth("sesame"), FAR)) == "auth_required"
    assert rig.reply(ask.Auth("open sesame 12"), FAR) == tell.DoneReply("auth")
    assert isinstance(rig.reply(ask.Status(), FAR), tell.StatusReply)
    rig.do(do.Ticked(3.0))
    elsewhere = replace(FAR, address=("192.0.2.2", 9000))
    assert code(rig.reply(ask.Status(), elsewhere)) == "auth_required"


def test_who_has_not_given_the_secret_gets_one_answer_a_second_and_no_more_than_was_sent() -> None:
    rig = Rig("open sesame 12")
    asked = do.Received(FAR, 0, ask.Status(), "/dawbridge/status", 24)
    (answer,) = only(rig.do(asked), do.Send)
    assert answer.most_bytes == 24 and code(answer.reply) == "auth_required"
    other = do.Received(replace(FAR, address=("192.0.2.1", 7)), 0, ask.Status(), "", 24)
    assert not rig.do(asked) and not rig.do(other)
    rig.do(do.Ticked(1.0))
    assert rig.do(do.Unreadable(FAR, 0, "", BadMessage("a", "b", "c"), 4))


def test_an_error_names_what_was_sent() -> None:
    rig = Rig()
    sent_as = do.Received(OSC, 0, ask.Set((("refine/steps", -1),)), "/dawbridge/gibbs/steps")
    (answer,) = sent(rig.do(sent_as), OSC)
    assert isinstance(answer, tell.FailReply) and answer.command == "/dawbridge/gibbs/steps"
    rig.open()
    later = do.Received(OSC, 0, ask.Set((("block/hop", 64),)), "/dawbridge/stream/1/block/hop")
    wish = change(rig.do(later))
    (answer,) = sent(rig.do(do.Refused(wish.ticket, Busy("a", "b", "c"))), OSC)
    assert isinstance(answer, tell.FailReply)
    assert answer.command == "/dawbridge/stream/1/block/hop"


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
    wanted = {name for one in STREAM_PARAMETERS if not one.per_stem for name in one.names}
    assert {name for name, _ in values.values} == wanted
    rig.open()
    both = (("refine/steps", 3), ("gibbs/steps", 3))
    assert sent(rig.set(refine__steps=3), OSC) == [tell.ValuesReply(1, both)]
    health = tell.StreamHealth(1, 48000, 223)
    assert sent(rig.do(do.Measured(health)), OSC) == [health]
    rig.ask(ask.Notify(False), OSC)
    assert not sent(rig.set(refine__steps=4), OSC)


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


def test_clients_are_bounded_and_the_idlest_makes_room_and_is_told() -> None:
    rig = Rig()
    first = Peer("osc", ("127.0.0.1", 0))
    for port in range(MAX_CLIENTS):
        rig.ask(ask.Notify(True), Peer("osc", ("127.0.0.1", port)))
    effects = rig.ask(ask.Notify(True), OSC)
    assert sent(effects, OSC)[0] == tell.DoneReply("notify")
    (told,) = sent(effects, first)
    assert isinstance(told, tell.FailReply) and told.code == "forgotten"
    assert told.command == "/dawbridge/notify"
    status = rig.reply(ask.Status())
    assert isinstance(status, tell.StatusReply) and status.clients == MAX_CLIENTS


def test_silent_clients_are_forgotten_and_told() -> None:
    rig = Rig()
    rig.ask(ask.Notify(True), OSC)
    effects = rig.do(do.Ticked(NOTIFY_S + 1))
    assert [code(one) for one in sent(effects, OSC)] == ["forgotten"]
    assert not sent(rig.set(refine__steps=4), OSC)


def test_clients_that_nobody_reads_for_are_forgotten() -> None:
    rig = Rig()
    rig.ask(ask.Notify(True), OSC)
    for now_s in (0.0, GONE_S):
        rig.do(do.Ticked(now_s))
        assert not rig.do(do.Unheard(OSC))
    assert not sent(rig.set(refine__steps=4), OSC)


def test_clients_are_listed_and_removed() -> None:
    rig = Rig()
    rig.ask(ask.Notify(True, 7400), OSC)
    listed = rig.reply(ask.Clients())
    assert isinstance(listed, tell.ClientsReply)
    (one,) = listed.clients
    assert (one.client, one.listens_at) == ("osc 127.0.0.1:9000", "osc 127.0.0.1:7400")
    assert rig.reply(ask.Forget(one.client)) == tell.DoneReply("forget")
    assert code(rig.reply(ask.Forget(one.client))) == "bad_value"
    assert rig.reply(ask.Clients()) == tell.ClientsReply(())


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
        ask.Open(48000, 2, known=tuple(f"stem{k}" for k in range(65))),
        ask.Open(48000, 2, known=("a", "a")),
        ask.Open(48000, 65),
        ask.Open(48000, 2, values=(("bypass", 1),)),
        ask.Open(48000, 2, values=(("refine/steps", 9999),)),
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


def test_one_who_listens_at_the_same_port_again_hears_everything_once() -> None:
    rig = Rig()
    there = Peer("osc", ("127.0.0.1", 7400))
    for port in range(50_000, 50_000 + MAX_CLIENTS + 1):
        rig.ask(ask.Notify(True, 7400), Peer("osc", ("127.0.0.1", port)))
    rig.open()
    assert len(sent(rig.set(refine__steps=3), there)) == 1


def test_a_sync_says_whether_the_asker_is_registered() -> None:
    rig = Rig()
    assert rig.reply(ask.Sync(1), OSC) == tell.SyncedReply(1, registered=False)
    rig.ask(ask.Notify(True, 9000), OSC)
    assert tell.SyncedReply(2, registered=True) in [
        one.reply for one in rig.ask(ask.Sync(2), OSC) if isinstance(one, do.Send)
    ]
