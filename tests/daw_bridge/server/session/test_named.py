"""session.named: parameters and streams by pattern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daw_bridge.server.session import events as do
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, code, only, sent


def test_a_pattern_sets_what_it_matches_and_all_hear_of_each() -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OTHER)
    effects = rig.ask(ask.Set((("stem/{drums,residual}/gain", -6.0),)), OSC)
    adjusted = [(one.name, one.stem, one.value) for one in only(effects, do.AdjustStream)]
    assert adjusted == [("stem/<name>/gain", stem, -6.0) for stem in ("drums", "residual")]
    wanted = tell.ValuesReply(1, (("stem/drums/gain", -6.0), ("stem/residual/gain", -6.0)))
    assert sent(effects, OTHER) == [wanted] and not sent(effects, OSC)
    assert rig.get("stem/drums/mute") == 0


def test_a_pattern_asks_for_what_it_matches() -> None:
    rig = Rig()
    made = rig.open()
    (reply,) = sent(rig.ask(ask.Get(("stem/*/mute",)), ZMQ), ZMQ)
    assert isinstance(reply, tell.ValuesReply)
    assert [name for name, _ in reply.values] == [f"stem/{one}/mute" for one in made.outputs]


def test_each_parameter_is_meant_once_and_what_is_fixed_not_at_all() -> None:
    rig = Rig()
    rig.open()
    effects = rig.ask(ask.Set((("*/s*", 3),)), ZMQ)  # refine/steps is also gibbs/steps
    assert sent(effects, ZMQ) == [tell.ValuesReply(1, (("refine/steps", 3), ("refine/seed", 3)))]
    (reply,) = sent(rig.ask(ask.Set((("load/*", 0.5),)), ZMQ), ZMQ)
    assert code(reply) == "bad_value"
    (reply,) = sent(rig.ask(ask.Set((("stem/*/known", 1),)), ZMQ), ZMQ)  # nothing is routed in
    assert code(reply) == "bad_value"


def test_one_value_that_does_not_fit_changes_nothing() -> None:
    rig = Rig()
    rig.open()
    effects = rig.ask(ask.Set((("stem/drums/*", -6.0),)), ZMQ)  # no value for mute
    assert code(*sent(effects, ZMQ)) == "bad_value"
    assert rig.get("stem/drums/gain") == 0.0


@pytest.mark.parametrize("name", ["stem/*/pan", "qui?", "{a", "stem/x*/gain"])
def test_what_matches_nothing_is_an_error(name: str) -> None:
    rig = Rig()
    rig.open()
    for request in (ask.Set(((name, 1),)), ask.Get((name,))):
        assert code(*sent(rig.ask(request, ZMQ), ZMQ)) == "bad_value"


def test_streams_by_pattern() -> None:
    rig = Rig()
    for _ in range(3):
        rig.open()
    effects = rig.ask(ask.Each("[13]", ask.Set((("bypass", 1),))), OSC)
    assert [one.stream for one in only(effects, do.AdjustStream)] == [1, 3]
    effects = rig.ask(ask.Each("*", ask.Reset()), OSC)
    assert [one.stream for one in only(effects, do.ResetStream)] == [1, 2, 3]
    replies = sent(rig.ask(ask.Each("?", ask.Get(("bypass",))), OSC), OSC)
    assert [(one.stream, one.values) for one in replies] == [
        (k, (("bypass", value),)) for k, value in ((1, 1), (2, 0), (3, 1))
    ]
    (reply,) = sent(rig.ask(ask.Each("9*", ask.Reset()), OSC), OSC)
    assert code(reply) == "unknown_stream"


def test_a_stream_that_cannot_does_not_keep_the_others() -> None:
    rig = Rig()
    rig.open()
    rig.do(do.Updated(replace(rig.open(), outputs=("piano", "residual"))))
    effects = rig.ask(ask.Each("*", ask.Set((("stem/piano/mute", 1),))), OSC)
    assert [one.stream for one in only(effects, do.AdjustStream)] == [2]
    assert [code(one) for one in sent(effects, OSC)] == ["unknown_stem"]


def test_a_number_stands_for_the_output_at_that_place() -> None:
    rig = Rig()
    made = rig.open()
    rig.ask(ask.Notify(True), OTHER)
    effects = rig.ask(ask.Set((("stem/2/gain", -6.0), ("stem/1/mute", 1))), ZMQ)
    names = (f"stem/{made.outputs[1]}/gain", f"stem/{made.outputs[0]}/mute")
    wanted = tell.ValuesReply(1, tuple(zip(names, (-6.0, 1), strict=True)))
    assert sent(effects, ZMQ) == [wanted] == sent(effects, OTHER)
    assert rig.get(names[0]) == -6.0
    assert sent(rig.ask(ask.Get(("stem/2/gain",)), ZMQ), ZMQ) == [
        tell.ValuesReply(1, ((names[0], -6.0),))
    ]


@pytest.mark.parametrize("number", ["0", "3", "9" * 40, "0" * 9 + "19", "²"])
def test_a_number_of_no_output_is_an_error(number: str) -> None:
    rig = Rig()
    rig.open()
    effects = rig.ask(ask.Set(((f"stem/{number}/gain", -6.0),)), ZMQ)
    assert code(*sent(effects, ZMQ)) == "unknown_stem"


def test_an_output_s_name_goes_before_a_number() -> None:
    rig = Rig()
    made = replace(rig.open(), outputs=("b", "1"))
    rig.do(do.Updated(made))
    effects = rig.ask(ask.Set((("stem/1/gain", -6.0), ("stem/2/mute", 1))), ZMQ)
    assert sent(effects, ZMQ) == [tell.ValuesReply(1, (("stem/1/gain", -6.0), ("stem/1/mute", 1)))]


def test_without_a_stream_a_number_is_no_other_error_than_a_name() -> None:
    replies = [
        code(*sent(Rig().ask(ask.Set(((f"stem/{one}/gain", -6.0),)), ZMQ), ZMQ))
        for one in ("1", "drums")
    ]
    assert replies == ["unknown_stream"] * 2
