"""How a stream is cut into windows and what it is given."""

from __future__ import annotations

from dataclasses import dataclass

from engines.context import CONTEXTS, ZEROS
from engines.errors import SettingsError
from engines.grid import MAX_RATE_HZ as MAX_RATE_HZ
from engines.grid import Grid
from engines.resample import QUALITIES
from engines.spec import RESIDUAL, ModelSpec

BALANCED = "balanced"
"""The preset that every model has for live streams."""


@dataclass(frozen=True)
class StreamSettings:
    """Rate and channels of the audio; grid in samples at the model's rate. Raises SettingsError.

    `known` are stems the caller will supply (the model's or others); `residual_to` is a stem that
    the residual is added to; `quality` is soxr's and matters only where the rate is converted;
    `batch` windows are run together, which adds (batch - 1) hops of latency and may change the
    last bits of the result, as the network's sums are then cut differently. `context` is what a
    window hears before the start and after the end of the signal (`engines.context.CONTEXTS`),
    made of what of the signal is in that window. `preset` is the one that other models of the same
    stream run on.
    """

    rate_hz: int
    channels: int
    window_samples: int
    hop_samples: int
    lookahead_samples: int
    crossfade_samples: int
    steps: int
    seed: int = 0
    known: tuple[str, ...] = ()
    residual_to: str | None = None
    quality: str = "HQ"
    batch: int = 1
    context: str = ZEROS
    preset: str = BALANCED

    def __post_init__(self) -> None:
        problem = self.grid.problem()
        _require(problem is None, str(problem), "window >= hop + lookahead, crossfade <= hop")
        holds = 1 <= self.rate_hz <= MAX_RATE_HZ
        _require(holds, f"rate_hz {self.rate_hz}", f"1 to {MAX_RATE_HZ} Hz")
        _require(self.channels >= 1, f"channels {self.channels}", "at least 1")
        _require(self.steps >= 1, f"steps {self.steps}", "at least 1")
        _require(self.quality in QUALITIES, f"quality {self.quality!r}", ", ".join(QUALITIES))
        _require(self.context in CONTEXTS, f"context {self.context!r}", ", ".join(CONTEXTS))
        holds = len(set(self.known)) == len(self.known) and RESIDUAL not in self.known
        _require(holds, f"known {self.known}", "every stem once, 'residual' not among them")

    @property
    def grid(self) -> Grid:
        """The window grid, in model samples."""
        return Grid(
            self.window_samples,
            self.hop_samples,
            self.lookahead_samples,
            self.crossfade_samples,
            self.batch,
        )

    def check_for(self, spec: ModelSpec) -> None:
        """Raises SettingsError where these settings do not suit the model."""
        problem = spec.hops.problem(self.grid) if spec.hops else None
        seen, expected = problem or ("", "")
        _require(problem is None, f"{seen} for model {spec.name}", expected)
        valid = spec.valid_window(self.window_samples)
        seen = f"window_samples {self.window_samples} for model {spec.name}"
        _require(valid == self.window_samples, seen, f"a valid length, such as {valid}")
        seen = f"batch {self.batch} for model {spec.name}"
        holds = spec.batch_max == 0 or self.batch <= spec.batch_max
        _require(holds, seen, f"at most {spec.batch_max} windows together")
        fits = self.channels == spec.channels or 1 in (self.channels, spec.channels)
        seen = f"{self.channels} channels for model {spec.name}"
        _require(fits, seen, f"{spec.channels} or 1: separate more channels in pairs")
        target = self.residual_to
        holds = target is None or (target in spec.stems and target not in self.known)
        expected = "null or a stem of the model that is not known: " + ", ".join(spec.stems)
        _require(holds, f"residual_to {target!r}", expected)


def _require(holds: bool, seen: str, expected: str) -> None:
    if not holds:
        raise SettingsError(seen, expected, "change the stream's settings")


def stream_settings(
    spec: ModelSpec,
    rate_hz: int,
    channels: int,
    *,
    preset: str = BALANCED,
    steps: int | None = None,
    seed: int = 0,
    known: tuple[str, ...] = (),
    residual_to: str | None = None,
) -> StreamSettings:
    """The model's preset of this name, `offline` or a live one, for audio of this rate and channel
    count; `steps` in place of the preset's; the context is the model's.

    Raises SettingsError where the model lacks it.
    """
    chosen = spec.presets.get(preset)
    seen = f"preset {preset!r} for model {spec.name}"
    if chosen is None:
        raise SettingsError(seen, "one of " + ", ".join(spec.presets), "choose one of them")
    return StreamSettings(
        rate_hz=rate_hz,
        channels=channels,
        window_samples=chosen.window_samples,
        hop_samples=chosen.hop_samples,
        lookahead_samples=chosen.lookahead_samples,
        crossfade_samples=chosen.crossfade_samples,
        steps=chosen.steps if steps is None else steps,
        seed=seed,
        known=known,
        residual_to=residual_to,
        context=spec.context,
        preset=preset,
    )
