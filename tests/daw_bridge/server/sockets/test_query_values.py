"""What OSCQuery shows follows what the session tells."""

from __future__ import annotations

from dataclasses import replace

from daw_bridge.server.sockets.query_values import QueryValues
from daw_bridge.wire.query_tree import find
from daw_bridge.wire.replies import ClosedReply, DoneReply, ValuesReply
from tests.rigs.wire import info


def gains(*stems: str, stream: int = 1) -> ValuesReply:
    return ValuesReply(stream, tuple((f"stem/{name}/gain", -3.0) for name in stems))


def test_the_first_telling_changes_the_tree_and_the_second_nothing() -> None:
    values = QueryValues()
    assert values.take(gains("drums")) == (["/dawbridge/stem/drums/gain"], True)
    assert values.take(gains("drums")) == ([], False)
    assert values.take(ValuesReply(1, (("stem/drums/gain", -4.0),))) == (
        ["/dawbridge/stem/drums/gain"], False,
    )  # fmt: skip


def test_another_model_s_outputs_take_the_place_of_the_old_ones() -> None:
    values = QueryValues()
    values.take(replace(info(), stream=1, outputs=("drums", "flute")))
    values.take(gains("drums", "flute"))
    values.take(gains("drums", "flute", stream=2))
    _, others = values.take(replace(info(), stream=1, outputs=("drums", "horn")))
    assert others
    assert values.get("/dawbridge/stem/flute/gain") is None
    assert values.get("/dawbridge/stem/drums/gain") == (-3.0,)
    assert values.get("/dawbridge/stream/2/stem/flute/gain") == (-3.0,)
    assert values.get("/dawbridge/outputs") == ("drums", "horn")


def test_a_stream_that_has_closed_is_gone() -> None:
    values = QueryValues()
    values.take(gains("drums"))
    values.take(gains("drums", stream=2))
    assert values.take(ClosedReply(2, "its peer has gone")) == ([], True)
    assert find(values.tree(), "/dawbridge/stream") is None
    assert values.get("/dawbridge/stem/drums/gain") == (-3.0,)


def test_answers_are_no_values() -> None:
    assert QueryValues().take(DoneReply("sync")) == ([], False)
