"""The names of what lies before the start and after the end of a signal. Without numpy."""

from __future__ import annotations

ZEROS, REFLECT = "zeros", "reflect"
CONTEXTS = (ZEROS, REFLECT, "repeat")
"""Silence; the signal backwards, as in a mirror at its end; or the signal once more."""


def of_songs(context: str) -> str:
    """What a model with this context hears beyond the ends of whole songs, unless it is told."""
    return REFLECT if context == ZEROS else context
