"""Evaluation clips: folders of songs, one audio file per stem, cut, resampled and stacked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from export.common.errors import ExportError

SUFFIXES = (".wav", ".flac", ".opus", ".ogg", ".mp3")


class ClipError(ExportError):
    """A folder that should hold songs does not."""

    code = "export_clip"


@dataclass(frozen=True)
class Clip:
    """stems (S, C, T) float32; a stem without a file is silent."""

    name: str
    stems: NDArray[np.float32]

    @property
    def mix(self) -> NDArray[np.float32]:
        return self.stems.sum(0)


def song_folders(root: Path, stems: tuple[str, ...]) -> list[Path]:
    """Song folders under `root` with at least two of the stems, sorted. Raises ClipError."""
    if not root.is_dir():
        raise ClipError(f"{root} is not a folder; expected songs in folders of their own there")
    found = [
        folder
        for folder in sorted(root.iterdir())
        if folder.is_dir()
        and not folder.name.startswith(".")
        and sum(stem_file(folder, stem) is not None for stem in stems) >= 2
    ]
    if not found:
        raise ClipError(f"no song with two of {', '.join(stems)} in {root}")
    return found


def stem_file(folder: Path, stem: str) -> Path | None:
    """The audio file of one stem, or None."""
    paths = [folder / f"{stem}{suffix}" for suffix in SUFFIXES]
    return next((path for path in paths if path.is_file()), None)


def load_clip(
    folder: Path,
    stems: tuple[str, ...],
    rate_hz: int,
    channels: int,
    seconds: float | None = None,
    start_s: float = 0.0,
) -> Clip:
    """One song, or `seconds` of it from `start_s`, at `rate_hz` with `channels` channels."""
    audio = [_read(stem_file(folder, stem), rate_hz, channels, seconds, start_s) for stem in stems]
    length = max(part.shape[1] for part in audio)
    padded = [np.pad(part, ((0, 0), (0, length - part.shape[1]))) for part in audio]
    return Clip(folder.name, np.stack(padded).astype(np.float32))


def stamps(folder: Path, stems: tuple[str, ...]) -> list[list[str | int]]:
    """Name, bytes and time of change of the stems' files: other ones, other audio."""
    files = [path for stem in stems if (path := stem_file(folder, stem)) is not None]
    return [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files]


def _read(
    path: Path | None, rate_hz: int, channels: int, seconds: float | None, start_s: float
) -> NDArray[np.float32]:
    if path is None:
        return np.zeros((channels, 0), np.float32)
    rate = about(path).samplerate
    frames = -1 if seconds is None else round(seconds * rate)
    try:
        audio, _ = soundfile.read(
            path, frames, round(start_s * rate), dtype="float32", always_2d=True
        )
    except soundfile.SoundFileError as error:
        raise _unreadable(path, error) from error
    audio = soxr.resample(audio, rate, rate_hz) if rate != rate_hz else audio
    if channels == 1:
        audio = audio.mean(1, keepdims=True)
    elif audio.shape[1] != channels:
        audio = np.repeat(audio[:, :1], channels, 1)
    return np.ascontiguousarray(audio.T)


def windows(
    folder: Path, stems: tuple[str, ...], rate_hz: int, channels: int, seconds: float, count: int
) -> list[Clip]:
    """Up to `count` evenly spread windows of a song in which two or more stems are audible."""
    from export.common.metrics import audible

    length = min(_seconds(folder, stem) for stem in stems if stem_file(folder, stem))
    starts = (
        np.linspace(0, max(0.0, length - seconds), count + 2)[1:-1]
        if count > 1
        else [max(0.0, (length - seconds) / 2)]
    )
    clips = [load_clip(folder, stems, rate_hz, channels, seconds, float(s)) for s in starts]
    return [clip for clip in clips if audible(clip.stems).sum() >= 2]


def load_clips(
    root: Path,
    stems: tuple[str, ...],
    rate_hz: int,
    channels: int,
    seconds: float | None,
    per_song: int,
    limit: int | None,
) -> list[Clip]:
    """Whole songs (seconds None) or windows of them, of the first `limit`. Raises ClipError."""
    folders = song_folders(root, stems)[:limit]
    if seconds is None:
        return [load_clip(folder, stems, rate_hz, channels) for folder in folders]
    found = [windows(folder, stems, rate_hz, channels, seconds, per_song) for folder in folders]
    return [clip for clips in found for clip in clips]


def _seconds(folder: Path, stem: str) -> float:
    path = stem_file(folder, stem)
    return float(about(path).duration) if path else 0.0


def about(path: Path) -> Any:
    """soundfile's info of an audio file: samplerate, duration. Raises ClipError."""
    try:
        return soundfile.info(path)
    except soundfile.SoundFileError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ClipError:
    return ClipError(f"{path} cannot be read as audio ({error}); give the song's stems again")
