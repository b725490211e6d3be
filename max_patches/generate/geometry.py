"""Where cords begin and end in a patch file, in pixels."""

from __future__ import annotations

from typing import Any

Point = tuple[float, float]
PORT_INSET = 9.5
"""From a box's edge to the middle of its first port, in pixels; a box of Pd says its own."""


def inlet_at(box: dict[str, Any], number: int) -> Point:
    """The middle of an inlet, at the box's upper edge."""
    return _along(box, number, box["numinlets"]), float(box["patching_rect"][1])


def outlet_at(box: dict[str, Any], number: int) -> Point:
    """The middle of an outlet, at the box's lower edge."""
    _, top, _, height = box["patching_rect"]
    return _along(box, number, box["numoutlets"]), float(top + height)


def _along(box: dict[str, Any], number: int, of: int) -> float:
    left, _, width, _ = box["patching_rect"]
    inset = box.get("port_inset", PORT_INSET)
    step = (width - 2 * inset) / (of - 1) if of > 1 else 0.0
    return float(left + inset + number * step)
