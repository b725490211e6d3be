"""A picture of one song: the spectrograms of both models' stems side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from daw_bridge.cli.models.comparing.lanes import LANES, Waiting
from daw_bridge.cli.models.comparing.sums import Row
from daw_bridge.cli.picture import require_matplotlib, save_png, spectrum_row
from daw_bridge.cli.spectrogram import colour_range_db, level_of, spectrogram_db
from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.files.audio.info import Audio
from engines.spec import RESIDUAL

MOST_S = 20.0
"""So much of the song's middle is drawn: it is held in memory."""


def check_place(path: Path) -> None:
    """Before any work: raises BadValue, FileInTheWay, MissingMatplotlib."""
    if path.suffix.lower() != ".png":
        raise BadValue(f"--plot {path}", "the name of a PNG file", f"For example {path.stem}.png.")
    if not path.absolute().parent.is_dir():
        raise BadValue(f"--plot {path}", "a folder that there is", "Make it, or choose another.")
    if path.exists() or path.is_symlink():
        raise FileInTheWay(
            f"{path} exists", "a name that is free", "Move it away, or choose another."
        )
    require_matplotlib()


class Kept:
    """The middle of a song, `frames` of it at most MOST_S long, as its rows come."""

    def __init__(self, rows: Sequence[Row], channels: int, rate_hz: int, frames: int) -> None:
        self.rows, self.rate_hz = tuple(rows), rate_hz
        length = min(frames, round(MOST_S * rate_hz))
        self._from = (frames - length) // 2
        self._to, self._at = self._from + length, 0
        self._waiting = Waiting(len(rows), channels)

    def add(self, audio: Audio) -> None:
        """The next `(rows, channels, n)`."""
        size = audio.shape[-1]
        low, high = (min(max(0, end - self._at), size) for end in (self._from, self._to))
        self._waiting.put(audio[..., low:high].copy())
        self._at += size

    def signals(self) -> dict[Row, Audio]:
        """What was kept of each row, `(channels, n)`; can be asked for once."""
        return dict(zip(self.rows, self._waiting.take(self._waiting.frames), strict=True))


def draw(
    path: Path, signals: Mapping[Row, Audio], rate_hz: int, labels: Sequence[str], title: str
) -> None:
    """Write a PNG: the mix above, and a row for each stem with a column for each model, and one for
    the true stems where there are some. Raises MissingMatplotlib, WriteFailed.

    The colours are the same everywhere, and follow the level of the mix.
    """
    plt = require_matplotlib()
    columns = dict(zip(LANES, labels, strict=True))
    if any(row.whose == "true" for row in signals):
        columns["true"] = "true stems"
    stems, mix = _stems(signals), signals[Row("mix", "")]
    lowest = {row.whose: row.stem for stem in stems for row in signals if row.stem == stem}
    colours = colour_range_db(spectrogram_db(mix, rate_hz))
    figure = plt.figure(figsize=(4.6 * len(columns), 1.45 * len(stems) + 2.6), layout="constrained")
    grid = figure.add_gridspec(1 + len(stems), len(columns))
    images = [_cell(figure.add_subplot(grid[0, :]), "mix", mix, rate_hz, (colours, False))]
    for k, stem in enumerate(stems, 1):
        for j, (whose, label) in enumerate(columns.items()):
            axis = figure.add_subplot(grid[k, j])
            name, last = "" if j else stem, stem == lowest[whose]
            audio = signals.get(Row(whose, stem))
            images.append(_cell(axis, name, audio, rate_hz, (colours, last)))
            if k == 1:
                axis.set_title(label, parse_math=False)
    if drawn := [one for one in images if one is not None]:
        figure.colorbar(drawn[0], ax=figure.axes, label="level of the spectrum, dBFS", aspect=60)
    figure.suptitle(title, parse_math=False)
    try:
        save_png(figure, path)
    except OSError as error:
        raise WriteFailed(str(error), f"to write {path}", "Choose another --plot.") from error
    finally:
        plt.close(figure)


def _stems(signals: Mapping[Row, Audio]) -> list[str]:
    """Those of either model, then what only the truth has; the residual last."""
    order = (*LANES, "true")
    rows = sorted((row for row in signals if row.whose in order),
                  key=lambda row: order.index(row.whose))  # fmt: skip
    return sorted(dict.fromkeys(row.stem for row in rows), key=lambda name: name == RESIDUAL)


def _cell(
    axis: Any, name: str, audio: Audio | None, rate_hz: int,
    drawing: tuple[tuple[float, float], bool],
) -> Any:  # fmt: skip
    """One spectrogram, or a word where there is none; returns its image, if there is one."""
    colours, last = drawing
    if audio is None:
        axis.set(xticks=[], yticks=[], facecolor="#f2f2f2")
        axis.text(0.5, 0.5, "none", transform=axis.transAxes, ha="center", va="center")
        axis.set_ylabel(f"{name}\n", rotation=0, ha="right", va="center")
        return None
    about = (audio.shape[1] / rate_hz, rate_hz, last)
    found = spectrum_row(
        axis, name, spectrogram_db(audio, rate_hz), level_of(audio), colours, about
    )
    if not name:
        axis.set_yticks([])
    return found
