"""What an ONNX file says about itself: one versioned JSON value in its metadata.

The value lies in `metadata_props[SPEC_KEY]`. Reading it needs onnxruntime only; an exporter writes
`spec.to_json()` there with the onnx package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, ClassVar

from engines.errors import SpecError
from engines.grid import Grid
from engines.records import decode, encode

SPEC_KEY = "daw_bridge.spec"
SPEC_VERSION = 1
RESIDUAL = "residual"
FLAG_HOTS = ("masked", "given")
FLAG_AXES = ("stem", "time")
ESTIMATES = ("last", "mean")
DRAWS = ("independent", "count")
KNOWN = ("given", "subtracted")
WINDOWS = ("hann_periodic", "sqrt_hann_periodic", "hamming_periodic")
LOWEST_LEVEL_DB, HIGHEST_LEVEL_DB = -80.0, 120.0
"""Networks for samples of 16 or 24 bits as whole numbers expect a level far above full scale."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")

Cell = str | int | float | None


def _require(holds: bool, seen: str, expected: str) -> None:
    if not holds:
        raise SpecError(seen, expected, "export the model again")


@dataclass(frozen=True)
class WaveformDomain:
    """The graph takes samples; valid window lengths are base + k * step samples, k >= 0."""

    kind: ClassVar[str] = "waveform"
    length_base_samples: int = 1
    length_step_samples: int = 1

    def __post_init__(self) -> None:
        seen = f"lengths {self.length_base_samples} + k * {self.length_step_samples}"
        holds = self.length_base_samples >= 1 and self.length_step_samples >= 1
        _require(holds, seen, "base and step of at least 1 sample")

    def valid_window(self, window_samples: int) -> int:
        """Smallest window of at least `window_samples` that the graph accepts."""
        steps = -(-(window_samples - self.length_base_samples) // self.length_step_samples)
        return self.length_base_samples + max(0, steps) * self.length_step_samples


@dataclass(frozen=True)
class StftDomain:
    """The graph takes magnitudes of an STFT (fft, hop in samples) and gives masks.

    `bands`, a tuple of (width_bins, count), is for information: banding happens in the graph.
    """

    kind: ClassVar[str] = "stft"
    fft_samples: int = 4096
    hop_samples: int = 1024
    window: str = "hann_periodic"
    centred: bool = True
    bands: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        seen = f"STFT of {self.fft_samples} every {self.hop_samples} samples"
        holds = self.fft_samples >= 2 and 1 <= self.hop_samples <= self.fft_samples // 2
        _require(holds, seen, "fft_samples of at least 2 and a hop of at most half of it")
        _require(self.fft_samples % 2 == 0, seen, "an even fft_samples")
        _require(self.window in WINDOWS, f"window {self.window!r}", "one of " + ", ".join(WINDOWS))

    def valid_window(self, window_samples: int) -> int:
        """Smallest window of at least `window_samples` that the STFT accepts: one FFT."""
        return max(window_samples, self.fft_samples)


Domain = WaveformDomain | StftDomain


@dataclass(frozen=True)
class Schedule:
    """Annealed masking probability of blocked Gibbs (Yao et al. 2014): see methods/gibbs.

    `estimate`: what a stem is after the steps, its "last" draw (as published) or the "mean" of
    all its draws. The chain itself is the same. `draw`: stems are masked "independent" of each
    other (as published), or as many as the probability says, which ones at random ("count").
    `known`: stems that the caller supplies are "given" to the network beside the whole mix (as
    published), or "subtracted" from the mix and given as silent.
    """

    rho_max: float = 1.0
    rho_min: float = 0.0
    alpha: float = 0.95
    estimate: str = "last"
    draw: str = "independent"
    known: str = "given"

    def __post_init__(self) -> None:
        seen = f"schedule {self.rho_max} to {self.rho_min}, alpha {self.alpha}"
        holds = 0.0 <= self.rho_min <= self.rho_max <= 1.0 and 0.0 < self.alpha <= 1.0
        _require(holds, seen, "0 <= rho_min <= rho_max <= 1 and 0 < alpha <= 1")
        for name, choices in (("estimate", ESTIMATES), ("draw", DRAWS), ("known", KNOWN)):
            chosen = getattr(self, name)
            _require(chosen in choices, f"{name} {chosen!r}", "one of " + ", ".join(choices))


@dataclass(frozen=True)
class Preset:
    """Default grid (samples at the model's rate) and Gibbs steps of one use."""

    window_samples: int
    hop_samples: int
    lookahead_samples: int
    crossfade_samples: int
    steps: int = 1

    def __post_init__(self) -> None:
        problem = self.grid.problem()
        _require(problem is None, f"preset: {problem}", "a usable grid")
        _require(self.steps >= 1, f"preset: {self.steps} steps", "at least 1 step")

    @property
    def grid(self) -> Grid:
        """The window grid of this preset."""
        return Grid(
            self.window_samples, self.hop_samples, self.lookahead_samples, self.crossfade_samples
        )


@dataclass(frozen=True)
class ModelSpec:
    """All the engine must know about a model. Validated when made; raises SpecError.

    `flag_hot` says which stems have flag 1: "masked" or "given"; `flag_axis` whether there is one
    flag per "stem", or one per stem and frame (waveforms: sample), "time". `figures` are rows of
    the model card, the first of them its header. `residual_to` is the stem the trainer advises to
    add the residual to, if any. `live` is the balanced live preset; `tight` has less latency,
    `quality` better stems, where the trainer gives them. `level_db` is the level that the network
    expects its mix at, RMS over half a second in dB re full scale (`engines.level` brings it
    there and its answers back); None where the mix is to be given as it comes.
    """

    name: str
    stems: tuple[str, ...]
    rate_hz: int
    channels: int
    method: str
    domain: Domain
    live: Preset
    offline: Preset
    version: int = SPEC_VERSION
    rate_tolerance: float = 0.10
    conditional: bool = False
    flag_hot: str = "masked"
    flag_axis: str = "stem"
    schedule: Schedule | None = None
    residual_to: str | None = None
    licence: str = ""
    training: str = ""
    figures: tuple[tuple[Cell, ...], ...] = field(default=())
    tight: Preset | None = None
    quality: Preset | None = None
    level_db: float | None = None

    def __post_init__(self) -> None:
        self._check_names()
        self._check_numbers()
        hot = f"flag_hot {self.flag_hot!r}"
        _require(self.flag_hot in FLAG_HOTS, hot, "one of " + ", ".join(FLAG_HOTS))
        axis = f"flag_axis {self.flag_axis!r}"
        _require(self.flag_axis in FLAG_AXES, axis, "one of " + ", ".join(FLAG_AXES))
        extra = self.schedule is None or self.conditional
        _require(extra, "a schedule on a model without conditioning", "schedule null")
        for preset in self.presets.values():
            valid = self.domain.valid_window(preset.window_samples)
            seen = f"window_samples {preset.window_samples} in a preset"
            _require(valid == preset.window_samples, seen, f"a valid length such as {valid}")

    @property
    def presets(self) -> dict[str, Preset]:
        """By name, those that the model has."""
        named = {"tight": self.tight, "balanced": self.live, "quality": self.quality}
        return {name: one for name, one in (*named.items(), ("offline", self.offline)) if one}

    def _check_names(self) -> None:
        _require(bool(_NAME.fullmatch(self.name)), f"name {self.name!r}", "a-z, 0-9, _ and -")
        _require(bool(_NAME.fullmatch(self.method)), f"method {self.method!r}", "a-z, 0-9, _, -")
        bad = [s for s in self.stems if not _NAME.fullmatch(s) or s in (RESIDUAL, "mix")]
        holds = bool(self.stems) and not bad and len(set(self.stems)) == len(self.stems)
        expected = "at least one stem, each once, of a-z, 0-9, _ and -, none 'residual' or 'mix'"
        _require(holds, f"stems {self.stems}", expected)
        holds = self.residual_to is None or self.residual_to in self.stems
        _require(holds, f"residual_to {self.residual_to!r}", "null or one of the stems")

    def _check_numbers(self) -> None:
        _require(self.version == SPEC_VERSION, f"spec version {self.version}", "version 1")
        _require(self.rate_hz >= 1, f"rate_hz {self.rate_hz}", "at least 1 Hz")
        _require(self.channels >= 1, f"channels {self.channels}", "at least 1")
        cells = [c for row in self.figures for c in row if isinstance(c, float)]
        _require(all(map(isfinite, cells)), "a figure that is not finite", "numbers, null or text")
        seen = f"rate_tolerance {self.rate_tolerance}"
        _require(0.0 <= self.rate_tolerance < 1.0, seen, "0 <= rate_tolerance < 1")
        holds = self.level_db is None or LOWEST_LEVEL_DB <= self.level_db <= HIGHEST_LEVEL_DB
        expected = f"null, or {LOWEST_LEVEL_DB:g} to {HIGHEST_LEVEL_DB:g} dB re full scale"
        _require(holds, f"level_db {self.level_db}", expected)

    def to_json(self) -> str:
        """The value to store under SPEC_KEY."""
        return json.dumps(encode(self), ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_json(text: str) -> ModelSpec:
        """The spec stored as `text`. Raises SpecError."""
        try:
            value: Any = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SpecError(
                f"no JSON: {error}", "a JSON object", "export the model again"
            ) from None
        version = value.get("version") if isinstance(value, dict) else None
        expected = f"version {SPEC_VERSION}"
        if version != SPEC_VERSION:
            raise SpecError(f"spec version {version!r}", expected, "update daw-bridge or the model")
        spec = decode(ModelSpec, value, "spec")
        assert isinstance(spec, ModelSpec)
        return spec

    def suits_rate(self, rate_hz: float) -> bool:
        """Whether audio at `rate_hz` may be given to the graph without resampling."""
        return abs(rate_hz / self.rate_hz - 1.0) <= self.rate_tolerance


def parse_spec(metadata: Mapping[str, str], path: str) -> ModelSpec:
    """The spec in an ONNX file's metadata. Raises SpecError."""
    if SPEC_KEY not in metadata:
        seen = f"{path} has no {SPEC_KEY!r} in its metadata"
        raise SpecError(seen, "a model exported for daw-bridge", "see export/README.md")
    return ModelSpec.from_json(metadata[SPEC_KEY])
