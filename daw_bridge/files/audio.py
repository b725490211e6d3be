"""Audio files in and out, block by block, through libsndfile.

Audio is `(channels, frames) float32`. Reading says when a file is shorter than it claims; writing
says what would not fit an integer format. Nothing here holds more than one block in memory.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from daw_bridge.errors import BadFile, BadValue, WriteFailed
from engines.settings import MAX_RATE_HZ

Audio = NDArray[np.float32]

#: A WAV or AIFF holds its sizes in 32 bits; this much is kept for the headers.
LIMIT_32_BIT_BYTES = 2**32 - 2**16
MAX_FLAC_CHANNELS = 8
#: Sizes that programs write when they stream into a pipe and cannot know the length.
_UNKNOWN_SIZES = ((0x7FFFF000, 0x7FFFFFFF), (0xFFFFF000, 0xFFFFFFFF))
_NO_LENGTH = 2**63 - 1
"""Frames that libsndfile gives a file whose header does not say how many."""
_CUT_CHUNK = re.compile(r"^\s*(?:data|SSND|riff)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
_CUT_MARKS = ("does not match value from 'ds64' chunk", "Last page lacks an end-of-stream bit")


@dataclass(frozen=True)
class AudioInfo:
    """What a file's header says. `frames` are samples per channel."""

    path: Path
    rate_hz: int
    channels: int
    frames: int
    encoding: str

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate_hz


@dataclass(frozen=True)
class AudioFormat:
    """An output format. `bytes_per_sample` 0: compressed; `bits` 0: float, else integers."""

    name: str
    suffix: str
    container: str
    subtype: str
    bytes_per_sample: int
    bits: int = 0

    def bytes_for(self, frames: int, channels: int) -> int:
        """Size of the samples of one file (0 for a compressed format: not known before)."""
        return self.bytes_per_sample * frames * channels

    def container_for(self, frames: int, channels: int) -> str:
        """libsndfile's major format: RF64 where a WAV cannot hold the size."""
        if self.container != "WAV":
            return self.container
        if self.bytes_for(frames, channels) > LIMIT_32_BIT_BYTES:
            return "RF64"
        return "WAV" if channels <= 2 else "WAVEX"


FORMATS = {
    one.name: one
    for one in (
        AudioFormat("wav-f32", ".wav", "WAV", "FLOAT", 4),
        AudioFormat("wav-24", ".wav", "WAV", "PCM_24", 3, 24),
        AudioFormat("wav-16", ".wav", "WAV", "PCM_16", 2, 16),
        AudioFormat("flac-24", ".flac", "FLAC", "PCM_24", 0, 24),
        AudioFormat("flac-16", ".flac", "FLAC", "PCM_16", 0, 16),
        AudioFormat("aiff-f32", ".aiff", "AIFF", "FLOAT", 4),
        AudioFormat("aiff-24", ".aiff", "AIFF", "PCM_24", 3, 24),
        AudioFormat("aiff-16", ".aiff", "AIFF", "PCM_16", 2, 16),
        AudioFormat("caf-f32", ".caf", "CAF", "FLOAT", 4),
        AudioFormat("w64-f32", ".w64", "W64", "FLOAT", 4),
    )
}


def audio_format(name: str) -> AudioFormat:
    """The output format called `name`. Raises BadValue."""
    found = FORMATS.get(name)
    if found is None:
        raise BadValue(f"format {name!r}", "one of " + ", ".join(FORMATS), "Choose one.")
    return found


class AudioReader:
    """An open audio file, read in blocks. Raises BadFile with the file's name."""

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        self._read = 0
        sound = self._file
        encoding = f"{sound.format} {sound.subtype}"
        self.info = AudioInfo(path, sound.samplerate, sound.channels, sound.frames, encoding)
        _refuse_header(self.info)
        _refuse_cut(path, str(sound.extra_info))

    def read(self, frames: int) -> Audio:
        """The next `frames` samples, `(channels, frames)`; fewer, then none, at the end.

        Raises BadFile where the data is damaged or ends before the header's length.
        """
        try:
            block = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError as error:
            raise _damaged(self.info, self._read, str(error)) from error
        self._read += len(block)
        if len(block) < frames and self._read < self.info.frames:
            raise _damaged(self.info, self._read, "the file ends there")
        return np.ascontiguousarray(block.T)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._file.close()


