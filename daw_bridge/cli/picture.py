"""A picture of a separation: a spectrogram and a meter for each stem, drawn by matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daw_bridge.cli.spectrogram import (
    Level,
    Picture,
    colour_range_db,
    edges_hz,
    level_of,
    spectrogram_db,
)
from daw_bridge.errors import BridgeError


class MissingMatplotlib(BridgeError):
    """The picture needs matplotlib, which serving does not."""

    code = "missing_matplotlib"


#: The meters reach down to here, dBFS, or further for a quiet song.
METER_DBFS = -60.0
_TICKS_HZ = {50: "50 Hz", 200: "200 Hz", 1000: "1 kHz", 5000: "5 kHz"}
_COLOUR_MAP = "magma"
COLOURS = 128
_RMS_COLOUR, _PEAK_COLOUR, _OVER_COLOUR = "#7b3fa0", "#d9b8e8", "#d62728"


def require_matplotlib() -> Any:
    """matplotlib without a screen. Raises `MissingMatplotlib`."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingMatplotlib(
            "matplotlib is not installed",
            "matplotlib, which draws the picture",
            "Install it (pip install matplotlib, or pipx inject daw-bridge matplotlib), "
            "or leave the picture out.",
        ) from error
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def draw(path: Path, tracks: Mapping[str, NDArray[np.float32]], rate_hz: int, title: str) -> None:
    """Write a PNG with a row per track; each track is `(channels, samples) float32`.

    The colours follow the level of the first track, the mix. Raises `MissingMatplotlib`.
    """
    plt = require_matplotlib()
    spectra = {name: spectrogram_db(audio, rate_hz) for name, audio in tracks.items()}
    levels = {name: level_of(audio) for name, audio in tracks.items()}
    colours = colour_range_db(next(iter(spectra.values())))
    low = meter_low_dbfs(next(iter(levels.values())))
    seconds = next(iter(tracks.values())).shape[1] / rate_hz
    figure = plt.figure(figsize=(10, 1.45 * len(tracks) + 0.9), layout="constrained")
    grid = figure.add_gridspec(len(tracks), 3, width_ratios=(1, 0.09, 0.02))
    image = None
    for k, name in enumerate(tracks):
        axis, meter = figure.add_subplot(grid[k, 0]), figure.add_subplot(grid[k, 1])
        last = k == len(tracks) - 1
        drawn = spectrum_row(
            axis, name, spectra[name], levels[name], colours, (seconds, rate_hz, last)
        )
        image = drawn or image
        _meter(meter, levels[name], low, first=k == 0)
    if image is not None:
        scale = figure.add_subplot(grid[:, 2])
        figure.colorbar(image, cax=scale, label="level of the spectrum, dBFS")
    figure.suptitle(title, parse_math=False)
    save_png(figure, path)
    plt.close(figure)


def spectrum_row(
    axis: Any, name: str, spectrum: Picture, level: Level, colours: tuple[float, float],
    about: tuple[float, int, bool],
) -> Any:  # fmt: skip
    """One spectrogram; words where there is nothing to see. Returns the image, if there is one."""
    seconds, rate_hz, last = about
    words = _words(spectrum, level, colours)
    octaves, image = np.log2(edges_hz(rate_hz)), None
    if words:
        axis.set_facecolor("#f2f2f2")
        axis.text(0.5, 0.5, words, transform=axis.transAxes, ha="center", va="center", color="#555")
    else:
        image = axis.imshow(
            spectrum, origin="lower", aspect="auto", extent=(0, seconds, octaves[0], octaves[-1]),
            interpolation="nearest", cmap=_COLOUR_MAP, vmin=colours[0], vmax=colours[1],
        )  # fmt: skip
    axis.set(ylim=(octaves[0], octaves[-1]), xlim=(0, seconds))
    shown = {
        np.log2(hz): text for hz, text in _TICKS_HZ.items()
        if octaves[0] <= np.log2(hz) <= octaves[-1]
    }  # fmt: skip
    axis.set_yticks(list(shown), list(shown.values()), fontsize=8)
    axis.set_ylabel(f"{name}\n", rotation=0, ha="right", va="center")
    axis.tick_params(labelbottom=last)
    if last:
        axis.set_xlabel("seconds")
    return image


def _words(spectrum: Picture, level: Level, colours: tuple[float, float]) -> str:
    """What to say of a track without a picture; "" for one that has it."""
    if level.silent:
        return "silent"
    if spectrum.max() < colours[0]:
        return f"too quiet for this scale: peak {level.peak_dbfs:.0f} dBFS"
    return ""


def meter_low_dbfs(mix: Level) -> float:
    """Where the meters begin: 30 dB below the mix at least."""
    if mix.silent:
        return METER_DBFS
    return min(METER_DBFS, 20.0 * float(np.floor((mix.rms_dbfs - 30.0) / 20.0)))


def _meter(axis: Any, level: Level, low: float, first: bool) -> None:
    """Peak and RMS as in a mixer, with their numbers; above 0 dBFS the peak is red."""
    peak = _OVER_COLOUR if level.peak_dbfs > 0.0 else _PEAK_COLOUR
    for value, colour in ((level.peak_dbfs, peak), (level.rms_dbfs, _RMS_COLOUR)):
        axis.bar(0, max(0.0, min(value, 0.0) - low), bottom=low, color=colour, width=0.8)
    axis.set(xlim=(-0.5, 0.5), ylim=(low, 0.0))
    axis.set_xticks([])
    ticks = [low, low / 2, 0.0]
    axis.set_yticks(ticks, [f"{tick:.0f}" for tick in ticks], fontsize=7)
    axis.yaxis.tick_right()
    if first:
        axis.set_title("dBFS:\npeak, RMS", fontsize=8)
    if not level.silent:
        box = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.0}
        text = f"{level.peak_dbfs:.0f}\n{level.rms_dbfs:.0f}"
        axis.text(0, low * 0.96, text, ha="center", va="bottom", fontsize=7, bbox=box)


def save_png(figure: Any, path: Path) -> None:
    """As a PNG of few colours, a third of the size; whole or not at all. Raises OSError."""
    from PIL import Image  # comes with matplotlib

    whole = io.BytesIO()
    with warnings.catch_warnings():
        # A title in letters that matplotlib's font lacks: boxes in their place.
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        figure.savefig(whole, dpi=110, format="png")
    part = path.with_name(path.name + ".part")
    try:
        with Image.open(whole) as image:
            image.convert("RGB").quantize(COLOURS).save(part, "PNG", optimize=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
