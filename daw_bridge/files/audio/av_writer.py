"""AAC in an MP4 file, written by PyAV. Audio is `(channels, n) float32`.

The movie's clock is the sample rate, so that the edit list states the length, without the encoder's
priming and padding, to the sample.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.encoders import failed
from daw_bridge.files.audio.info import Audio
from daw_bridge.files.audio.tags import Tags

_LAYOUTS = {1: "mono", 2: "stereo"}


def require_pyav(name: str) -> None:
    """Raise BadValue where PyAV, which writes the format `name`, is not installed."""
    try:
        import av  # noqa: F401
    except ImportError as error:
        raise BadValue(
            f"format {name} without PyAV", "the extra `formats`", "pip install '.[formats]'"
        ) from error


def _named(tags: Tags) -> dict[str, str]:
    """As FFmpeg writes them: a tempo is a whole number of beats a minute, in the box `tmpo`."""
    named = dict(tags)
    tempo = re.match(r"\d{1,4}(\.\d{1,9})?", named.pop("bpm", ""))
    return named | ({"tmpo": str(round(float(tempo[0])))} if tempo else {})


class AacFile:
    """An MP4 file of `tracks` AAC streams, the first one played by default. Raises WriteFailed."""

    def __init__(
        self, path: Path, rate_hz: int, channels: int, kbps: int, tags: Tags = (), tracks: int = 1
    ) -> None:
        import av

        self._path, self._rate_hz, self._position = path, rate_hz, 0
        self._layout = _LAYOUTS[channels]
        self._errors: tuple[type[Exception], ...] = (av.FFmpegError, OSError)
        self._make_frame = av.AudioFrame.from_ndarray
        kind, options = "ipod" if tracks == 1 else "mp4", {"movie_timescale": str(rate_hz)}
        try:
            self._target = path.open("wb")  # a name need not be text
            self._file = av.open(self._target, "w", format=kind, options=options)
            self._file.metadata.update(_named(tags))
            self._streams: list[Any] = [
                self._file.add_stream("aac", rate=rate_hz, layout=self._layout)
                for _ in range(tracks)
            ]
            for stream in self._streams:
                stream.bit_rate = 1000 * kbps
        except self._errors as error:
            raise failed(path, str(error)) from error

    def write(self, audio: Audio | NDArray[np.int32]) -> None:
        """Append `(channels, n) float32` to a file of one track. Raises WriteFailed."""
        self.write_tracks([np.asarray(audio, np.float32)])

    def write_tracks(self, blocks: Sequence[Audio]) -> None:
        """Append `(channels, n) float32` to each track, all of one length. Raises WriteFailed."""
        for stream, block in zip(self._streams, blocks, strict=True):
            audio = np.ascontiguousarray(block, np.float32)
            frame = self._make_frame(audio, format="fltp", layout=self._layout)
            frame.sample_rate, frame.time_base = self._rate_hz, Fraction(1, self._rate_hz)
            frame.pts = self._position
            self._encode(stream, frame)
        self._position += blocks[0].shape[1]

    def close(self) -> None:
        """Finish the file. Raises WriteFailed."""
        try:
            for stream in self._streams:
                self._encode(stream, None)
        finally:
            self._close()

    def _close(self) -> None:
        try:
            try:
                self._file.close()
            finally:
                self._target.close()
        except self._errors as error:
            raise failed(self._path, str(error)) from error

    def _encode(self, stream: Any, frame: Any) -> None:
        try:
            self._file.mux(stream.encode(frame))
        except self._errors as error:
            raise failed(self._path, str(error)) from error
