"""Sends a signal through JACK ports and records what comes back, aligned to the sample.

Two clients, one for each end: a single client for both would close a cycle in JACK's graph, and
that costs a period. Needs the package JACK-Client.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from daw_bridge.errors import Internal, NoAnswer, NoDevice
from daw_bridge.ports.jack.callback import ProcessCallback
from daw_bridge.ports.jack.library import CAPTURE, latency_range, load_jack, open_client
from engines.types import Audio

ATTEMPTS = 8
"""Recordings tried while JACK itself loses cycles (xruns), which are no fault of the server."""

STALL_TIMEOUT_S = 10.0
"""After so long without a process cycle, JACK counts as stalled."""

_POLL_S = 0.02


class JackProbe:
    """`play` a signal into some ports while recording others. Close it, or use it with `with`.

    `record`: for each recorded channel, the ports that are summed into it. `freewheel`: let JACK
    render instead of keeping time, so that a busy machine loses no cycles.
    """

    def __init__(
        self,
        send_to: Sequence[str],
        record: Sequence[Sequence[str]],
        server: str | None = None,
        freewheel: bool = False,
    ) -> None:
        self._send_to, self._record_from = list(send_to), [list(ports) for ports in record]
        self._freewheel = freewheel
        self._sender = open_client("daw-bridge-send", server)
        self._receiver = open_client("daw-bridge-hear", server)
        self.rate_hz = int(self._sender.samplerate)
        self.block_samples = int(self._sender.blocksize)
        self.xruns = 0
        self._freewheels = False
        self._take: _Take | None = None
        self._silence = np.zeros((len(send_to), 0), np.float32)
        self._outs = [self._sender.outports.register(f"out_{k}") for k in range(len(send_to))]
        self._ins = [self._receiver.inports.register(f"in_{k}") for k in range(len(record))]
        self._problem: Internal | None = None
        self._callbacks = (
            ProcessCallback(self._sender, self._send, self._fail),
            ProcessCallback(self._receiver, self._hear, self._fail),
        )
        self._receiver.set_xrun_callback(self._count_xrun)
        self._sender.set_freewheel_callback(self._note_freewheel)
        self._activate()

    @property
    def sources(self) -> list[str]:
        """Names of the ports that the signal comes from."""
        return [port.name for port in self._outs]

    def _activate(self) -> None:
        for one in self._callbacks:
            one.activate()
        for port, target in zip(self._outs, self._send_to, strict=True):
            self._connect(self._sender, port.name, target)
        for port, sources in zip(self._ins, self._record_from, strict=True):
            for source in sources:
                self._connect(self._receiver, source, port.name)

    def _connect(self, client: Any, source: str, target: str) -> None:
        try:
            client.connect(source, target)
        except load_jack().JackError as error:
            self.close()
            raise NoDevice(
                f"no connection from {source} to {target} ({error})",
                "both ports",
                "List the existing ports with `jack_lsp`.",
            ) from error

    def __enter__(self) -> JackProbe:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave JACK."""
        for one in self._callbacks:
            one.close()

    def play(self, signal: Audio, longest_delay: int) -> Audio:
        """Send (channels, n), return (recorded channels, n + longest_delay) from its first sample.

        Records again if JACK lost cycles. Raises NoAnswer if JACK stalls, or loses cycles every
        time; Internal if a callback fails.
        """
        for _ in range(ATTEMPTS):
            heard, whole = self.try_once(signal, longest_delay)
            if whole:
                return heard
        raise NoAnswer(
            f"JACK had xruns in all {ATTEMPTS} recordings",
            "one recording without",
            "Use a longer JACK period, or --freewheel.",
        )

    def try_once(self, signal: Audio, longest_delay: int) -> tuple[Audio, bool]:
        """As `play`, and whether JACK lost no cycle. Raises NoAnswer, Internal."""
        if self._freewheel:
            self._turn(True)
        before = self.xruns
        try:
            take = self._record(_Take(signal, longest_delay))
        finally:
            if self._freewheel:
                self._turn(False)
        # Xruns from before the freewheeling may be reported late: there only the frames count.
        calm = self._freewheel or self.xruns == before
        return take.heard(), calm and take.gapless(self.block_samples)

    def _turn(self, on: bool) -> None:
        """Turn freewheeling on or off, and wait until JACK has. Raises NoAnswer."""
        self._sender.set_freewheel(on)
        give_up = time.monotonic() + STALL_TIMEOUT_S
        while self._freewheels != on:
            if time.monotonic() > give_up:
                raise NoAnswer(
                    f"JACK did not turn freewheeling {'on' if on else 'off'}",
                    f"that within {STALL_TIMEOUT_S:g} s",
                    "Check the JACK server's log.",
                )
            time.sleep(_POLL_S)

    def _record(self, take: _Take) -> _Take:
        self._take = take
        heard, since = -1, time.monotonic()
        while not take.complete:
            if self._problem is not None:
                raise self._problem
            if len(take.blocks) != heard:
                heard, since = len(take.blocks), time.monotonic()
            if time.monotonic() - since > STALL_TIMEOUT_S:
                raise NoAnswer(
                    f"no process cycle from JACK for {STALL_TIMEOUT_S:g} s",
                    "a running JACK server",
                    "Check the JACK server's log.",
                )
            time.sleep(_POLL_S)
        self._take = None
        return take

    def published(self) -> int:
        """Latency from our sending to the first recorded port, as JACK tells it, samples."""
        port = self._receiver.get_port_by_name(self._record_from[0][0])
        return latency_range(port, CAPTURE)[0]

    # JACK's threads.

    def _send(self, frames: int) -> None:
        take, now = self._take, self._sender.last_frame_time
        part = self._silence if take is None else take.to_send(now, frames)
        for port, samples in zip(self._outs, part, strict=True):
            buffer = port.get_array()
            buffer[: len(samples)] = samples
            buffer[len(samples) :] = 0.0

    def _hear(self, frames: int) -> None:
        take = self._take
        if take is not None:
            block = np.stack([port.get_array() for port in self._ins])
            take.blocks.append((self._receiver.last_frame_time, block))

    def _note_freewheel(self, on: bool) -> None:
        self._freewheels = bool(on)

    def _fail(self, problem: Internal) -> None:
        self._problem = problem

    def _count_xrun(self, delayed_us: float) -> None:
        self.xruns += 1


