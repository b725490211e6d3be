"""live.deadline: how many steps fit, and how long they are believed to take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.live.deadline import MAX_STEPS, OF_TIME_LEFT, Deadline


@given(st.floats(0.001, 1.0), st.floats(1e-5, 2.0), st.floats(0.05, 1.0), st.floats(-1.0, 2.0))
def test_chosen_steps_fit_or_are_one(hop: float, call: float, share: float, left: float) -> None:
    deadline = Deadline(hop, refines=True)
    deadline.expect(call, 1)
    steps = deadline.steps(share, left)
    assert 1 <= steps <= MAX_STEPS
    assert steps == 1 or steps * call <= min(share * hop, OF_TIME_LEFT * left) * (1 + 1e-9)


def test_a_model_that_cannot_refine_takes_one_step() -> None:
    deadline = Deadline(1.0, refines=False)
    deadline.expect(0.001, 1)
    assert deadline.steps(0.7, 1.0) == 1


def test_slow_runs_count_at_once_and_fast_ones_gradually() -> None:
    deadline = Deadline(1.0, refines=True)
    deadline.measured(0.1, 1)
    assert deadline.steps(0.75, 1.1) == 7
    deadline.measured(0.35, 1)
    assert deadline.steps(0.75, 1.1) == 2
    for _ in range(60):
        deadline.measured(0.1, 1)
    assert deadline.steps(0.75, 1.1) == 7
    deadline.measured(0.0, 0)  # silence tells nothing
    assert deadline.steps(0.75, 1.1) == 7


def test_the_load_is_of_the_time_that_the_input_lasts() -> None:
    """However it was cut: many short pieces say as much as one long one."""
    deadline = Deadline(0.1, refines=False, turn_s=0.4)
    for input_s in (0.1, 0.4, 0.001, 5.0) * 20:
        deadline.measured(0.3 * input_s, 1, input_s)
    assert deadline.load == pytest.approx(0.3)
    for _ in range(320):
        deadline.measured(0.01, 1, 0.01)
    assert 0.6 < deadline.load < 1.0  # the last 3.2 s count most
