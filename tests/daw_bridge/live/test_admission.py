"""daw_bridge/live/admission.py: how many live streams a CPU takes, and how they share it."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import NoRoom, RemoteError
from daw_bridge.live.admission import Admission, Need
from daw_bridge.live.engine_run import EngineRun
from daw_bridge.live.stream import LiveStream
from daw_bridge.server.session.events import ChangeStream
from tests.rigs.live import RATE, settings_of, tiny
from tests.rigs.server import Running, serving

NEEDS = st.lists(st.tuples(st.floats(0.0, 1.5), st.booleans()), min_size=1, max_size=8)


def test_the_first_is_never_refused_and_one_too_many_is() -> None:
    both = Admission(cores=2, load_target=0.7)
    both.enter(1, Need(1.3, False))
    with pytest.raises(NoRoom, match=r"0.20 cores needed, and 1.30 taken by 1 other.*at most 1.40"):
        both.enter(2, Need(0.2, False))
    both.enter(2, Need(0.05, False))
    both.leave(1)
    both.enter(3, Need(1.3, True))
    alone = Admission(cores=1, load_target=0.5)
    alone.enter(1, Need(3.0, False))  # late, but somebody may want it


def test_a_change_counts_instead_of_what_was() -> None:
    both = Admission(cores=2, load_target=0.5)
    both.enter(1, Need(0.4, False))
    both.enter(2, Need(0.5, True))
    both.enter(2, Need(0.6, True))
    with pytest.raises(NoRoom):
        both.enter(2, Need(0.7, False))
    assert both.shares() == {2: 0.5}  # as before the refusal
    both.note(2, Need(0.9, False))  # asked for in the running stream: its own fault
    assert both.shares() == {}
    both.note(9, Need(5.0, False))  # not there
    both.enter(1, Need(0.1, False))


@given(NEEDS, st.integers(1, 4), st.floats(0.05, 1.0))
def test_shares_are_even_and_fit(
    needs: list[tuple[float, bool]], cores: int, load_target: float
) -> None:
    admission, fixed = Admission(cores, load_target), 0.0
    for number, (need, anytime) in enumerate(needs):
        try:
            admission.enter(number, Need(need, anytime))
            fixed += 0.0 if anytime else need
        except NoRoom:
            assert number > 0
    shares = admission.shares()
    assert len(set(shares.values())) <= 1
    assert all(0.0 <= one <= load_target for one in shares.values())
    assert sum(shares.values()) <= max(0.0, admission.capacity - fixed) + 1e-9


def opened(running: Running, count: int) -> str:
    """Opens streams, and the code with which the last is refused."""
    with running.client() as client:
        streams = [client.stream(44100, 2, mode="live", block_samples=256) for _ in range(count)]
        try:
            client.stream(44100, 2, mode="live", block_samples=256)
        except RemoteError as error:
            return error.remote_code
        finally:
            for one in streams:
                one.close()
    return ""


def test_over_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)
    monkeypatch.setattr(EngineRun, "need", property(lambda run: 0.5))
    with serving() as running:  # 0.7 of two cores
        assert opened(running, 2) == "no_room"
        with running.client() as client:
            client.stream(44100, 2, mode="sync").close()  # has no deadline and is not counted
        assert opened(running, 2) == "no_room"  # what has ended has left
        monkeypatch.setattr(EngineRun, "need", property(lambda run: 0.3))
        assert opened(running, 3) == ""


def test_streams_by_deadline_share_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    monkeypatch.setattr(EngineRun, "need", property(lambda run: 0.1))
    with serving() as running, running.client() as client:
        host = running.server._host
        streams = [client.stream(44100, 2, mode="live", block_samples=256) for _ in range(2)]

        def shares() -> list[float]:
            return [one.engine.live.control._newest.load_share for one in host._running.values()]

        assert shares() == pytest.approx([0.35, 0.35])
        client.set({"refine/steps": 1}, stream=streams[0].info.stream)
        assert shares()[1] == pytest.approx(0.6)
        streams[0].close()
        assert shares() == pytest.approx([0.7])


def test_a_transport_of_another_form_is_followed_whatever_the_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0}, raising=False)
    monkeypatch.setattr(EngineRun, "need", property(lambda run: 0.3))
    with serving() as running, running.client() as client:
        host = running.server._host
        one, _ = (client.stream(44100, 2, mode="live", block_samples=256) for _ in "ab")
        number = one.info.stream
        plan = host._running[number].engine._plan.shaped(44100, 512)
        monkeypatch.setattr(EngineRun, "need", property(lambda run: 0.9))
        with pytest.raises(NoRoom):
            host._change(ChangeStream(99, number, plan))
        host._change(ChangeStream(99, number, plan, follows=True))
        assert host._running[number].engine.live.control.form == (44100, 512)
        host._change(ChangeStream(99, number, plan))  # what it has by now needs no room
        with pytest.raises(NoRoom):  # and only then
            host._change(ChangeStream(99, number, plan.shaped(44100, 1024)))
        one.close()
        with pytest.raises(RemoteError, match="no_room"):  # the same number, another stream
            client.stream(44100, 2, mode="live", block_samples=256)


def test_a_one_pass_model_needs_one_call_however_many_steps_are_asked_for() -> None:
    model, ticks = tiny(), count()
    live = LiveStream(model, settings_of(model, steps=8), 256, clock=lambda: 0.004 * next(ticks))
    live.control.start()
    live.control.stop()
    assert live.control.need[0] == pytest.approx(0.004 * RATE / live.control.timing.hop_samples)


def test_a_change_that_has_to_wait_needs_its_room_at_once() -> None:
    model, told = tiny(), []
    live = LiveStream(model, settings_of(model), 64, admit=lambda *need: told.append(need))
    for hop in (128, 64):
        live.control.swap(model, replace(settings_of(model), hop_samples=hop))
    assert told[-1] == live.control.need != told[-2]
