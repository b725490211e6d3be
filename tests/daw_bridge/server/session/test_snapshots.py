"""session.snapshots: what is kept, and in which order it is set again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.server.session import events as do
from daw_bridge.server.session.snapshots import MAX_WAITING
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from tests.rigs.session import OSC, OTHER, ZMQ, Rig, change, code, only, sent
from tests.rigs.wire import info


def shelf(effects: list[do.Effect]) -> do.UseShelf:
    (found,) = only(effects, do.UseShelf)
    return found


def kept(rig: Rig, stream: int = 1) -> dict[str, Value]:
    """What a save of the stream takes to the shelf; the shelf has it then."""
    wish = shelf(rig.ask(ask.Snapshot("save", "verse", stream), ZMQ))
    effects = rig.do(do.Shelved(wish.ticket))
    assert sent(effects, ZMQ) == [tell.SnapshotReply("save", "verse")]
    return dict(wish.values)


def load(rig: Rig, **values: Value) -> list[do.Effect]:
    wish = shelf(rig.ask(ask.Snapshot("load", "verse"), OSC))
    named = tuple((name.replace("__", "/"), value) for name, value in values.items())
    return rig.do(do.Shelved(wish.ticket, named))


def test_what_was_asked_for_is_kept_and_not_what_the_engine_made_of_it() -> None:
    rig = Rig()
    rig.open()
    rig.set(stem__drums__gain=-6.0, refine__steps=4)
    found = kept(rig)
    assert (found["stem/drums/gain"], found["stem/residual/gain"]) == (-6.0, 0.0)
    assert (found["refine/steps"], found["block/hop"], found["model"]) == (4, 0, "song")
    assert not {"gibbs/steps", "device", "load/target", "stem/drums/known"} & set(found)
    assert list(found).index("block/preset") < list(found).index("block/hop")


def test_the_switch_of_a_known_stem_is_kept() -> None:
    rig = Rig()
    rig.open(known=("drums",))
    assert kept(rig)["stem/drums/known"] == 1


def test_new_streams_keep_what_they_start_with() -> None:
    found = kept(Rig())
    assert "model" in found and not [name for name in found if name.startswith("stem/")]


def test_the_engine_comes_first_and_then_its_stems() -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OTHER)
    effects = load(rig, model="other", stem__piano__gain=-3.0, bypass=1)
    wish = change(effects)
    assert wish.plan.model == "other" and not only(effects, do.AdjustStream)
    made = replace(info(), stream=1, outputs=("piano", "residual"))
    effects = rig.do(do.Changed(wish.ticket, made))
    assert {(one.name, one.stem, one.value) for one in only(effects, do.AdjustStream)} == {
        ("stem/<name>/gain", "piano", -3.0), ("bypass", "", 1),
    }  # fmt: skip
    assert sent(effects, OSC) == [tell.SnapshotReply("load", "verse")]
    told = [one.values for one in sent(effects, OTHER) if isinstance(one, tell.ValuesReply)]
    assert told == [(("model", "other"),), (("stem/piano/gain", -3.0), ("bypass", 1))]


def test_what_needs_no_engine_is_set_at_once_and_the_sender_hears_it() -> None:
    rig = Rig()
    rig.open()
    rig.ask(ask.Notify(True), OSC)
    effects = load(rig, refine__steps=2, stem__drums__mute=1, stem__drums__known=1)
    news = [one for one in sent(effects, OSC) if isinstance(one, tell.ValuesReply)]
    assert [dict(one.values).get("stem/drums/mute") for one in news] == [None, 1]
    assert rig.get("refine/steps") == 2 and rig.get("stem/drums/known") == 0


def test_an_engine_that_is_refused_leaves_all_as_it_was() -> None:
    rig = Rig()
    rig.open()
    wish = change(load(rig, model="gone", stem__drums__gain=-3.0))
    effects = rig.do(do.Refused(wish.ticket, BadFile("a", "b", "c")))
    assert code(*sent(effects, OSC)) == "bad_file"
    assert rig.get("stem/drums/gain") == 0.0


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"tempo": 1}, "unknown_parameter"),
        ({"bypass": "much"}, "bad_value"),
        ({"device": "cuda"}, "fixed_at_start"),
    ],
)
def test_a_file_that_somebody_has_changed_is_checked(values: dict[str, Value], wanted: str) -> None:
    rig = Rig()
    rig.open()
    wish = shelf(rig.ask(ask.Snapshot("load", "verse"), OSC))
    effects = rig.do(do.Shelved(wish.ticket, tuple(values.items())))
    assert code(*sent(effects, OSC)) == wanted


def test_outputs_that_the_stream_lacks_are_left_out_and_named() -> None:
    rig = Rig()
    rig.open()
    effects = load(rig, stem__piano__gain=-3.0, bypass=1)
    assert [one.name for one in only(effects, do.AdjustStream)] == ["bypass"]
    assert sent(effects, OSC) == [tell.SnapshotReply("load", "verse", ("stem/piano/gain",))]


def test_a_list_an_error_and_a_stream_that_is_gone() -> None:
    rig = Rig()
    wish = shelf(rig.ask(ask.Snapshot("list"), ZMQ))
    effects = rig.do(do.Shelved(wish.ticket, names=("a", "b")))
    assert sent(effects, ZMQ) == [tell.SnapshotReply("list", "", ("a", "b"))]
    wish = shelf(rig.ask(ask.Snapshot("remove", "a"), ZMQ))
    effects = rig.do(do.Shelved(wish.ticket, error=BadFile("a", "b", "c")))
    assert code(*sent(effects, ZMQ)) == "bad_file"
    assert code(rig.reply(ask.Snapshot("save", "a", 7))) == "unknown_stream"
    rig.open()
    rig.open()
    wish = shelf(rig.ask(ask.Snapshot("load", "a", 2), ZMQ))
    rig.do(do.Closed(2, "over"))
    effects = rig.do(do.Shelved(wish.ticket, (("bypass", 1),)))
    assert code(*sent(effects, ZMQ)) == "unknown_stream"


def test_a_sync_waits_for_snapshots_and_they_are_bounded() -> None:
    rig = Rig()
    wishes = [shelf(rig.ask(ask.Snapshot("list"), ZMQ)) for _ in range(MAX_WAITING)]
    assert code(rig.reply(ask.Snapshot("list"))) == "busy"
    assert not sent(rig.ask(ask.Sync(3), ZMQ), ZMQ)
    replies = [sent(rig.do(do.Shelved(one.ticket)), ZMQ) for one in wishes]
    assert replies[-1][-1] == tell.SyncedReply(3)


# What a server begins with (`--load`).


def beginning(**values: Value) -> Rig:
    rig = Rig()
    named = tuple((name.replace("__", "/"), value) for name, value in values.items())
    rig.session._to_begin = named
    return rig


def test_the_first_stream_begins_with_what_the_server_was_started_with() -> None:
    rig = beginning(stem__drums__gain=-6.0, bypass=1)
    rig.open()
    assert (rig.get("stem/drums/gain"), rig.get("bypass")) == (-6.0, 1)
    rig.open()
    assert rig.get("stem/drums/gain", stream=2) == 0.0


def test_once_is_enough() -> None:
    rig = beginning(bypass=1)
    rig.open()
    rig.do(do.Closed(1, "gone"))
    rig.open()
    assert rig.get("bypass") == 0


def test_outputs_that_the_model_lacks_are_left_out_and_said() -> None:
    rig = beginning(stem__flute__gain=-6.0, stem__drums__gain=-3.0)
    (wish,) = only(rig.ask(ask.Open(48000, 2)), do.OpenStream)
    effects = rig.do(do.Opened(wish.ticket, replace(info(), stream=wish.stream)))
    (fault,) = only(effects, do.ReportFault)
    assert "stem/flute/gain" in str(fault.error)
    assert rig.get("stem/drums/gain") == -3.0


def test_the_switch_of_a_known_stem_comes_with_a_new_engine_and_the_gains_after_it() -> None:
    rig = beginning(stem__drums__known=0, stem__drums__gain=-3.0)
    (wish,) = only(rig.ask(ask.Open(48000, 2, known=("drums",))), do.OpenStream)
    made = replace(info(), stream=1, known=("drums",), folded=())
    (change_wish,) = only(rig.do(do.Opened(wish.ticket, made)), do.ChangeStream)
    assert rig.get("stem/drums/gain") == 0.0
    rig.do(do.Changed(change_wish.ticket, made))
    assert rig.get("stem/drums/gain") == -3.0
