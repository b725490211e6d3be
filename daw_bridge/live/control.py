"""The control half of a live stream: what any thread but the audio callback may call.

Nothing here waits for the callback. A change is handed over as one attribute, or through the
worker, and the callback picks it up with one of the next blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from daw_bridge.errors import BadValue, BridgeError, TooSlow
from daw_bridge.live.admission import Admit
from daw_bridge.live.counters import Counters, StreamMeters
from daw_bridge.live.engine_run import EngineRun, Refine, RunContext
from daw_bridge.live.faders import Faders
from daw_bridge.live.latency import Timing
from daw_bridge.live.player import PIECE_SAMPLES, Player
from daw_bridge.live.port_status import PortStatus
from daw_bridge.live.process import BlockProcessor
from daw_bridge.live.ring import Ring
from daw_bridge.live.sampling import refuse_sampling
from daw_bridge.live.worker import Worker
from engines.errors import EngineError
from engines.gains import Meter
from engines.load import Model
from engines.stream import StreamSettings

MOST_LOAD = 20.0
"""Settings that need so many times the time there is are refused; from 1 on that is reported."""


@dataclass(frozen=True)
class SwapReport:
    """What a model change brings: the new latency in samples; stems of the new model that have no
    output and go to the residual (`folded`); outputs that it has no stem for (`silent`).
    """

    latency_samples: int
    folded: tuple[str, ...]
    silent: tuple[str, ...]


class StreamControl:
    """Starts, stops, changes and observes one live stream. Any thread.

    `newest` is the run of the model asked for last; the one that is heard may still be the one
    before. `context`: what all of its runs share. `admit`: see Admit.
    """

    def __init__(
        self,
        newest: EngineRun,
        context: RunContext,
        inputs: Ring,
        worker: Worker,
        process: BlockProcessor,
        faders: Faders,
        port_status: PortStatus,
        admit: Admit,
    ) -> None:
        self._newest, self._context, self._admit = newest, context, admit
        self._load_share = context.load_target
        self._inputs, self._worker, self._process = inputs, worker, process
        self._faders, self._port_status = faders, port_status
        self._meters = StreamMeters(context.outputs)

    # The worker.

    def start(self, priority: int = 0) -> None:
        """Warm the model up and start the worker thread, at a real-time priority if not 0.

        Raises EngineError, TooSlow, NotAllowed, and as `admit`.
        """
        refuse_sampling(self._newest)
        self._newest.warm_up()
        _refuse_hopeless(self._newest)
        self._admit(*self.need)
        self._worker.start(priority)
        self._report_load()

    def stop(self) -> None:
        """Stop the worker thread; blocks still served have the mix on the residual."""
        self._worker.stop()

    def step(self) -> bool:
        """Do one piece of the worker's work; False if there is none. Only while not started."""
        return self._worker.step()

    @property
    def stands_from_s(self) -> float:
        """From then on (time.monotonic) the worker stands still, unless it turns until then.

        A window may take MOST_LOAD hops; settings that need longer are refused.
        """
        now = self.settings
        return self._worker.turned_s + MOST_LOAD * now.hop_samples / now.rate_hz

    # What it is.

    @property
    def latency_samples(self) -> int:
        """The declared latency of what is heard now."""
        return self._process.player.run.latency_samples

    @property
    def timing(self) -> Timing:
        """The parts of the declared latency."""
        return self._process.player.run.timing

    @property
    def settings(self) -> StreamSettings:
        """Settings of the newest model; the seed as it is now."""
        return replace(self._newest.settings, seed=self._newest.refine.seed)

    @property
    def steps(self) -> int:
        """Refinement steps of the windows to come; 0: as many as the deadline allows."""
        return self._newest.refine.steps

    @property
    def form(self) -> tuple[int, int]:
        """Rate in Hz and block size in samples (0: they vary) that the newest model runs for."""
        return self._newest.settings.rate_hz, self._newest.timing.block_samples

    @property
    def need(self) -> tuple[float, bool]:
        """What `admit` is asked for, as it is now."""
        return self._newest.need, self._newest.refine.steps == 0

    # What is changed.

    def reset(self) -> None:
        """At the next block: what came before it is forgotten and fades out at once."""
        self._process.reset_wanted = True

    def limit_share(self, share: float) -> None:
        """Steps by the deadline take at most this share of a hop's time, from the next window on.

        Also beside `update`.
        """
        self._load_share = self._newest.load_share = share

    def update(self, steps: int | None = None, seed: int | None = None) -> None:
        """Steps and seed from the next window on; steps 0: as many as the deadline allows.

        More than there is time for is a fault that says so. Raises BadValue.
        """
        if steps is not None and steps < 0:
            raise BadValue(f"{steps} steps", "0 or more", "0 is as many as the deadline allows.")
        now = self._newest.refine
        self._newest.refine = Refine(
            now.steps if steps is None else steps, now.seed if seed is None else seed
        )
        if steps is not None:
            self._report_load()

    def swap(
        self,
        model: Model,
        settings: StreamSettings,
        *,
        anytime: bool = False,
        block_samples: int | None = None,
    ) -> SwapReport:
        """Go over to another model, grid, rate or block size, or to others of the known stems that
        are routed in, crossfaded at a block boundary.

        Warms the model up in the calling thread. The outputs stay as they are; block_samples None:
        as now. Of several that come while one is crossfaded only the last is heard. Raises
        BadValue, EngineError, TooSlow, and as `admit`.
        """
        self._check_swap(settings)
        context = self._context
        if block_samples is not None:
            context = replace(context, block_samples=block_samples)
        refine = Refine(0 if anytime else settings.steps, settings.seed)
        run = EngineRun(model, settings, refine, context, self._load_share)
        self._check_room(run)
        refuse_sampling(run)
        run.warm_up()
        _refuse_hopeless(run)
        player = Player(self._inputs, run)
        self._admit(run.need, refine.steps == 0)
        self._worker.swap(player)
        self._newest, self._context = run, context
        self._report_load()
        return SwapReport(run.latency_samples, run.layout.folded, run.layout.silent)

    def _report_load(self) -> None:
        if self._newest.need > 1.0:
            self.report(_too_slow(self._newest))

    def _check_swap(self, settings: StreamSettings) -> None:
        channels, routed = self._newest.settings.channels, self._context.routed
        if (settings.channels, {*settings.known} - {*routed}) != (channels, set()):
            raise BadValue(
                f"{settings.channels} channels, known {settings.known}",
                f"{channels} channels, known stems of {routed}",
                "Open a new stream for that.",
            )

    def _check_room(self, run: EngineRun) -> None:
        """Raises BadValue for a run that needs more of the input's past than is kept."""
        kept = self._inputs.capacity_samples
        seen = None
        if run.latency_samples + 2 * PIECE_SAMPLES > kept // 2:
            seen = f"a latency of {run.latency_samples} samples"
        elif run.memory_samples and run.history_samples > kept // 2:
            seen = f"a model that first hears {run.history_samples} samples of the past"
        if seen is not None:
            expected = f"less than half of the {kept} samples kept"
            raise BadValue(seen, expected, "Open a new stream with this model.")

    # What is observed.

    @property
    def fault(self) -> EngineError | BridgeError | None:
        """The last error of the worker or the port, if there was any."""
        return self._worker.fault

    def report(self, error: BridgeError | EngineError) -> None:
        """The port says what has gone wrong with the audio it carries."""
        self._worker.fault = error

    @property
    def steps_log(self) -> tuple[tuple[int, int], ...]:
        """(window, steps) of the newest windows since the last reset; 0 steps: skipped.

        Replaying it offline gives the same samples.
        """
        return tuple(self._newest.steps_log.copy())

    @property
    def counters(self) -> Counters:
        """A snapshot of what has been counted."""
        process, worker = self._process, self._context.counters
        return Counters(
            blocks=process.timer.blocks,
            late_blocks=process.late_blocks,
            late_samples=process.late_samples,
            windows=worker.windows,
            skipped_windows=worker.skipped_windows,
            discarded_samples=worker.discarded_samples,
            lost_samples=worker.lost_samples,
            xruns=self._port_status.xruns,
            nonfinite_samples=process.nonfinite_samples,
            nonfinite_windows=worker.nonfinite_windows,
            failures=self._worker.failures,
            load=min(1.0, worker.load),
            callback_max_us=process.timer.longest_ns / 1000.0,
            callback_p999_us=process.timer.p999_us(),
        )

    def meters(self) -> dict[str, Meter]:
        """Levels of each output since the last call, as heard (with its gain)."""
        return self._meters.read(self._newest.meters, self._faders.target)


def _refuse_hopeless(run: EngineRun) -> None:
    """Raises TooSlow for a run that would be late by far; close calls are left to be tried."""
    if run.need >= MOST_LOAD:
        raise _too_slow(run)


def _too_slow(run: EngineRun) -> TooSlow:
    hop_ms = 1000 * run.timing.hop_samples / run.settings.rate_hz
    return TooSlow(
        f"a load of {run.need:.3g}: a hop of {run.settings.hop_samples} samples lasts "
        f"{hop_ms:.3g} ms, and computing it takes {run.need * hop_ms:.3g} ms here",
        "a load below 1",
        "Choose fewer steps (0: as many as there is time for), a larger hop or a smaller model.",
    )
