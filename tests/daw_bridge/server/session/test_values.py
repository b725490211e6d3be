"""The session's parameters: at once, or by changes that take a while."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.server.session import events as do
from daw_bridge.server.session.syncs import MAX_OWN_SYNCS, MAX_SYNCS
from daw_bridge.settings.parameters import STREAM_PARAMETERS, Value
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, change, code, finish, only, sent
from tests.rigs.wire import info

# At once.


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
        ("refine__steps", -1, "bad_value"),
        ("refine__steps", "many", "bad_value"),
        ("tempo", 1, "unknown_parameter"),
        ("osc_port", 1, "unknown_parameter"),
        ("device", "cuda", "fixed_at_start"),
        ("stem__drums__known", 1, "bad_value"),
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
    effects = rig.ask(ask.Set((("bypass", 1), ("refine/steps", -1))))
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
    effects = rig.set(refine__steps=9)
    assert not only(effects, do.AdjustStream)
    (wish,) = only(rig.ask(ask.Open(48000, 2)), do.OpenStream)
    assert wish.plan.integer("refine/steps") == 9
    (wish,) = only(rig.ask(ask.Open(48000, 2, preset="offline")), do.OpenStream)
    assert wish.plan.integer("refine/steps") == 0
    assert code(rig.reply(ask.Set((("bypass", 1),)))) == "unknown_stream"
    assert code(rig.reply(ask.Set((("model", "x"),), 2))) == "unknown_stream"
    assert code(rig.reply(ask.Get(("stem/drums/gain",)))) == "unknown_stream"


# Changes that take a while.


def test_another_tag_is_another_engine_and_the_same_one_is_none() -> None:
    rig = Rig()
    rig.open()
    (change,) = only(rig.set(query__tag="strings+flute"), do.ChangeStream)
    assert change.plan.text("query/tag") == "strings+flute"
    rig.session.handle(do.Changed(change.ticket, None))
    assert rig.get("query/tag") == "strings+flute"
    assert not only(rig.set(query__tag="strings+flute"), do.ChangeStream)


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
    assert second.plan.model == "a" and second.plan.integer("block/hop") == 64
    assert not only(rig.set(block__hop=32), do.ChangeStream)


# What is, set again; wishes and what is.


def test_everything_that_get_tells_may_be_sent_back_and_changes_and_pins_nothing() -> None:
    rig = Rig()
    rig.open(known=("drums",))
    reply = rig.reply(ask.Get())
    assert isinstance(reply, tell.ValuesReply)
    for name, value in reply.values:
        effects = rig.ask(ask.Set(((name, value),)), OSC)
        assert not [one for one in sent(effects, OSC) if isinstance(one, tell.FailReply)], name
        for wish in only(effects, do.ChangeStream):  # the host finds the same model and plan
            assert name == "model" and wish.plan == rig.session.streams[1].plan
            rig.do(do.Changed(wish.ticket, replace(info(), stream=1)))
    assert rig.session.streams[1].plan.pinned == ()
    assert rig.reply(ask.Get()) == reply


def test_without_a_stream_as_well() -> None:
    rig = Rig()
    reply = rig.reply(ask.Get())
    assert isinstance(reply, tell.ValuesReply)
    for name, value in reply.values:
        (answer,) = sent(rig.ask(ask.Set(((name, value),))), ZMQ) or [None]
        assert not isinstance(answer, tell.FailReply), name


def test_what_is_fixed_cannot_be_set_to_anything_else() -> None:
    rig = Rig()
    rig.open()
    for name, value, wanted in (
        ("device", "cuda", "fixed_at_start"), ("load__target", 0.5, "fixed_at_start"),
        ("stem__drums__known", 1, "bad_value"), ("device", "abacus", "bad_value"),
    ):  # fmt: skip
        assert [code(one) for one in sent(rig.set(**{name: value}), ZMQ)] == [wanted]


def test_a_value_as_osc_carries_it_is_the_same() -> None:
    rig = Rig()
    near = struct.unpack("f", struct.pack("f", 0.7))[0]
    assert near != 0.7
    (reply,) = sent(rig.set(load__target=near), ZMQ)
    assert isinstance(reply, tell.ValuesReply)


def test_a_preset_clears_what_stands_below_it() -> None:
    rig = Rig()
    rig.open()
    finish(rig, rig.set(block__hop=64, block__window=600))
    assert rig.session.streams[1].plan.pinned == ("block/hop", "block/window")
    effects = rig.set(block__preset="balanced")  # the same preset, with what was pinned
    assert change(effects).plan.pinned == ()
    finish(rig, effects)
    assert not only(rig.set(block__preset="balanced"), do.ChangeStream)
    plan = change(rig.set(block__preset="tight", block__hop=32)).plan
    assert plan.pinned == ("block/hop",) and plan.integer("block/hop") == 32


def test_a_preset_makes_waiting_changes_of_its_grid_idle() -> None:
    rig = Rig()
    rig.open()
    first = rig.set(model="a")
    rig.set(block__hop=64)
    rig.set(block__preset="tight")
    assert change(finish(rig, first)).plan.pinned == ()


def test_what_is_wished_again_while_a_change_is_at_work_is_compared_when_its_turn_comes() -> None:
    """A controller's snapshot: the preset first, then the grid that it had."""
    rig = Rig()
    rig.open()
    first = rig.set(OSC, block__preset="quality")
    for name, value in (("hop", 8192), ("window", 32768), ("lookahead", 4096)):
        assert not sent(rig.set(OSC, **{f"block__{name}": value}), OSC)
    effects = finish(rig, first, hop_samples=8192, window_samples=32768, lookahead_samples=4096)
    assert not only(effects, do.ChangeStream) and len(sent(effects, OSC)) == 4
    assert rig.session.streams[1].plan.pinned == ()


