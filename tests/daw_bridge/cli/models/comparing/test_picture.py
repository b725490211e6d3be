"""The picture of two models side by side: what it has, what it keeps, where it may go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib.figure
import numpy as np
import pytest

from daw_bridge.cli.models.comparing.picture import MOST_S, Kept, check_place, draw
from daw_bridge.cli.models.comparing.sums import Row
from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from tests.rigs.sounds import noise

MIX = Row("mix", "")


def test_a_row_for_each_stem_and_a_column_for_each_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures: list[matplotlib.figure.Figure] = []
    save = matplotlib.figure.Figure.savefig

    def keep(self: matplotlib.figure.Figure, *args: Any, **kinds: Any) -> None:
        figures.append(self)
        save(self, *args, **kinds)

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", keep)
    rows = [MIX, Row("true", "drums"), Row("a", "drums"), Row("a", "residual"), Row("b", "drums"),
            Row("b", "vocals"), Row("b", "residual")]  # fmt: skip
    signals = {row: noise(2, 6000, seed) for seed, row in enumerate(rows)}
    draw(tmp_path / "x.png", signals, 8000, ("mine", "yours $x"), "a song")
    assert [path.name for path in tmp_path.iterdir()] == ["x.png"]
    axes = figures[0].axes
    assert sum(bool(axis.images) for axis in axes) == len(rows)
    labels = [axis.get_ylabel().strip() for axis in axes]
    assert [label for label in labels if label][:4] == ["mix", "drums", "vocals", "residual"]
    titles = [axis.get_title() for axis in axes if axis.get_title()]
    assert titles == ["mine", "yours $x", "true stems"]
    assert [text.get_text() for axis in axes for text in axis.texts] == ["none"] * 3


def test_a_picture_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="No such file"):
        draw(tmp_path / "gone" / "x.png", {MIX: noise(2, 4000)}, 8000, ("a", "b"), "song")


@pytest.mark.parametrize("seconds", [5, 50])
def test_the_middle_is_kept(seconds: int) -> None:
    rate_hz = 100
    audio = noise(4, seconds * rate_hz).reshape(2, 2, -1)
    kept = Kept((MIX, Row("a", "drums")), 2, rate_hz, seconds * rate_hz)
    for part in np.split(audio, range(7, seconds * rate_hz, 130), axis=-1):
        kept.add(part)
    length = round(min(seconds, MOST_S) * rate_hz)
    start = (seconds * rate_hz - length) // 2
    found = kept.signals()
    np.testing.assert_array_equal(found[MIX], audio[0, :, start : start + length])
    np.testing.assert_array_equal(found[Row("a", "drums")], audio[1, :, start : start + length])


def test_a_bad_place_is_said_before_any_work(tmp_path: Path) -> None:
    check_place(tmp_path / "new.PNG")
    with pytest.raises(BadValue, match="PNG"):
        check_place(tmp_path / "x.jpg")
    with pytest.raises(BadValue, match="a folder that there is"):
        check_place(tmp_path / "none" / "x.png")
    (tmp_path / "old.png").write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        check_place(tmp_path / "old.png")
