"""The mix and its known stems from packets: one jitter buffer each, read in step.

The mix sets the clock. A DAW's plug-ins send in turn for every block of its audio device, so a
known stem is aligned with the packets of the mix that it arrives with: what comes within the first
half of the time to the next block belongs to this one.
"""

from __future__ import annotations

from collections import deque

from daw_bridge.ports.reastream.jitter import JitterBuffer, burst_gap_s
from daw_bridge.ports.reastream.loss import NO_LOSS, LossCounts
from engines.types import Audio

STOP_S = 0.25
"""A sender that is silent for this long, plus the time held, has stopped; what follows is a new
start."""

EARLY_S = 0.005
"""A known stem's block that comes this little before the mix's first one belongs to it, or half the
block's time before, where that is less."""

_EARLY_PACKETS = 256


class PacketInputs:
    """`put` packets of input 0 (the mix) or of a known stem, `take` (1 + known, channels, n).

    After the mix has stopped, blocks are due until all that was held has come out, and then as
    much silence as `take` drains; then none is, until the mix begins again. `earlier`: what was
    counted before, at another rate.
    """

    def __init__(
        self,
        inputs: int,
        channels: int,
        rate_hz: int,
        hold_samples: int,
        earlier: LossCounts = NO_LOSS,
    ) -> None:
        self.buffers = tuple(JitterBuffer(channels, rate_hz, hold_samples) for _ in range(inputs))
        self.rate_hz, self.channels = rate_hz, channels
        self.stop_s = STOP_S + hold_samples / rate_hz
        self._earlier = earlier
        self._begun = False
        self._early: deque[tuple[int, Audio, float]] = deque(maxlen=_EARLY_PACKETS)

    @property
    def running(self) -> bool:
        """Whether blocks are due."""
        return self.buffers[0].begun

    @property
    def sending(self) -> tuple[bool, ...]:
        """Which inputs have a sender."""
        return tuple([buffer.begun for buffer in self.buffers])

    @property
    def counts(self) -> LossCounts:
        """What all inputs have lost."""
        return sum((buffer.counts for buffer in self.buffers), self._earlier)

    def restarts(self) -> bool:
        """Whether the next block has nothing to do with the last: once after the mix has begun, and
        again when the mix's first sample comes out.
        """
        begun, self._begun = self._begun, False
        mix = self.buffers[0]
        return begun or (mix.begun and mix.taken == mix.hold_samples)

    def put(self, index: int, audio: Audio, now_s: float) -> None:
        """A packet (channels, n) of this input that came at `now_s`."""
        buffer, mix = self.buffers[index], self.buffers[0]
        quiet = buffer.begun and now_s - buffer.last_s > self.stop_s
        if index == 0:
            if quiet or not mix.begun:
                self._begin(now_s)
        elif not mix.begun or now_s - mix.last_s > self.stop_s:
            self._early.append((index, audio.copy(), now_s))
            return
        elif quiet or not buffer.begun:
            buffer.begin(now_s, self._place(now_s), mix.taken)
        buffer.put(audio, now_s)

    def _begin(self, now_s: float) -> None:
        """The mix begins."""
        for buffer in self.buffers:
            buffer.end()
        self._begun = True
        self.buffers[0].begin(now_s)
        for index in range(1, len(self.buffers)):
            for audio, came_s in self._early_block(index, now_s):
                if not self.buffers[index].begun:
                    self.buffers[index].begin(came_s)
                self.buffers[index].put(audio, came_s)
        self._early.clear()

    def _early_block(self, index: int, now_s: float) -> list[tuple[Audio, float]]:
        """The packets of a known stem's last block, if it belongs to the mix that begins now."""
        block: list[tuple[Audio, float]] = []
        samples, next_s = 0, None
        for _, audio, came_s in [one for one in reversed(self._early) if one[0] == index]:
            gap_s = burst_gap_s(audio.shape[1], self.rate_hz)
            if next_s is not None and next_s - came_s > gap_s:
                break
            block.insert(0, (audio, came_s))
            samples, next_s = samples + audio.shape[1], came_s
        within_s = min(EARLY_S, samples / self.rate_hz / 2)
        return block if block and now_s - block[-1][1] <= within_s else []

    def _place(self, now_s: float) -> int:
        """The position at which a known stem begins that begins now."""
        mix = self.buffers[0]
        waited = mix.clock.expected(now_s) - mix.position
        return mix.position if waited > mix.block_samples / 2 else mix.burst_start

    def due_s(self, block_samples: int) -> float | None:
        """When the next block is due, seconds; None while none is."""
        mix = self.buffers[0]
        return mix.clock.time_of(mix.taken + block_samples) if mix.begun else None

    def take(self, out: Audio, now_s: float, drain_samples: int) -> None:
        """Fill `out` (1 + known, channels, n)."""
        for buffer, row in zip(self.buffers, out, strict=True):
            buffer.take(row)
        mix = self.buffers[0]
        stopped = mix.begun and now_s - mix.last_s > self.stop_s
        if stopped and mix.underrun_samples >= drain_samples:
            for buffer in self.buffers:
                buffer.end()
