"""ports.reastream.jitter and loss over what senders there are: block, rate, jitter, drift, loss."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daw_bridge.ports.reastream.inputs import PacketInputs
from daw_bridge.ports.reastream.jitter import JitterBuffer, burst_gap_s
from daw_bridge.ports.reastream.loss import CLUSTER, LOOK_BACK, NO_LOSS
from engines.types import Audio
from tests.rigs.packets import Packet, bursts, ramp, tick_until

HOLD_S = 0.05
MOST = 150


@dataclass(frozen=True)
class Sender:
    """Blocks at a rate in Hz; the crystal is off by `drift_ppm`. `jitter_ms`: the most by which a
    block is delayed, up to twenty times a second; those behind it wait for it.
    """

    block: int
    rate_hz: int
    jitter_ms: int = 0
    drift_ppm: int = 0

    def packets(self, seconds: float, seed: int = 0) -> list[Packet]:
        """When packets come, and which samples they are."""
        rng = np.random.default_rng(seed)
        came: list[Packet] = []
        last_s = next_s = 0.0
        speed = self.rate_hz * (1 + 1e-6 * self.drift_ppm)
        blocks = int(seconds * self.rate_hz / self.block)
        for sent_s, first, count in bursts(blocks, self.block, MOST, speed):
            if sent_s > next_s:
                next_s = sent_s + rng.random() * (0.1 + 4 * self.block / self.rate_hz)
                last_s = sent_s + 1e-3 * self.jitter_ms * rng.random()
            last_s = max(last_s + 1e-9, sent_s)
            came.append((last_s, first, count))
        return came

    @property
    def hold(self) -> int:
        """What is held, in samples: more than the block and the jitter together."""
        return self.block + round(HOLD_S * self.rate_hz)


def play(sender: Sender, packets: list[Packet]) -> tuple[Audio, JitterBuffer]:
    """What comes out at the ticks' times, (samples,), and the buffer; its lists stay bounded."""
    inputs = PacketInputs(1, 1, sender.rate_hz, sender.hold)
    out: list[Audio] = []
    source = ramp(max(first + count for _, first, count in packets))
    for came_s, first, count in packets:
        tick_until(inputs, came_s, out)
        inputs.put(0, source[:, first : first + count], came_s)
    buffer = inputs.buffers[0]
    windows = buffer._loss._windows
    assert len(windows) <= LOOK_BACK and max(map(len, windows)) <= CLUSTER
    return np.concatenate(out, axis=-1)[0, 0], buffer


SENDERS = st.builds(
    Sender,
    st.sampled_from([32, 48, 64, 128, 256, 441, 512, 1024, 2048, 4096]),
    st.sampled_from([44100, 48000, 96000]),
    st.integers(0, 20),
    st.integers(-100, 100),
)
SMALL = [Sender(32, 48000), Sender(64, 96000), Sender(32, 44100), Sender(128, 192000)]


@settings(max_examples=8)
@given(SENDERS)
@example(Sender(32, 48000, 0, 200))
@example(Sender(64, 96000, 5, -200))
def test_without_loss_all_is_in_its_place_and_drift_is_followed(sender: Sender) -> None:
    out, buffer = play(sender, sender.packets(6.0))
    assert buffer.counts == NO_LOSS
    assert np.array_equal(out[sender.hold :], np.arange(1, len(out) - sender.hold + 1))
    slack = 2 * sender.block + 1e-3 * (sender.jitter_ms + 2) * sender.rate_hz
    assert abs(buffer.level_samples - sender.hold) < slack


@settings(max_examples=8)
@given(SENDERS, st.integers(1, 40), st.integers(0, 2**16))
@example(Sender(32, 48000), 20, 0)
@example(Sender(64, 96000), 20, 0)
@example(Sender(32, 48000, 8, 100), 3, 1)
def test_loss_is_put_right(sender: Sender, lost: int, seed: int) -> None:
    packets = sender.packets(9.0, seed)
    begin = next(index for index, one in enumerate(packets) if one[1] > 2 * sender.rate_hz)
    gone = sum(one[2] for one in packets[begin : begin + lost])
    if gone < 3e-4 * sender.rate_hz:
        return  # within the tolerance, a quarter of a millisecond
    out, buffer = play(sender, [*packets[:begin], *packets[begin + lost :]])
    assert abs(float(out[-1]) - (len(out) - sender.hold)) <= 2.5e-4 * sender.rate_hz
    counts = buffer.counts
    inserted = counts.shortfall_samples - counts.excess_samples
    assert abs(inserted - gone) <= 2.5e-4 * sender.rate_hz


@pytest.mark.parametrize("sender", SMALL, ids=str)
def test_small_blocks_are_blocks_of_their_own(sender: Sender) -> None:
    buffer = JitterBuffer(1, sender.rate_hz, sender.hold)
    packets = sender.packets(0.1)
    buffer.begin(packets[0][0])
    starts = []
    for came_s, first, count in packets:
        buffer.put(ramp(1)[:, :1].repeat(count, 1) * (first + 1), came_s)
        starts.append(buffer.burst_start)
    assert {after - before for before, after in pairwise(starts[1:])} == {sender.block}
    assert buffer.block_samples == sender.block


def test_a_gap_is_half_of_what_a_packet_lasts_and_no_more_than_a_millisecond() -> None:
    assert burst_gap_s(32, 48000) == pytest.approx(1 / 3000)
    assert burst_gap_s(64, 96000) == pytest.approx(1 / 3000)
    assert burst_gap_s(150, 48000) == 0.001


@pytest.mark.parametrize("sender", SMALL, ids=str)
@pytest.mark.parametrize("order", [-1, 1])
@pytest.mark.parametrize("joins", [-9, -1, 0, 1, 97])
def test_a_known_stem_of_small_blocks_is_in_its_place(
    sender: Sender, order: int, joins: int
) -> None:
    """It sends just before or after the mix, from some blocks before it or after."""
    apart_s = order * 0.1 * sender.block / sender.rate_hz
    blocks, mix_from = 600, 10 * sender.block
    came = bursts(blocks, sender.block, MOST, sender.rate_hz)
    sent = [(when, 0, *rest) for when, *rest in came if rest[0] >= mix_from]
    sent += [(when + apart_s, 1, *rest) for when, *rest in came
             if rest[0] >= mix_from + joins * sender.block]  # fmt: skip
    inputs, out = PacketInputs(2, 1, sender.rate_hz, sender.hold), list[Audio]()
    source = ramp(blocks * sender.block)
    for came_s, index, first, count in sorted(sent):
        tick_until(inputs, came_s, out)
        inputs.put(index, source[:, first : first + count], came_s)
    mix, known = np.concatenate(out, axis=-1)[:, 0]
    begun = sender.hold + max(0, joins) * sender.block
    assert len(mix) > begun + sender.block
    assert not known[:begun].any()
    assert np.array_equal(mix[begun:], known[begun:]) and mix[begun:].all()
