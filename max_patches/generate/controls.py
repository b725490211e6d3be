"""Parameters as a row of columns: what comes from the server above, a control, what is sent below.

Every column falls straight: `receive`, one `route` for all addresses, `prepend set`, the control,
`prepend ADDRESS`, and one `send`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from daw_bridge.settings.parameters import Parameter
from max_patches.generate.addresses import FROM_SERVER, MODELS, OUTPUTS, TAGS, TO_SERVER
from max_patches.generate.canvas import Patch, Placed

CHOICES = {"model": MODELS, "residual/to": OUTPUTS[::-1], "query/tag": TAGS}
"""What the menus of free texts offer."""


@dataclass(frozen=True)
class Column:
    """A parameter at an address, under a label. `seen`: the control's place in a presentation.

    `live`: the Max for Live object that is its control, which Live can automate.
    """

    address: str
    parameter: Parameter
    label: str
    seen: tuple[float, float, float, float] | None = None
    live: str = ""


def columns(
    patch: Patch, top: int, rows: Sequence[Column], step: int, also: Sequence[str] = ()
) -> Placed:
    """Draw the columns from the line `top` down to 20 cells below it, `step` cells apart.

    `also`: addresses that the route has after those of the columns. Returns the route.
    """
    left = 2
    heard = patch.obj(left, top, f"receive {FROM_SERVER}")
    names = [one.address for one in rows] + list(also)
    route = patch.obj(left, top + 3, f"route {' '.join(names)}", step * len(names))
    patch.cord(heard, 0, route)
    out = patch.obj(left, top + 20, f"send {TO_SERVER}")
    for n, one in enumerate(rows):
        x = left + n * step
        shown, control, outlet = control_of(patch, x, top, one)
        sent = patch.obj(x, top + 15, f"prepend {one.address}")
        patch.note(x + 1, top + 5, one.label, step - 1)
        patch.cord(route, n, shown)
        patch.cord(shown, 0, control)
        patch.cord(control, outlet, sent)
        patch.cord(sent, 0, out)
    return route


def control_of(patch: Patch, x: int, top: int, row: Column) -> tuple[Placed, Placed, int]:
    """What shows a value without sending it on, the control, and the outlet of its value."""
    one, seen = row.parameter, row.seen
    if row.live:
        shown = patch.obj(x, top + 8, "prepend set")
        more = automated(row)
        return shown, patch.ui(x, top + 11, row.live, seen=seen, **more), 0
    items = items_of(one)
    shown = patch.obj(x, top + 8, "prepend setsymbol" if items else "prepend set")
    if items:
        commas = [part for item in items for part in (item, ",")][:-1]
        return shown, patch.ui(x, top + 11, "umenu", items=commas, seen=seen), 1
    if (one.minimum, one.maximum) == (0, 1):
        return shown, patch.ui(x, top + 11, "toggle", seen=seen), 0
    kind = "flonum" if one.type == "f" else "number"
    return shown, patch.ui(x, top + 11, kind, seen=seen, **limits(one)), 0


def items_of(one: Parameter) -> tuple[str, ...]:
    """What the menu of a text offers; a number has none."""
    return one.choices or CHOICES.get(one.name, ())


def automated(row: Column) -> dict[str, Any]:
    """What Live has to know of a control: its name, its range, what it starts with."""
    one = row.parameter
    low, high = one.dial or (0, 1)
    name = row.address.split("/", 3)[-1].replace("/", " ")
    value: dict[str, Any] = {"parameter_longname": name, "parameter_shortname": row.label}
    if row.live == "live.dial":
        value |= {"parameter_type": 0, "parameter_unitstyle": 4, "parameter_mmin": float(low),
                  "parameter_mmax": float(high),
                  "parameter_initial": [float(one.default)]}  # fmt: skip
    else:
        value |= {"parameter_type": 2, "parameter_enum": ["off", "on"], "parameter_mmax": 1}
    words = {"text": row.label, "texton": row.label} if row.live == "live.text" else {}
    return {"parameter_enable": 1, "varname": name, **words,
            "saved_attribute_attributes": {"valueof": value}}  # fmt: skip


def limits(one: Parameter) -> dict[str, Any]:
    """The range of a number box."""
    whole = one.type == "i"
    found = {"minimum": one.minimum, "maximum": one.maximum}
    return {key: int(v) if whole else float(v) for key, v in found.items() if v is not None}
