"""What a patch that a person laid out never has: measured on the file, by box and by cord."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from max_patches.generate.canvas import CELL
from max_patches.generate.geometry import Point, inlet_at, outlet_at

MOST_CROSSINGS = 3
Rect = tuple[float, float, float, float]
"""(left, top, right, bottom)"""


def faults(patcher: dict[str, Any]) -> list[str]:
    """Every fault of one patcher's layout, in words; those in it are not looked at."""
    boxes = {one["box"]["id"]: one["box"] for one in patcher["boxes"]}
    return [*_off_grid(boxes), *crowded(patcher), *_presented(boxes)]


def crowded(patcher: dict[str, Any]) -> list[str]:
    """Boxes over others or outside, and cords that cross, run upwards or through boxes."""
    boxes = {one["box"]["id"]: one["box"] for one in patcher["boxes"]}
    lines = [one["patchline"] for one in patcher["lines"]]
    found = [*_off_window(patcher, boxes), *_overlaps(boxes)]
    cords = {_name(boxes, line): _ends(boxes, line) for line in lines}
    crossings = [f"{a} crosses {b}" for a, b in combinations(cords, 2)
                 if _cross(*cords[a], *cords[b])]  # fmt: skip
    if len(crossings) > MOST_CROSSINGS:
        found += crossings
    return [*found, *_through(boxes, lines), *_upward(cords)]


def _off_grid(boxes: dict[str, Any]) -> Iterator[str]:
    for box in boxes.values():
        if any(v % CELL for v in box["patching_rect"][:2]):
            yield f"{_words(box)} is off the grid"


def _off_window(patcher: dict[str, Any], boxes: dict[str, Any]) -> Iterator[str]:
    width, height = patcher["rect"][2:]
    for box in boxes.values():
        left, top, right, bottom = _rect(box)
        if left < 0 or top < 0 or right > width or bottom > height:
            yield f"{_words(box)} is outside of the window"


def _overlaps(boxes: dict[str, Any], places: str = "patching_rect") -> Iterator[str]:
    for one, other in combinations(boxes.values(), 2):
        a, b = _rect(one, places), _rect(other, places)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]:
            yield f"{_words(one)} overlaps {_words(other)}"


def _presented(boxes: dict[str, Any]) -> Iterator[str]:
    """In the presentation nothing overlaps, and in a window of it nothing is cut off."""
    seen = {key: box for key, box in boxes.items() if box.get("presentation")}
    yield from (f"presented: {one}" for one in _overlaps(seen, "presentation_rect"))
    for box in boxes.values():
        if box["maxclass"] == "bpatcher":
            width, height = box["patching_rect"][2:]
            for inner in (one["box"] for one in box["patcher"]["boxes"]):
                if inner.get("presentation"):
                    _, _, right, bottom = _rect(inner, "presentation_rect")
                    if right > width or bottom > height:
                        yield f"{_words(inner)} is cut off by the window of {_words(box)}"


def _through(boxes: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[str]:
    for line in lines:
        start, end = _ends(boxes, line)
        for key, box in boxes.items():
            if key in (line["source"][0], line["destination"][0]):
                continue
            if _meets(start, end, _rect(box)):
                yield f"{_name(boxes, line)} runs through {_words(box)}"


def _upward(cords: dict[str, tuple[Point, Point]]) -> Iterator[str]:
    yield from (f"{name} runs upwards" for name, (start, end) in cords.items() if end[1] < start[1])


def _ends(boxes: dict[str, Any], line: dict[str, Any]) -> tuple[Point, Point]:
    (source, outlet), (target, inlet) = line["source"], line["destination"]
    return outlet_at(boxes[source], outlet), inlet_at(boxes[target], inlet)


def _rect(box: dict[str, Any], places: str = "patching_rect") -> Rect:
    x, y, width, height = box[places]
    return x, y, x + width, y + height


def _meets(start: Point, end: Point, rect: Rect) -> bool:
    """Whether a cord touches a box."""
    left, top, right, bottom = rect
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    sides = zip(corners, [*corners[1:], corners[0]], strict=True)
    inside = left < start[0] < right and top < start[1] < bottom
    return inside or any(_cross(start, end, *side) for side in sides)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two cords cross; meeting at an end is none."""
    if {a, b} & {c, d}:
        return False
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _words(box: dict[str, Any]) -> str:
    return str(box.get("text") or box["maxclass"])


def _name(boxes: dict[str, Any], line: dict[str, Any]) -> str:
    (source, outlet), (target, inlet) = line["source"], line["destination"]
    return f"[{_words(boxes[source])}] {outlet} to [{_words(boxes[target])}] {inlet} of {target}"
