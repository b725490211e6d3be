"""Windows as arrays: what is sent is what comes, and what is damaged is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.remote.window_call import (
    CUT,
    Arrays,
    WindowCall,
    answer_arrays,
    estimates_of,
    from_arrays,
    to_arrays,
)
from engines.level import Follower
from engines.window import Estimate
from tests.rigs.tiny_models import STEMS, make_spec
from tests.rigs.window_tools import START, STOP, window

SPEC = make_spec()
HEARD = (0.5, 0.25, 0.0, 1.0)
FRESH = {"h": np.zeros(3, np.float32)}


def call(*known: str, stateful: bool = False) -> WindowCall:
    windows = tuple(window(known, index=k) for k in (3, 9))
    if stateful:
        states = [{"h": np.full(3, k, np.float32)} for k in range(2)]
        followers = [Follower(), Follower(0.25)]
        windows = tuple(
            replace(one, state=state, follower=follower)
            for one, state, follower in zip(windows, states, followers, strict=True)
        )
    return WindowCall(windows, steps=4, seed=7)


@pytest.mark.parametrize("known", [(), ("bass",), ("drums", "vocals")])
@pytest.mark.parametrize("stateful", [False, True])
def test_a_call_there(known: tuple[str, ...], stateful: bool) -> None:
    sent = call(*known, stateful=stateful)
    found = from_arrays(to_arrays(sent), SPEC, FRESH if stateful else None)
    assert (found.steps, found.seed, found.form) == (4, 7, sent.form)
    for one, other in zip(found.windows, sent.windows, strict=True):
        assert np.array_equal(one.mix, other.mix) and np.array_equal(one.known, other.known)
        assert np.array_equal(one.known_mask, other.known_mask)
        assert (one.index, one.origin) == (other.index, other.origin)
        if stateful:
            assert np.array_equal(one.state["h"], other.state["h"])
            assert one.follower.power == other.follower.power


@pytest.mark.parametrize("stateful", [False, True])
def test_its_answer_back(stateful: bool) -> None:
    sent = call(stateful=stateful)
    rng = np.random.default_rng(0)
    state = {"h": np.ones(3, np.float32)} if stateful else None
    given = [
        Estimate(rng.random((len(STEMS), 2, STOP - START), np.float32), 4, 3, state, HEARD)
        for _ in sent.windows
    ]
    there = from_arrays(to_arrays(sent), SPEC, FRESH if stateful else None)
    if stateful:
        there.windows[0].follower.power = 0.125
    found = estimates_of(sent, answer_arrays(there, given), len(STEMS))
    for one, other in zip(found, given, strict=True):
        assert np.array_equal(one.stems, other.stems)
        assert (one.steps, one.network_calls, one.heard) == (4, 3, HEARD)
        one.stems[...] = 0  # known stems are written into it
    if stateful:
        assert sent.windows[0].follower.power == 0.125


def damaged(change: str) -> Arrays:
    arrays = to_arrays(call("bass"))
    cut = arrays["cut"].copy()
    match change:
        case "no mix":
            del arrays["mix"]
        case "mix of another type":
            arrays["mix"] = arrays["mix"].astype(np.float64)
        case "mono":
            arrays["mix"] = arrays["mix"][:, :1]
        case "many windows":
            arrays["mix"] = np.zeros((65, 2, 8), np.float32)
        case "half a cut":
            arrays["cut"] = cut[:, :3]
        case "several forms":
            cut[1, CUT.index("stop")] -= 1
            arrays["cut"] = cut
        case "start after stop" | "far stop" | "no steps" | "many steps" | "seed" | "most":
            column, value = {
                "start after stop": ("start", STOP), "far stop": ("stop", 10**6),
                "no steps": ("steps", 0), "many steps": ("steps", 10**6), "seed": ("seed", -1),
                "most": ("most", 10**6),
            }[change]  # fmt: skip
            cut[:, CUT.index(column)] = value
            arrays["cut"] = cut
        case "no index" | "far index" | "far origin" | "far past":
            column, value = {
                "no index": ("index", -1), "far index": ("index", 2**63 - 1),
                "far origin": ("origin", 2**60), "far past": ("origin", -(2**60)),
            }[change]  # fmt: skip
            cut[1, CUT.index(column)] = value
            arrays["cut"] = cut
        case "known of others":
            arrays["known"] = arrays["known"][:1]
        case "masks of others":
            arrays["known_mask"] = arrays["known_mask"][:, :2]
    return arrays


CHANGES = (
    "no mix", "mix of another type", "mono", "many windows", "half a cut", "several forms",
    "start after stop", "far stop", "no steps", "many steps", "seed", "known of others",
    "masks of others", "most", "no index", "far index", "far origin", "far past",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_damaged_calls_are_refused(change: str) -> None:
    with pytest.raises(BadMessage):
        from_arrays(damaged(change), SPEC, None)


STATES = {
    "other shape": {"state:h": np.zeros((2, 4), np.float32)},
    "other rank": {"state:h": np.zeros((2, 3, 1), np.float32)},
    "one more": {"state:g": np.zeros((2, 3), np.float32)},
    "negative": {"power": np.array([0.5, -1.0])},
    "infinite": {"power": np.array([0.5, np.inf])},
    "no powers": {"power": np.zeros(0)},
}


@pytest.mark.parametrize("change", STATES)
def test_states_that_the_model_does_not_have_are_refused(change: str) -> None:
    arrays = to_arrays(call(stateful=True))
    assert from_arrays(arrays, SPEC, FRESH)
    with pytest.raises(BadMessage):
        from_arrays(arrays | STATES[change], SPEC, FRESH)
    sent = call(stateful=True)
    given = [Estimate(np.zeros((4, 2, STOP - START), np.float32), 1, 1, FRESH)] * 2
    with pytest.raises(BadMessage):
        estimates_of(sent, answer_arrays(sent, given) | STATES[change], len(STEMS))
    assert sent.windows[1].follower.power == 0.25  # as it was


def test_damaged_answers_are_refused() -> None:
    sent = call(stateful=True)
    state = {"h": np.zeros(3, np.float32)}
    given = [Estimate(np.zeros((4, 2, STOP - START), np.float32), 1, 1, state)] * 2
    whole = answer_arrays(sent, given)
    for name in whole:
        for broken in (
            {key: one for key, one in whole.items() if key != name},
            whole | {name: whole[name][:1]},
            whole | {name: whole[name].astype(np.float16)},
        ):
            with pytest.raises(BadMessage):
                estimates_of(sent, broken, len(STEMS))


@pytest.mark.parametrize(
    "change",
    [
        {"counts": np.array([[5, 1]], np.int64)}, {"counts": np.array([[-1, 1]], np.int64)},
        {"counts": np.array([[1, -1]], np.int64)}, {"counts": np.array([[1, 2**62]], np.int64)},
        {"heard": np.zeros((1, 3))},
    ],
)  # fmt: skip
def test_answers_that_cannot_be_are_refused(change: Arrays) -> None:
    """A count of calls that is too large would say that the engine is infinitely fast."""
    sent = WindowCall((window(),), 4, 0)
    given = [Estimate(np.zeros((4, 2, STOP - START), np.float32), 4, 9)]
    whole = answer_arrays(sent, given)
    assert estimates_of(sent, whole, len(STEMS))[0].network_calls == 9
    with pytest.raises(BadMessage):
        estimates_of(sent, whole | change, len(STEMS))


def test_windows_that_know_different_stems_run_alone() -> None:
    mixed = WindowCall((window(("bass",)), window()), 1, 0)
    assert mixed.form != WindowCall((window(("bass",)), window()), 1, 0).form
    assert call("bass").form == call("bass").form != call().form


def test_a_brief_call_stops_after_its_first_step() -> None:
    assert WindowCall((window(),), 4, 0, most=1).control.proceed(1, 4) is False
    assert WindowCall((window(),), 4, 0).control.proceed(3, 4) is True
