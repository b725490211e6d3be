"""Of values that are asked for in quick succession the last one holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.server.session import events as do
from daw_bridge.server.session.streams import MAX_CHANGES, MAX_SKIPPED
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import replies as tell
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, change, code, finish, only, sent
from tests.rigs.wire import info


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("model", [f"m{k}" for k in range(60)]),
        ("block__hop", list(range(8, 68))),
        ("block__window", list(range(600, 660))),
        ("block__lookahead", list(range(60))),
        ("block__preset", ["tight", "quality"] * 30),
        ("residual__to", ["drums", "", "other"] * 20),
        ("stem__drums__known", [0, 1] * 30),
    ],
)
@pytest.mark.parametrize("peer", [ZMQ, OSC], ids=["zmq", "osc"])
def test_of_a_dial_that_is_turned_the_last_value_holds(
    name: str, values: list[Value], peer: Any
) -> None:
    rig = Rig()
    rig.open(known=("drums",))
    first = rig.set(peer, **{name: values[0]})
    for value in values[1:]:
        effects = rig.set(peer, **{name: value})
        assert not sent(effects, peer) and not only(effects, do.ChangeStream)
    second = finish(rig, first)
    assert len(sent(second, peer)) == 1
    plan = change(second).plan
    full_name = name.replace("__", "/")
    assert dict(plan.values)[full_name] == values[-1]
    last = finish(rig, second)
    assert len(sent(last, peer)) == len(values) - 1  # those between are answered with the last
    assert {type(one) for one in sent(last, peer)} <= {tell.DoneReply, tell.ValuesReply}
    assert not only(last, do.ChangeStream)
    news = [one.reply for one in only(last, do.Publish)]
    assert sum(isinstance(one, tell.ValuesReply) for one in news) == 1


def test_the_last_value_holds_also_when_the_one_at_work_fails() -> None:
    rig = Rig()
    rig.open()
    first = rig.set(model="broken")
    for model in ("a", "b", "c"):
        rig.set(model=model)
    error = BadMessage("no model", "one", "Look.")
    effects = rig.do(do.Refused(change(first).ticket, error))
    assert [code(one) for one in sent(effects, ZMQ)] == ["bad_message"]
    assert change(effects).plan.model == "c"
    effects = rig.do(do.Refused(change(effects).ticket, error))
    assert [code(one) for one in sent(effects, ZMQ)] == ["bad_message"] * 3
    assert rig.get("model") == "song"


def test_changes_of_other_values_are_not_skipped() -> None:
    rig = Rig()
    rig.open()
    first = rig.set(model="a")
    rig.set(OTHER, residual__to="drums")
    rig.set(model="b", block__hop=64)
    rig.set(model="c")
    effects = finish(rig, first)
    assert change(effects).plan.text("residual/to") == "drums"
    effects = finish(rig, effects)
    assert len(sent(effects, OTHER)) == 1 and change(effects).plan.model == "b"
    assert change(finish(rig, effects)).plan.model == "c"


def test_what_comes_with_a_skipped_change_is_set_all_the_same() -> None:
    rig = Rig()
    rig.open()
    first = rig.set(model="a")
    rig.set(model="b", stem__drums__gain=-6.0, bypass=1)
    rig.set(model="c", bypass=0)
    effects = finish(rig, finish(rig, first))
    set_now = {one.name: one.value for one in only(effects, do.AdjustStream)}
    assert set_now == {"stem/<name>/gain": -6.0, "bypass": 0}


def test_beyond_the_most_changes_the_oldest_is_refused_and_never_the_newest() -> None:
    rig = Rig()
    rig.open(known=tuple(f"k{k}" for k in range(MAX_CHANGES + 2)))
    state = rig.session.streams[1]
    state.info = replace(info(), stream=1, outputs=state.plan.known)
    refused = []
    for k in range(MAX_CHANGES + 2):
        refused += sent(rig.set(**{f"stem__k{k}__known": 0}), ZMQ)
    assert [code(one) for one in refused] == ["busy"] * 2
    assert len(state.changes) == MAX_CHANGES
    assert state.changes[-1].values == {f"stem/k{MAX_CHANGES + 1}/known": 0}


def test_skipped_changes_are_bounded_and_the_oldest_is_answered() -> None:
    rig = Rig()
    rig.open()
    rig.set(model="first")
    answers = [sent(rig.set(model=f"m{k}"), ZMQ) for k in range(MAX_SKIPPED + 3)]
    assert [len(one) for one in answers] == [0] * (MAX_SKIPPED + 1) + [1, 1]