def test_a_grid_that_comes_in_parts_is_tried_as_a_whole() -> None:
    """A hop that does not fit the window of before, from a snapshot that has another window."""
    rig = Rig()
    rig.open()
    first = rig.set(OSC, block__hop=16384)
    rig.set(OSC, block__window=65536)
    rig.set(OSC, block__lookahead=4096)
    effects = rig.do(do.Refused(change(first).ticket, BadMessage("a hop", "less", "Choose.")))
    assert not sent(effects, OSC)
    plan = change(effects).plan
    grid = [plan.integer(f"block/{name}") for name in ("hop", "window", "lookahead")]
    assert grid == [16384, 65536, 4096]
    assert len(sent(finish(rig, effects), OSC)) == 3


def test_the_grid_of_another_client_is_not_mixed_in() -> None:
    rig = Rig()
    rig.open()
    first = rig.set(OSC, block__hop=16384)
    rig.set(OTHER, block__window=65536)
    effects = rig.do(do.Refused(change(first).ticket, BadMessage("a hop", "less", "Choose.")))
    assert [code(one) for one in sent(effects, OSC)] == ["bad_message"]
    assert change(effects).plan.pinned == ("block/window",)


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
    for number in range(MAX_OWN_SYNCS):
        assert not sent(rig.ask(ask.Sync(number)), ZMQ)
    assert code(rig.reply(ask.Sync(1))) == "busy"
    for port in range(MAX_SYNCS - MAX_OWN_SYNCS):  # others are not kept out by that
        assert not rig.ask(ask.Sync(1), Peer("osc", ("127.0.0.1", port)))
    assert code(rig.reply(ask.Sync(1), OTHER)) == "busy"


# The device's form.


def test_a_stream_follows_the_form_of_its_audio_and_later_changes_keep_it() -> None:
    rig = Rig()
    rig.open()
    (wish,) = only(rig.do(do.Reshaped(1, 96000, 256)), do.ChangeStream)
    assert (wish.plan.rate_hz, wish.plan.block_samples) == (96000, 256)
    effects = rig.do(do.Changed(wish.ticket, replace(info(), rate_hz=96000)))
    assert [one.reply.rate_hz for one in only(effects, do.Publish)] == [96000]
    (later,) = only(rig.set(block__hop=64), do.ChangeStream)
    assert (later.plan.rate_hz, later.plan.block_samples) == (96000, 256)
    assert not rig.do(do.Reshaped(7, 96000, 256))


def test_only_the_newest_form_waits() -> None:
    rig = Rig()
    rig.open()
    (first,) = only(rig.set(block__hop=64), do.ChangeStream)
    for block in (64, 128, 4096):
        assert not only(rig.do(do.Reshaped(1, 48000, block)), do.ChangeStream)
    (then,) = only(rig.do(do.Changed(first.ticket, info())), do.ChangeStream)
    assert then.plan.block_samples == 4096
    assert not only(rig.do(do.Changed(then.ticket, info())), do.ChangeStream)


def test_a_form_that_cannot_be_is_reported() -> None:
    rig = Rig()
    rig.open()
    (wish,) = only(rig.do(do.Reshaped(1, 48000, 65536)), do.ChangeStream)
    error = BadMessage("a", "b", "c")
    assert rig.do(do.Refused(wish.ticket, error)) == [do.ReportFault(1, error)]


# What is set while a change is on its way.


def test_steps_and_seed_set_while_the_engine_changes_are_set_again() -> None:
    rig = Rig()
    made = rig.open()
    wish = change(rig.set(model="other"))
    assert wish.plan.integer("refine/steps") == 0
    rig.set(refine__steps=7, refine__seed=5)
    effects = rig.do(do.Changed(wish.ticket, replace(made, model="other")))
    again = {one.name: one.value for one in only(effects, do.AdjustStream)}
    assert again == {"refine/steps": 7, "refine/seed": 5}
    assert rig.get("refine/steps") == 7
    last = change(rig.set(block__hop=64))
    assert last.plan.integer("refine/steps") == 7
    assert not only(rig.do(do.Changed(last.ticket, made)), do.AdjustStream)


def test_all_of_a_set_or_nothing() -> None:
    rig = Rig()
    made = rig.open()
    effects = rig.set(refine__steps=9, stem__drums__gain=-6.0, block__hop=4000)
    assert not only(effects, do.AdjustStream)
    refused = do.Refused(change(effects).ticket, BadMessage("a hop", "less", "Choose less."))
    rig.do(refused)
    assert (rig.get("refine/steps"), rig.get("stem/drums/gain")) == (0, 0.0)
    wish = change(rig.set(refine__steps=9, stem__drums__gain=-6.0, block__hop=64))
    assert rig.get("refine/steps") == 0
    effects = rig.do(do.Changed(wish.ticket, made))
    names = [(one.name, one.stem, one.value) for one in only(effects, do.AdjustStream)]
    assert names == [("refine/steps", "", 9), ("stem/<name>/gain", "drums", -6.0)]
    (told,) = sent(effects, ZMQ)
    assert isinstance(told, tell.ValuesReply) and ("refine/steps", 9) in told.values


def test_a_set_that_waits_does_not_undo_a_later_one() -> None:
    rig = Rig()
    made = rig.open()
    wish = change(rig.set(refine__steps=9, block__hop=64))
    rig.set(refine__steps=3)
    rig.do(do.Changed(wish.ticket, made))
    assert rig.get("refine/steps") == 3
