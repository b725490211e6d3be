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
    found = from_arrays(to_arrays(sent), SPEC, stateful)
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
        Estimate(rng.random((len(STEMS), 2, STOP - START), np.float32), 4, 3, state, (0.5,))
        for _ in sent.windows
    ]
    there = from_arrays(to_arrays(sent), SPEC, stateful)
    if stateful:
        there.windows[0].follower.power = 0.125
    found = estimates_of(sent, answer_arrays(there, given), len(STEMS))
    for one, other in zip(found, given, strict=True):
        assert np.array_equal(one.stems, other.stems)
        assert (one.steps, one.network_calls, one.heard) == (4, 3, (0.5,))
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
        case "start after stop" | "far stop" | "no steps" | "many steps" | "seed":
            column, value = {
                "start after stop": ("start", STOP), "far stop": ("stop", 10**6),
                "no steps": ("steps", 0), "many steps": ("steps", 10**6), "seed": ("seed", -1),
            }[change]  # fmt: skip
            cut[:, CUT.index(column)] = value
            arrays["cut"] = cut
        case "known of others":
            arrays["known"] = arrays["known"][:1]
        case "masks of others":
            arrays["known_mask"] = arrays["known_mask"][:, :2]
    return arrays


CHANGES = (
    "no mix", "mix of another type", "mono", "many windows", "half a cut", "several forms",
    "start after stop", "far stop", "no steps", "many steps", "seed", "known of others",
    "masks of others",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_damaged_calls_are_refused(change: str) -> None:
    with pytest.raises(BadMessage):
        from_arrays(damaged(change), SPEC, stateful=False)


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


def test_windows_that_know_different_stems_run_alone() -> None:
    mixed = WindowCall((window(("bass",)), window()), 1, 0)
    assert mixed.form != WindowCall((window(("bass",)), window()), 1, 0).form
    assert call("bass").form == call("bass").form != call().form


def test_a_brief_call_stops_after_its_first_step() -> None:
    assert WindowCall((window(),), 4, 0, most=1).control.proceed(1, 4) is False
    assert WindowCall((window(),), 4, 0).control.proceed(3, 4) is True
