"""A parameter's earlier names: set, asked and answered as the table's own, for any order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.server.session import events as do
from daw_bridge.settings.parameters import STREAM_PARAMETERS, Parameter, Value
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, change, code, only, sent

RENAMED = [one for one in STREAM_PARAMETERS if len(one.names) > 1]
NAMES = [name for one in RENAMED for name in one.names]
ALL = pytest.mark.parametrize("one", RENAMED, ids=lambda one: one.name)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 4096)), min_size=1, max_size=4)


def values_of(reply: tell.Reply) -> dict[str, Value]:
    assert isinstance(reply, tell.ValuesReply), reply
    return dict(reply.values)


@ALL
@pytest.mark.parametrize("opened", [True, False])
def test_each_name_sets_and_reads_the_same(one: Parameter, opened: bool) -> None:
    rig = Rig()
    if opened:
        rig.open()
    for value, name in enumerate(one.names, 3):
        (answer,) = sent(rig.ask(ask.Set(((name, value),))), ZMQ)
        assert values_of(answer) == {name: value}  # under the name that was used
        assert {each: rig.get(each) for each in one.names} == dict.fromkeys(one.names, value)
        assert code(rig.reply(ask.Set(((name, -9),)))) == "bad_value"


@ALL
def test_the_others_hear_both_names_whichever_was_used(one: Parameter) -> None:
    rig = Rig()
    rig.open()
    for listener in (OSC, OTHER):
        rig.ask(ask.Notify(True), listener)
    for value, name in enumerate(one.names, 3):
        effects = rig.ask(ask.Set(((name, value),)))
        wanted = dict.fromkeys(one.names, value)
        for listener in (OSC, OTHER):
            (news,) = sent(effects, listener)
            assert values_of(news) == wanted
        (published,) = only(effects, do.Publish)
        assert values_of(published.reply) == wanted


@ALL
def test_the_engine_hears_the_tables_name(one: Parameter) -> None:
    rig = Rig()
    made = rig.open()
    for name in one.names:
        (adjust,) = only(rig.ask(ask.Set(((name, 5),))), do.AdjustStream)
        assert (adjust.name, adjust.value) == (one.name, 5)
    alias = one.names[-1]
    wish = change(rig.ask(ask.Set(((alias, 6), ("block/hop", 64)))))
    effects = rig.do(do.Changed(wish.ticket, replace(made, hop_samples=64)))
    (adjust,) = only(effects, do.AdjustStream)
    assert (adjust.name, adjust.value) == (one.name, 6)
    (answer,) = sent(effects, ZMQ)
    assert values_of(answer) == {alias: 6, "block/hop": 64}


@ALL
def test_new_streams_take_either_name(one: Parameter) -> None:
    for name in one.names:
        rig = Rig()
        (wish,) = only(rig.ask(ask.Open(48000, 2, values=((name, 5),))), do.OpenStream)
        assert wish.plan.integer(one.name) == 5 and name in one.names
        assert set(dict(wish.plan.values)).isdisjoint(one.names[1:])


def test_asking_for_everything_has_every_name() -> None:
    rig = Rig()
    made = rig.open()
    rig.set(refine__steps=7, gibbs__seed=8)
    found = values_of(rig.reply(ask.Get()))
    assert [found[name] for name in ("refine/steps", "gibbs/steps")] == [7, 7]
    assert [found[name] for name in ("refine/seed", "gibbs/seed")] == [8, 8]
    plain = [name for one in STREAM_PARAMETERS if not one.per_stem for name in one.names]
    stems = [one for one in STREAM_PARAMETERS if one.per_stem]
    assert len(found) == len(plain) + len(stems) * len(made.outputs)


@given(st.lists(PAIRS, min_size=1, max_size=6))
def test_the_last_value_holds_under_every_name(requests: list[list[tuple[str, int]]]) -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OSC)
    table = {name: one.name for one in RENAMED for name in one.names}
    goal = {one.name: 0 for one in RENAMED}
    for pairs in requests:
        goal |= {table[name]: value for name, value in pairs}
        effects = rig.ask(ask.Set(tuple(pairs)))
        (answer,) = sent(effects, ZMQ)
        assert values_of(answer) == {name: goal[table[name]] for name, _ in pairs}
        (news,) = sent(effects, OSC)
        heard = {table[name] for name, _ in pairs}
        now = {name: goal[table[name]] for name in NAMES}
        assert values_of(news) == {name: now[name] for name in NAMES if table[name] in heard}
        assert {name: rig.get(name) for name in NAMES} == now
