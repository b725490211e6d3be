"""`dawbridge.live`: live stems by a virtual sound device, with a strip for each of them."""

from __future__ import annotations

from daw_bridge.settings.parameters import STEM, Parameter, parameter
from max_patches.generate.addresses import CHANNELS, FROM_SERVER, OUTPUTS, command, of_stem
from max_patches.generate.canvas import Patch
from max_patches.generate.controls import Column, columns

STRIP = (120.0, 210.0)
"""Of one stem's window, in pixels."""
STEP = 16
"""From column to column, in cells."""
SWITCHES = ("mute", "solo", "known")
LOWEST_DB = -60.0
"""Of the meters."""


def live() -> Patch:
    """The mix in, the stems out, two channels each, and how late they are."""
    patch = Patch(72, 46)
    patch.title(
        "dawbridge.live",
        "The mix goes to daw-bridge on channels 1 and 2 of a virtual sound device; the stems come "
        "back on the channels after them. Double-click for a strip of each. It needs a "
        "dawbridge.client.",
        60,
    )
    out = patch.obj(2, 12, "dac~ 1 2", 6)
    for n, side in enumerate(("left", "right")):
        patch.cord(patch.inlet(2 + 6 * n, 8, n + 1, f"the mix, {side}"), 0, out, n)
    patch.note(11, 8, "the mix")
    numbers = [channel for pair in CHANNELS.values() for channel in pair]
    back = patch.obj(2, 15, "adc~ " + " ".join(map(str, numbers)), 4 * (len(numbers) - 1))
    for n, channel in enumerate(numbers):
        name = OUTPUTS[n // 2]
        one = patch.outlet(2 + 4 * n, 19, n + 1, f"{name}, channel {channel}")
        patch.cord(back, n, one)
    heard = patch.obj(60, 8, f"receive {FROM_SERVER}")
    late = patch.obj(60, 12, f"route {command('latency')}")
    patch.chain(heard, late, patch.outlet(60, 19, len(numbers) + 1, "latency: samples, ms"))
    patch.note(62, 22, "latency")
    for n, name in enumerate(OUTPUTS):
        patch.note(2 + 8 * n, 22, name)
        patch.strip(2 + 9 * n, 27, name, strip(patch, name), STRIP)
    patch.note(2, 25, "What is heard of each, and its level")
    return patch


def strip(parent: Patch, stem: str) -> Patch:
    """Gain, mute, solo, known and the level of one output."""
    patch = Patch(86, 34, parent)
    patch.title(stem, "What the server says of this output, and what is set here.")
    gain = Column(of_stem("gain", stem), _of_stem("gain"), "gain in dB", (45, 178, 66, 22))
    switches = [name for name in SWITCHES if (name, stem) != ("known", OUTPUTS[-1])]
    rows = [gain] + [
        Column(of_stem(name, stem), _of_stem(name), name, (45, 36 + 30 * n, 24, 24))
        for n, name in enumerate(switches)
    ]
    level = command(f"meter/{stem}")
    route = columns(patch, 7, rows, STEP, (level,))
    x = 2 + STEP * len(rows)
    meter = patch.ui(x, 18, "multislider", area=(30.0, 90.0), setminmax=[LOWEST_DB, 0.0], size=2,
                     orientation=1, ignoreclick=1, seen=(9, 36, 27, 165))  # fmt: skip
    patch.cord(route, len(rows), meter)
    patch.note(x + 1, 12, "level: peak and mean", 12)
    patch.note(2, 31, stem, fontface=1, seen=(6, 6, 108, 21))
    for n, name in enumerate(switches):
        patch.note(14 + 8 * n, 31, name, seen=(69, 38 + 30 * n, 48, 20))
    patch.note(38, 31, "dB", seen=(45, 152, 40, 20))
    patch.note(44, 31, "(words of the strip)")
    return patch


def _of_stem(name: str) -> Parameter:
    return parameter(f"stem/{STEM}/{name}")
