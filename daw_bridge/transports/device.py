"""Live audio through a sound device, by PortAudio: `--io device`. Full duplex, float32.

Under JACK (and PipeWire's JACK) the block is the server's period: with any other size PortAudio
adds a block of latency of its own and calls back in bursts. Elsewhere PortAudio is asked for the
block given.

While a device runs, Python is quiet for its callback: see hush.py.
"""

from __future__ import annotations

import atexit
import threading
from typing import Any

import numpy as np

from daw_bridge.channel_map import Columns, in_map, out_map
from daw_bridge.device_choice import DevicePair, choose
from daw_bridge.errors import BadChannels, NoDevice
from daw_bridge.hush import Hush
from daw_bridge.live import LiveStream
from daw_bridge.player import PIECE_SAMPLES
from daw_bridge.portaudio import load_sounddevice
from daw_bridge.transports import AudioOptions
from engines.types import Audio

KIND = "audio"
SUMMARY = "a sound card, or JACK, through PortAudio"

STILL_S = 2.0
CLOSES_WITHIN_S = 3.0


def prepare(options: AudioOptions) -> DevicePort:
    """Choose and check the devices. Raises NoPortAudio, NoDevice, BadChannels."""
    if options.known or options.connect:
        raise BadChannels(
            "--known or --connect with --io device",
            "--in-map",
            "Route known stems in with --in-map mix=1-2,drums=3-4; --io jack has --connect.",
        )
    pair = choose(options.in_device, options.out_device, options.rate_hz, options.block_samples)
    return DevicePort(pair, options)


class DevicePort:
    """An input and an output device that serve one LiveStream. An AudioPort."""

    def __init__(self, pair: DevicePair, options: AudioOptions) -> None:
        self.rate_hz, self.block_samples = pair.rate_hz, pair.block_samples
        self.channels, self.held_ms = options.channels, 0.0
        self._pair, self._out_text = pair, options.out_map
        inputs = in_map(options.in_map, self.channels, pair.source.name, pair.source.inputs)
        self.known: tuple[str, ...] = tuple(inputs.known)
        self._mix_columns = inputs.mix
        self._known_columns = [inputs.known[name] for name in self.known]
        self._out_columns: tuple[Columns, ...] = ()
        self._live: LiveStream | None = None
        self._stream: Any = None
        self._stopping = threading.Event()
        self._served = 0
        self._error: Exception | None = None
        self._hush = Hush()

    def connect(self, live: LiveStream) -> None:
        """Take the stream to serve. Raises BadChannels where the map does not fit its outputs."""
        sink = self._pair.sink
        self._out_columns = out_map(
            self._out_text, live.outputs, self.channels, sink.name, sink.outputs
        )
        shape = (self.channels, PIECE_SAMPLES)
        self._out = np.zeros((len(live.outputs), *shape), np.float32)
        self._known = np.zeros((len(self.known), *shape), np.float32) if self.known else None
        self._live = live

    def start(self) -> None:
        """Open the devices and serve. Raises NoDevice."""
        sound, pair = load_sounddevice(), self._pair
        columns = [c for one in (self._mix_columns, *self._known_columns) for c in one]
        played = [c for one in self._out_columns for c in one]
        self._error = None
        self._stopping.clear()
        try:
            self._stream = sound.Stream(
                samplerate=self.rate_hz,
                blocksize=pair.requested_block,
                device=(pair.source.number, pair.sink.number),
                channels=(1 + max(columns), 1 + max(played, default=0)),
                dtype="float32",
                latency="low",
                callback=self._callback,
                finished_callback=self._finished,
            )
            self._hush.begin()
            self._stream.start()
            threading.Thread(target=self._watch, name="daw-bridge watch", daemon=True).start()
            self._say(self.describe())
        except sound.PortAudioError as error:
            self.stop()
            raise NoDevice(
                f"{self.describe()}: {error}", "a device that opens", "See `daw-bridge devices`."
            ) from error

    def stop(self) -> None:
        """Close the devices; the stream is not called any more after this."""
        self._stopping.set()
        stream, self._stream = self._stream, None
        if stream is None:
            return
        # PortAudio never returns from closing a stream whose JACK server has gone.
        closer = threading.Thread(target=_close, args=(stream,), daemon=True)
        closer.start()
        closer.join(CLOSES_WITHIN_S)
        if closer.is_alive():
            atexit.unregister(load_sounddevice()._exit_handler)  # would wait for it as well
        self._hush.end()

    def describe(self) -> str:
        """The devices, the form of the audio and, once open, the driver's own latency."""
        pair = self._pair
        both = (
            pair.source.name
            if pair.source == pair.sink
            else f"{pair.source.name} to {pair.sink.name}"
        )
        text = f"{both}, {pair.source.host}, {self.rate_hz} Hz, blocks of {self.block_samples}"
        if self._stream is None:
            return text
        inward, outward = self._stream.latency
        return f"{text}, driver's latency {1000 * inward:.1f} ms in, {1000 * outward:.1f} ms out"

    # PortAudio's thread from here on.

    def _callback(self, indata: Audio, outdata: Audio, frames: int, time: Any, status: Any) -> None:
        try:
            self._serve(indata, outdata, frames, status)
        except Exception as error:
            # PortAudio ends the stream after this; _finished tells the stream's owner why.
            self._error = error
            raise

    def _serve(self, indata: Audio, outdata: Audio, frames: int, status: Any) -> None:
        assert self._live is not None
        self._served += 1
        if status:
            self._live.count_xrun()
        for first in range(0, frames, PIECE_SAMPLES):
            piece = slice(first, min(first + PIECE_SAMPLES, frames))
            self._serve_piece(self._live, indata[piece], outdata[piece])

    def _serve_piece(self, live: LiveStream, indata: Audio, outdata: Audio) -> None:
        """(n, device inputs) -> (n, device outputs)."""
        out = self._out[..., : len(indata)]
        known = None if self._known is None else self._known[..., : len(indata)]
        if known is not None:
            for row, columns in zip(known, self._known_columns, strict=True):
                row[...] = indata[:, _span(columns)].T
        live.process(indata[:, _span(self._mix_columns)].T, out, known)
        outdata.fill(0.0)
        for row, columns in zip(out, self._out_columns, strict=True):
            if columns:
                outdata[:, _span(columns)] = row.T

    def _finished(self) -> None:
        if not self._stopping.is_set():
            self._lost("the device stopped" if self._error is None else f"{self._error!r}")

    # The watching thread.

    def _watch(self) -> None:
        """Tell when no block has come for STILL_S: a JACK server that dies says nothing itself."""
        before = -1
        while not self._stopping.wait(STILL_S):
            if self._served == before:
                self._lost(f"no block for {STILL_S:.0f} s")
                return
            before = self._served

    def _say(self, state: str) -> None:
        if self._live is not None:
            self._live.carrier.state = state

    def _lost(self, why: str) -> None:
        self._say(f"stopped: {why}")
        if self._live is not None:
            self._live.report(
                NoDevice(
                    f"audio has stopped: {why}", "a device that runs on", "Restart the server."
                )
            )


def _close(stream: Any) -> None:
    stream.abort()
    stream.close()


def _span(columns: Columns) -> slice:
    return slice(columns[0], columns[-1] + 1)
