"""A tiny diffusion model: a denoiser's graph with the description of its sampler."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx

from engines.load import Model, load_model
from engines.spec import SPEC_KEY, Diffusion, Generating, ModelSpec, Preset, WaveformDomain
from tests.rigs.export.denoiser import make_denoiser
from tests.rigs.tiny_models import make_spec

STEMS = ("bass", "drums", "guitar", "piano")
GRID = Preset(1024, 512, 256, 64, steps=30)
USUAL = {"constrained": "drums"}
FEW = {"generating": Generating(steps=40, highest=0.5)}
"""Generates in as few steps as are allowed."""


def diffusion_spec(diffusion: dict[str, Any] | None = None, **changes: Any) -> ModelSpec:
    """Of the model: 8 kHz mono, four stems, 30 steps."""
    how = Diffusion(**(USUAL | (diffusion or {})))
    base = {"name": "sampled", "stems": STEMS, "rate_hz": 8000, "channels": 1,
            "method": "diffusion", "domain": WaveformDomain(), "live": GRID, "offline": GRID,
            "diffusion": how}  # fmt: skip
    return make_spec(**(base | changes))


def write_diffusion(path: Path, diffusion: dict[str, Any] | None = None, **changes: Any) -> Path:
    """Writes the graph with its spec."""
    spec = diffusion_spec(diffusion, **changes)
    graph = make_denoiser(len(spec.stems), spec.channels)
    onnx.helper.set_model_props(graph, {SPEC_KEY: spec.to_json()})
    onnx.save(graph, path)
    return path


def diffusion_model(path: Path, diffusion: dict[str, Any] | None = None, **changes: Any) -> Model:
    """Written to `path` and loaded."""
    return load_model(write_diffusion(path, diffusion, **changes))
