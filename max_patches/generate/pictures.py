"""`python -m max_patches.generate.pictures`: draws the pictures of the guide from the patches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image

from max_patches.generate.buffer_help import buffer_help
from max_patches.generate.client_help import client_help
from max_patches.generate.device import HEIGHT, WIDTH, device
from max_patches.generate.live import live
from max_patches.generate.picture import draw, present

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
COLOURS = 64


def pictures() -> dict[str, Image.Image]:
    """Each picture by its file's name."""
    drawn = {
        "max-client-help.png": draw(tab(client_help().tree(), "basic")),
        "max-buffer-help.png": draw(tab(buffer_help().tree(), "buffer~")),
        "max-live.png": draw(live().tree()["patcher"]),
        "max-live-device.png": present(device().tree()["patcher"], WIDTH, HEIGHT),
    }
    return {name: picture.quantize(COLOURS) for name, picture in drawn.items()}


def tab(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """A tab of a help patch."""
    boxes = [one["box"] for one in tree["patcher"]["boxes"]]
    found: dict[str, Any] = next(box["patcher"] for box in boxes if box["text"] == f"p {name}")
    return found


def main() -> None:
    """Write them all."""
    for name, picture in pictures().items():
        picture.save(FOLDER / name, optimize=True)
        print(name)


if __name__ == "__main__":
    main()
