"""The part of a stream that works at the model's rate: windows in, seamless stems out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engines import channels
from engines.beyond import surrounded
from engines.context import ZEROS
from engines.crossfade import Seam
from engines.frame_cache import FrameCache
from engines.history import History
from engines.level import Follower
from engines.load import Model
from engines.settings import StreamSettings
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, never_stop

OnStep = Callable[[int, int, int], bool]

# A stem louder than this many times its input is broken, and would spoil the sum in float32.
MAX_GAIN = 8.0


@dataclass(frozen=True)
class Stats:
    """What a stream has done since it was made or reset.

    windows: hops finished, of which `skipped` were not run (run=False), `silent` were not run as
    they had only zeros (methods with a state run them), and `nonfinite_out` gave an estimate or a
    state that was not finite, or an estimate implausibly loud (taken as zero).
    steps: refinement steps of all windows, and network_calls what they took (a step that draws an
    empty mask takes none; a mono model on several channels takes one for each). nonfinite_in:
    input samples that were NaN, infinite or above +200 dBFS, and replaced by 0. heard: of each stem
    of a steered model, the highest probability that a window's mix has it.
    """

    windows: int = 0
    skipped: int = 0
    silent: int = 0
    steps: int = 0
    network_calls: int = 0
    nonfinite_in: int = 0
    nonfinite_out: int = 0
    heard: tuple[float, ...] = ()


class Windower:
    """Takes (1 + known of the model, channels, n) and gives (stems, channels, hop) pieces.

    Row 0 is the mix, the others are the known stems `own` (their indices in the model).
    """

    def __init__(self, model: Model, settings: StreamSettings, own: list[int]) -> None:
        self._model, self._own = model, own
        self._grid = grid = settings.grid
        self._stems = len(model.spec.stems)
        self._known_mask = np.isin(np.arange(self._stems), own)
        self._channels = settings.channels
        shape = (self._stems, model.spec.channels, grid.window_samples)
        self._nothing_known = np.zeros(shape, np.float32)
        kept = grid.window_samples + grid.batch * grid.hop_samples
        self._input = History((1 + len(own), settings.channels), kept, grid.hop_samples)
        self._seam = Seam(grid.hop_samples, grid.crossfade_samples)
        # One pair for each run of the model: a mono one has a run for every channel.
        self._frame_caches = [(FrameCache(), FrameCache()) for _ in range(settings.channels)]
        self._stateful = model.method.new_state() is not None
        self._context = settings.context
        self.steps, self.seed = settings.steps, settings.seed
        self.on_step: OnStep | None = None
        self.clear()

    def clear(self) -> None:
        """Start over, as a new stream."""
        self._input.clear()
        self._seam.clear()
        self._clear_caches()
        self._states, self._followers = self._new_states(), self._new_followers()
        self._next = 0
        self._end: int | None = None
        self.stats = Stats()

    @property
    def due(self) -> int:
        """The input position at which the next window, or batch of windows, can run."""
        return self._grid.input_end(self._next + self._grid.batch - 1)

    def push(self, inside: Audio, run: bool) -> list[Audio]:
        """The pieces of all windows that become due with this input, in order."""
        pieces = []
        # Windows are read before more input arrives than the history holds.
        for first in range(0, inside.shape[-1], self._grid.hop_samples):
            self._input.append(inside[..., first : first + self._grid.hop_samples])
            while self._input.end >= self.due:
                pieces += self._run(self._grid.batch, run)
        return pieces

    def drain(self) -> list[Audio]:
        """The pieces still to come when the input has ended; the last one ends with it."""
        hop, goal = self._grid.hop_samples, self._input.end
        self._end = goal
        pieces = []
        while self._next * hop < goal:
            count = min(self._grid.batch, -(-(goal - self._next * hop) // hop))
            missing = self._grid.input_end(self._next + count - 1) - self._input.end
            self._input.append_zeros(max(0, missing))
            pieces += self._run(count, True)
        over = self._next * hop - goal
        if over > 0:
            pieces[-1] = pieces[-1][..., : hop - over]
        return pieces

    def warm_up(self) -> None:
        """Runs one batch of noise through the model, without a trace in the stream."""
        rng = np.random.default_rng(0)
        rows = (1 + len(self._own), self._channels, self._grid.window_samples)
        noise = rng.standard_normal(rows, np.float32) * np.float32(0.01)
        before = self.stats, self._states, self._followers
        # The noise is another signal than the stream's.
        self._clear_caches()
        self._states, self._followers = self._new_states(), self._new_followers()
        try:
            self._estimate([noise] * self._grid.batch, range(self._grid.batch), never_stop)
        finally:
            self._clear_caches()
            self.stats, self._states, self._followers = before

    def _new_states(self) -> list[State | None]:
        """As many as `_frame_caches` has pairs."""
        return [self._model.method.new_state() for _ in self._frame_caches]

    def _new_followers(self) -> list[Follower | None]:
        """One for each state."""
        return [Follower() if self._stateful else None for _ in self._frame_caches]

    def _clear_caches(self) -> None:
        for pair in self._frame_caches:
            for cache in pair:
                cache.clear()

    def _run(self, count: int, run: bool) -> list[Audio]:
        """The next `count` windows' (stems, channels, hop)."""
        indices = range(self._next, self._next + count)
        grid = self._grid
        regions = [self._region(k) for k in indices]
        # A state must hear silence; other methods can skip it.
        pairs = zip(indices, regions, strict=True) if run else ()
        active = [k for k, region in pairs if self._stateful or region.any()]
        parts = [regions[k - self._next] for k in active]
        found = dict(zip(active, self._estimate(parts, active, self._proceed), strict=True))
        self._next += count
        silent = count - len(active)
        self._count(windows=count, **{"silent" if run else "skipped": silent})
        nothing = np.zeros((self._stems, self._channels, grid.stop - grid.start), np.float32)
        return [self._seam.join(found.get(k, nothing)) for k in indices]

    def _region(self, index: int) -> Audio:
        """What window `index` reads, (rows, channels, window)."""
        grid = self._grid
        region = self._input.read(grid.origin(index), grid.input_end(index))
        return surrounded(region, *self._missing(index), self._context)

    def _missing(self, index: int) -> tuple[int, int]:
        """How many samples of window `index` lie before the signal's start, and after its end."""
        stop = self._grid.input_end(index)
        after = 0 if self._end is None else max(0, stop - self._end)
        return max(0, -self._grid.origin(index)), after

    def _caches(self, index: int, run: int) -> tuple[FrameCache, FrameCache] | None:
        """None for a window in which a place holds other samples than in the window before."""
        if self._context != ZEROS and any(self._missing(index)):
            return None
        return self._frame_caches[run]

    def _proceed(self, done: int, steps: int) -> bool:
        return self.on_step is None or self.on_step(self._next, done, steps)

    def _estimate(
        self, regions: list[Audio], indices: Sequence[int], proceed: Callable[[int, int], bool]
    ) -> list[Audio]:
        """(rows, channels, window) each -> (stems, channels, hop + crossfade) each."""
        # With a state, each window needs what the previous one left: they run one after another.
        together = 1 if self._stateful else max(1, len(regions))
        found = []
        for first in range(0, len(regions), together):
            part = slice(first, first + together)
            found += self._estimate_together(regions[part], indices[part], proceed)
        return found

    def _estimate_together(
        self, regions: list[Audio], indices: Sequence[int], proceed: Callable[[int, int], bool]
    ) -> list[Audio]:
        fitted = [channels.to_model(region, self._model.spec.channels) for region in regions]
        windows = [
            self._window(part, index, run)
            for parts, index in zip(fitted, indices, strict=True)
            for run, part in enumerate(parts)
        ]
        control = Control(self.steps, self.seed, proceed)
        # Values that are not finite are caught below; numpy's warnings would add nothing.
        with np.errstate(all="ignore"):
            estimates = self._model.method.run(windows, control)
        runs = len(fitted[0])
        self._count(
            steps=sum(estimate.steps for estimate in estimates[::runs]),
            network_calls=sum(estimate.network_calls for estimate in estimates),
        )
        self._note_heard([estimate.heard for estimate in estimates if estimate.heard])
        grouped = [estimates[i : i + runs] for i in range(0, len(estimates), runs)]
        return [self._checked(*pair) for pair in zip(grouped, regions, strict=True)]

    def _window(self, part: Audio, index: int, run: int) -> Window:
        known = self._nothing_known
        if self._own:
            known = known.copy()
            known[self._own] = part[1:]
        grid = self._grid
        return Window(
            mix=part[0],
            known=known,
            known_mask=self._known_mask,
            index=index,
            start=grid.start,
            stop=grid.stop,
            origin=grid.origin(index),
            frame_caches=self._caches(index, run),
            state=self._states[run],
            follower=self._followers[run],
        )

    def _checked(self, estimates: list[Estimate], region: Audio) -> Audio:
        """The runs' estimates as (stems, channels, hop + crossfade); silence if any is bad."""
        joined = channels.from_model([one.stems for one in estimates], self._channels)
        states = [one.state for one in estimates]
        if _plausible(joined, region) and all(map(_finite, states)):
            self._states[: len(states)] = states
            return joined
        self._count(nonfinite_out=1)
        return np.zeros_like(joined)

    def _note_heard(self, found: list[tuple[float, ...]]) -> None:
        if found:
            before = [self.stats.heard] if self.stats.heard else []
            highest = tuple(map(max, zip(*before, *found, strict=True)))
            self.stats = replace(self.stats, heard=highest)

    def _count(self, **more: int) -> None:
        added = {name: getattr(self.stats, name) + value for name, value in more.items()}
        self.stats = replace(self.stats, **added)


def _plausible(estimate: Audio, region: Audio) -> bool:
    """Whether the estimate is finite, and not louder than anything in its window makes likely."""
    limit = max(1.0, MAX_GAIN * float(np.abs(region).max()))
    # A NaN fails every comparison, so it is refused as well.
    return bool(np.abs(estimate).max() <= limit)


def _finite(state: State | None) -> bool:
    return all(bool(np.isfinite(values).all()) for values in (state or {}).values())
