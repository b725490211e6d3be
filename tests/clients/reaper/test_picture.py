"""The drawing in the guide: of what the action makes, and each track of it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engines.load import MODELS, read_spec
from engines.spec import RESIDUAL
from tests.rigs.reaper import RATE
from tests.rigs.reaper_picture import BOTTOM, HEARD, HIGH, LEFT, PICTURE, TOP, WIDE, draw
from tests.rigs.sounds import noise, save

SECONDS = 2.0


def tracks(path: Path, heard: bool = True) -> list[dict[str, Any]]:
    values = {"D_POSITION": 0.5, "D_LENGTH": 1.0, "B_MUTE": int(not heard)}
    take = {"name": "song", "file": str(path), "values": {"D_STARTOFFS": 0.0}}
    folder = {"name": "song stems", "depth": 1, "items": []}
    return [folder, {"name": "drums", "depth": -1, "items": [{"values": values, "takes": [take]}]}]


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    part = np.asarray(image.crop(box)).reshape(-1, 3)
    return {tuple(int(v) for v in one) for one in part}


def test_an_item_is_drawn_where_it_lies(tmp_path: Path) -> None:
    path = save(tmp_path / "drums.wav", noise(2, RATE))
    image = draw(tracks(path), SECONDS)
    assert image.size == (LEFT + WIDE, TOP + 2 * HIGH + BOTTOM)
    back = tuple(bytes.fromhex(HEARD[0][1:]))
    top, middle = TOP + HIGH, LEFT + WIDE // 2
    quarter = WIDE // 4
    assert back in colours(image, (LEFT + quarter + 2, top, LEFT + 3 * quarter - 2, top + HIGH))
    for left, right in ((LEFT, LEFT + quarter - 2), (LEFT + 3 * quarter + 2, LEFT + WIDE)):
        assert back not in colours(image, (left, top, right, top + HIGH))
    assert back not in colours(image, (middle, TOP, LEFT + WIDE, top - 4))
    assert back not in colours(draw(tracks(path, heard=False), SECONDS), (0, 0, *image.size))


def test_the_guide_s_has_a_row_for_each_output_the_folder_and_the_song() -> None:
    outputs = (*read_spec(MODELS / "song.onnx").stems, RESIDUAL)
    with Image.open(PICTURE) as image:
        assert image.size == (LEFT + WIDE, TOP + (len(outputs) + 2) * HIGH + BOTTOM)
