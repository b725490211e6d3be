"""An open pair of sound devices: PortAudio's callback for one live stream, until closed or lost."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from daw_bridge.containment import watched
from daw_bridge.errors import NoDevice
from daw_bridge.live.player import PIECE_SAMPLES
from daw_bridge.ports import Served
from daw_bridge.ports.device.channels import Columns
from daw_bridge.ports.device.choice import DevicePair
from daw_bridge.ports.device.opening import Opening, open_input, open_output
from daw_bridge.ports.device.portaudio import load_sounddevice
from engines.types import Audio

CLOSES_WITHIN_S = 3.0


@dataclass(frozen=True)
class Routing:
    """Device columns, from 0: of the mix, of each known stem, of each output (() is not played)."""

    mix: Columns
    known: tuple[Columns, ...]
    outputs: tuple[Columns, ...]


class DeviceStream:
    """Opens the devices and serves at once. Raises NoDevice.

    `ended` is called, in PortAudio's thread, when the device stops by itself; `error` is then set
    if our own callback failed. `served` counts callbacks.
    """

    def __init__(
        self, pair: DevicePair, routing: Routing, live: Served, ended: Callable[[], None]
    ) -> None:
        self._live, self._ended = live, ended
        self.served = 0
        self.error: Exception | None = None
        self._closing = False
        sound = load_sounddevice()
        played = [column for one in routing.outputs for column in one]
        recorded = [column for one in (routing.mix, *routing.known) for column in one]
        inward = open_input(sound, pair.source, recorded)
        outward = open_output(sound, pair.sink, played)
        self._mix = _span(inward.at(routing.mix))
        self._known_spans = [_span(inward.at(one)) for one in routing.known]
        self._out_spans = [_span(outward.at(one)) for one in routing.outputs]
        shape = (live.channels, PIECE_SAMPLES)
        self._out = np.zeros((len(live.outputs), *shape), np.float32)
        self._known = np.zeros((len(routing.known), *shape), np.float32) if routing.known else None
        try:
            self._stream = self._open(sound, pair, inward, outward)
        except sound.PortAudioError as error:
            raise _refused(pair, error) from error
        try:
            self._stream.start()
        except sound.PortAudioError as error:
            self.close()
            raise _refused(pair, error) from error

    def _open(self, sound: Any, pair: DevicePair, inward: Opening, outward: Opening) -> Any:
        return sound.Stream(
            samplerate=pair.rate_hz,
            blocksize=pair.requested_block,
            device=(pair.source.number, pair.sink.number),
            channels=(inward.channels, outward.channels),
            extra_settings=(inward.extra, outward.extra),
            dtype="float32",
            latency="low",
            callback=self._callback,
            finished_callback=self._finished,
        )

    @property
    def driver_latency_s(self) -> tuple[float, float]:
        """The driver's own latency in seconds, in and out."""
        inward, outward = self._stream.latency
        return float(inward), float(outward)

    def close(self, within_s: float | None = None) -> bool:
        """Close the devices; the stream is not called any more after this.

        False where PortAudio does not return within_s (None: CLOSES_WITHIN_S), as with a JACK
        server that has gone: this process cannot use PortAudio again.
        """
        self._closing = True
        closer = watched("device close", self._close, again=False, failed=lambda error: None)
        closer.start()
        closer.join(CLOSES_WITHIN_S if within_s is None else within_s)
        if closer.is_alive():
            atexit.unregister(load_sounddevice()._exit_handler)  # it would hang, too
            return False
        return True

    def _close(self) -> None:
        self._stream.abort()
        self._stream.close()

    # PortAudio's thread from here on.

    def _callback(self, indata: Audio, outdata: Audio, frames: int, time: Any, status: Any) -> None:
        try:
            self._serve(indata, outdata, frames, status)
        except Exception as error:
            # PortAudio now ends the stream; the supervisor thread reports why.
            self.error = error
            raise

    def _serve(self, indata: Audio, outdata: Audio, frames: int, status: Any) -> None:
        self.served += 1
        if status:
            self._live.port_status.xruns += 1
        for first in range(0, frames, PIECE_SAMPLES):
            piece = slice(first, min(first + PIECE_SAMPLES, frames))
            self._serve_piece(indata[piece], outdata[piece])

    def _serve_piece(self, indata: Audio, outdata: Audio) -> None:
        """(n, opened inputs) -> (n, opened outputs)."""
        out = self._out[..., : len(indata)]
        known = None if self._known is None else self._known[..., : len(indata)]
        if known is not None:
            for row, span in zip(known, self._known_spans, strict=True):
                row[...] = indata[:, span].T
        self._live.process(indata[:, self._mix].T, out, known)
        outdata.fill(0.0)
        for row, span in zip(out, self._out_spans, strict=True):
            if span.stop:
                outdata[:, span] = row.T

    def _finished(self) -> None:
        if not self._closing:
            self._ended()


def _span(columns: Columns) -> slice:
    return slice(columns[0], columns[-1] + 1) if columns else slice(0, 0)


def _refused(pair: DevicePair, error: Exception) -> NoDevice:
    return NoDevice(
        f"{pair.describe()}: {error}", "a device that opens", "`daw-bridge devices` lists them."
    )
