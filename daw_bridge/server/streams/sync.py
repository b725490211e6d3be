"""The lossless stream: every input sample comes out once, as soon as it is final.

There is no deadline: every window is computed, and a faster sender waits for credit.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from daw_bridge.errors import OurError
from daw_bridge.live.counters import Counters, StreamMeters
from daw_bridge.live.faders import Faders
from daw_bridge.live.layout import Layout
from daw_bridge.remote.counters import Tally, counted
from daw_bridge.remote.live import engine_counts
from daw_bridge.server.streams.engine import check_block, set_fader
from daw_bridge.server.streams.info import describe_health, describe_stream
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan, settings_for, settings_with
from daw_bridge.wire.replies import AudioReply, StreamHealth, StreamInfo
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.composite import AnyStream
from engines.crossfade import rise
from engines.gains import Meter, meters
from engines.history import History
from engines.load import Model
from engines.making import make_stream
from engines.stream import Stats
from engines.types import Audio

CREDIT = 8
"""Most unanswered blocks of a client."""

FADE_SAMPLES = 1024
"""Crossfade from the old model's stems to the new one's."""

HISTORY_SECONDS = 8
"""Input kept as context for a model that takes over in mid-stream."""

_METERS = 64


@dataclass(frozen=True)
class _Next:
    """A model that takes over with the next block."""

    stream: AnyStream
    layout: Layout


class SyncEngine:
    """A StreamEngine on engines.Stream. Raises EngineError, TooLarge."""

    fault: OurError | None = None

    def __init__(self, stream: int, model: Model, plan: StreamPlan) -> None:
        self._number, self._plan = stream, plan
        self._stopped, self._remote = threading.Event(), Tally()
        self._stream = self._make(model, plan)
        settings = self._stream.settings
        self._layout = Layout(self._stream.outputs, self._stream.outputs)
        self._info = self._describe(self._stream, self._layout)
        self._next: _Next | None = None
        self._faders = Faders(self._layout.names, settings.rate_hz)
        rows = (1 + len(settings.known), settings.channels)
        kept = HISTORY_SECONDS * settings.rate_hz
        self._input = History(rows, kept, settings.rate_hz)
        self._meters = StreamMeters(self._layout.names)
        self._measured: deque[tuple[Meter, ...]] = deque(maxlen=_METERS)
        self._load = 0.0
        self._past = Stats()
        self._begin()

    def _make(self, model: Model, plan: StreamPlan) -> AnyStream:
        stream = make_stream(model, settings_with(model, plan))
        stopped = self._stopped  # not self: a reference cycle would wait for the garbage collector
        stream.on_step = lambda window, step, steps: not stopped.is_set()
        return stream

    def _begin(self) -> None:
        self._input.clear()
        self._start = 0  # the position of the first sample, as the client counts
        self._out = 0  # samples that have come out
        self._skip = 0  # results of the running model that the one before has already given
        self._tail: Audio | None = None
        self._faded = 0

    def _describe(self, stream: AnyStream, layout: Layout) -> StreamInfo:
        return describe_stream(
            self._number,
            self._plan,
            stream.model,
            stream.settings,
            outputs=layout.names,
            latency_samples=stream.latency_samples,
            steps=stream.settings.steps,
            credit=CREDIT,
            folded=layout.folded,
            silent=layout.silent,
        )

    @property
    def info(self) -> StreamInfo:
        """The stream's current description."""
        return self._info

    # The feeding thread.

    def process(self, block: AudioBlock) -> AudioReply:
        """All newly final samples; 0 or more."""
        check_block(block, self._info, self._stopped.is_set())
        if block.discontinuity or not self._input.end:
            self.reset()
            self._start = block.start_sample
        else:
            self._take_next()
        began = time.perf_counter()
        joined = np.stack(block.signals)
        self._input.append(joined)
        with counted(self._remote):
            audio = self._push(joined, not self._faders.bypass)
        spent = (time.perf_counter() - began) * self._info.rate_hz / block.samples
        self._load += (spent - self._load) * min(1.0, block.samples / self._info.rate_hz)
        return self._reply(block.seq, audio, False)

    def _push(self, joined: Audio, run: bool) -> Audio:
        audio = self._blend(self._layout.arrange(self._given(joined, run)))
        # Otherwise windows that are left out fade from the stems to the residual by themselves.
        return self._routed(audio) if self._stream.settings.residual_to else audio

    def _given(self, joined: Audio, run: bool) -> Audio:
        """The results of input (1 + known, channels, n); known stems that are off are not used."""
        came = dict(zip(self._info.known, joined[1:], strict=True))
        known = {name: came[name] for name in self._stream.settings.known}
        return self._stream.push(joined[0], known, run)

    def flush(self) -> AudioReply:
        """The rest of the audio; the stream then starts over."""
        with counted(self._remote):
            audio = self._routed(self._blend(self._layout.arrange(self._stream.flush())))
        reply = self._reply(0, audio, True)
        self.reset()
        return reply

    def _routed(self, audio: Audio) -> Audio:
        """In bypass, everything on the residual (the last output), whatever `residual/to` is."""
        if self._faders.bypass:
            audio[-1] += audio[:-1].sum(axis=0)
            audio[:-1] = 0.0
        return audio

    def reset(self) -> None:
        """Start over."""
        self._count_past()
        if self._next is None:
            self._stream.reset()
        else:
            self._stream, self._layout, self._next = self._next.stream, self._next.layout, None
        self._begin()

    def _reply(self, seq: int, audio: Audio, final: bool) -> AudioReply:
        start = self._start + self._out
        self._out += audio.shape[-1]
        if audio.shape[-1]:
            self._measured.append(meters(audio))
            self._faders.apply(audio)
        info = self._info
        return AudioReply(
            self._number, seq, start, info.rate_hz, self._stream.latency_samples, info.outputs,
            audio, final,
        )  # fmt: skip

    # Another model.

    def change(self, model: Model, plan: StreamPlan) -> StreamInfo:
        """Crossfade to another model or grid with the next block; the outputs keep their names."""
        if (plan, self._next) == (self._plan, None) and model is self._stream.model:
            return self._info
        stream = self._make(model, plan)
        layout = Layout(self._layout.names, stream.outputs)
        self._plan = plan
        self._next = _Next(stream, layout)
        self._info = self._describe(stream, layout)
        return self._info

    def _take_next(self) -> None:
        """Flush the old model, and prime the new one with the recent input."""
        if self._next is None:
            return
        new, self._next = self._next, None
        with counted(self._remote):
            tail = self._blend(self._layout.arrange(self._stream.flush()))
        self._count_past()
        self._stream, self._layout = new.stream, new.layout
        here = self._prime()
        self._skip = max(0, self._out - here)
        gap = max(0, here - self._out)  # what the new model cannot give comes from the old one
        self._tail, self._faded = tail, -gap

    def _prime(self) -> int:
        """Feed the new model the recent input; returns the position that its results begin at."""
        end = self._input.end
        start = max(0, end - HISTORY_SECONDS * self._info.rate_hz)
        past = self._input.read(start, end)
        return start + int(self._given(past, run=False).shape[-1])

    def _blend(self, fresh: Audio) -> Audio:
        """New results, crossfaded from what was left of the old model."""
        skipped = min(self._skip, fresh.shape[-1])
        self._skip -= skipped
        fresh = fresh[..., skipped:]
        tail = self._tail
        if tail is None:
            return fresh
        if self._faded < 0:
            gap, self._faded = -self._faded, 0
            head, self._tail = tail[..., :gap], tail[..., gap:]
            return np.concatenate([head, self._blend(fresh)], axis=-1)
        length = min(FADE_SAMPLES, tail.shape[-1])
        done, count = self._faded, min(fresh.shape[-1], length - self._faded)
        weights = rise(length)[done : done + count] if count else np.zeros(0, np.float32)
        old = tail[..., done : done + count]
        fresh[..., :count] = old + (fresh[..., :count] - old) * weights
        self._faded += count
        if self._faded == length:
            self._tail = None
        return fresh

    # Any other thread.

    def adjust(self, name: str, stem: str, value: Value) -> StreamInfo | None:
        """Gain, mute, solo and bypass at once; steps and seed from the next window."""
        if name == "refine/steps":
            plan = self._plan.changed({name: value})
            steps = settings_for(self._stream.model.spec, plan).steps
            self._refine(plan, steps=steps)
        elif name == "refine/seed":
            self._refine(self._plan.changed({name: value}), seed=int(value))
        else:
            set_fader(self._faders, name, stem, value)
            return None
        return self._info

    def _refine(self, plan: StreamPlan, steps: int | None = None, seed: int | None = None) -> None:
        self._plan = plan
        waiting = self._next
        for stream in (self._stream, waiting.stream if waiting else None):
            if stream is not None:
                stream.update(steps=steps, seed=seed)
        info = self._info
        self._info = replace(
            info,
            steps=info.steps if steps is None else steps,
            seed=info.seed if seed is None else seed,
        )

    def report(self, error: OurError) -> None:
        """Note an error that is not the answer to a request: it becomes `fault`."""
        self.fault = error

    def health(self) -> StreamHealth:
        """Levels, load (above 1 is possible: there is no deadline) and counts."""
        now, past = self._stream.stats, self._past
        count = Counters(
            load=self._load,
            windows=now.windows + past.windows,
            skipped_windows=now.skipped + past.skipped,
            nonfinite_samples=now.nonfinite_in + past.nonfinite_in,
            nonfinite_windows=now.nonfinite_out + past.nonfinite_out,
        )
        levels = self._meters.read(self._measured, self._faders.target)
        engine = engine_counts(self._stream.model, self._remote)
        return describe_health(self._info, levels, count, engine=engine)

    def _count_past(self) -> None:
        """Keep the counts of a stream that is reset or replaced."""
        past, now = self._past, self._stream.stats
        self._past = Stats(
            **{name: getattr(past, name) + getattr(now, name) for name in past.__dict__}
        )

    def abandon(self) -> None:
        """Stop refining; the current window ends with the steps it has."""
        self._stopped.set()

    def stop(self) -> None:
        """The same: nothing else runs."""
        self.abandon()
