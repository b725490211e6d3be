"""What a plug-in sends, as plain packets without sockets, and blocks that are taken in time."""

from __future__ import annotations

import numpy as np

from daw_bridge.ports.reastream.inputs import PacketInputs
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
    """What a plug-in sends: blocks at a speed in Hz, each in packets of at most `most`."""
    return [
        (
            0.5 + (one + 1) * block / speed + 1e-8 * first,
            one * block + first,
            min(most, block - first),
        )
        for one in range(blocks)
        for first in range(0, block, most)
    ]


def tick_until(inputs: PacketInputs, now_s: float, out: list[Audio]) -> None:
    while (due := inputs.due_s(TICK)) is not None and due <= now_s:
        block = np.empty((len(inputs.buffers), 1, TICK), np.float32)
        inputs.take(block, due, DRAIN)
        out.append(block)
