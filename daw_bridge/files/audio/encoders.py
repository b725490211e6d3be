"""What turns samples into a file: libsndfile, or PyAV for AAC. Audio is `(channels, n) float32`."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.info import Audio, reason, soundfile_name
from daw_bridge.files.audio.lossy import compression_level
from daw_bridge.files.audio.tags import SOUNDFILE_NAMES, Tags
from daw_bridge.files.audio.target import Target
from engines.resample import Resampler

_QUANTUM = 4096


class Encoder(Protocol):
    """An open file. Raises WriteFailed."""

    def write(self, audio: Audio | NDArray[np.int32]) -> None:
        """Append `(channels, n)`: float32, or integers in the upper bits of int32."""

    def close(self) -> None:
        """Finish the file."""


class SoundFile:
    """A file written by libsndfile; of a rate that a lossy format lacks, converted to its own.

    `tags`: those of SOUNDFILE_NAMES.
    """

    def __init__(
        self, path: Path, form: AudioFormat, container: str, rate_hz: int, channels: int, kbps: int,
        tags: Tags = (),
    ) -> None:  # fmt: skip
        self._path = path
        out_hz = form.lossy.rate_for(rate_hz) if form.lossy else rate_hz
        self._converter = (
            None if out_hz == rate_hz
            else Resampler((channels,), rate_hz, out_hz, _QUANTUM, "VHQ")
        )  # fmt: skip
        self._target: Target | None = None
        try:
            if not form.bytes_per_sample:
                self._target = Target(path)
            self._file = soundfile.SoundFile(
                self._target or soundfile_name(path), "w", out_hz, channels, form.subtype,
                format=container, **_quality(form, out_hz, channels, kbps),
            )  # fmt: skip
            for name, text in tags:
                setattr(self._file, SOUNDFILE_NAMES[name], text)
        except (soundfile.SoundFileError, OSError) as error:
            raise WriteFailed(
                f"{path} cannot be created as {form.name} with {channels} channels at {rate_hz} Hz "
                f"({reason(error)})",
                "a writable folder, and a rate and channel count that the format supports",
                "Check the folder, or use --format wav-f32.",
            ) from error

    def write(self, audio: Audio | NDArray[np.int32]) -> None:
        """Append `(channels, n)`. Raises WriteFailed."""
        if self._converter is not None:
            audio = self._converter.process(audio.astype(np.float32, copy=False))
        self._append(audio)

    def close(self) -> None:
        """Finish the file. Raises WriteFailed."""
        try:
            if self._converter is not None:
                converter, self._converter = self._converter, None
                self._append(converter.finish())
            self._file.close()
        except soundfile.SoundFileError as error:
            raise failed(self._path, reason(error)) from error
        finally:
            if self._target is not None:
                self._target.close()
        self._check_target()

    def _append(self, audio: Audio | NDArray[np.int32]) -> None:
        try:
            self._file.write(audio.T)
        except soundfile.SoundFileError as error:
            self._check_target()
            raise failed(self._path, reason(error)) from error
        self._check_target()

    def _check_target(self) -> None:
        """Raise WriteFailed where the system refused what libsndfile wrote."""
        if self._target is not None and self._target.error is not None:
            raise failed(self._path, str(self._target.error.strerror)) from self._target.error


def failed(path: Path, reason: str) -> WriteFailed:
    """The error for a file that could not be written to its end."""
    return WriteFailed(
        f"{path} could not be written ({reason})",
        "enough disk space and a writable folder",
        "Free some space or choose another folder with -o.",
    )


def _quality(
    form: AudioFormat, rate_hz: int, channels: int, kbps: int
) -> dict[str, float | str | None]:
    """libsndfile's settings for a bit rate."""
    if form.lossy is None:
        return {}
    level = compression_level(form.subtype, rate_hz, channels, kbps)
    mode = "CONSTANT" if form.container == "MP3" else None
    return {"compression_level": level, "bitrate_mode": mode}
