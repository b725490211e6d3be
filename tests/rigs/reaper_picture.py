"""A drawing of a project of the stand-in of REAPER: `python -m tests.rigs.reaper_picture`.

It runs the action that separates items on the demo song, with the model that is shipped, and draws
the tracks and items that the action made, with the samples of their files. Needs Pillow and Lua.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from tests.rigs.reaper import ROOT, Reaper, item, track
from tests.rigs.server import serving

PICTURE = ROOT / "docs" / "pictures" / "reaper.png"
SONG = ROOT / "daw_bridge" / "demo" / "song.ogg"
ACTION = "Separate selected items into stems"
CAPTION = (
    "Drawn from what the action makes in the stand-in of REAPER. REAPER itself looks different."
)
STARTS_S, FROM_S, LONG_S, SHOWN_S = 1.0, 2.0, 8.0, 10.0
LEFT, WIDE, HIGH, TOP, BOTTOM, FINE = 220, 620, 56, 26, 30, 2
INDENT = 18
NIGHT, PANEL, LINE, WORDS = "#23262b", "#2f333a", "#15171a", "#d8d8d4"
HEARD, MUTED = ("#4f7f8c", "#bfe0e8"), ("#4a4d52", "#7d8085")


def draw(tracks: list[dict[str, Any]], shown_s: float) -> Image.Image:
    """The tracks from above to below, `shown_s` seconds from the project's beginning on."""
    size = (LEFT + WIDE, TOP + HIGH * len(tracks) + BOTTOM)
    image = Image.new("RGB", (size[0] * FINE, size[1] * FINE), NIGHT)
    pen = ImageDraw.Draw(image)
    _ruler(pen, shown_s)
    level = 0
    loudest = max(max(_peaks(made, 1)) for one in tracks for made in one["items"])
    for k, one in enumerate(tracks):
        _head(pen, k, one["name"], level, folder=one["depth"] > 0)
        for made in one["items"]:
            _item(pen, k, made, shown_s, 1 / loudest)
        level += int(one["depth"])
    _text(pen, (8, size[1] - BOTTOM / 2), CAPTION, 11)
    return image.resize(size, Image.Resampling.LANCZOS)


def _ruler(pen: ImageDraw.ImageDraw, shown_s: float) -> None:
    for second in range(round(shown_s)):
        x = LEFT + WIDE * second / shown_s
        _text(pen, (x + 3, TOP / 2), f"{second} s", 10)
        _box(pen, (x, 4, x + 0.5, TOP), LINE)


def _head(pen: ImageDraw.ImageDraw, k: int, name: str, level: int, folder: bool) -> None:
    top = TOP + k * HIGH
    _box(pen, (level * INDENT, top, LEFT - 2, top + HIGH - 2), PANEL)
    _box(pen, (LEFT, top + HIGH - 2, LEFT + WIDE, top + HIGH - 1), LINE)
    words = f"{k + 1}  {name}" + ("  (folder)" if folder else "")
    _text(pen, (level * INDENT + 10, top + HIGH / 2), words, 13)


def _item(
    pen: ImageDraw.ImageDraw, k: int, made: dict[str, Any], shown_s: float, gain: float
) -> None:
    values, take = made["values"], made["takes"][0]
    back, front = MUTED if values["B_MUTE"] else HEARD
    left = LEFT + WIDE * values["D_POSITION"] / shown_s
    wide = WIDE * values["D_LENGTH"] / shown_s
    top = TOP + k * HIGH + 2
    _box(pen, (left, top, left + wide, top + HIGH - 6), back)
    middle, half = top + 16 + (HIGH - 24) / 2, (HIGH - 24) / 2
    for x, peak in enumerate(gain * _peaks(made, round(wide * FINE))):
        at = left + x / FINE
        _box(pen, (at, middle - half * peak, at, middle + half * peak), front)
    _text(pen, (left + 5, top + 8), take["name"] + (" (muted)" if values["B_MUTE"] else ""), 10)


def _peaks(made: dict[str, Any], count: int) -> NDArray[np.float32]:
    """The highest sample of each of `count` equal parts of what the item plays."""
    take, seconds = made["takes"][0], made["values"]["D_LENGTH"]
    audio, rate_hz = soundfile.read(take["file"], dtype="float32", always_2d=True)
    first = round(take["values"]["D_STARTOFFS"] * rate_hz)
    part = np.abs(audio[first : first + round(seconds * rate_hz)]).max(axis=1)
    edges = np.linspace(0, len(part), count, endpoint=False).astype(int)
    found: NDArray[np.float32] = np.maximum.reduceat(part, edges)
    return found


def _box(
    pen: ImageDraw.ImageDraw, corners: tuple[float, float, float, float], fill: str
) -> None:  # fmt: skip
    pen.rectangle(tuple(FINE * one for one in corners), fill=fill)


def _text(pen: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: float) -> None:
    font = ImageFont.load_default(FINE * size)
    pen.text((FINE * at[0], FINE * at[1]), words, fill=WORDS, font=font, anchor="lm")


def separated(folder: Path) -> list[dict[str, Any]]:
    """The tracks once the action has separated some seconds of the demo song."""
    song = soundfile.info(SONG)
    take = {"source": {"file": str(SONG), "length_s": song.duration, "rate_hz": song.samplerate},
            "values": {"D_STARTOFFS": FROM_S}}  # fmt: skip
    mine = item(SONG, D_POSITION=STARTS_S, D_LENGTH=LONG_S, take=take)
    with serving((folder, SONG.parent), model="song") as running:
        found = Reaper(folder, running.endpoint).run(ACTION, [track(mine, name="demo song")])
    assert not found["messages"], found["messages"]
    tracks: list[dict[str, Any]] = found["tracks"]
    return tracks


def main() -> int:
    """Write it."""
    with TemporaryDirectory() as folder:
        draw(separated(Path(folder)), SHOWN_S).quantize(64).save(PICTURE, optimize=True)
    print(PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
