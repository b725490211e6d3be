"""Which ways of taking and giving live audio there are, without importing any of them."""

from __future__ import annotations

from pathlib import Path

_CONTROL = ("osc", "zmq")


def port_names() -> tuple[str, ...]:
    """Names of the audio ports (`--io NAME`): what lies in their folder."""
    found = (one.stem for one in (Path(__file__).parent / "transports").glob("[!_]*.py"))
    return tuple(sorted(name for name in found if name not in _CONTROL))
