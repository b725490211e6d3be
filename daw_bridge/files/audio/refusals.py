"""Why a file is not read, in words: each of these is a BadFile."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.decoder import Form
from daw_bridge.files.audio.info import AudioInfo
from engines.settings import MAX_RATE_HZ

_AGAIN = (
    "Copy or export it again, or separate what is there with --partial (option `partial` of a job)."
)


def refuse_no_file(path: Path) -> None:
    """Raises BadFile for what is no regular file."""
    try:
        if path.is_file():
            return
        what = "is a folder" if path.is_dir() else "does not exist or is not a regular file"
    except OSError as error:  # a name too long, a folder that may not be entered
        what = f"cannot be opened ({error.strerror})"
    raise BadFile(f"{path} {what}", "an audio file", "Check the path.")


def refuse_rate(path: Path, form: Form) -> None:
    """Raises BadFile for a rate that no converter has."""
    if form.rate_hz > MAX_RATE_HZ:
        raise BadFile(
            f"the header of {path} claims {form.rate_hz} Hz", f"at most {MAX_RATE_HZ} Hz",
            "Check the file: its header is probably damaged.",
        )  # fmt: skip


def truncated(info: AudioInfo) -> BadFile:
    """It is not whole."""
    seen = f"{info.path} is damaged or truncated {info.damage}"
    return BadFile(seen, "a complete file", _AGAIN)


def damaged_at(info: AudioInfo, position: int, why: str) -> BadFile:
    """It is not what it was when it was measured, or what its header claims."""
    seen = f"{info.path} is damaged or truncated at sample {position} of {info.frames} ({why})"
    return BadFile(seen, "a complete file", _AGAIN)


def no_audio_file(path: Path, word: str) -> BadFile:
    """It is something else."""
    seen = f"{path} cannot be read as audio: it is {word}"
    return BadFile(seen, "an audio or video file", "Check the path.")


def unreadable(path: Path, why: str) -> BadFile:
    """No decoder knows it."""
    headerless = path.suffix.lower() in (".raw", ".pcm")
    return BadFile(
        f"{path} cannot be read as audio ({why})",
        "a file whose header has the rate and format" if headerless else "an audio or video file",
        "Check the file, or export it as WAV.",
    )


def without_pyav(path: Path, why: str) -> BadFile:
    """PyAV might know it, but is not installed."""
    return BadFile(
        f"{path} cannot be read by libsndfile ({why}), and PyAV is not installed",
        "the extra `formats`",
        "In daw-bridge's folder: pip install '.[formats]'.",
    )


def changing(path: Path, before: str, after: str, position: int) -> BadFile:
    """Rate or channels change on the way."""
    return BadFile(
        f"{path} changes from {before} to {after} at sample {position}",
        "one rate and channel count from beginning to end",
        "Cut it there in an audio editor, and separate the pieces.",
    )
