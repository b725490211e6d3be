"""Which kinds of files can be read on this machine, in words."""

from __future__ import annotations

from importlib.util import find_spec

BY_LIBSNDFILE = "WAV, RF64, W64, AIFF, CAF, AU, FLAC, Ogg, Opus, MP3"
BY_PYAV = (
    "M4A, AAC, ALAC, WMA, WebM, MP4, MOV, MKV, AVI, .stem.mp4, WavPack, TTA, APE, AC-3, DTS, DSF"
)
INSTALL = "pip install '.[formats]' in daw-bridge's folder"


def has_pyav() -> bool:
    """Whether the extra `formats` is installed; does not load it."""
    try:
        return find_spec("av") is not None
    except ValueError:  # how Python says that its import is blocked
        return False


def readable() -> str:
    """What can be read here, and what not for want of the extra."""
    if has_pyav():
        return f"{BY_LIBSNDFILE}, {BY_PYAV}"
    return f"{BY_LIBSNDFILE}; not {BY_PYAV} (they need {INSTALL})"
