"""The package's picture: four stems that part from one mix, over the arch of a bridge."""

from __future__ import annotations

import math
from itertools import pairwise

from PIL import Image, ImageDraw

SIDE = 500
"""Pixels that Max wants."""
FINE = 3
"""It is drawn larger, and made smaller for smooth edges."""
DOTS = 4
"""Between two points of a line."""
NIGHT, MIX = "#20242c", "#f2f2ee"
COLOURS = ("#e2574c", "#f0a03c", "#5aa469", "#4b8bd1")


def icon() -> Image.Image:
    """500 x 500 pixels."""
    side = SIDE * FINE
    image = Image.new("RGB", (side, side), NIGHT)
    pen = ImageDraw.Draw(image)
    pen.arc(_box(250, 470, 190), 180, 360, fill="#5b626e", width=14 * FINE)
    pen.line([v * FINE for v in (30, 420, 470, 420)], fill="#5b626e", width=14 * FINE)
    for lane, colour in enumerate(COLOURS):
        _stroke(pen, _wave(lane), colour, 15)
    _stroke(pen, [(40 + x, 195 + 34 * math.sin(x / 11) * math.sin(x / 40)) for x in range(130)],
            MIX, 15)  # fmt: skip
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def _wave(lane: int) -> list[tuple[float, float]]:
    """From the middle of the mix to a lane of its own."""
    points = []
    for x in range(170, 461):
        part = (x - 170) / 290
        open_ = part * part * (3 - 2 * part)
        swing = 17 * part * math.sin((x - 170) / (9 + 5 * lane))
        points.append((float(x), 195 + (lane - 1.5) * 88 * open_ + swing))
    return points


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], colour: str,
            width: int) -> None:  # fmt: skip
    """A thick line, as dots so close that none shows."""
    half = width * FINE / 2
    for (x, y), (u, v) in pairwise(points):
        for n in range(DOTS):
            left, top = ((a + (b - a) * n / DOTS) * FINE for a, b in ((x, u), (y, v)))
            pen.ellipse((left - half, top - half, left + half, top + half), fill=colour)


def _box(x: int, y: int, radius: int) -> tuple[int, int, int, int]:
    near, far = (x - radius) * FINE, (x + radius) * FINE
    return near, (y - radius) * FINE, far, (y + radius) * FINE
