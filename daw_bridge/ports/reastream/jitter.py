"""A jitter buffer for audio packets without sequence numbers, positions or times.

Packets are held for `hold_samples`, so that jitter below that does no harm. Reordering cannot be
detected. Loss and duplicates show only as samples missing, or too many, against the sender's clock
(loss.py, clock.py); silence is then inserted, or samples are left out, so that what follows is in
its place again. Every such splice is crossfaded and counted.

Positions count the sender's samples from its first packet; what goes in at position p comes out as
sample p + hold_samples.
"""

from __future__ import annotations

import numpy as np

from daw_bridge.live.ring import Ring
from daw_bridge.ports.reastream.clock import SenderClock
from daw_bridge.ports.reastream.loss import LossCounts, LossDetector
from engines.crossfade import rise
from engines.types import Audio

FADE_SAMPLES = 128
SPARE_S = 0.5
"""Room beyond `hold_samples`; when it is full, the oldest samples are left out."""

BURST_GAP_S = 0.001
"""Packets closer than this belong to one block of the sender, if each lasts at least twice as long:
see `burst_gap_s`."""

_RISE = rise(FADE_SAMPLES)
_FALL = _RISE[::-1].copy()


def burst_gap_s(samples: int, rate_hz: int) -> float:
    """How soon after a packet of so many samples the next one still belongs to the same block.

    A block comes at once, and the next one when this one has been played: a small one in less than
    BURST_GAP_S.
    """
    return min(BURST_GAP_S, samples / rate_hz / 2)


class JitterBuffer:
    """One identifier's audio: `put` packets (channels, n) as they come, `take` blocks in time.

    `counts`: silence inserted for what was missing (shortfall) and samples left out (excess), each
    time one discontinuity. `taken`: samples taken since the sender began. `underrun_samples`:
    silence played since the last packet, as the buffer was empty.
    """

    def __init__(self, channels: int, rate_hz: int, hold_samples: int) -> None:
        self.hold_samples = hold_samples
        self.bound_samples = hold_samples + round(SPARE_S * rate_hz)
        self._rate_hz = rate_hz
        self._loss = LossDetector(rate_hz, hold_samples)
        self.counts = LossCounts()
        self._ring = Ring((channels,), self.bound_samples + FADE_SAMPLES)
        self._overlap = np.zeros((channels, FADE_SAMPLES), np.float32)
        self._last = np.zeros((channels, 1), np.float32)
        self.end()

    def end(self) -> None:
        """As new: no sender."""
        self.begun = False
        self.taken = self._read = self._gap = self._overdue = 0
        self._ring.restart(0)
        self._last.fill(0.0)
        self._overlap_left = self._rise_left = 0
        self.underrun_samples = 0

    def begin(self, now_s: float, start: int = 0, taken: int = 0) -> None:
        """A sender begins; its first sample has position `start`."""
        self.end()
        self.begun, self.taken = True, taken
        lead = start + self.hold_samples - taken
        self._overdue = max(0, -lead)
        channels = self._last.shape[0]
        self._ring.write(np.zeros((channels, min(max(0, lead), self.bound_samples)), np.float32))
        self.last_s, self.burst_start = now_s, self.position
        self._burst_ends_s = now_s + BURST_GAP_S
        self.burst_samples = self._in_burst = 0
        self._loss.begin(now_s, self.position)

    @property
    def clock(self) -> SenderClock:
        """The sender's."""
        return self._loss.clock

    @property
    def level_samples(self) -> int:
        """Samples held."""
        return self._ring.end - self._read

    @property
    def block_samples(self) -> int:
        """The sender's last block; of its first one, what has come so far."""
        return self.burst_samples or self._in_burst

    @property
    def position(self) -> int:
        """Position after the newest sample."""
        return self.taken + self._gap + self.level_samples - self.hold_samples - self._overdue

    # Packets in.

    def put(self, audio: Audio, now_s: float) -> None:
        """A packet (channels, n) that came at `now_s`."""
        count = audio.shape[1]
        if now_s > self._burst_ends_s:
            self._begin_burst()
        self.last_s, self._burst_ends_s = now_s, now_s + burst_gap_s(count, self._rate_hz)
        self._in_burst += count
        self._count_underrun()
        if self.level_samples + count > self.bound_samples:
            self._loss.inserted(-self._leave_out(self.level_samples + count - self.hold_samples))
        past = min(self._overdue, count)  # its time has passed
        self._overdue -= past
        self._ring.write(audio[:, past:])
        missing = self._loss.packet(audio, now_s, self.position)
        if missing > 0:
            self._insert(missing)
        elif missing < 0:
            self._loss.owed += -missing - self._leave_out(-missing)

    def _begin_burst(self) -> None:
        self.burst_start, self.burst_samples, self._in_burst = self.position, self._in_burst, 0
        if self.burst_samples:
            self._loss.sizes.add_block(self.burst_samples)

    def _count_underrun(self) -> None:
        """The sender goes on, so the silence played meanwhile was an underrun."""
        if self.underrun_samples:
            self.counts += LossCounts(1, self.underrun_samples)
            self._loss.inserted(self.underrun_samples)
            self.underrun_samples = 0

    def _insert(self, samples: int) -> None:
        self.counts += LossCounts(1, samples)
        self._fade_out()
        self._gap += samples

    def _leave_out(self, samples: int) -> int:
        """Leave out the oldest samples held; returns how many there were."""
        samples = min(samples, self.level_samples)
        if samples:
            self.counts += LossCounts(1, 0, samples)
            self._fade_out()
            self._rise_left = FADE_SAMPLES
            self._read += samples
        return samples

    def _fade_out(self) -> None:
        """What would have come next fades out over what comes instead."""
        there = min(FADE_SAMPLES, self.level_samples)
        self._overlap[...] = self._last
        if there:
            self._ring.read(self._read, self._overlap[:, :there])
            self._overlap[:, there:] = self._overlap[:, there - 1 : there]
        self._overlap *= _FALL
        self._overlap_left = FADE_SAMPLES

    # Blocks out.

    def take(self, out: Audio) -> None:
        """Fill `out` (channels, n); silence where nothing has come in time."""
        done, count = 0, out.shape[1]
        while done < count:
            if self._gap:
                size = min(self._gap, count - done)
                self._silence(out[:, done : done + size])
            elif not self.level_samples:
                self._fill_underrun(count - done)
                continue
            else:
                size = min(self.level_samples, count - done)
                self._play(out[:, done : done + size])
            done += size
        self.taken += count

    def _fill_underrun(self, samples: int) -> None:
        if not self.underrun_samples:
            self._fade_out()
        self._gap, self.underrun_samples = samples, self.underrun_samples + samples

    def _silence(self, out: Audio) -> None:
        out.fill(0.0)
        self._gap -= out.shape[1]
        self._rise_left = FADE_SAMPLES
        self._add_overlap(out)
        self._last.fill(0.0)

    def _play(self, out: Audio) -> None:
        self._ring.read(self._read, out)
        self._read += out.shape[1]
        self._last[...] = out[:, -1:]
        if self._rise_left:
            size = min(self._rise_left, out.shape[1])
            first = FADE_SAMPLES - self._rise_left
            out[:, :size] *= _RISE[first : first + size]
            self._rise_left -= size
        self._add_overlap(out)

    def _add_overlap(self, out: Audio) -> None:
        size = min(self._overlap_left, out.shape[1])
        if size:
            first = FADE_SAMPLES - self._overlap_left
            out[:, :size] += self._overlap[:, first : first + size]
            self._overlap_left -= size
