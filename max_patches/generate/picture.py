"""Draws a patch file as Max would show it, for people who read the documents without Max."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from max_patches.generate.canvas import wrapped
from max_patches.generate.geometry import inlet_at, outlet_at

SCALE = 2
"""Pixels of the picture per pixel of the patch."""
PAPER, OBJECT, MESSAGE = "#e6e6e6", "#4a4e55", "#d3d7dd"
INK, LIGHT, CORD, AUDIO, DIM = "#222222", "#f4f4f4", "#6b6f76", "#b58900", "#9aa0a8"
FONTS = Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def draw(patcher: dict[str, Any]) -> Image.Image:
    """A picture of one patcher (the value of `patcher` in Max's JSON), and windows into others."""
    boxes = {one["box"]["id"]: one["box"] for one in patcher["boxes"]}
    width, height = (int(v) * SCALE for v in patcher["rect"][2:])
    image = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(image)
    for box in boxes.values():
        _box(pen, box)
    for line in (one["patchline"] for one in patcher["lines"]):
        _cord(pen, boxes, line)
    return image


def present(patcher: dict[str, Any], width: int, height: int) -> Image.Image:
    """A picture of its presentation: what is seen of it in a window, or in Live."""
    image = Image.new("RGB", (width * SCALE, height * SCALE), "#d8d8d8")
    pen = ImageDraw.Draw(image)
    for box in _presented(patcher):
        _box(pen, box)
    return image


def _presented(patcher: dict[str, Any]) -> list[dict[str, Any]]:
    """The boxes of the presentation, at their places in it, without ports."""
    seen = [one["box"] for one in patcher["boxes"] if one["box"].get("presentation")]
    bare = {"numinlets": 0, "numoutlets": 0}
    return [{**box, **bare, "patching_rect": box["presentation_rect"]} for box in seen]


def _cord(pen: ImageDraw.ImageDraw, boxes: dict[str, Any], line: dict[str, Any]) -> None:
    (source, outlet), (target, inlet) = line["source"], line["destination"]
    sound = boxes[source]["outlettype"][outlet] == "signal"
    ends = [*outlet_at(boxes[source], outlet), *inlet_at(boxes[target], inlet)]
    pen.line([v * SCALE for v in ends], fill=AUDIO if sound else CORD, width=2 * SCALE)


def _box(pen: ImageDraw.ImageDraw, box: dict[str, Any]) -> None:
    x, y, w, h = (float(v) * SCALE for v in box["patching_rect"])
    kind, edge = box["maxclass"], (x, y, x + w, y + h)
    if kind == "comment":
        _comment(pen, box, x, y)
        return
    if kind == "bpatcher":
        pen.rectangle(edge, fill="#d8d8d8", outline=DIM, width=SCALE)
        for one in _presented(box["patcher"]):
            left, top, *size = one["patching_rect"]
            _box(pen, {**one, "patching_rect": [left + x / SCALE, top + y / SCALE, *size]})
        return
    fill = {"newobj": OBJECT, "message": MESSAGE}.get(kind, "#fafafa")
    pen.rounded_rectangle(edge, 3 * SCALE, fill=fill, outline=DIM, width=SCALE)
    _FACES.get(kind, _nothing)(pen, x, y, w, h)
    words, colour = _words(box)
    pen.text((x + 5 * SCALE, y + h / 2), words, fill=colour, font=_font(12), anchor="lm")
    for n in range(box["numinlets"]):
        _port(pen, *inlet_at(box, n), below=1)
    for n in range(box["numoutlets"]):
        _port(pen, *outlet_at(box, n), below=-1)


def _words(box: dict[str, Any]) -> tuple[str, str]:
    kind = box["maxclass"]
    if kind == "newobj":
        return box["text"], LIGHT
    if kind in ("number", "flonum"):
        return ("▸ 0" if kind == "number" else "▸ 0."), INK
    if kind == "umenu":
        return f"{box['items'][0]}  ▾", INK
    if kind in ("inlet", "outlet"):
        return f"{box['index']}", INK
    return str(box.get("text", "")), INK


def _comment(pen: ImageDraw.ImageDraw, box: dict[str, Any], x: float, y: float) -> None:
    size = float(box.get("fontsize", 12.0))
    font = _font(size, bold=bool(box.get("fontface")))
    for n, line in enumerate(wrapped(box["text"], box["patching_rect"][2] - 10, size)):
        top = y + (3 + n * size * 1.2) * SCALE
        pen.text((x + 5 * SCALE, top), line, fill=INK, font=font)


def _port(pen: ImageDraw.ImageDraw, x: float, y: float, below: int) -> None:
    half, tall = 4 * SCALE, 3 * SCALE * below
    x, y = x * SCALE, y * SCALE
    pen.rectangle((x - half, min(y, y + tall), x + half, max(y, y + tall)), fill=DIM)


def _nothing(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    """A box whose text says all."""


def _toggle(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    inset = 6 * SCALE
    for near, far in ((y + inset, y + h - inset), (y + h - inset, y + inset)):
        pen.line((x + inset, near, x + w - inset, far), fill=DIM, width=SCALE * 2)


def _button(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    inset = 5 * SCALE
    pen.ellipse((x + inset, y + inset, x + w - inset, y + h - inset), outline=DIM, width=SCALE * 2)


def _meter(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    """Bars: along the longer side, two where it is a meter of peak and mean."""
    if w > h:
        pen.rectangle((x + SCALE, y + SCALE, x + w * 0.6, y + h - SCALE), fill="#7aa874")
        return
    for n, part in enumerate((0.7, 0.5)):
        left = x + SCALE + n * w / 2
        pen.rectangle((left, y + h * (1 - part), left + w / 2 - 2 * SCALE, y + h - SCALE),
                      fill="#7aa874")  # fmt: skip


def _dial(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    across = h * 0.5
    left, top = x + (w - across) / 2, y + h * 0.3
    pen.arc((left, top, left + across, top + across), 130, 410, fill=INK, width=2 * SCALE)


def _speaker(pen: ImageDraw.ImageDraw, x: float, y: float, w: float, h: float) -> None:
    cone = [(0.25, 0.4), (0.4, 0.4), (0.65, 0.2), (0.65, 0.8), (0.4, 0.6), (0.25, 0.6)]
    pen.polygon([(x + w * a, y + h * b) for a, b in cone], fill=DIM)


_FACES = {
    "ezdac~": _speaker,
    "toggle": _toggle,
    "button": _button,
    "multislider": _meter,
    "live.dial": _dial,
}


def _font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """DejaVu, a little smaller, since it is wider than Max's Arial."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(FONTS / name), int(size * 0.88 * SCALE))
