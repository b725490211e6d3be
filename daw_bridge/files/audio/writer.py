"""Writing block by block; says what would not fit an integer format."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio import formats
from daw_bridge.files.audio.av_writer import AacFile, require_pyav
from daw_bridge.files.audio.encoders import Encoder, SoundFile, failed
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.info import Audio
from daw_bridge.files.audio.riff import Chunk, append_chunks, clear_peak_time
from daw_bridge.files.audio.tagging import tag_flac, tag_mp3
from daw_bridge.files.audio.tags import Tags
from daw_bridge.files.digest import Digest

MAX_FLAC_CHANNELS = 8
_TAGGED_LATER = {"FLAC": tag_flac, "MP3": tag_mp3}


class AudioWriter:
    """A new audio file, written in blocks; counts what an integer format had to clip.

    In a lossy format, of `kbps` kbit/s, it counts what players will clip. `digest`: the hash of
    what was written (in a lossy format, given). `tags` are those that the format takes, `chunks` go
    into WAV files. Raises BadValue, WriteFailed where the format
    cannot hold the audio or the disk does not take it.
    """

    def __init__(
        self, path: Path, form: AudioFormat, rate_hz: int, channels: int, frames: int,
        kbps: int = 0, tags: Tags = (), chunks: Sequence[Chunk] = (),
    ) -> None:  # fmt: skip
        self.path, self.form = path, form
        self.peak = 0.0
        self.clipped_samples = 0
        self.frames = 0
        self.digest = Digest()
        more_bytes = sum(len(one.to_bytes()) for one in chunks)
        container = form.container_for(frames, channels, more_bytes)
        _refuse_unfit(path, form, container, channels, frames)
        kbps = form.lossy.check(form.name, rate_hz, channels, kbps) if form.lossy else 0
        self._encoder: Encoder
        if form.subtype == "AAC":
            self._encoder = AacFile(path, rate_hz, channels, kbps, tags)
        else:
            own = () if form.container in _TAGGED_LATER else tags
            self._encoder = SoundFile(path, form, container, rate_hz, channels, kbps, own)
        self._tags, self._chunks = tags, tuple(chunks)

    def write(self, audio: Audio) -> None:
        """Append `(channels, n) float32`. Integer formats round, without dither, and clip."""
        if audio.shape[1] == 0:
            return
        level = np.abs(audio)
        self.peak = max(self.peak, float(level.max()))
        if self.form.bits:
            integers = _integers(audio, self.form.bits)
            self.digest.update(integers.astype(np.float32) / np.float32(2**31))
            self._encoder.write(integers)
        else:
            self.digest.update(audio)
            self._encoder.write(audio)
        if self.form.bits or self.form.lossy:
            self.clipped_samples += int(np.count_nonzero(level > 1.0))
        self.frames += audio.shape[1]

    def close(self) -> None:
        """Finish the file."""
        self._encoder.close()
        try:
            self._finish()
        except OSError as error:
            raise failed(self.path, str(error.strerror)) from error

    def _finish(self) -> None:
        """Add what libsndfile does not write, take away what it should not."""
        if self.form.container in ("WAV", "AIFF"):
            clear_peak_time(self.path)
        if self.form.container == "WAV":
            append_chunks(self.path, self._chunks)
        if tag := _TAGGED_LATER.get(self.form.container):
            tag(self.path, self._tags)


def require_encoder(form: AudioFormat) -> None:
    """Raise BadValue where what writes this format is not installed."""
    if form.subtype == "AAC":
        require_pyav(form.name)


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
