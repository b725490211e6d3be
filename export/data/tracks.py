"""Audio files of any kind as float samples: libsndfile where it reads them, else FFmpeg by PyAV.

PyAV is the extra `formats`; it reads MPEG-4 (`.stem.mp4` of MUSDB18, `.m4a`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from export.data.errors import DataError

RATE_HZ = 44100
BY_LIBSNDFILE = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aif", ".aiff", ".w64", ".caf")
BY_PYAV = (".mp4", ".m4a", ".aac", ".mka", ".wma", ".wv", ".ape")
SUFFIXES = (*BY_LIBSNDFILE, *BY_PYAV)


@dataclass(frozen=True)
class Take:
    """A file, or one of its audio tracks (counted from 0), or one channel (from 0) of it.

    side: "left" or "right", of a pair of files that hold a stereo signal together: a mono file is
    heard on that side only.
    """

    path: Path
    track: int = 0
    channel: int | None = None
    side: str = ""


@dataclass(frozen=True)
class About:
    """What a file's header says; `frames` at `rate_hz`, of MPEG-4 to the nearest sample."""

    frames: int
    rate_hz: int
    channels: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.frames / self.rate_hz


def is_audio(path: Path) -> bool:
    """Whether a file's name says so; not of what is hidden."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()


def about(take: Take) -> About:
    """Length, rate and channels. Raises DataError("audio-unreadable"), ("formats-missing")."""
    if take.path.suffix.lower() in BY_PYAV:
        return _about_by_pyav(take)
    try:
        info = soundfile.info(take.path)
    except soundfile.LibsndfileError as error:
        raise _unreadable(take, error) from None
    return About(int(info.frames), int(info.samplerate), _channels(take, int(info.channels)))


def read(take: Take, rate_hz: int = RATE_HZ) -> NDArray[np.float32]:
    """(samples, 1 or 2) float32 at `rate_hz`. Raises DataError as `about` does."""
    audio, own_hz = read_as_is(take)
    if own_hz != rate_hz and len(audio):
        audio = np.asarray(soxr.resample(audio, own_hz, rate_hz, "HQ"), np.float32)
    return np.ascontiguousarray(audio)


def read_as_is(take: Take) -> tuple[NDArray[np.float32], int]:
    """(samples, 1 or 2) float32, and their rate. Raises DataError as `about` does."""
    if take.path.suffix.lower() in BY_PYAV:
        audio, own_hz = _read_by_pyav(take)
    else:
        try:
            audio, own_hz = soundfile.read(take.path, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise _unreadable(take, error) from None
    _channels(take, audio.shape[1])
    if take.channel is not None:
        audio = audio[:, take.channel : take.channel + 1]
    if take.side and audio.shape[1] == 1:
        silence = np.zeros_like(audio)
        audio = np.hstack((audio, silence) if take.side == "left" else (silence, audio))
    return np.asarray(audio, np.float32), int(own_hz)


def _channels(take: Take, channels: int) -> int:
    if channels > 2:
        text = f"{take.path} has {channels} channels; expected mono or stereo"
        raise DataError("audio-unreadable", text)
    if take.channel is not None and take.channel >= channels:
        text = f"{take.path} has {channels} channel; expected {take.channel + 1}"
        raise DataError("audio-unreadable", text)
    return channels if take.channel is None and not take.side else 2 if take.side else 1


def _about_by_pyav(take: Take) -> About:
    with _opened(take) as (_, stream):
        seconds = float((stream.duration or 0) * (stream.time_base or 0))
        channels = _channels(take, int(stream.codec_context.channels))
        return About(round(seconds * stream.rate), int(stream.rate), channels)


def _read_by_pyav(take: Take) -> tuple[NDArray[np.float32], int]:
    with _opened(take) as (file, stream):
        import av

        to_float = av.AudioResampler("fltp")
        blocks: list[Any] = [np.zeros((int(stream.codec_context.channels), 0), np.float32)]
        for frame in (*file.decode(stream), None):
            blocks += (block.to_ndarray() for block in to_float.resample(frame))
        return np.concatenate(blocks, axis=1).T.astype(np.float32), int(stream.rate)


@contextmanager
def _opened(take: Take) -> Iterator[tuple[Any, Any]]:
    """The file, and the audio track that is wanted, as PyAV has them."""
    try:
        import av
    except ImportError:
        text = f"{take.path.name} is read by PyAV, the extra formats: pip install '.[formats]'"
        raise DataError("formats-missing", text) from None
    try:
        with av.open(str(take.path)) as file:
            found = len(file.streams.audio)
            if found <= take.track:
                text = f"{take.path} has {found} audio tracks; expected {take.track + 1} or more"
                raise DataError("audio-unreadable", text)
            yield file, file.streams.audio[take.track]
    except av.FFmpegError as error:
        raise _unreadable(take, error) from None


def _unreadable(take: Take, error: Exception) -> DataError:
    return DataError("audio-unreadable", f"{take.path} cannot be read as audio ({error})")
