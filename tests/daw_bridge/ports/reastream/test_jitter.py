"""ports.reastream.jitter and loss: packets in, samples in their places out; time made by hand."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.ports.reastream.inputs import STOP_S, PacketInputs
from daw_bridge.ports.reastream.jitter import FADE_SAMPLES, JitterBuffer
from daw_bridge.ports.reastream.loss import NO_LOSS, WINDOW_S
from engines.types import Audio
from tests.rigs.packets import HOLD, RATE, Packet, bursts, ramp, tick_until


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


@pytest.mark.parametrize(("block", "most"), [(64, 64), (512, 150), (1024, 150), (441, 300)])
def test_without_loss_every_sample_is_late_by_what_is_held(block: int, most: int) -> None:
    out, buffer = play(bursts(3 * RATE // block, block, most))
    assert not out[0, :HOLD].any()
    assert np.array_equal(out[0, HOLD:], ramp(out.shape[-1] - HOLD)[0])
    assert buffer.counts == NO_LOSS


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
    assert buffer.counts.discontinuities == 0


@pytest.mark.parametrize("drift_ppm", [-100, 0, 100])
def test_a_sender_whose_crystal_is_off_is_followed(drift_ppm: int) -> None:
    out, buffer = play(bursts(20 * RATE // 512, speed=RATE * (1 + 1e-6 * drift_ppm)))
    assert buffer.counts.discontinuities == 0
    assert abs(buffer.level_samples - HOLD) < 2 * 512
    assert out[0, -1] == out.shape[-1] - HOLD


@pytest.mark.parametrize("lost", [{600}, {603}, {600, 601}, {500, 603, 606}, set(range(600, 620))])
def test_lost_packets_are_replaced_by_as_much_silence(lost: set[int]) -> None:
    packets = bursts(5 * RATE // 512)
    gone = sum(packets[one][2] for one in lost)
    out, buffer = play(one for index, one in enumerate(packets) if index not in lost)
    assert buffer.counts.shortfall_samples == gone and buffer.counts.excess_samples == 0
    assert buffer.counts.discontinuities >= 1
    settled = round((packets[max(lost)][0] - 0.5 + 3 * WINDOW_S) * RATE) + HOLD
    numbers = np.arange(settled, out.shape[-1]) + 1 - HOLD
    assert len(numbers) > RATE / 2
    assert np.array_equal(out[0, settled:], numbers.astype(np.float32))


def test_packets_sent_twice_are_left_out_again() -> None:
    packets = bursts(5 * RATE // 512)
    again = [packets[600], packets[601]]
    out, buffer = play([*packets, *again])
    assert buffer.counts.excess_samples == sum(one[2] for one in again)
    assert buffer.counts.shortfall_samples == 0
    assert out[0, -1] == out.shape[-1] - HOLD


def test_reordering_cannot_be_seen_and_costs_only_its_place() -> None:
    packets = bursts(3 * RATE // 512)
    (a_s, *a), (b_s, *b) = packets[401], packets[402]
    packets[401], packets[402] = (a_s, b[0], b[1]), (b_s, a[0], a[1])
    out, buffer = play(packets)
    assert buffer.counts.discontinuities == 0
    numbers = np.arange(out.shape[-1]) + 1 - HOLD
    wrong = np.flatnonzero(out[0] != np.maximum(numbers, 0))
    assert len(wrong) == np.ptp(wrong) + 1 == a[1] + b[1]


def test_what_comes_later_than_is_held_leaves_a_hole_and_then_its_place_again() -> None:
    packets = bursts(5 * RATE // 512)
    stuck = packets[600][0]
    late = [(max(when, stuck + 0.12) if stuck <= when < stuck + 0.12 else when, first, count)
            for when, first, count in packets]  # fmt: skip
    out, buffer = play(late)
    assert buffer.counts.shortfall_samples == buffer.counts.excess_samples > 0
    assert 2 <= buffer.counts.discontinuities <= 4
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
    assert buffer.counts.shortfall_samples == buffer.counts.excess_samples


@pytest.mark.parametrize("stall_s", [0.08, 0.2])
def test_a_hole_while_the_clock_is_learnt_is_taken_back(stall_s: float) -> None:
    packets = bursts(4 * RATE // 512)
    stuck = packets[100][0]
    out, buffer = play([
        (max(when, stuck + stall_s + 1e-9 * first) if when >= stuck else when, first, count)
        for when, first, count in packets
    ])  # fmt: skip
    assert buffer.counts.shortfall_samples == buffer.counts.excess_samples > 0
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
    assert inputs.buffers[0].counts.discontinuities == 3
    assert np.abs(np.diff(heard)).max() < 2.5 / FADE_SAMPLES
    assert heard.min() < 0.01 and heard.max() < 1.01


def test_the_buffer_has_a_bound() -> None:
    buffer = JitterBuffer(1, RATE, HOLD)
    buffer.begin(0.0)
    for index in range(400):
        buffer.put(np.ones((1, 300), np.float32), 1e-6 * index)
        assert buffer.level_samples <= buffer.bound_samples
    assert buffer.counts.excess_samples > 0


def test_a_short_silence_is_a_gap() -> None:
    packets = bursts(5 * RATE // 512)
    start = packets[600][0]
    kept = [one for one in packets if not start <= one[0] < start + STOP_S / 2]
    _, buffer = play(kept)
    gone = sum(one[2] for one in packets) - sum(one[2] for one in kept)
    assert buffer.counts.shortfall_samples == pytest.approx(gone, abs=150)
    assert buffer.counts.discontinuities >= 1
