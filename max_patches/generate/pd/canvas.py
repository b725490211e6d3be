"""A patch of Pure Data as it is drawn: places and sizes in pixels, widths of text in characters.

A box stands on a grid of 10 pixels, or straight below a port of another: `patch.under(box, 1)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from max_patches.generate.objects import Ports
from max_patches.generate.pd.objects import ports

GRID = 10
FONT = 12
LETTER = (7, 16)
"""Width and height of a letter of that font in Pd, in pixels."""
PORT = 7
"""Width of an inlet or outlet."""
MARGIN = 4
"""Of a box around its text, both sides together."""
TITLE_HEIGHT = 36
PAPER, INK = "#fcfcfc", "#000000"
BANNER = "#cfd8dc"
SOUND = "signal"


@dataclass(frozen=True)
class Placed:
    """A box that can be joined to others. `line` is what the file has of it."""

    number: int
    kind: str
    text: str
    x: int
    y: int
    width: int
    height: int
    ports: Ports
    line: str
    inner: Patch | None = None

    def port_x(self, number: int, of: int) -> int:
        """The left edge of a port."""
        return self.x + ((self.width - PORT) * number // (of - 1) if of > 1 else 0)


@dataclass
class Patch:
    """One patch. `width` and `height` are the window's; `name` is that of a subpatch."""

    width: int
    height: int
    name: str = ""
    boxes: list[Placed] = field(default_factory=list)
    cords: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Box, outlet, box, inlet."""
    window: tuple[int, int, int, int] | None = None
    """What is seen of it in another patch: left, top, width, height."""

    def obj(self, x: int, y: int, text: str, letters: int = 0) -> Placed:
        """An object by what is typed into it; `letters` makes it wider."""
        return self._lettered("obj", x, y, text, ports(text), letters)

    def seen(self, x: int, y: int, text: str, size: tuple[int, int]) -> Placed:
        """An abstraction that is seen through a window of this size."""
        return self._add("obj", text, (x, y), size, ports(text), f"#X obj {x} {y} {text};")

    def msg(self, x: int, y: int, text: str, letters: int = 0) -> Placed:
        """A message box."""
        return self._lettered("msg", x, y, text, ports("msg"), letters)

    def note(self, x: int, y: int, text: str, letters: int = 0) -> None:
        """A comment, broken into lines of at most `letters` (0: one line)."""
        wide = letters or len(text)
        lines = wrapped(text, wide)
        size = (wide * LETTER[0] + MARGIN, len(lines) * LETTER[1] + MARGIN)
        self._add("text", text, (x, y), size, Ports(0, ()),
                  f"#X text {x} {y} {escaped(text, True)}, f {wide};")  # fmt: skip

    def title(self, text: str, about: str) -> None:
        """The patch's name on a banner, and what it is for."""
        self.banner(0, 0, self.width, text)
        self.note(20, TITLE_HEIGHT + 8, about, (self.width - 40) // LETTER[0])

    def banner(self, x: int, y: int, width: int, text: str, height: int = TITLE_HEIGHT) -> None:
        """A heading on a colour."""
        size = 18 if height == TITLE_HEIGHT else 14
        label = escaped(text).replace(" ", r"\ ")
        more = f"empty empty {label} 20 {height // 2} 0 {size} {BANNER} {INK} 0"
        self._add("cnv", text, (x, y), (width, height), Ports(0, ()),
                  f"#X obj {x} {y} cnv 10 {width} {height} {more};")  # fmt: skip

    def number(self, x: int, y: int, letters: int = 6, low: float = 0, high: float = 0) -> Placed:
        """A number box; low and high 0: any number."""
        return self._atom("floatatom", x, y, letters, f"{low:g} {high:g}")

    def words(self, x: int, y: int, letters: int) -> Placed:
        """What shows a text."""
        return self._atom("symbolatom", x, y, letters, "0 0")

    def shown(self, x: int, y: int, letters: int, name: str) -> Placed:
        """A number box that shows what is sent to this name."""
        return self._atom("floatatom", x, y, letters, "0 0", escaped(name))

    def toggle(self, x: int, y: int, label: str = "empty") -> Placed:
        """On or off."""
        more = f"17 0 empty empty {label} 22 8 0 {FONT} {PAPER} {INK} {INK} 0 1"
        return self.gui(x, y, "tgl", (17, 17), more)

    def button(self, x: int, y: int) -> Placed:
        """A bang to click."""
        more = f"17 250 50 0 empty empty empty 0 -9 0 {FONT} {PAPER} {INK} {INK}"
        return self.gui(x, y, "bng", (17, 17), more)

    def gui(self, x: int, y: int, kind: str, size: tuple[int, int], more: str) -> Placed:
        """What is drawn as itself; `more` is what the file has after its kind."""
        return self._add(kind, kind, (x, y), size, ports(kind), f"#X obj {x} {y} {kind} {more};")

    def slider(self, x: int, y: int, kind: str, size: tuple[int, int], low: float, high: float,
               receive: str = "empty") -> Placed:  # fmt: skip
        """`hsl` or `vsl`; the file gives no position: it begins at the lowest."""
        ends = f"{size[0]} {size[1]} {low:g} {high:g} 0 0 empty {receive} empty"
        more = f"{ends} 0 -9 0 {FONT} {PAPER} {INK} {INK} 0 1"
        return self.gui(x, y, kind, size, more)

    def inlet(self, x: int, y: int, about: str, kind: str = "inlet") -> Placed:
        """An inlet; which one, their order from left to right says."""
        self.note(x + 10 + self._width(kind), y, about)
        return self.obj(x, y, kind)

    def outlet(self, x: int, y: int, about: str, kind: str = "outlet") -> Placed:
        """An outlet; which one, their order from left to right says."""
        self.note(x, y + 20, about)
        return self.obj(x, y, kind)

    def sub(self, x: int, y: int, inner: Patch, letters: int = 0) -> Placed:
        """A subpatch with the ports that it has."""
        names = [one.text.split()[0] for one in inner.boxes if one.kind == "obj"]
        outlets = tuple("" if one == "outlet" else SOUND for one in names if "outlet" in one[:6])
        found = Ports(sum(one in ("inlet", "inlet~") for one in names), outlets)
        text = f"pd {inner.name}"
        size = (max(letters, len(text)) * LETTER[0] + MARGIN, LETTER[1] + MARGIN)
        more = f", f {letters}" if letters else ""
        return self._add("obj", text, (x, y), size, found,
                         f"#X restore {x} {y} {text}{more};", inner)  # fmt: skip

    def cord(self, source: Placed, outlet: int, target: Placed, inlet: int = 0) -> None:
        """Join an outlet to an inlet, both counted from 0. Raises IndexError where none is."""
        if outlet >= len(source.ports.outlets) or inlet >= target.ports.inlets:
            raise IndexError(f"{source.text} {outlet} -> {target.text} {inlet}")
        self.cords.append((source.number, outlet, target.number, inlet))

    def chain(self, *placed: Placed) -> None:
        """First outlet to first inlet, one after the other."""
        for source, target in pairwise(placed):
            self.cord(source, 0, target)

    def under(self, box: Placed, outlet: int = 0) -> int:
        """Where a box is straight below this outlet."""
        return box.port_x(outlet, len(box.ports.outlets))

    def over(self, box: Placed, inlet: int = 0) -> int:
        """Where a box is straight above this inlet."""
        return box.port_x(inlet, box.ports.inlets)

    def text(self) -> str:
        """The file."""
        return "\n".join(self._lines(f"#N canvas 100 80 {self.width} {self.height} {FONT};")) + "\n"

    def tree(self) -> dict[str, Any]:
        """The patch as the checks of the layout see it: boxes with ports, lines between them."""
        boxes = [
            {"box": {"id": str(one.number), "maxclass": one.kind, "text": one.text,
                     "patching_rect": [one.x, one.y, one.width, one.height],
                     "numinlets": one.ports.inlets, "numoutlets": len(one.ports.outlets),
                     "port_inset": PORT / 2, **_patcher(one)}}
            for one in self.boxes
        ]  # fmt: skip
        lines = [{"patchline": {"source": [str(a), n], "destination": [str(b), m]}}
                 for a, n, b, m in self.cords]  # fmt: skip
        return {"rect": [0, 0, self.width, self.height], "boxes": boxes, "lines": lines}

    def _lines(self, first: str) -> list[str]:
        lines = [first]
        for one in self.boxes:
            if one.inner is not None:
                size = f"{one.inner.width} {one.inner.height}"
                lines += one.inner._lines(f"#N canvas 140 120 {size} {one.inner.name} 0;")
            lines.append(one.line)
        lines += [f"#X connect {a} {n} {b} {m};" for a, n, b, m in self.cords]
        if self.window is not None:
            left, top, width, height = self.window
            lines.append(f"#X coords 0 -1 1 1 {width} {height} 2 {left} {top};")
        return lines

    def _width(self, text: str, letters: int = 0) -> int:
        return max(letters, len(text)) * LETTER[0] + MARGIN

    def _lettered(self, kind: str, x: int, y: int, text: str, found: Ports,
                  letters: int) -> Placed:  # fmt: skip
        if letters and letters < len(text):
            raise ValueError(f"{text}: {letters} letters are fewer than it has")
        wide = letters or len(text)
        flag = 4 if kind == "msg" else 0
        size = (self._width(text, wide) + flag, LETTER[1] + MARGIN)
        # Pd breaks a box at 60 letters unless its width is given.
        more = f", f {wide}" if letters or wide > 60 else ""
        line = f"#X {kind} {x} {y} {escaped(text)}{more};"
        return self._add(kind, text, (x, y), size, found, line)

    def _atom(self, kind: str, x: int, y: int, letters: int, ends: str,
              receive: str = "-") -> Placed:  # fmt: skip
        size = (letters * LETTER[0] + MARGIN + 4, LETTER[1] + MARGIN)
        line = f"#X {kind} {x} {y} {letters} {ends} 0 - {receive} - 0;"
        return self._add(kind, kind, (x, y), size, ports(kind), line)

    def _add(self, kind: str, text: str, place: tuple[int, int], size: tuple[int, int],
             found: Ports, line: str, inner: Patch | None = None) -> Placed:  # fmt: skip
        one = Placed(len(self.boxes), kind, text, *place, *size, found, line, inner)
        self.boxes.append(one)
        return one


def _patcher(one: Placed) -> dict[str, Any]:
    return {} if one.inner is None else {"patcher": one.inner.tree()}


def escaped(text: str, comment: bool = False) -> str:
    r"""As the file has it: `\$1`, and in a comment ` \,`."""
    text = re.sub(r"\$", r"\\$", text)
    return re.sub(r"([,;])", r" \\\1" if comment else r"\\\1", text)


def wrapped(text: str, letters: int) -> list[str]:
    """The lines of a text of at most `letters` each."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and len(longer) > letters:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]
