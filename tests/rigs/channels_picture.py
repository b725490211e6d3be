"""A drawing of stems on the channels of a virtual device: `python -m tests.rigs.channels_picture`.

It draws the `--in-map` and `--out-map` that docs/guide/virtual-channels.md gives. Needs Pillow.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from daw_bridge.settings.colours import MIX_COLOUR, stem_colours

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "virtual-channels.png"
GUIDE = ROOT / "docs" / "guide" / "virtual-channels.md"
FINE, WIDE, ROW, TOP, CHANNELS = 2, 860, 30, 46, 16
BOX_LEFT, BOX_RIGHT, EDGE = 250, 610, 20
NIGHT, PANEL, LINE, WORDS = "#23262b", "#2f333a", "#15171a", "#d8d8d4"
PAIR = re.compile(r"(\w+)=(\d+)-(\d+)")


def maps() -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """What the guide's first command hears and plays: name -> first and last channel."""
    text = GUIDE.read_text(encoding="utf-8")
    given = re.search(r"--in-map (\S+) --out-map (\S+)", text)
    assert given is not None
    heard, played = (
        {name: (int(first), int(last)) for name, first, last in PAIR.findall(part)}
        for part in given.groups()
    )
    return heard, played


def draw() -> Image.Image:
    """The DAW on the left, the device's channels in the middle, daw-bridge on the right."""
    high = TOP + ROW * CHANNELS + EDGE
    image = Image.new("RGB", (WIDE * FINE, high * FINE), NIGHT)
    pen = ImageDraw.Draw(image)
    for left, right, title in (
        (EDGE, BOX_LEFT - 70, "DAW"), (BOX_LEFT, BOX_RIGHT, "virtual device, 16 channels"),
        (BOX_RIGHT + 70, WIDE - EDGE, "daw-bridge"),
    ):  # fmt: skip
        _box(pen, (left, TOP, right, high - EDGE), PANEL)
        _text(pen, ((left + right) / 2, TOP / 2), title, 15, "mm")
    for channel in range(1, CHANNELS + 1):
        _text(pen, (BOX_LEFT + 12, _middle(channel, channel)), str(channel), 11, "lm")
        _box(pen, (BOX_LEFT, TOP + ROW * channel, BOX_RIGHT, TOP + ROW * channel + 1), LINE)
    heard, played = maps()
    for name, channels in heard.items():
        _route(pen, name, channels, MIX_COLOUR, to_right=True)
    fills = stem_colours(list(played))
    for name, channels in played.items():
        _route(pen, name, channels, fills[name], to_right=False)
    return image.resize((WIDE, high), Image.Resampling.LANCZOS)


def _route(
    pen: ImageDraw.ImageDraw, name: str, channels: tuple[int, int], fill: str, to_right: bool
) -> None:
    """A bar over its channels, and arrows at both sides that say who plays and who hears."""
    first, last = channels
    top, bottom = TOP + ROW * (first - 1) + 5, TOP + ROW * last - 5
    _box(pen, (BOX_LEFT + 40, top, BOX_RIGHT - 12, bottom), fill)
    y = _middle(first, last)
    _text(pen, ((BOX_LEFT + BOX_RIGHT + 28) / 2, y), name, 14, "mm", NIGHT)
    plays, hears = (
        ("plays the song", "hears it") if to_right else (f"hears {name}", f"plays {name}")
    )
    _text(pen, (BOX_LEFT - 82, y), plays, 12, "rm")
    _text(pen, (BOX_RIGHT + 82, y), hears, 12, "lm")
    for start in (BOX_LEFT - 66, BOX_RIGHT + 4):
        _arrow(pen, start, start + 62, y, fill, to_right)


def _middle(first: int, last: int) -> float:
    return TOP + ROW * (first - 1 + last) / 2


def _arrow(
    pen: ImageDraw.ImageDraw, left: float, right: float, y: float, fill: str, to_right: bool
) -> None:
    _box(pen, (left + 6, y - 1.5, right - 6, y + 1.5), fill)
    tip, back = (right, right - 12) if to_right else (left, left + 12)
    corners = ((tip, y), (back, y - 7), (back, y + 7))
    pen.polygon([(FINE * a, FINE * b) for a, b in corners], fill=fill)


def _box(
    pen: ImageDraw.ImageDraw, corners: tuple[float, float, float, float], fill: str
) -> None:  # fmt: skip
    pen.rectangle(tuple(FINE * one for one in corners), fill=fill)


def _text(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: float, anchor: str,
    fill: str = WORDS,
) -> None:  # fmt: skip
    font = ImageFont.load_default(FINE * size)
    pen.text((FINE * at[0], FINE * at[1]), words, fill=fill, font=font, anchor=anchor)


def main() -> int:
    """Write it."""
    draw().quantize(64).save(PICTURE, optimize=True)
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
