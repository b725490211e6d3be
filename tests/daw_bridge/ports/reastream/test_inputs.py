"""ports.reastream.inputs: the mix sets the clock, known stems are in step with it."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.ports.reastream.inputs import PacketInputs
from daw_bridge.ports.reastream.jitter import FADE_SAMPLES
from daw_bridge.ports.reastream.loss import LossCounts
from engines.types import Audio
from tests.rigs.packets import DRAIN, HOLD, RATE, TICK, bursts, ramp, tick_until


def test_a_sender_that_stops_leaves_no_hole_and_may_begin_again() -> None:
    inputs = PacketInputs(1, 1, RATE, HOLD)
    out: list[Audio] = []
    for came_s, first, count in bursts(100):
        tick_until(inputs, came_s, out)
        inputs.put(0, ramp(51200)[:, first : first + count], came_s)
    stopped_s = bursts(100)[-1][0]
    tick_until(inputs, stopped_s + 10, out)
    heard = np.concatenate(out, axis=-1)[0, 0]
    assert not inputs.running and inputs.due_s(TICK) is None
    assert heard.max() == 51200 and not heard[-DRAIN + FADE_SAMPLES :].any()
    assert inputs.counts.discontinuities == 0
    assert inputs.restarts() and not inputs.restarts()  # it has begun once
    inputs.put(0, ramp(150), stopped_s + 20)
    assert inputs.running and inputs.restarts()


def test_a_restart_is_the_beginning_and_the_first_sample() -> None:
    inputs, restarts = PacketInputs(1, 1, RATE, HOLD), []
    block = np.empty((1, 1, 150), np.float32)
    assert not inputs.restarts()
    for index in range(HOLD // 150 + 4):
        inputs.put(0, ramp(150), 1.0 + index * 150 / RATE)
        restarts.append(inputs.restarts())
        inputs.take(block, 1.0 + index * 150 / RATE, DRAIN)
    first = HOLD // 150
    assert [index for index, one in enumerate(restarts) if one] == [0, first]


def test_counts_are_of_all_inputs_and_of_what_was_before() -> None:
    inputs = PacketInputs(2, 1, RATE, HOLD, LossCounts(1, 20, 300))
    inputs.buffers[0].counts += LossCounts(1, 7)
    inputs.buffers[1].counts += LossCounts(1, 0, 5)
    assert inputs.counts == LossCounts(3, 27, 305)
    inputs.put(0, ramp(150), 1.0)
    assert inputs.sending == (True, False)


@pytest.mark.parametrize("order", [-1, 1])
@pytest.mark.parametrize("joins", [0, 1, 97])
def test_a_known_stem_is_in_its_place_to_the_sample(order: int, joins: int) -> None:
    inputs = PacketInputs(2, 1, RATE, HOLD)
    out: list[Audio] = []
    source = ramp(300 * 512)
    sent = [(when, 0, first, count) for when, first, count in bursts(300)]
    sent += [(when + order * 4e-4, 1, first, count)
             for when, first, count in bursts(300) if first >= joins * 512]  # fmt: skip
    for came_s, index, first, count in sorted(sent):
        tick_until(inputs, came_s, out)
        inputs.put(index, source[:, first : first + count], came_s)
    mix, known = np.concatenate(out, axis=-1)[:, 0]
    begun = HOLD + joins * 512
    assert not known[:begun].any()
    assert np.array_equal(mix[begun:], known[begun:]) and mix[begun:].all()