def probe(path: Path) -> AudioInfo:
    """The header of an audio file. Raises BadFile for what cannot be read, or holds no sample."""
    with AudioReader(path) as reader:
        info = reader.info
    if info.frames < 1:
        raise BadFile(f"{path} holds no audio (0 samples)", "at least 1 sample", "Export it again.")
    return info


def _open(path: Path) -> soundfile.SoundFile:
    _refuse_no_file(path)
    if path.suffix.lower() == ".raw":
        raise BadFile(
            f"{path} is a .raw file, without a header",
            "a file whose header has the rate and format",
            "Convert it to WAV.",
        )
    try:
        return soundfile.SoundFile(_name(path))
    except soundfile.SoundFileError as error:
        raise BadFile(
            f"{path} cannot be read as audio ({_reason(error)})",
            "a format that libsndfile reads (WAV, AIFF, FLAC, Ogg, MP3, CAF, ...)",
            "Check the file, or convert it, for example with ffmpeg.",
        ) from error


def _name(path: Path) -> str | bytes:
    """As libsndfile takes it: bytes where names are bytes and need not be text."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def _refuse_header(info: AudioInfo) -> None:
    if info.rate_hz > MAX_RATE_HZ:
        raise BadFile(
            f"the header of {info.path} claims {info.rate_hz} Hz", f"at most {MAX_RATE_HZ} Hz",
            "Check the file: its header is probably damaged.",
        )  # fmt: skip
    if info.frames >= _NO_LENGTH:
        raise BadFile(
            f"the header of {info.path} has no length: it was probably written to a pipe",
            "a file with its length in the header",
            "Export it to a file, or re-encode it, for example with `flac` or ffmpeg.",
        )


def _refuse_no_file(path: Path) -> None:
    try:
        if path.is_file():
            return
        what = "is a folder" if path.is_dir() else "does not exist or is not a regular file"
    except OSError as error:  # a name too long, a folder that may not be entered
        what = f"cannot be opened ({error.strerror})"
    raise BadFile(f"{path} {what}", "an audio file", "Check the path.")


def _reason(error: Exception) -> str:
    text = getattr(error, "error_string", "") or str(error)
    return str(text).rstrip(".")


def _refuse_cut(path: Path, log: str) -> None:
    """libsndfile reads what is left of a cut file and mentions it in its log only."""
    for claimed, there in _CUT_CHUNK.findall(log):
        streamed = any(low <= int(claimed) <= high for low, high in _UNKNOWN_SIZES)
        if int(claimed) > int(there) and not streamed:
            raise _cut(path, f"it has {there} of {claimed} bytes of audio")
    for mark in _CUT_MARKS:
        if mark in log:
            raise _cut(path, "its end is missing")


def _cut(path: Path, how: str) -> BadFile:
    return BadFile(
        f"{path} is truncated: {how}",
        "a complete file",
        "Copy or export it again; to separate what is left, re-save it in an audio editor.",
    )


def _damaged(info: AudioInfo, position: int, reason: str) -> BadFile:
    return BadFile(
        f"{info.path} is damaged or truncated at sample {position} of {info.frames} ({reason})",
        "a complete file",
        "Copy or export it again; to separate what is left, re-save it in an audio editor.",
    )


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
        container = form.container_for(frames, channels)
        _refuse_unfit(path, form, container, channels, frames)
        try:
            self._file = soundfile.SoundFile(
                _name(path), "w", rate_hz, channels, form.subtype, format=container
            )
        except soundfile.SoundFileError as error:
            raise WriteFailed(
                f"{path} cannot be created as {form.name} with {channels} channels at {rate_hz} Hz "
                f"({_reason(error)})",
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
            self._file.write(_integers(audio, self.form.bits).T if self.form.bits else audio.T)
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
            f"{self.path} could not be written ({_reason(error)})",
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
    if container == "AIFF" and form.bytes_for(frames, channels) > LIMIT_32_BIT_BYTES:
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
