"""Plays the demo song through live streams whose model runs at a remote engine, in real time.

    python -m tests.bench.remote_live song --seconds 60
    python -m tests.bench.remote_live song --preset tight --streams 2
    python -m tests.bench.remote_live song --device grpcs://studio:17125

Without --device an engine is started here, with a run of one thread for each stream. Blocks go in
when they are due, as a sound card would have it. Of each stream it says: windows and how many of
them were missed (no answer within the deadline), late blocks, calls that failed, the times of calls
beside their deadline, and how far all outputs together are from the delayed mix.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack

import numpy as np
import psutil
import soundfile

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.live.stream import LiveStream
from daw_bridge.remote.counters import Tally
from daw_bridge.remote.live import DEADLINE_SHARE, for_live
from daw_bridge.remote.load import load_model
from daw_bridge.server.options import ServerOptions
from engines.load import Model
from engines.settings import stream_settings
from engines.types import Audio
from tests.bench.tools import described
from tests.rigs.engines import EngineProcess


class Timed(Tally):
    """Counts, and keeps what each call took."""

    def __init__(self) -> None:
        super().__init__()
        self.each_s: list[float] = []

    def answered(self, seconds: float) -> None:
        super().answered(seconds)
        self.each_s.append(seconds)


class Player:
    """One live stream, fed in real time by a thread of its own."""

    def __init__(
        self, model: Model, preset: str, block: int, mix: Audio, rate_hz: int, target: float
    ) -> None:
        self.tally, self.mix, self.block, self.rate_hz = Timed(), mix, block, rate_hz
        self.target = target
        self.settings = stream_settings(model.spec, rate_hz, len(mix), preset=preset)
        timed = for_live(model, self.settings, target, self.tally)
        self.live = LiveStream(timed, self.settings, block, target)
        self.live.control.start()
        self.warm_calls = len(self.tally.each_s)
        self.out = np.zeros((len(self.live.outputs), *mix.shape), np.float32)
        self.behind_s = 0.0
        self.thread = threading.Thread(target=self._play)

    def _play(self) -> None:
        began = time.monotonic()
        for first in range(0, self.mix.shape[-1] - self.block + 1, self.block):
            due_s = began + first / self.rate_hz
            time.sleep(max(0.0, due_s - time.monotonic()))
            self.behind_s = max(self.behind_s, time.monotonic() - due_s)
            part = slice(first, first + self.block)
            self.live.process(self.mix[:, part], self.out[..., part])
        self.live.control.stop()

    def row(self) -> str:
        """What became of it."""
        counts, count = self.tally.read(True, ""), self.live.control.counters
        times_ms = 1000 * np.array(self.tally.each_s[self.warm_calls :])
        late = self.live.latency_samples
        end = self.mix.shape[-1] // self.block * self.block
        error = self.out[..., late:end].sum(axis=0) - self.mix[:, : end - late]
        p50, p99 = np.quantile(times_ms, [0.5, 0.99])
        hop_ms = 1000 * self.settings.hop_samples / self.settings.rate_hz
        null_db = 20 * np.log10(max(1e-10, float(np.abs(error).max())))
        return (
            f"| {count.windows} | {counts.missed_windows} | {count.late_blocks} | {counts.failed} "
            f"| {p50:.1f} | {p99:.1f} | {times_ms.max():.1f} "
            f"| {self.target * DEADLINE_SHARE * hop_ms:.1f} | {count.load:.2f} "
            f"| {1000 * late / self.rate_hz:.0f} | {null_db:.0f} |"
        )


def main() -> None:
    """See the module's docstring."""
    parser = described(__doc__)
    parser.add_argument("model")
    parser.add_argument("--device", default="", help="default: an engine that is started here")
    parser.add_argument("--preset", default="balanced", help="default %(default)s")
    parser.add_argument("--seconds", type=float, default=60.0, help="default %(default)s")
    parser.add_argument("--streams", type=int, default=1, help="default %(default)s")
    parser.add_argument("--block", type=int, default=512, help="default %(default)s")
    target = ServerOptions.of().number("load/target")
    parser.add_argument("--load-target", type=float, default=target, help="default %(default)s")
    given = parser.parse_args()
    music, rate_hz = soundfile.read(DEMO_SONG, dtype="float32")
    frames = int(given.seconds * rate_hz)
    mix = np.ascontiguousarray(np.tile(music.T, (1, -(-frames // len(music))))[:, :frames])
    with ExitStack() as stack:
        device, engine = given.device, None
        if not device:
            flags = ("--threads", 1, "--workers", given.streams)
            engine = stack.enter_context(EngineProcess(given.model, *flags))
            device = engine.device
        model = load_model(given.model, device, preset=given.preset)
        print(f"{model.spec.name}, {given.preset}: {model.provider_note}")
        players = [
            Player(model, given.preset, given.block, mix, rate_hz, given.load_target)
            for _ in range(given.streams)
        ]
        before_s = cpu_s(engine)
        for one in players:
            one.thread.start()
        for one in players:
            one.thread.join()
        used_s = cpu_s(engine) - before_s
    print("| windows | missed | late blocks | calls failed | call, ms: p50 | p99 | longest "
          "| deadline | load | latency, ms | sum - mix, dBFS |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for one in players:
        print(one.row())
    if engine is not None:
        print(f"the engine's processor time: {used_s / given.seconds:.2f} of a core")
    print(f"blocks went in at most {1000 * max(one.behind_s for one in players):.0f} ms after "
          "they were due")  # fmt: skip


def cpu_s(engine: EngineProcess | None) -> float:
    """Processor time of an engine of ours so far."""
    if engine is None:
        return 0.0
    times = psutil.Process(engine.process.pid).cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
