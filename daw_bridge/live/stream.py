"""A live stream: audio blocks in, stems out at one declared latency, whatever the model is doing.

How it works is drawn in the package's docstring.
"""

from __future__ import annotations

import time
from dataclasses import replace

from daw_bridge.errors import BridgeError
from daw_bridge.live.admission import Admit, admit_all
from daw_bridge.live.control import StreamControl
from daw_bridge.live.engine_run import Clock, EngineRun, Refine, RunContext
from daw_bridge.live.faders import Faders
from daw_bridge.live.player import PIECE_SAMPLES, Player
from daw_bridge.live.port_status import PortStatus
from daw_bridge.live.process import BlockProcessor
from daw_bridge.live.ring import Ring
from daw_bridge.live.worker import Worker
from engines.errors import EngineError
from engines.load import Model
from engines.stream import StreamSettings

LARGEST_VARYING_SAMPLES = 1024
"""Blocks that vary are at most this long, unless said otherwise: each adds to the latency."""

_INPUT_SECONDS = 8


class LiveStream:
    """Serves blocks of (channels, n) with (outputs, channels, n) at `latency_samples`.

    `process`: the callback half; a port calls it with every block. `control`: the other half, for
    any other thread. `faders`: gain, mute, solo and bypass, for any thread. `port_status`: of the
    port that feeds it. `routed`: the known stems whose audio comes in, those of the first
    settings; a swap may use fewer.

    `block_samples` is the size of every block, or 0 where it varies up to `largest_block_samples`
    (other sizes are served as well, but their results may be late). `load_target`: the share of
    a hop's time that computing may take; it sets the latency's compute budget. `anytime`: steps
    by the deadline, window by window, instead of settings.steps. `admit`: see Admit. Without
    `control.start()`, `control.step()` is the worker, for tests and for hosts with threads of
    their own. Raises SettingsError.
    """

    def __init__(
        self,
        model: Model,
        settings: StreamSettings,
        block_samples: int = 0,
        load_target: float = 0.7,
        *,
        anytime: bool = False,
        largest_block_samples: int = LARGEST_VARYING_SAMPLES,
        clock: Clock = time.perf_counter,
        admit: Admit = admit_all,
    ) -> None:
        self.channels, self.routed = settings.channels, settings.known
        context = RunContext(
            block_samples, largest_block_samples, load_target, self.routed, clock=clock
        )
        refine = Refine(0 if anytime else settings.steps, settings.seed)
        run = EngineRun(model, settings, refine, context, load_target)
        self.outputs: tuple[str, ...] = run.layout.names
        self.faders = Faders(self.outputs, settings.rate_hz)
        self.port_status = PortStatus()
        inputs = Ring((1 + len(self.routed), self.channels), _input_capacity(run))
        player = Player(inputs, run)
        worker = Worker(inputs, player, clock)
        self.process = BlockProcessor(inputs, player, worker, self.faders, self.port_status, clock)
        self.control = StreamControl(
            run, replace(context, outputs=self.outputs), inputs, worker, self.process,
            self.faders, self.port_status, admit,
        )  # fmt: skip

    # For the port (see ports.Served).

    @property
    def latency_samples(self) -> int:
        """The declared latency of what is heard now."""
        return self.control.latency_samples

    def reset(self) -> None:
        """At the next block: what came before it is forgotten and fades out at once."""
        self.control.reset()

    def report(self, error: BridgeError | EngineError) -> None:
        """Something has gone wrong with the audio that the port carries."""
        self.control.report(error)


def _input_capacity(run: EngineRun) -> int:
    """Input kept: for the delayed mix, for a worker that falls behind, and for model changes."""
    least = run.latency_samples + run.history_samples + 2 * PIECE_SAMPLES
    return max(_INPUT_SECONDS * run.settings.rate_hz, 4 * least)
