"""Writing through libsndfile, block by block; says what would not fit an integer format."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio import formats
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.info import Audio, reason, soundfile_name
from daw_bridge.files.digest import Digest

MAX_FLAC_CHANNELS = 8


class AudioWriter:
    """A new audio file, written in blocks; counts what an integer format had to clip.

    Raises WriteFailed where the format cannot hold the audio or the disk does not take it.
    """

    def __init__(
        self, path: Path, form: AudioFormat, rate_hz: int, channels: int, frames: int
    ) -> None:
        self.path, self.form = path, form
        self.peak = 0.0
        self.clipped_samples = 0
        self.frames = 0
        self.digest = Digest()
        container = form.container_for(frames, channels)
        _refuse_unfit(path, form, container, channels, frames)
        try:
            self._file = soundfile.SoundFile(
                soundfile_name(path), "w", rate_hz, channels, form.subtype, format=container
            )
        except soundfile.SoundFileError as error:
            raise WriteFailed(
                f"{path} cannot be created as {form.name} with {channels} channels at {rate_hz} Hz "
                f"({reason(error)})",
                "a writable folder, and a rate and channel count that the format supports",
                "Check the folder, or use --format wav-f32.",
            ) from error

    def write(self, audio: Audio) -> None:
        """Append `(channels, n) float32`. Integer formats round, without dither, and clip."""
        if audio.shape[1] == 0:
            return
        level = np.abs(audio)
        self.peak = max(self.peak, float(level.max()))
        if self.form.bits:
            self.clipped_samples += int(np.count_nonzero(level > 1.0))
        try:
            if self.form.bits:
                integers = _integers(audio, self.form.bits)
                self.digest.update(integers.astype(np.float32) / np.float32(2**31))
                self._file.write(integers.T)
            else:
                self.digest.update(audio)
                self._file.write(audio.T)
        except soundfile.SoundFileError as error:
            raise self._failed(error) from error
        self.frames += audio.shape[1]

    def close(self) -> None:
        """Finish the file."""
        try:
            self._file.close()
        except soundfile.SoundFileError as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> WriteFailed:
        return WriteFailed(
            f"{self.path} could not be written ({reason(error)})",
            "enough disk space and a writable folder",
            "Free some space or choose another folder with -o.",
        )


def _integers(audio: Audio, bits: int) -> NDArray[np.int32]:
    """Rounded to `bits`, in the upper bits of int32: libsndfile itself would cut the rest off."""
    scale = 2 ** (bits - 1)
    rounded = np.rint(audio * np.float64(scale)).clip(-scale, scale - 1)
    return rounded.astype(np.int32) << (32 - bits)


def _refuse_unfit(
    path: Path, form: AudioFormat, container: str, channels: int, frames: int
) -> None:
    if container == "AIFF" and form.bytes_for(frames, channels) > formats.LIMIT_32_BIT_BYTES:
        raise WriteFailed(
            f"{path} would be larger than 4 GiB",
            "at most 4 GiB in an AIFF file",
            "Use --format wav-f32 or caf-f32.",
        )
    if container == "FLAC" and channels > MAX_FLAC_CHANNELS:
        raise WriteFailed(
            f"{path} would have {channels} channels",
            f"at most {MAX_FLAC_CHANNELS} in a FLAC file",
            "Use --format wav-f32.",
        )
