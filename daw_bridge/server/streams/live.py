"""A LiveStream as a StreamEngine: each block is answered by a block, one latency late."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from daw_bridge.errors import BadValue, OurError, UnknownRequest
from daw_bridge.live.admission import Admit, admit_all
from daw_bridge.live.stream import LARGEST_VARYING_SAMPLES, LiveStream
from daw_bridge.remote.counters import Tally
from daw_bridge.remote.live import engine_counts, for_live
from daw_bridge.server.streams.engine import check_block, set_fader
from daw_bridge.server.streams.info import describe_health, describe_stream
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan, settings_with
from daw_bridge.wire.replies import AudioReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.load import Model
from engines.settings import StreamSettings

CREDIT = 16
LARGEST_BLOCK = LARGEST_VARYING_SAMPLES
"""Longest block of a stream whose blocks vary; longer ones need `block_samples` at opening."""


class LiveEngine:
    """A StreamEngine on a LiveStream; `live` is what an audio port is connected to."""

    def __init__(
        self, stream: int, model: Model, plan: StreamPlan, load_target: float,
        admit: Admit = admit_all, priority: int = 0,
    ) -> None:  # fmt: skip
        self._number, self._plan, self._model = stream, plan, model
        self._load_target, self._remote = load_target, Tally()
        self.live = LiveStream(
            *self._in_time(model, plan),
            plan.block_samples,
            load_target,
            anytime=plan.anytime,
            admit=admit,
        )
        self._stopped = False
        self._info = self._describe((), ())
        self.live.control.start(priority)

    def _in_time(self, model: Model, plan: StreamPlan) -> tuple[Model, StreamSettings]:
        """The model, of which no window is waited for longer than a stream can, and its settings.

        Raises as settings_with, and FilesOnly.
        """
        settings = settings_with(model, plan)
        return for_live(model, settings, self._load_target, self._remote), settings

    def _describe(self, folded: tuple[str, ...], silent: tuple[str, ...]) -> StreamInfo:
        live = self.live
        return describe_stream(
            self._number,
            self._plan,
            self._model,
            live.control.settings,
            outputs=live.outputs,
            latency_samples=live.latency_samples + self._plan.held_samples,
            steps=live.control.steps,
            credit=CREDIT,
            folded=folded,
            silent=silent,
        )

    @property
    def info(self) -> StreamInfo:
        """The stream's current description."""
        return self._info

    @property
    def fault(self) -> OurError | None:
        """The last error of the worker or the audio port."""
        return self.live.control.fault

    # The feeding thread (a device calls live.process itself).

    def process(self, block: AudioBlock) -> AudioReply:
        """One block, as long as the one that came in, at the declared delay."""
        self._check(block)
        if block.discontinuity:
            self.live.reset()
        known = np.stack(block.signals[1:]) if len(block.signals) > 1 else None
        shape = (len(self.live.outputs), self._info.channels, block.samples)
        out = np.empty(shape, np.float32)
        late = self.live.control.counters.late_samples
        self.live.process(block.signals[0], out, known)
        late = self.live.control.counters.late_samples - late
        latency = self.live.latency_samples
        return AudioReply(
            self._number, block.seq, block.start_sample - latency, self._info.rate_hz, latency,
            self.live.outputs, out, late_samples=late,
        )  # fmt: skip

    def _check(self, block: AudioBlock) -> None:
        check_block(block, self._info, self._stopped)
        wanted = self._plan.block_samples
        if wanted and block.samples != wanted:
            raise BadValue(
                f"a block of {block.samples} samples", f"{wanted}", "Send blocks of that size."
            )
        if not wanted and block.samples > LARGEST_BLOCK:
            raise BadValue(
                f"a block of {block.samples} samples",
                f"at most {LARGEST_BLOCK}",
                "Send shorter blocks, or open the stream with `block_samples`.",
            )

    def flush(self) -> AudioReply:
        """Refused: send `latency_samples` of silence instead."""
        raise UnknownRequest(
            "flush of a live stream",
            "a stream of mode sync",
            "Send latency_samples of silence instead.",
        )

    def reset(self) -> None:
        """Start over with the next block; what came before fades out."""
        self.live.reset()

    # Any other thread.

    def adjust(self, name: str, stem: str, value: Value) -> StreamInfo | None:
        """Gain, mute, solo, bypass from the next block; steps and seed from the next window."""
        if name == "refine/steps":
            self._plan = self._plan.changed({name: value})
            self.live.control.update(steps=int(value))
            self._info = replace(self._info, steps=int(value))
        elif name == "refine/seed":
            self._plan = self._plan.changed({name: value})
            self.live.control.update(seed=int(value))
            self._info = replace(self._info, seed=int(value))
        else:
            set_fader(self.live.faders, name, stem, value)
            return None
        return self._info

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        """Crossfade to another model, grid, rate or block size at a block boundary."""
        if plan == self._plan and model is self._model:
            return self._info
        report = self.live.control.swap(
            *self._in_time(model, plan),
            anytime=plan.anytime,
            block_samples=plan.block_samples,
        )
        self._plan, self._model = plan, model
        info = self._describe(report.folded, report.silent)
        latency = report.latency_samples + plan.held_samples
        self._info = replace(info, latency_samples=latency)
        return self._info

    def report(self, error: OurError) -> None:
        """Note an error that is not the answer to a request: it becomes `fault`."""
        self.live.report(error)

    def health(self) -> StreamHealth:
        """Levels, load and counts."""
        live = self.live
        return describe_health(
            self._info, live.control.meters(), live.control.counters, live.port_status,
            engine_counts(self._model, self._remote),
        )  # fmt: skip

    def abandon(self) -> None:
        """Take no more blocks; the worker ends with `stop`."""
        self._stopped = True

    def stop(self) -> None:
        """End the worker."""
        self.abandon()
        self.live.control.stop()
