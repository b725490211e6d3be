"""All patches of `max_patches/pd`, and writing them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from max_patches.generate.pd.buffer import buffer
from max_patches.generate.pd.buffer_help import buffer_help
from max_patches.generate.pd.canvas import Patch
from max_patches.generate.pd.client import client
from max_patches.generate.pd.client_help import client_help
from max_patches.generate.pd.live import live
from max_patches.generate.pd.live_help import live_help
from max_patches.generate.pd.overview import overview
from max_patches.generate.pd.strip import strip

FOLDER = Path(__file__).parents[2] / "pd"
PATCHES: dict[str, Callable[[], Patch]] = {
    "dawbridge.buffer.pd": buffer,
    "dawbridge.buffer-help.pd": buffer_help,
    "dawbridge.client.pd": client,
    "dawbridge.client-help.pd": client_help,
    "dawbridge.live.pd": live,
    "dawbridge.live-help.pd": live_help,
    "dawbridge.strip.pd": strip,
    "dawbridge-overview.pd": overview,
}
"""Each patch by its file's name."""


def files() -> dict[str, bytes]:
    """Every file of the folder, by its name."""
    return {name: draw().text().encode() for name, draw in PATCHES.items()}
