"""Jitter buffers and the sender's clock, with time made by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.ports.reastream.clock import PacketSizes, SenderClock
from daw_bridge.ports.reastream.inputs import STOP_S, PacketInputs
from daw_bridge.ports.reastream.jitter import FADE_SAMPLES, JitterBuffer
from daw_bridge.ports.reastream.loss import LEARN_S, WINDOW_S
from engines.types import Audio

RATE = 48000
HOLD = 2400
TICK = 128
DRAIN = 4800
Packet = tuple[float, int, int]  # when it comes, first sample, samples


def ramp(samples: int) -> Audio:
    """(1, samples): sample n is n + 1, exact in float32."""
    return np.arange(1, samples + 1, dtype=np.float32)[None]


def bursts(blocks: int, block: int = 512, most: int = 150, speed: float = RATE) -> list[Packet]:
    """What a plug-in sends: blocks at the rate, each in packets of at most `most`."""
    return [
        (
            0.5 + (one + 1) * block / speed + 1e-8 * first,
            one * block + first,
            min(most, block - first),
        )
        for one in range(blocks)
        for first in range(0, block, most)
    ]


def play(
    packets: Iterable[Packet], hold: int = HOLD, rest_s: float = 0.0
) -> tuple[Audio, JitterBuffer]:
    """The blocks that come out, with every tick at its due time, and the buffer."""
    inputs = PacketInputs(1, 1, RATE, hold)
    out: list[Audio] = []
    packets = sorted(packets)
    source = ramp(max(first + count for _, first, count in packets))
    for came_s, first, count in packets:
        tick_until(inputs, came_s, out)
        inputs.put(0, source[:, first : first + count], came_s)
    tick_until(inputs, packets[-1][0] + rest_s, out)
    return np.concatenate(out, axis=-1)[0], inputs.buffers[0]


def tick_until(inputs: PacketInputs, now_s: float, out: list[Audio]) -> None:
    while (due := inputs.due_s(TICK)) is not None and due <= now_s:
        block = np.empty((len(inputs.buffers), 1, TICK), np.float32)
        inputs.take(block, due, DRAIN)
        out.append(block)


@pytest.mark.parametrize(("block", "most"), [(64, 64), (512, 150), (1024, 150), (441, 300)])
def test_without_loss_every_sample_is_late_by_what_is_held(block: int, most: int) -> None:
    out, buffer = play(bursts(3 * RATE // block, block, most))
    assert not out[0, :HOLD].any()
    assert np.array_equal(out[0, HOLD:], ramp(out.shape[-1] - HOLD)[0])
    assert (buffer.discontinuities, buffer.shortfall_samples, buffer.excess_samples) == (0, 0, 0)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=9), st.integers(-200, 200))
def test_jitter_below_what_is_held_changes_nothing(delays_ms: list[int], drift_ppm: int) -> None:
    """Now and then a block is delayed, and those behind it wait for it."""
    sent = bursts(2 * RATE // 256, 256, speed=RATE * (1 + 1e-6 * drift_ppm))
    came, last_s = [], 0.0
    for when, first, count in sent:
        turn, rest = divmod(first // 256, 10)
        delay_s = 0.0 if rest else 1e-3 * delays_ms[turn % len(delays_ms)]
        last_s = max(last_s + 1e-9, when + delay_s)
        came.append((last_s, first, count))
    out, buffer = play(came, hold=3000)
    assert np.array_equal(out[0, 3000:], ramp(out.shape[-1] - 3000)[0])
    assert buffer.discontinuities == 0


@pytest.mark.parametrize("drift_ppm", [-100, 0, 100])
def test_a_sender_whose_crystal_is_off_is_followed(drift_ppm: int) -> None:
    out, buffer = play(bursts(20 * RATE // 512, speed=RATE * (1 + 1e-6 * drift_ppm)))
    assert buffer.discontinuities == 0
    assert abs(buffer.level_samples - HOLD) < 2 * 512
    assert out[0, -1] == out.shape[-1] - HOLD


@pytest.mark.parametrize("lost", [{600}, {603}, {600, 601}, {500, 603, 606}, set(range(600, 620))])
def test_lost_packets_are_replaced_by_as_much_silence(lost: set[int]) -> None:
    packets = bursts(5 * RATE // 512)
    gone = sum(packets[one][2] for one in lost)
    out, buffer = play(one for index, one in enumerate(packets) if index not in lost)
    assert buffer.shortfall_samples == gone and buffer.excess_samples == 0
    assert buffer.discontinuities >= 1
    settled = round((packets[max(lost)][0] - 0.5 + 3 * WINDOW_S) * RATE) + HOLD
    numbers = np.arange(settled, out.shape[-1]) + 1 - HOLD
    assert len(numbers) > RATE / 2
    assert np.array_equal(out[0, settled:], numbers.astype(np.float32))


def test_packets_sent_twice_are_left_out_again() -> None:
    packets = bursts(5 * RATE // 512)
    again = [packets[600], packets[601]]
    out, buffer = play([*packets, *again])
    assert buffer.excess_samples == sum(one[2] for one in again) and buffer.shortfall_samples == 0
    assert out[0, -1] == out.shape[-1] - HOLD


def test_reordering_cannot_be_seen_and_costs_only_its_place() -> None:
    packets = bursts(3 * RATE // 512)
    (a_s, *a), (b_s, *b) = packets[401], packets[402]
    packets[401], packets[402] = (a_s, b[0], b[1]), (b_s, a[0], a[1])
    out, buffer = play(packets)
    assert buffer.discontinuities == 0
    numbers = np.arange(out.shape[-1]) + 1 - HOLD
    wrong = np.flatnonzero(out[0] != np.maximum(numbers, 0))
    assert len(wrong) == np.ptp(wrong) + 1 == a[1] + b[1]


def test_what_comes_later_than_is_held_leaves_a_hole_and_then_its_place_again() -> None:
    packets = bursts(5 * RATE // 512)
    stuck = packets[600][0]
    late = [(max(when, stuck + 0.12) if stuck <= when < stuck + 0.12 else when, first, count)
            for when, first, count in packets]  # fmt: skip
    out, buffer = play(late)
    assert buffer.shortfall_samples == buffer.excess_samples > 0
    assert 2 <= buffer.discontinuities <= 4
    assert out[0, -1] == out.shape[-1] - HOLD


@settings(deadline=None, max_examples=15)
@given(st.lists(st.integers(0, 150), min_size=1, max_size=9), st.integers(0, 2**16))
def test_after_any_delays_all_is_in_its_place_again(delays_ms: list[int], seed: int) -> None:
    """A starved machine for two seconds, then a good one; nothing is lost."""
    rng = np.random.default_rng(seed)
    came, last_s = [], 0.0
    for when, first, count in bursts(6 * RATE // 512):
        bad = RATE < first < 3 * RATE and rng.random() < 0.7
        delay_s = 1e-3 * float(rng.choice(delays_ms)) * rng.random() if bad else 0.0
        last_s = max(last_s + 1e-9, when + delay_s)
        came.append((last_s, first, count))
    out, buffer = play(came)
    assert out[0, -1] == out.shape[-1] - HOLD
    assert buffer.shortfall_samples == buffer.excess_samples


@pytest.mark.parametrize("stall_s", [0.08, 0.2])
def test_a_hole_while_the_clock_is_learnt_is_taken_back(stall_s: float) -> None:
    packets = bursts(4 * RATE // 512)
    stuck = packets[100][0]
    out, buffer = play([
        (max(when, stuck + stall_s + 1e-9 * first) if when >= stuck else when, first, count)
        for when, first, count in packets
    ])  # fmt: skip
    assert buffer.shortfall_samples == buffer.excess_samples > 0
    assert out[0, -1] == out.shape[-1] - HOLD


def test_every_splice_is_smooth() -> None:
    lost = {400, 401, 900, 901, 902, 903}
    packets = [one for index, one in enumerate(bursts(6 * RATE // 512)) if index not in lost]
    packets += bursts(6 * RATE // 512)[1400:1403]
    inputs = PacketInputs(1, 1, RATE, HOLD)
    out: list[Audio] = []
    level = (1 + 1e-8 * ramp(6 * RATE)).astype(np.float32)  # packets differ from each other
    for came_s, first, count in sorted(packets):
        tick_until(inputs, came_s, out)
        inputs.put(0, level[:, first : first + count], came_s)
    heard = np.concatenate(out, axis=-1)[0, 0, HOLD:]
    assert inputs.buffers[0].discontinuities == 3
    assert np.abs(np.diff(heard)).max() < 2.5 / FADE_SAMPLES
    assert heard.min() < 0.01 and heard.max() < 1.01


def test_the_buffer_has_a_bound() -> None:
    buffer = JitterBuffer(1, RATE, HOLD)
    buffer.begin(0.0)
    for index in range(400):
        buffer.put(np.ones((1, 300), np.float32), 1e-6 * index)
        assert buffer.level_samples <= buffer.bound_samples
    assert buffer.excess_samples > 0


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
    assert inputs.buffers[0].discontinuities == 0
    inputs.put(0, ramp(150), stopped_s + 20)
    assert inputs.running and inputs.begins == 2


def test_a_short_silence_is_a_gap() -> None:
    packets = bursts(5 * RATE // 512)
    start = packets[600][0]
    kept = [one for one in packets if not start <= one[0] < start + STOP_S / 2]
    _, buffer = play(kept)
    gone = sum(one[2] for one in packets) - sum(one[2] for one in kept)
    assert buffer.shortfall_samples == pytest.approx(gone, abs=150) and buffer.discontinuities >= 1


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


def test_sizes() -> None:
    sizes = PacketSizes(19.2)
    assert sizes.nearest(1000) == 0
    for one in (150, 62):
        sizes.add(one)
    found = [sizes.nearest(one) for one in (10, -19, 55, 70, 149, -155, 205, 310, 1502, -124)]
    assert found == [0, 0, 62, 62, 150, -150, 212, 300, 1500, -124]
    for one in range(100):
        sizes.add(one)
    assert sizes.nearest(1003.4) == 1003


def test_the_clock_follows_and_stays_within_reason() -> None:
    clock = SenderClock(RATE)
    clock.begin(10.0, 0.0)
    assert clock.expected(11.0) == RATE and clock.time_of(RATE) == 11.0
    for second in range(11, 2000):
        clock.steer(1000.0, float(second), 1.0)
    slowest = clock.expected(3000.0) - clock.expected(2999.0)
    assert slowest == pytest.approx(RATE * 0.999)
    assert LEARN_S > WINDOW_S