class _Take:
    """One recording: silence until the last one has died away, the signal, and what comes back."""

    def __init__(self, signal: Audio, longest_delay: int) -> None:
        self.total = signal.shape[-1] + longest_delay
        self.blocks: list[tuple[int, Audio]] = []
        self._signal, self._quiet = signal, longest_delay
        self._sent_at: int | None = None
        self._sent_frames: list[int] = []

    def to_send(self, now: int, frames: int) -> Audio:
        """The signal's samples for this cycle, fewer where it has not begun or has ended."""
        if self._sent_at is None:
            self._sent_at = now + -(-self._quiet // frames) * frames
        self._sent_frames.append(now)
        at = now - self._sent_at
        return self._signal[:, at : at + frames] if at >= 0 else self._signal[:, :0]

    @property
    def complete(self) -> bool:
        """Whether all of it has been heard."""
        heard = self.blocks[-1][0] if self.blocks else 0
        return self._sent_at is not None and heard > self._sent_at + self.total

    def gapless(self, period: int) -> bool:
        """Whether both ends saw every cycle."""
        heard = [frame for frame, _ in self.blocks]
        steps = {b - a for frames in (heard, self._sent_frames) for a, b in pairwise(frames)}
        return steps == {period}

    def heard(self) -> Audio:
        """(recorded channels, total) from the cycle in which the signal began."""
        start = self._sent_at or 0
        out = np.zeros((len(self.blocks[0][1]), self.total), np.float32)
        for frame, block in self.blocks:
            first = max(0, start - frame)
            at = frame + first - start
            count = min(block.shape[-1] - first, self.total - at)
            if count > 0:
                out[:, at : at + count] = block[:, first : first + count]
        return out
