"""`dawbridge-overview.pd`: what is in the folder."""

from __future__ import annotations

from max_patches.generate.overview import PARTS
from max_patches.generate.pd.canvas import Patch


def overview() -> Patch:
    """The objects; a click with the right button opens their help."""
    patch = Patch(760, 420)
    patch.title(
        "dawbridge",
        "daw-bridge takes music apart into stems: drums, bass, vocals and more, live or as files, "
        "on your own computer. These objects steer it. Right-click one, and choose Help.",
    )
    opens = patch.sub(470, 365, opening())
    for n, (name, about) in enumerate(PARTS):
        patch.banner(20, 110 + 80 * n, 420, name, 24)
        patch.note(20, 142 + 80 * n, about.replace("buffer~", "array"), 58)
        shown = patch.msg(470 + 10 * n, 112 + 80 * n, f"symbol {name}-help.pd")
        patch.cord(shown, 0, opens)
    return patch


def opening() -> Patch:
    """Opens a patch of this folder."""
    patch = Patch(560, 360, "open")
    patch.title("open", "A patch of the folder in which this one lies.")
    name = patch.inlet(20, 90, "its file's name")
    fork = patch.obj(20, 120, "t b s", 30)
    ask, where = patch.msg(20, 155, "dir"), patch.obj(20, 185, "pdcontrol")
    whole, text = patch.obj(20, 215, "list prepend", 30), patch.obj(20, 245, "list prepend open")
    bare = patch.obj(20, 275, "list trim")
    patch.chain(name, fork, ask, where, whole, text, bare, patch.obj(20, 305, "s pd"))
    patch.cord(fork, 1, whole, 1)
    return patch
