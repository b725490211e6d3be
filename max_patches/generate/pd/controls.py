"""Parameters as columns: what the server says above, a control, what is sent below."""

from __future__ import annotations

from collections.abc import Sequence

from daw_bridge.settings.parameters import Parameter
from max_patches.generate.addresses import FROM_SERVER, TO_SERVER
from max_patches.generate.controls import Column, items_of
from max_patches.generate.pd.canvas import LETTER, MARGIN, PORT, Patch, Placed

SHOWN, CONTROL, SENT = 30, 64, 98
"""What lies below the label of a column, in pixels."""
ROW = 30
INDENT = 10
"""Of each choice more than the one above, so that no cord runs through another."""


def columns(patch: Patch, top: int, rows: Sequence[Column], step: int) -> None:
    """Draw a column for each, about `step` pixels apart, below the line `top`."""
    split, tails = routes(patch, top, [one.address for one in rows], step)
    below = split.y + 40 + ROW * max(map(len, tails))
    last = below + SENT + most_choices(rows) * ROW
    out = patch.obj(20, last + 40, f"s {TO_SERVER}")
    for n, one in enumerate(rows):
        x, above, outlet = patch.under(split, n), split, n
        for m, name in enumerate(tails[n]):
            tail = patch.obj(x, split.y + ROW * (m + 1), f"route {name}")
            patch.cord(above, outlet, tail)
            above, outlet = tail, 0
        patch.note(x + 12, below, one.label)
        shown = patch.msg(x, below + SHOWN, "set $1")
        patch.cord(above, outlet, shown)
        sent = patch.msg(x, last, f"{one.address} $1")
        patch.cord(sent, 0, out)
        column(patch, (x, below + CONTROL), one.parameter, shown, sent)


def routes(
    patch: Patch, top: int, addresses: Sequence[str], step: int
) -> tuple[Placed, list[list[str]]]:
    """What all addresses have in common is taken off, then one `route` parts them.

    Returns it, and what is left of each address below it.
    """
    parts = [one.split("/")[2:] for one in addresses]
    above = patch.obj(20, top, f"r {FROM_SERVER}")
    same = 0
    while len({tuple(one[: same + 1]) for one in parts}) == 1:
        same += 1
        taken = patch.obj(20, top + ROW * same, f"route {parts[0][same - 1]}")
        patch.cord(above, 0, taken)
        above = taken
    heads = [one[same] for one in parts]
    letters = -(-(step * len(heads) + PORT - MARGIN) // LETTER[0])
    split = patch.obj(20, top + ROW * (same + 1), f"route {' '.join(heads)}", letters)
    patch.cord(above, 0, split)
    return split, [one[same + 1 :] for one in parts]


def column(
    patch: Patch, place: tuple[int, int], one: Parameter, shown: Placed, sent: Placed
) -> None:
    """The control; of a text, its choices to click."""
    x, y = place
    items = items_of(one)
    control = patch.words(x, y, 14) if items else control_of(patch, x, y, one)
    patch.cord(shown, 0, control)
    for n, item in enumerate(items):
        patch.cord(patch.msg(x + INDENT * (n + 1), y + 34 + n * ROW, f"symbol {item}"), 0, sent)
    if not items:
        patch.cord(control, 0, sent)


def control_of(patch: Patch, x: int, y: int, one: Parameter) -> Placed:
    """A toggle for on and off, a number box for numbers."""
    if (one.minimum, one.maximum) == (0, 1):
        return patch.toggle(x, y)
    return patch.number(x, y, 9, one.minimum or 0, one.maximum or 0)


def most_choices(rows: Sequence[Column]) -> int:
    """Of the texts among them, the most that one offers."""
    return max(len(items_of(one.parameter)) for one in rows)
