"""Separating a whole clip, in parts that can be changed: windows, fades, ends, level.

A procedure reads windows, gives them to a network, weighs what comes back and adds it up.
daw-bridge and the packages' own commands are all of this kind: one becomes the other change by
change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engines.beyond import surrounded
from engines.crossfade import rise
from engines.grid import Grid
from engines.load import Model
from engines.types import Audio
from engines.window import Control, Estimate, State, Window

Network = Callable[[Audio], Audio]
"""Samples (C, n) -> stems (S, C, m), m <= n."""
Read = Callable[[Audio, int, int], Audio]
"""The clip (C, n), a position and a number of samples -> those samples, (C, samples)."""


@dataclass(frozen=True)
class Piece:
    """A window of `samples` from `origin`, of whose answer the samples from `first` on count, as
    much as `weights` say."""

    origin: int
    samples: int
    first: int
    weights: Audio


Cut = Callable[[int], list[Piece]]
"""Samples of the clip -> its windows."""


@dataclass(frozen=True)
class Level:
    """What the clip is brought to: (clip - offset) / scale; stems go back times `back`."""

    offset: float = 0.0
    scale: float = 1.0
    back: float = 1.0


def as_it_is(mix: Audio) -> Level:
    """No change of level."""
    return Level()


@dataclass(frozen=True)
class Procedure:
    """From a clip to its stems."""

    network: Network
    cut: Cut
    read: Read
    level: Callable[[Audio], Level] = as_it_is

    def __call__(self, mix: Audio) -> Audio:
        """(C, n) -> (S, C, n) float32."""
        level, count = self.level(mix), mix.shape[-1]
        heard = ((mix - level.offset) / level.scale).astype(np.float32)
        weights, sums = np.zeros(count), np.zeros(0)
        for piece in self.cut(count):
            found = self.network(self.read(heard, piece.origin, piece.samples))
            if not sums.size:
                sums = np.zeros((*found.shape[:2], count))
            begin, end = max(0, piece.first), min(count, piece.first + len(piece.weights))
            weight = piece.weights[begin - piece.first : end - piece.first]
            sums[..., begin:end] += found[..., begin - piece.origin : end - piece.origin] * weight
            weights[begin:end] += weight
        stems: Audio = (sums / weights * level.back + level.offset).astype(np.float32)
        return stems


def silent_ends(mix: Audio, origin: int, samples: int) -> Audio:
    """Zeros beyond the clip."""
    before, after = max(0, -origin), max(0, origin + samples - mix.shape[-1])
    inside = mix[:, max(0, origin) : max(0, origin + samples)]
    return np.pad(inside, ((0, 0), (min(before, samples), min(after, samples))))[:, :samples]


def mirrored_ends(mix: Audio, origin: int, samples: int) -> Audio:
    """What of the clip is in the window, mirrored: the context `reflect` of daw-bridge."""
    before, after = max(0, -origin), max(0, origin + samples - mix.shape[-1])
    return surrounded(silent_ends(mix, origin, samples), before, after, "reflect")


def grid_pieces(grid: Grid, fade: bool = True) -> Cut:
    """daw-bridge's windows, with its crossfades or cut hard."""
    hop, crossfade = grid.hop_samples, grid.crossfade_samples
    flat = np.ones(hop - crossfade, np.float32)
    faded = np.concatenate([rise(crossfade), flat, rise(crossfade)[::-1]])
    weights = faded if fade else np.ones(hop, np.float32)

    def cut(count: int) -> list[Piece]:
        return [
            Piece(grid.origin(k), grid.window_samples, k * hop, weights)
            for k in range(-(-count // hop))
        ]

    return cut


def inside(cut: Cut) -> Cut:
    """The same windows, of which what lies beyond the clip is cut off."""

    def shorter(count: int) -> list[Piece]:
        return [_clipped(piece, count) for piece in cut(count)]

    return shorter


def _clipped(piece: Piece, count: int) -> Piece:
    origin = max(0, piece.origin)
    return Piece(
        origin, min(count, piece.origin + piece.samples) - origin, piece.first, piece.weights
    )


def one_piece(count: int) -> list[Piece]:
    """The whole clip as one window."""
    return [Piece(0, count, 0, np.ones(count, np.float32))]


def with_weights(cut: Cut, weights: Callable[[Piece], Audio]) -> Cut:
    """The same windows, weighed otherwise."""

    def weighed(count: int) -> list[Piece]:
        return [Piece(p.origin, p.samples, p.first, weights(p)) for p in cut(count)]

    return weighed


def graph_network(model: Model) -> Network:
    """What daw-bridge makes of one window, all stems, before any crossfade."""
    stems = len(model.spec.stems)

    def run(region: Audio) -> Audio:
        known = np.zeros((stems, *region.shape), np.float32)
        window = Window(region, known, np.zeros(stems, np.bool_), 0, 0, region.shape[-1])
        (found,) = model.method.run([window], Control(1))
        return found.stems

    return run


class Whole:
    """A method whose windows are estimated whole by a network."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def new_state(self) -> State | None:
        """None."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """What is needed of each."""
        control.proceed(1, 1)
        return [Estimate(self._network(w.mix)[..., w.start : w.stop].copy(), 1, 1) for w in windows]


def some_rows(network: Network, rows: list[int]) -> Network:
    """Of its stems these."""

    def run(region: Audio) -> Audio:
        return network(region)[rows]

    return run


def filled_up(network: Network, short: int) -> Network:
    """A network that is given `short` samples fewer, and answers zeros for them: packages that fill
    windows up with zeros themselves are asked so."""

    def run(region: Audio) -> Audio:
        count = region.shape[-1] - short
        found = network(np.ascontiguousarray(region[:, :count]))[..., :count]
        return np.pad(found, ((0, 0), (0, 0), (0, short)))

    return run if short else network


def remembered(network: Network) -> Network:
    """A network that is not asked the same thing twice."""
    known: dict[str, Audio] = {}

    def run(region: Audio) -> Audio:
        key = hashlib.sha256(region.tobytes()).hexdigest()
        if key not in known:
            known[key] = network(region)
        return known[key]

    return run


def change(before: Audio, after: Audio, level: float) -> str:
    """How far two separations (S, C, n) are apart: in dB of their `level`, and the largest."""
    apart = after.astype(np.float64) - before
    rms = float(np.sqrt(np.square(apart).mean()))
    below = 20 * np.log10(rms / level) if rms > 0.0 else -np.inf
    most = float(np.abs(apart).max() / np.abs(after).max())
    return f"{below:7.1f} dB, at most {most:.1e} of the peak"
