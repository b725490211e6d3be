"""The whole package: what is in `max_patches/DawBridge`, and writing it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops

from daw_bridge import __version__
from max_patches.generate.buffer import buffer
from max_patches.generate.buffer_help import buffer_help
from max_patches.generate.canvas import Patch
from max_patches.generate.client import client
from max_patches.generate.client_help import client_help
from max_patches.generate.device import NAME as DEVICE
from max_patches.generate.device import packed
from max_patches.generate.icon import icon
from max_patches.generate.live import live
from max_patches.generate.live_help import live_help
from max_patches.generate.overview import overview
from max_patches.generate.server import SCRIPT, script, server
from max_patches.generate.server_help import server_help

HERE = Path(__file__).parent
FOLDER = HERE.parent / "DawBridge"
ICON = "icon.png"
PATCHES: dict[str, Callable[[], Patch]] = {
    "patchers/dawbridge.buffer.maxpat": buffer,
    "patchers/dawbridge.client.maxpat": client,
    "patchers/dawbridge.live.maxpat": live,
    "patchers/dawbridge.server.maxpat": server,
    "extras/DawBridge.maxpat": overview,
    "help/dawbridge.buffer.maxhelp": buffer_help,
    "help/dawbridge.client.maxhelp": client_help,
    "help/dawbridge.live.maxhelp": live_help,
    "help/dawbridge.server.maxhelp": server_help,
}
"""Each patch by its place in the package."""


def info() -> str:
    """What Max's package manager shows."""
    about = {
        "name": "DawBridge",
        "displayname": "DawBridge",
        "version": __version__,
        "author": "the authors of daw-bridge",
        "authors": ["the authors of daw-bridge"],
        "description": "Takes songs, buffers and live audio apart into stems, with daw-bridge.",
        "tags": ["audio", "stems", "source separation", "OSC"],
        "extensible": 0,
        "max_version_min": "8.5",
        "max_version_max": "none",
        "os": {"macintosh": {"min_version": "none", "platform": ["x64", "aarch64"]},
               "windows": {"min_version": "none", "platform": ["x64"]}},
        "homepatcher": "DawBridge.maxpat",
    }  # fmt: skip
    return json.dumps(about, indent=1) + "\n"


def texts() -> dict[str, str]:
    """Every file of the package that is text, by its place."""
    drawn = {name: draw().text() for name, draw in PATCHES.items()}
    return {**drawn, f"javascript/{SCRIPT}": script(), "package-info.json": info()}


def files() -> dict[str, bytes]:
    """Every file of the package, by its place."""
    found = {name: text.encode() for name, text in texts().items()}
    return {**found, f"devices/{DEVICE}.amxd": packed(), ICON: picture_bytes(icon())}


def write(folder: Path, made: dict[str, bytes]) -> list[str]:
    """Write what has changed, and remove what is no longer made. Returns the names."""
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    gone = sorted(there - set(made))
    for name in gone:
        (folder / name).unlink()
    changed = [name for name, content in made.items() if not same(name, folder / name, content)]
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(made[name])
    return gone + changed


def same(name: str, there: Path, content: bytes) -> bool:
    """Whether a file has this content; a picture, whether it has these pixels."""
    if not there.is_file():
        return False
    if name != ICON:
        return there.read_bytes() == content
    with Image.open(there) as old, Image.open(io.BytesIO(content)) as new:
        return old.size == new.size and ImageChops.difference(old, new).getbbox() is None


def picture_bytes(image: Image.Image) -> bytes:
    """A picture as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
