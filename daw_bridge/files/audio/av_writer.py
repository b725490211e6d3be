"""AAC in an MP4 file, written by PyAV. Audio is `(channels, n) float32`.

The movie's clock is the sample rate, so that the edit list states the length, without the encoder's
priming and padding, to the sample.
"""

from __future__ import annotations

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


class AacFile:
    """An .m4a file with one AAC stream. Raises WriteFailed."""

    def __init__(self, path: Path, rate_hz: int, channels: int, kbps: int, tags: Tags = ()) -> None:
        import av

        self._path, self._rate_hz, self._position = path, rate_hz, 0
        self._layout = _LAYOUTS[channels]
        self._errors: tuple[type[Exception], ...] = (av.FFmpegError, OSError)
        self._make_frame = av.AudioFrame.from_ndarray
        try:
            self._target = path.open("wb")  # a name need not be text
            self._file = av.open(
                self._target, "w", format="ipod", options={"movie_timescale": str(rate_hz)}
            )
            self._file.metadata.update(tags)
            self._stream: Any = self._file.add_stream("aac", rate=rate_hz, layout=self._layout)
            self._stream.bit_rate = 1000 * kbps
        except self._errors as error:
            raise failed(path, str(error)) from error

    def write(self, audio: Audio | NDArray[np.int32]) -> None:
        """Append `(channels, n) float32`. Raises WriteFailed."""
        block = np.ascontiguousarray(audio, np.float32)
        frame = self._make_frame(block, format="fltp", layout=self._layout)
        frame.sample_rate, frame.time_base = self._rate_hz, Fraction(1, self._rate_hz)
        frame.pts = self._position
        self._position += block.shape[1]
        self._encode(frame)

    def close(self) -> None:
        """Finish the file. Raises WriteFailed."""
        try:
            self._encode(None)
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

    def _encode(self, frame: Any) -> None:
        try:
            self._file.mux(self._stream.encode(frame))
        except self._errors as error:
            raise failed(self._path, str(error)) from error
