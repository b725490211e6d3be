"""Does a model do what its description says? Run on noise, silence and known stems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engines.composite import AnyStream
from engines.load import Model
from engines.making import make_stream
from engines.providers import CPU, all_of
from engines.spec import Preset
from engines.stream import StreamSettings, stream_settings
from engines.tagging import to_try
from engines.types import Audio

#: The sum of all outputs, less the mix, relative to the mix.
SUM_LIMIT_DB = -100.0
_LEVEL = 0.1


@dataclass(frozen=True)
class Finding:
    """One property of a model: what it is, whether it holds, and the measured value in words."""

    what: str
    holds: bool
    detail: str


def check_model(model: Model) -> Iterator[Finding]:
    """Every property that the engine relies on, one after the other. Raises InferenceError.

    That the graph's inputs and outputs are those of the description was checked when it was loaded.
    """
    model = to_try(model)
    spec = model.spec
    live = stream_settings(spec, spec.rate_hz, spec.channels)
    for name, preset in spec.presets.items():
        steps = None if spec.diffusion else 1  # of noise levels, few are refused
        settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=name, steps=steps)
        yield from _check_noise(model, f"{name} preset", settings, preset)
    yield _check_silence(model, live)
    yield _check_repeat(model, live)
    if spec.conditional:
        yield _check_known(model, replace(live, known=spec.stems[:1]))


def _noise(settings: StreamSettings, frames: int) -> Audio:
    rng = np.random.default_rng(0)
    noise: Audio = rng.standard_normal((settings.channels, frames), np.float32)
    return noise * np.float32(_LEVEL)


def _run(stream: AnyStream, mix: Audio, known: dict[str, Audio] | None = None) -> Audio:
    return np.concatenate([stream.push(mix, known), stream.flush()], axis=-1)


def _check_noise(
    model: Model, name: str, settings: StreamSettings, preset: Preset
) -> Iterator[Finding]:
    """One window of noise, and a bit: finite, as long as the input, sum equal to the mix."""
    stream = make_stream(model, settings)
    mix = _noise(settings, min(preset.window_samples, 2 * preset.hop_samples))
    outputs = _run(stream, mix)
    bad = stream.stats.nonfinite_out
    finite = bool(np.isfinite(outputs).all()) and bad == 0
    calls = stream.stats.network_calls
    yield Finding(
        f"{name}: finite and not implausibly loud", finite and calls > 0,
        f"{stream.stats.windows} windows, {calls} network calls, {bad} refused",
    )  # fmt: skip
    error_db = _relative_db(mix - outputs.sum(axis=0), mix)
    same = outputs.shape == (len(stream.outputs), *mix.shape)
    share = _db(_relative_db(outputs[-1], mix))
    yield Finding(
        f"{name}: outputs sum to the mix", same and error_db < SUM_LIMIT_DB,
        f"error {_db(error_db)}, residual {share}",
    )  # fmt: skip


def _check_silence(model: Model, settings: StreamSettings) -> Finding:
    outputs = _run(make_stream(model, settings), _noise(settings, settings.hop_samples) * 0)
    return Finding("silence in, silence out", not outputs.any(), f"peak {np.abs(outputs).max():g}")


def _check_repeat(model: Model, settings: StreamSettings) -> Finding:
    mix = _noise(settings, settings.hop_samples)
    first, second = (_run(make_stream(model, settings), mix) for _ in range(2))
    exact = all_of(model.provider) == (CPU.ort_name,)
    error_db = _relative_db(first - second, first)
    holds = bool(np.array_equal(first, second)) if exact else error_db < -60.0
    return Finding("the same seed gives the same samples", holds, f"difference {_db(error_db)}")


def _check_known(model: Model, settings: StreamSettings) -> Finding:
    mix = _noise(settings, settings.hop_samples)
    stream = make_stream(model, settings)
    given = mix * np.float32(0.5)
    outputs = _run(stream, mix, {settings.known[0]: given})
    kept = bool(np.array_equal(outputs[stream.outputs.index(settings.known[0])], given))
    error_db = _relative_db(mix - outputs.sum(axis=0), mix)
    holds = kept and error_db < SUM_LIMIT_DB
    return Finding(
        "a known stem passes through unchanged",
        holds,
        f"{settings.known[0]}, sum error {_db(error_db)}",
    )


def _db(level_db: float) -> str:
    return "none" if level_db == -np.inf else f"{level_db:.1f} dB"


def _relative_db(error: Audio, reference: Audio) -> float:
    power = float(np.square(error, dtype=np.float64).mean())
    whole = float(np.square(reference, dtype=np.float64).mean())
    return -np.inf if power == 0.0 else 10.0 * float(np.log10(power / whole))
