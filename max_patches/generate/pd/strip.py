"""`dawbridge.strip`: gain, mute, solo, known and the level of one output, as a mixer's strip."""

from __future__ import annotations

from daw_bridge.settings.parameters import PREFIX, STEM, parameter
from max_patches.generate.addresses import FROM_SERVER, TO_SERVER
from max_patches.generate.live import SWITCHES
from max_patches.generate.pd.canvas import BANNER, FONT, INK, PAPER, Patch, Placed

SIZE = (118, 240)
"""Of its window, in pixels."""
LEFT, TOP = 20, 300
"""Where the window lies in the patch."""
TALL = 160
"""Of the meter and of the fader."""


def strip() -> Patch:
    """Argument: the name of the output."""
    patch = Patch(760, 570)
    patch.title("dawbridge.strip", "One output of the stream: its argument is the name of a stem, "
                "or residual. dawbridge.live has one for each.")  # fmt: skip
    patch.window = (LEFT, TOP, *SIZE)
    heard = patch.obj(20, 110, f"r {FROM_SERVER}")
    split = patch.obj(20, 140, "route meter stem", 60)
    patch.cord(heard, 0, split)
    level = patch.obj(20, 170, "route $1")
    turned, both = patch.msg(20, 192, "$2 $1"), patch.obj(20, 214, "unpack f f")
    patch.chain(split, level, turned, both)
    meter = _seen(patch)
    patch.cord(both, 0, meter)
    patch.cord(both, 1, meter, 1)
    of = patch.obj(patch.under(split, 1), 170, "route $1")
    names = ("gain", *SWITCHES)
    parts = patch.obj(of.x, 200, f"route {' '.join(names)}", 62)
    patch.cord(split, 1, of)
    patch.cord(of, 0, parts)
    for n, name in enumerate(names):
        one = patch.sub(patch.under(parts, n), 240, gain() if name == "gain" else switch(name))
        patch.cord(parts, n, one)
    patch.note(of.x, 270, "what the server says, to the controls; what a hand sets, to the server",
               60)  # fmt: skip
    begin, stem = patch.obj(of.x, 330, "loadbang"), patch.obj(of.x, 360, "symbol $1")
    label, out = patch.msg(of.x, 390, "label $1"), patch.obj(of.x, 420, "s $0-name")
    patch.chain(begin, stem, label, out)
    patch.note(of.x + 80, 390, "its name, on the strip")
    return patch


def _seen(patch: Patch) -> Placed:
    """What the window shows, joined by names to the rest. Returns the meter."""
    width = SIZE[0]
    cells = f"10 {width - 38} 20 empty $0-name stem 6 10 0 {FONT} {BANNER} {INK} 0"
    patch.gui(LEFT + 36, TOP + 2, "cnv", (width - 38, 20), cells.replace("$", r"\$"))
    meter = patch.gui(LEFT + 8, TOP + 34, "vu", (15, TALL + 4),
                      f"15 {TALL} empty empty -1 -8 0 10 #404040 {INK} 1 0")  # fmt: skip
    low, high = parameter(f"stem/{STEM}/gain").dial or (0, 1)
    colours = f"{PAPER} {INK} {INK}"
    ends = f"{low:g} {high:g} 0 0 \\$0-gain \\$0-gain-set empty 0 -9 0 10 {colours} 0 1"
    patch.gui(LEFT + 58, TOP + 34, "vsl", (15, TALL), f"15 {TALL} {ends}")
    for n, name in enumerate(SWITCHES):
        patch.gui(LEFT + 84, TOP + 58 + 50 * n, "tgl", (17, 17),
                  rf"17 0 \$0-{name} \$0-{name}-set {name} 0 -9 0 10 {colours} 0 1")  # fmt: skip
    patch.shown(LEFT + 38, TOP + SIZE[1] - 26, 6, "$0-gain-shown")
    patch.note(LEFT + 90, TOP + SIZE[1] - 26, "dB")
    return meter


def switch(name: str) -> Patch:
    """On or off."""
    patch = Patch(520, 280, name)
    patch.title(name, "What is set without a hand is not sent.")
    value = patch.inlet(20, 90, "0 or 1")
    shown = patch.msg(20, 130, "set $1")
    patch.chain(value, shown, patch.obj(20, 160, f"s $0-{name}-set"))
    _sends(patch, patch.obj(190, 130, f"r $0-{name}"), name, 160)
    return patch


def gain() -> Patch:
    """The fader, and its number."""
    patch = Patch(560, 330, "gain")
    patch.title("gain", "What is set without a hand is not sent.")
    value = patch.inlet(20, 90, "dB")
    fork = patch.obj(20, 130, "t f f", 22)
    shown = patch.msg(20, 170, "set $1")
    number = patch.obj(patch.under(fork, 1), 250, "s $0-gain-shown")
    patch.chain(value, fork, shown, patch.obj(20, 200, "s $0-gain-set"))
    patch.cord(fork, 1, number)
    hand = patch.obj(240, 130, "r $0-gain")
    patch.cord(hand, 0, number)
    _sends(patch, hand, "gain", 170)
    return patch


def _sends(patch: Patch, hand: Placed, name: str, top: int) -> None:
    address = patch.obj(hand.x, top, f"list prepend {PREFIX}/stem/$1/{name}")
    bare = patch.obj(hand.x, top + 30, "list trim")
    patch.chain(hand, address, bare, patch.obj(hand.x, top + 60, f"s {TO_SERVER}"))
