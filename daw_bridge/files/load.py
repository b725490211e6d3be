"""How much more computing a job's settings ask for than the model's own."""

from __future__ import annotations

from engines.spec import ModelSpec
from engines.stream import StreamSettings

FAR_ABOVE = 8.0
"""From this factor on the user hears of it before the work starts."""


def load_factor(spec: ModelSpec, settings: StreamSettings) -> float:
    """Samples that the network computes, with these settings over those of the offline preset.

    Steps count for a model that refines; the others make one pass whatever is asked.
    """
    own = spec.offline
    windows = own.hop_samples / settings.hop_samples
    lengths = settings.window_samples / own.window_samples
    refines = spec.refines or spec.steering is not None or spec.diffusion is not None
    steps = settings.steps / max(1, own.steps) if refines else 1.0
    return windows * lengths * steps


def load_words(spec: ModelSpec, settings: StreamSettings) -> str:
    """A note for settings far above the model's own; "" for others."""
    factor = load_factor(spec, settings)
    if factor < FAR_ABOVE:
        return ""
    own = spec.offline
    asked = {
        "hop": (settings.hop_samples, own.hop_samples),
        "window": (settings.window_samples, own.window_samples),
        "steps": (settings.steps, own.steps),
    }
    told = [f"{name} {now} instead of {was}" for name, (now, was) in asked.items() if now != was]
    return (
        f"these settings take about {factor:.0f} times as long as the model's own "
        f"({', '.join(told)})"
    )
