"""Reading through libsndfile, block by block; says when a file is shorter than it claims."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.info import Audio, AudioInfo, reason, soundfile_name
from engines.settings import MAX_RATE_HZ

#: Sizes that programs write when they stream into a pipe and cannot know the length.
_UNKNOWN_SIZES = ((0x7FFFF000, 0x7FFFFFFF), (0xFFFFF000, 0xFFFFFFFF))
_NO_LENGTH = 2**63 - 1
"""Frames that libsndfile gives a file whose header does not say how many."""
_CUT_CHUNK = re.compile(r"^\s*(?:data|SSND|riff)\s*: (\d+) \(should be (\d+)\)", re.MULTILINE)
_CUT_MARKS = ("does not match value from 'ds64' chunk", "Last page lacks an end-of-stream bit")


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
        return soundfile.SoundFile(soundfile_name(path))
    except soundfile.SoundFileError as error:
        raise BadFile(
            f"{path} cannot be read as audio ({reason(error)})",
            "a format that libsndfile reads (WAV, AIFF, FLAC, Ogg, MP3, CAF, ...)",
            "Check the file, or convert it, for example with ffmpeg.",
        ) from error


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
