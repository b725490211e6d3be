"""MIDI controllers: what they are bound to, and what they set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.controls import ControlChange
from daw_bridge.server.session import events as do
from daw_bridge.server.session.midi import Bindings, value_at
from daw_bridge.settings.parameters import STREAM_PARAMETERS, Parameter, parameter
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, code, only, sent
from tests.rigs.wire import info

GAIN = parameter("stem/<name>/gain")
WITH_DIAL = [one for one in STREAM_PARAMETERS if one.dial is not None]
POSITION = st.integers(0, 127)
FADER = ControlChange(1, 7, 106)


def rig(*, midi: bool = True) -> Rig:
    """A session with the stream of an audio port."""
    made = Rig()
    plan = StreamPlan(
        48000, 2, "device", "live", (), 512, made.session._streams.defaults.plan.values
    )
    made.do(do.Adopted(replace(info(), stream=1, known=()), plan, midi))
    return made


def learn(one: Rig, address: str, change: ControlChange = FADER) -> list[do.Effect]:
    """Bind a controller; what is done as it moves first."""
    reply = one.reply(ask.Midi("learn", address))
    assert isinstance(reply, tell.MidiReply), reply
    return one.do(do.Controlled((change,)))


def bound(one: Rig) -> list[tuple[int, int, str]]:
    reply = one.reply(ask.Midi())
    assert isinstance(reply, tell.MidiReply)
    return [(it.channel, it.controller, it.address) for it in reply.bindings]


def test_there_are_dials_for_gains_switches_steps_and_seed() -> None:
    assert {one.name for one in WITH_DIAL} == {
        "refine/steps", "refine/seed", "bypass", "stem/<name>/gain", "stem/<name>/mute",
        "stem/<name>/solo", "stem/<name>/known",
    }  # fmt: skip
    assert all(one.live for one in WITH_DIAL)


@given(st.sampled_from(WITH_DIAL), POSITION, POSITION)
def test_every_position_is_a_valid_value_and_more_is_not_less(
    one: Parameter, position: int, other: int
) -> None:
    value, further = value_at(one, min(position, other)), value_at(one, max(position, other))
    assert one.check(value) == value and type(value) is type(one.default)
    assert isinstance(value, int | float) and isinstance(further, int | float)
    assert value <= further


def test_a_gain_is_silent_at_the_bottom_has_unity_and_ends_at_12_db() -> None:
    assert [value_at(GAIN, at) for at in (0, 1, 106, 127)] == [-120.0, -60.0, 0.0, 12.0]
    steps = [float(value_at(GAIN, at + 1)) - float(value_at(GAIN, at)) for at in range(1, 127)]
    assert steps == pytest.approx([72 / 126] * 126)


def test_a_switch_is_on_from_64_and_steps_are_as_many_as_the_position() -> None:
    assert [value_at(parameter("bypass"), at) for at in (0, 63, 64, 127)] == [0, 0, 1, 1]
    assert [value_at(parameter("refine/steps"), at) for at in range(128)] == list(range(128))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=20))
def test_a_controller_has_one_parameter_and_a_parameter_one_controller(
    learnt: list[tuple[str, int]],
) -> None:
    bindings = Bindings()
    for address, controller in learnt:
        bindings.learn(address)
        assert bindings.address_of(ControlChange(1, controller, 5)) == address
        assert bindings.learning == ""
        found = [(one.controller, one.address) for one in bindings.list()]
        assert (controller, address) in found
        assert len(dict(found)) == len({name for _, name in found}) == len(found)


def test_the_next_controller_is_learnt_and_sets_the_gain_and_all_are_told() -> None:
    one = rig()
    one.ask(ask.Notify(True), OTHER)
    effects = learn(one, "/dawbridge/stem/drums/gain")
    assert only(effects, do.AdjustStream) == [do.AdjustStream(1, "stem/<name>/gain", "drums", 0.0)]
    learnt, values = sent(effects, OTHER)
    assert learnt == tell.MidiReply((tell.Binding(1, 7, "stem/drums/gain"),), "")
    assert values == tell.ValuesReply(1, (("stem/drums/gain", 0.0),))
    one.do(do.Controlled((ControlChange(2, 7, 0), ControlChange(1, 8, 0))))  # of others: nothing
    assert one.get("stem/drums/gain") == 0.0
    one.do(do.Controlled((ControlChange(1, 7, 127),)))
    assert one.get("stem/drums/gain") == 12.0


def test_an_alias_is_bound_as_what_it_names_and_told_under_every_name() -> None:
    one = rig()
    one.ask(ask.Notify(True), OTHER)
    effects = learn(one, "gibbs/steps", ControlChange(1, 1, 9))
    assert bound(one) == [(1, 1, "refine/steps")]
    assert sent(effects, OTHER)[-1] == tell.ValuesReply(
        1, (("refine/steps", 9), ("gibbs/steps", 9))
    )


def test_what_is_forgotten_is_set_no_more() -> None:
    one = rig()
    learn(one, "stem/drums/gain")
    learn(one, "bypass", ControlChange(1, 64, 0))
    assert len(bound(one)) == 2
    one.reply(ask.Midi("forget", "bypass"))
    assert bound(one) == [(1, 7, "stem/drums/gain")]
    assert not one.do(do.Controlled((ControlChange(1, 64, 127),)))
    one.ask(ask.Midi("learn", "stem/drums/mute"))
    one.reply(ask.Midi("forget", ""))
    assert not one.do(do.Controlled((FADER,)))  # neither bound nor learnt
    assert bound(one) == []


@pytest.mark.parametrize(
    ("action", "address", "wanted"),
    [
        ("learn", "nothing", "unknown_parameter"),
        ("learn", "", "unknown_parameter"),
        ("learn", "stem/kazoo/gain", "unknown_stem"),
        ("learn", "stem/drums/known", "bad_value"),
        ("learn", "model", "bad_value"),
        ("learn", "block/hop", "bad_value"),
        ("learn", "load/target", "bad_value"),
        ("forget", "bypass", "bad_value"),
        ("forget", "nothing", "unknown_parameter"),
    ],
)
def test_what_cannot_be_bound_is_refused(action: str, address: str, wanted: str) -> None:
    one = rig()
    assert code(one.reply(ask.Midi(action, address))) == wanted
    assert not one.do(do.Controlled((FADER,)))


def test_without_a_midi_input_there_is_nothing_to_learn_from() -> None:
    for one in (rig(midi=False), Rig()):
        assert code(one.reply(ask.Midi("learn", "bypass"), OSC)) == "no_midi"
        assert bound(one) == []
        assert one.reply(ask.Midi("forget", ""), ZMQ) == tell.MidiReply((), "")
