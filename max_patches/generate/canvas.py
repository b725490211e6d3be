"""A patch as it is drawn: boxes on a grid of 15 pixels, cords between them, notes beside them.

Places are in cells of the grid, sizes in pixels. A box with several ports may be given a `span`,
the cells between its first port and its last, so that cords fall straight.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from py2max import Box, Patcher
from py2max.core.common import Rect, box_width_for, text_width

from max_patches.generate.geometry import PORT_INSET
from max_patches.generate.objects import Ports, ports

CELL = 15
HEIGHT = 22.0
TITLE_SIZE = 18.0
DRAWN = {"number": (52.0, HEIGHT), "flonum": (52.0, HEIGHT), "toggle": (24.0, 24.0),
         "button": (24.0, 24.0), "inlet": (30.0, 30.0), "outlet": (30.0, 30.0),
         "umenu": (90.0, HEIGHT), "textbutton": (90.0, HEIGHT), "multislider": (120.0, 15.0),
         "ezdac~": (45.0, 45.0), "live.dial": (44.0, 48.0), "live.text": (44.0, 15.0),
         "live.numbox": (44.0, 15.0)}  # fmt: skip
"""Size of what is drawn as itself, in pixels."""


@dataclass(frozen=True)
class Placed:
    """A box that can be joined to others."""

    box: Box
    ports: Ports


class Patch:
    """One patch. `width` and `height` are the window's, in cells."""

    def __init__(self, width: int, height: int, parent: Patch | None = None) -> None:
        self.max: Patcher = Patcher(
            parent=None if parent is None else parent.max, on_invalid="ignore", validate_attrs=False
        )
        self.max.rect = Rect(60.0, 90.0, float(width * CELL), float(height * CELL))

    def obj(self, x: float, y: float, text: str, span: float | None = None) -> Placed:
        """An object by what is typed into it."""
        return self._text("newobj", x, y, text, ports(text), span)

    def msg(self, x: float, y: float, text: str, span: float | None = None, **more: Any) -> Placed:
        """A message box."""
        return self._text("message", x, y, text, ports("message"), span, **more)

    def note(self, x: float, y: float, text: str, cells: int = 0, **more: Any) -> None:
        """A comment, broken into lines of at most `cells` cells (0: one line).

        Here and in `ui`, `seen` is its place in the presentation (x, y, width, height), in pixels.
        """
        size = float(more.get("fontsize", 12.0))
        width = cells * CELL if cells else text_width(text, size) + 12
        lines = len(wrapped(text, width - 10, size))
        height = 6 + lines * size * 1.2
        self._box("comment", x, y, (width, height), Ports(1, ()), text=text, linecount=lines,
                  **more)  # fmt: skip

    def title(self, text: str, about: str, cells: int = 44) -> None:
        """The patch's name and what it is for, at the top."""
        self.note(1, 1, text, fontsize=TITLE_SIZE, fontface=1)
        self.note(1, 3, about, cells)

    def ui(self, x: float, y: float, kind: str, **more: Any) -> Placed:
        """Something drawn as itself: a number box, a toggle. `area` overrides (width, height)."""
        size = more.pop("area", DRAWN[kind])
        return self._box(kind, x, y, size, ports(kind), **more)

    def inlet(self, x: float, y: float, number: int, comment: str) -> Placed:
        """An inlet of this patch, counted from 1."""
        return self.ui(x, y, "inlet", comment=comment, index=number)

    def outlet(self, x: float, y: float, number: int, comment: str) -> Placed:
        """An outlet of this patch, counted from 1."""
        return self.ui(x, y, "outlet", comment=comment, index=number)

    def sub(
        self, x: float, y: float, name: str, inner: Patch, found: Ports, span: float | None = None
    ) -> Placed:
        """A subpatch, with the ports that its inlets and outlets give it."""
        return self._text("newobj", x, y, f"p {name}", found, span, patcher=inner.max)

    def set(self, name: str, value: object) -> None:
        """An attribute of the patch itself, as Max calls it."""
        setattr(self.max, name, value)

    def strip(self, x: float, y: float, name: str, inner: Patch, area: tuple[float, float],
              **more: Any) -> None:  # fmt: skip
        """A patch that is seen through a window in this one, by its presentation."""
        inner.set("openinpresentation", 1)
        self._box("bpatcher", x, y, area, Ports(0, ()), varname=name, embed=1, border=1,
                  patcher=inner.max, **more)  # fmt: skip

    def tab(self, number: int, name: str, inner: Patch) -> None:
        """A tab of a help patch."""
        inner.set("showontab", 1)
        self._text("newobj", 1 + 8 * number, 2, f"p {name}", Ports(0, ()), None, patcher=inner.max)

    def cord(self, source: Placed, outlet: int, target: Placed, inlet: int = 0) -> None:
        """Join an outlet to an inlet, both counted from 0. Raises IndexError where none is."""
        if outlet >= len(source.ports.outlets) or inlet >= target.ports.inlets:
            raise IndexError(f"{source.box.text} {outlet} -> {target.box.text} {inlet}")
        self.max.add_line(source.box, target.box, inlet=inlet, outlet=outlet)

    def chain(self, *placed: Placed) -> None:
        """First outlet to first inlet, one after the other."""
        for source, target in pairwise(placed):
            self.cord(source, 0, target)

    def tree(self) -> dict[str, Any]:
        """The patch as Max's JSON."""
        return dict(self.max.to_dict())

    def text(self) -> str:
        """The file."""
        return compact_json(self.tree())

    def _text(self, kind: str, x: float, y: float, text: str, found: Ports, span: float | None,
              **more: Any) -> Placed:  # fmt: skip
        most = max(found.inlets, len(found.outlets))
        width = box_width_for(text, most)
        if span is not None:
            wanted = 2 * PORT_INSET + span * CELL
            if wanted < width:
                raise ValueError(f"{text}: a span of {span} cells is narrower than its text")
            width = wanted
        return self._box(kind, x, y, (width, HEIGHT), found, text=text, **more)

    def _box(self, kind: str, x: float, y: float, size: tuple[float, float], found: Ports, /,
             **more: Any) -> Placed:  # fmt: skip
        if (seen := more.pop("seen", None)) is not None:
            more |= {"presentation": 1, "presentation_rect": list(seen)}
        place = Rect(x * CELL, y * CELL, *(round(v, 1) for v in size))
        box = Box(maxclass=kind, numinlets=found.inlets, numoutlets=len(found.outlets),
                  id=self.max.get_id(), patching_rect=place, outlettype=list(found.outlets),
                  **more)  # fmt: skip
        self.max.add_box(box)
        return Placed(box, found)


def compact_json(tree: dict[str, Any]) -> str:
    """JSON with every list of plain values on one line, as Max writes it."""
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    plain = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")
    return plain.sub(lambda one: f"[ {' '.join(one[1].split())} ]", text) + "\n"


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The lines of a comment that is `width` pixels wide."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
