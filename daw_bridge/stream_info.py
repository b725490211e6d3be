"""How a stream describes itself, and how its outputs stay the same when the model changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daw_bridge.plans import StreamPlan
from daw_bridge.protocol.replies import StreamInfo
from engines.load import Model
from engines.settings import StreamSettings
from engines.spec import RESIDUAL
from engines.types import Audio


@dataclass(frozen=True)
class Layout:
    """Fixed names of a stream's outputs, whatever model runs, and what a model's outputs map to.

    A stem that has no row goes to the residual, so that the rows still sum to the mix.
    """

    names: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def folded(self) -> tuple[str, ...]:
        """Stems of the model without a row."""
        return tuple(name for name in self.given if name not in self.names)

    @property
    def silent(self) -> tuple[str, ...]:
        """Rows without a stem of the model."""
        return tuple(name for name in self.names if name not in self.given)

    def lay(self, outputs: Audio) -> Audio:
        """(given, channels, n) as (names, channels, n)."""
        if self.names == self.given:
            return outputs
        rows = np.zeros((len(self.names), *outputs.shape[1:]), np.float32)
        for name, output in zip(self.given, outputs, strict=True):
            rows[self.names.index(name if name in self.names else RESIDUAL)] += output
        return rows


@dataclass(frozen=True)
class Grade:
    """What of a description depends on the engine: its latency, and what it does not map."""

    outputs: tuple[str, ...]
    latency_samples: int
    steps: int
    credit: int = 0
    folded: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def describe_stream(
    stream: int, plan: StreamPlan, model: Model, settings: StreamSettings, grade: Grade
) -> StreamInfo:
    """The stream as clients see it."""
    return StreamInfo(
        stream=stream,
        mode=plan.mode,
        model=model.spec.name,
        outputs=grade.outputs,
        known=plan.known,
        rate_hz=settings.rate_hz,
        channels=settings.channels,
        latency_samples=grade.latency_samples,
        window_samples=settings.window_samples,
        hop_samples=settings.hop_samples,
        lookahead_samples=settings.lookahead_samples,
        crossfade_samples=settings.crossfade_samples,
        steps=grade.steps,
        seed=settings.seed,
        residual_to=settings.residual_to or "",
        provider=model.provider,
        provider_note=model.provider_note,
        credit=grade.credit,
        folded=grade.folded,
        silent=grade.silent,
    )
