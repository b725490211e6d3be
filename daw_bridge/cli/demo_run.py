"""The demo: a song through a live server over real sockets, block by block, into files."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from daw_bridge import __version__
from daw_bridge.cli.picture import draw, require_matplotlib
from daw_bridge.cli.terminal import Bar, Marks, can_draw_over
from daw_bridge.client import Client
from daw_bridge.client.stream import Stems, join
from daw_bridge.errors import BadChannels
from daw_bridge.files.audio.formats import audio_format
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.audio.reader import AudioReader, probe
from daw_bridge.files.audio.writer import AudioWriter
from daw_bridge.files.layout import suggested_pairs
from daw_bridge.files.outputs import OutputFolder, Rights, refuse_existing
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.server import Server
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.provider import place
from engines.load import find_model, read_spec
from engines.spec import RESIDUAL
from engines.types import Audio

DEMO_SONG = Path(__file__).parents[1] / "demo" / "song.ogg"
BLOCK_SAMPLES = 512
"""What a sound card hands over at a time, and so does the demo."""

PICTURE = "stems.png"
FORM = audio_format("wav-f32")


@dataclass(frozen=True)
class DemoRun:
    """What `daw-bridge demo` was asked to do."""

    server: ServerOptions
    song: Path = DEMO_SONG
    out_dir: Path = Path("demo-out")
    force: bool = False
    picture: bool = True
    steps: int = 0
    seed: int = 0

    def run(self) -> Iterator[str]:
        """Do it; gives lines for people. Raises BridgeError, EngineError."""
        if self.picture:
            require_matplotlib()
        self._refuse_existing(self._outputs())
        info = probe(self.song)
        _refuse_channels(info)
        for _, words in info.notices():
            yield f"note     {words}"
        with AudioReader(self.song) as reader:
            mix, rate_hz = reader.read(info.frames), info.rate_hz
        yield f"song     {self.song.name}: {mix.shape[1] / rate_hz:.1f} s at {rate_hz} Hz"
        server = Server(self.server)
        ready = server.start()
        yield f"server   daw-bridge {__version__}, {ready.model} on {place(ready.provider)}"
        try:
            started = time.perf_counter()
            stems = self._stream(f"tcp://{ready.bind}:{ready.zmq_port}", mix, rate_hz)
            seconds = time.perf_counter() - started
        finally:
            server.stop()
        yield from self._summary(stems, mix, rate_hz, seconds)
        yield from self._write(stems, mix, rate_hz)

    def _outputs(self) -> tuple[str, ...]:
        """The outputs that the model will have. Raises EngineError."""
        spec = read_spec(find_model(self.server.text("model")))
        return spec.stems if spec.residual_to else (*spec.stems, RESIDUAL)

    def _refuse_existing(self, stems: Sequence[str]) -> None:
        """Raises FileInTheWay, before the work as well as after it."""
        names = [f"{name}{FORM.suffix}" for name in stems] + [PICTURE] * self.picture
        refuse_existing([self.out_dir / name for name in names], self.force)

    def _stream(self, endpoint: str, mix: Audio, rate_hz: int) -> Stems:
        values: dict[str, Value] = {"refine/steps": self.steps, "refine/seed": self.seed}
        parts: list[Stems] = []
        streaming = Streaming(sys.stderr)
        with Client(endpoint) as client, client.stream(rate_hz, len(mix), values=values) as stream:
            for start in range(0, mix.shape[1], BLOCK_SAMPLES):
                parts.append(stream.process(mix[:, start : start + BLOCK_SAMPLES]))
                streaming.show(min(1.0, (start + BLOCK_SAMPLES) / mix.shape[1]))
            parts.append(stream.flush())
        return join(parts)

    def _summary(self, stems: Stems, mix: Audio, rate_hz: int, seconds: float) -> Iterator[str]:
        length_s = mix.shape[1] / rate_hz
        latency_ms = 1000 * stems.latency_samples / rate_hz
        yield (
            f"live     {length_s:.1f} s in {seconds:.1f} s ({length_s / seconds:.1f} times real "
            f"time) in blocks of {BLOCK_SAMPLES}, latency {latency_ms:.0f} ms"
        )
        peak = float(np.abs(stems.audio.sum(axis=0) - mix).max())
        yield f"sum      all outputs minus the song: {20 * np.log10(peak + 1e-10):.0f} dBFS"

    def _write(self, stems: Stems, mix: Audio, rate_hz: int) -> Iterator[str]:
        files = {name: f"{name}{FORM.suffix}" for name in stems.names}
        names = [*files.values(), *([PICTURE] if self.picture else [])]
        self._refuse_existing(stems.names)
        with OutputFolder(self.out_dir, Rights(self.force)) as folder:
            for name, file in files.items():
                audio = stems[name]
                writer = AudioWriter(folder.partial / file, FORM, rate_hz, *audio.shape)
                writer.write(audio)
                writer.close()
            if self.picture:
                tracks = {"mix": mix, **stems.as_dict()}
                draw(folder.partial / PICTURE, tracks, rate_hz, f"{self.song.stem} and its stems")
            for path in folder.commit(names):
                yield f"wrote    {path}"


def _refuse_channels(info: AudioInfo) -> None:
    """Raises BadChannels for what no single stream takes."""
    if info.channels > 2:
        raise BadChannels(
            f"{info.path} has {info.channels} channels", "one or two: the demo is one stream",
            f"Use `daw-bridge separate --pairs {suggested_pairs(info)}`.",
        )  # fmt: skip


class Streaming:
    """How far the song is: a bar on a terminal, in a log a line now and then."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._bar = Bar(err) if can_draw_over(err) else None
        self._marks = Marks(time.monotonic())

    def show(self, done: float) -> None:
        """Show `done`, 0 to 1."""
        if self._bar is None:
            if self._marks.due(done, time.monotonic()):
                print(f"streamed {done:.0%}", file=self._err, flush=True)
        elif done < 1.0:
            self._bar.draw(done, "  stream")
        else:
            self._bar.erase()
