"""`extras/DawBridge.maxpat`: what is in the package, from Max's menu Extras."""

from __future__ import annotations

from max_patches.generate.canvas import Patch

PARTS = (
    ("dawbridge.client", "Begin here: start the server, connect, and set every parameter."),
    ("dawbridge.buffer", "A buffer~ becomes its stems, each in a buffer~ of its own."),
    ("dawbridge.live", "Stems while the music plays, with a strip for each."),
)
"""What Max and Pd have."""
SERVER = ("dawbridge.server", "Starts and stops the server, with any of its flags; shows its log.")


def overview() -> Patch:
    """A button for each help patch."""
    patch = Patch(58, 43)
    patch.title(
        "DawBridge",
        "daw-bridge takes music apart into stems: drums, bass, vocals and more, live or as files, "
        "on your own computer. These objects steer it. Click to open their help.",
        54,
    )
    for n, (name, about) in enumerate((*PARTS, SERVER)):
        opens = patch.msg(2, 9 + 7 * n, f"load {name}.maxhelp")
        patch.chain(opens, patch.obj(2, 12 + 7 * n, "pcontrol"))
        patch.note(20, 9 + 7 * n, about, 36)
    patch.note(2, 37, "In Live: DawBridge.amxd, in the package's folder devices.", 54)
    patch.note(2, 39, "Only one dawbridge.client can listen at a port.", 54)
    return patch
