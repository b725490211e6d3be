"""Which audio ports there are, without importing any of them."""

from __future__ import annotations

from pathlib import Path


def port_names() -> tuple[str, ...]:
    """Names of the audio ports (`--io NAME`): the folders of `ports/` with a `port.py`."""
    found = (Path(__file__).parents[1] / "ports").glob("*/port.py")
    return tuple(sorted(one.parent.name for one in found))
