"""What Pd's help browser reads: a subpatch META with comments."""

from __future__ import annotations

from daw_bridge import __version__
from max_patches.generate.pd.canvas import Patch


def meta(patch: Patch, x: int, y: int, name: str, about: str) -> None:
    """Put it into a help patch."""
    inner = Patch(560, 240, "META")
    rows = (f"NAME {name}", f"DESCRIPTION {about}", "KEYWORDS network control audio stems OSC",
            "LICENSE MIT", "AUTHOR the authors of daw-bridge",
            f"VERSION {__version__}")  # fmt: skip
    for n, text in enumerate(rows):
        inner.note(20, 20 + 30 * n, text)
    patch.sub(x, y, inner)
