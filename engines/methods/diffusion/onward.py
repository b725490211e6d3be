"""Pieces of any length: window after window, each of which begins with the end of the last one.

The second of two windows is given what the first has made as its past (`held`), hears it at every
level, and goes on from there. The last samples of a window, which heard nothing behind them, are
made again by the next one and faded into what that makes of them. Memory does not grow with the
length, and a longer piece begins as a shorter one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from engines.methods.diffusion.generating import Generation, Place, generate
from engines.methods.diffusion.labels import Names
from engines.methods.diffusion.prior import Denoiser
from engines.methods.diffusion.refusal import require
from engines.methods.diffusion.separating import Proceed
from engines.types import Audio
from engines.window import never_stop

Take = Callable[[int], Audio]
"""So many samples -> the next ones of every given stem, (I, C, n) float32."""


@dataclass(frozen=True)
class Cuts:
    """`samples` of a piece in windows of `window` that share `overlap`, whose last `fade` are made
    twice. Raises SettingsError.
    """

    samples: int
    window: int
    overlap: int
    fade: int = 0

    def __post_init__(self) -> None:
        require(self.samples >= 1, f"a piece of {self.samples} samples", "at least 1 sample")
        holds = 0 <= self.fade < self.overlap < self.window
        seen = f"windows of {self.window} samples that share {self.overlap}, faded in {self.fade}"
        require(holds, seen, "a fade shorter than what they share, and that than a window")

    @property
    def hop(self) -> int:
        """What every window but the first adds."""
        return self.window - self.overlap

    @property
    def first(self) -> int:
        """What the first window gives."""
        return self.window - self.fade

    @property
    def count(self) -> int:
        """How many windows there are. The last one may reach beyond the end."""
        return 1 + max(0, -(-(self.samples - self.first) // self.hop))


def onward(
    denoise: Denoiser,
    labels: Names,
    cuts: Cuts,
    place: tuple[int, int],
    settings: Generation,
    take: Take,
    proceed: Proceed = never_stop,
) -> Iterator[Audio]:
    """The new parts (P, C, n), one stretch after another, as long as `cuts` says in all.

    `place`: channels, and the noise's seed. `take` is asked for what is given in order, also beyond
    the end. `proceed` is asked after every step of all windows; False ends the steps of the window
    alone. Raises what `generate` does.
    """
    channels, seed = place
    heard = np.zeros((len(settings.given), channels, 0), np.float32)
    last, done, held = None, 0, cuts.overlap - cuts.fade
    for window in range(cuts.count):
        given = np.concatenate([heard, take(cuts.window - heard.shape[-1])], axis=-1)
        where = Place(channels, cuts.window, window * cuts.hop, seed)
        told = _of_all(proceed, window, cuts.count)
        past = None if last is None else last[..., :held]
        found = generate(denoise, labels, where, settings, list(given), told, past)
        rows = np.concatenate([found.parts, found.mix[None]])
        if last is not None:
            again = rows[..., held : cuts.overlap]
            again[:] = _faded(last[..., held:], again)
        new = rows[:-1, :, 0 if last is None else held : cuts.first]
        yield new[..., : cuts.samples - done]
        done += new.shape[-1]
        last, heard = rows[..., cuts.hop :], given[..., cuts.hop :]


def _faded(old: Audio, new: Audio) -> Audio:
    """From one to the other (..., n): they are alike, as their noise is the same."""
    weight = ((np.arange(old.shape[-1]) + 0.5) / max(1, old.shape[-1])).astype(np.float32)
    faded: Audio = old + weight * (new - old)
    return faded


def _of_all(proceed: Proceed, window: int, windows: int) -> Proceed:
    """Steps of one window as steps of all."""
    return lambda done, steps: proceed(window * steps + done, windows * steps)
