"""A picture of a separation: one spectrogram a stem, drawn by matplotlib."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from daw_bridge.errors import BridgeError


class MissingMatplotlib(BridgeError):
    """The picture needs matplotlib, which serving does not."""

    code = "missing_matplotlib"


#: Level range of the colours, dB below full scale.
FLOOR_DB, CEILING_DB = -110.0, -35.0


def require_matplotlib() -> Any:
    """matplotlib without a screen. Raises `MissingMatplotlib`."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingMatplotlib(
            "matplotlib is not installed",
            "matplotlib, which draws the picture",
            "Install it (pip install matplotlib, or pipx inject daw-bridge matplotlib), "
            "or use --no-picture.",
        ) from error
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def draw(path: Path, tracks: Mapping[str, NDArray[np.float32]], rate_hz: int, title: str) -> None:
    """Write a PNG with a row per track; each track is `(channels, samples) float32`.

    Raises `MissingMatplotlib`.
    """
    plt = require_matplotlib()
    figure, rows = plt.subplots(
        len(tracks), 1, figsize=(10, 1.35 * len(tracks) + 0.6), sharex=True, squeeze=False
    )
    for axis, (name, audio) in zip(rows[:, 0], tracks.items(), strict=True):
        _row(axis, name, audio, rate_hz)
    rows[-1, 0].set_xlabel("seconds")
    figure.suptitle(title)
    figure.tight_layout()
    part = path.with_name(path.name + ".part")
    figure.savefig(part, dpi=110, format="png")
    part.replace(path)
    plt.close(figure)


def _row(axis: Any, name: str, audio: NDArray[np.float32], rate_hz: int) -> None:
    """One spectrogram, `(channels, samples)` at `rate_hz`, up to 12 kHz."""
    with warnings.catch_warnings():
        # Digital silence has no logarithm; the colour scale's floor shows it as black.
        warnings.filterwarnings("ignore", "divide by zero", RuntimeWarning)
        axis.specgram(
            audio.mean(axis=0), NFFT=2048, Fs=rate_hz, noverlap=1024,
            cmap="magma", vmin=FLOOR_DB, vmax=CEILING_DB,
        )  # fmt: skip
    axis.set_facecolor("black")
    axis.set_ylim(0, 12000)
    axis.set_yticks([0, 6000, 12000], ["0", "6", "12 kHz"])
    axis.set_ylabel(name, rotation=0, ha="right", va="center", labelpad=28)
