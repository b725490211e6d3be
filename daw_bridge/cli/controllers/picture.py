"""A picture of a TouchOSC layout, for the guide: `python -m daw_bridge.cli.controllers.picture`.

Where each control is, and in which colour; TouchOSC draws it in its own way. Needs Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import py2tosc
from PIL import Image, ImageDraw, ImageFont
from py2tosc import Control

from daw_bridge.cli.controllers.touchosc import layout

PICTURE = Path("docs/pictures/touchosc.png")
STEMS = ("drums", "bass", "other", "vocals")
#: What the script writes into the labels; the meters and faders stand as in a song.
_WORDS = {
    "model": "song", "latency": "latency 592 ms", "load": "load 41 %", "late": "late blocks 0",
    "state": "connected", "steps": "refine 4",
}  # fmt: skip
_REFINE = 4 / 32
_LEVELS = {"drums": 0.72, "bass": 0.61, "other": 0.55, "vocals": 0.78, "residual": 0.2}
_FINE = 2


def draw(document: py2tosc.Document) -> Image.Image:
    """The layout at its own size, in the colours of its controls."""
    size = document.root.frame
    image = Image.new("RGB", (int(size.w) * _FINE, int(size.h) * _FINE))
    _draw(ImageDraw.Draw(image), document.root, 0.0, 0.0)
    return image.resize((int(size.w), int(size.h)), Image.Resampling.LANCZOS)


def _draw(pen: ImageDraw.ImageDraw, one: Control, left: float, top: float) -> None:
    frame, kind = one.frame, one.control_type.value
    x, y = left + frame.x, top + frame.y
    box = tuple(_FINE * v for v in (x, y, x + frame.w, y + frame.h))
    colour = tuple(round(255 * v) for v in one.color[:3])
    if kind == "FADER":
        pen.rectangle(box, fill=_dim(colour, 0.3))
        level = _FINE * frame.h * (1 - _level(one))
        pen.rectangle((box[0], box[1] + level, *box[2:]), fill=colour)
    elif kind == "BUTTON":
        pen.rectangle(box, fill=_dim(colour, 0.5))
    elif kind == "LABEL":
        font = ImageFont.load_default(_FINE * float(one.text_size))
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        pen.text(middle, _text(one), fill="#ffffff", font=font, anchor="mm")
    elif one.background:
        pen.rectangle(box, fill=colour)
    for child in one.children:
        _draw(pen, child, x, y)


def _dim(colour: tuple[int, ...], much: float) -> tuple[int, ...]:
    return tuple(round(much * v) for v in colour)


def _level(fader: Control) -> float:
    """Where a fader stands: a meter as in a song, the gains at 0 dB."""
    what, _, stem = str(fader.get("name")).partition(" ")
    if what == "meter":
        return _LEVELS[stem]
    return _REFINE if what == "refine" else float(_value(fader, "x"))


def _text(label: Control) -> str:
    return _WORDS.get(str(label.get("name")), str(_value(label, "text")))


def _value(one: Control, key: str) -> float | str:
    """What a control's value is at first."""
    return next(value.default for value in one.values if value.key == key)


def main() -> int:
    """Write it."""
    draw(layout(STEMS)).quantize(64).save(PICTURE, optimize=True)
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
