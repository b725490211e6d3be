"""`dawbridge.live`: live stems, two channels each, with a strip for each of them."""

from __future__ import annotations

from max_patches.generate.addresses import CHANNELS, FROM_SERVER, OUTPUTS
from max_patches.generate.pd.canvas import Patch
from max_patches.generate.pd.strip import SIZE

LEFT, TOP = 20, 280
STEP = SIZE[0] + 4
WINDOW = (STEP * len(OUTPUTS) + 4, SIZE[1] + 6)
"""Of the strips, in pixels."""


def live() -> Patch:
    """The mix in, the stems out, and how late they are."""
    patch = Patch(1040, TOP + WINDOW[1] + 30)
    patch.window = (LEFT, TOP, *WINDOW)
    patch.title(
        "dawbridge.live",
        "The mix goes to daw-bridge from Pd's outputs 1 and 2; the stems come back at the inputs "
        "after them, by JACK or by a virtual sound device. It needs a dawbridge.client.",
    )
    out = patch.obj(20, 150, "dac~ 1 2", 12)
    for n, side in enumerate(("left", "right")):
        inlet = patch.obj(patch.over(out, n), 110, "inlet~")
        patch.cord(inlet, 0, out, n)
        assert side
    patch.note(180, 110, "the mix")
    numbers = [channel for pair in CHANNELS.values() for channel in pair]
    back = patch.obj(20, 190, "adc~ " + " ".join(map(str, numbers)), 117)
    for n, _ in enumerate(numbers):
        patch.cord(back, n, patch.obj(patch.under(back, n), 220, "outlet~"))
    for n, name in enumerate(OUTPUTS):
        patch.note(patch.under(back, 2 * n), 244, name)
        patch.seen(LEFT + 4 + n * STEP, TOP + 3, f"dawbridge.strip {name}", SIZE)
    heard = patch.obj(900, 110, f"r {FROM_SERVER}")
    late = patch.obj(900, 150, "route latency")
    patch.chain(heard, late, patch.outlet(900, 220, "samples, ms"))
    return patch
