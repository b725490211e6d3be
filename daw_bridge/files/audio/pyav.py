"""PyAV, the extra `formats`: FFmpeg's libraries for what libsndfile does not read."""

from __future__ import annotations

from types import ModuleType

from daw_bridge.errors import BadFile


def load_pyav() -> ModuleType:
    """The module `av`. Raises BadFile where the extra is not installed."""
    try:
        import av
    except ImportError as error:
        raise BadFile(
            "PyAV is not installed, so libsndfile's formats are all that can be read",
            "the extra `formats`",
            "pip install '.[formats]'",
        ) from error
    return av
