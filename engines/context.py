"""The names of what lies before the start and after the end of a signal. Without numpy."""

from __future__ import annotations

ZEROS = "zeros"
CONTEXTS = (ZEROS, "reflect", "repeat")
"""Silence; the signal backwards, as in a mirror at its end; or the signal once more."""
