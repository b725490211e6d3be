"""How a stream describes itself to its clients."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire.replies import StreamInfo
from engines.load import Model
from engines.settings import StreamSettings


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
