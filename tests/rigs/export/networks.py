"""Tiny networks of every family, as modules and checkpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from engines.spec import ModelSpec
from export.graphs.describe import Choices, make_spec
from export.graphs.files import save, set_spec
from export.graphs.stepping import stateful, to_graph
from export.graphs.stft_inside import inside_spec, to_inside
from export.graphs.to_onnx import put
from export.nets import checkpoint, families
from export.nets.nade import Nade
from export.training.setup_files import load_setup

RATE_HZ = 8000
STEMS = ("drums", "bass", "other")
SMALL_UNET = {
    "stems": 3, "channels": 2, "fft_samples": 256, "hop_samples": 64, "rows": 32,
    "widths": (4, 6, 8),
}  # fmt: skip
CONFIGS = {
    "nade_demucs": {"stems": 3, "channels": 2, "base_channels": 4, "depth": 3, "lstm_layers": 2},
    "band_unet": {
        "stems": 3, "channels": 2, "fft_samples": 256, "hop_samples": 64,
        "bands": ((1, 32), (3, 31), (4, 1)), "widths": (6, 8), "lstm_hidden": 8,
    },
    "m_unet": SMALL_UNET,
    "dedicated_unet": {**SMALL_UNET, "mask": "sigmoid"},  # both kinds of masks
    "c_unet": {**SMALL_UNET, "condition_widths": (4, 6, 8)},
    "sams_net": {
        "stems": 3, "channels": 2, "fft_samples": 256, "hop_samples": 64, "width": 4, "modules": 2,
        "mask": "sigmoid", "bands": ((1, 17), (4, 28)),
        "slice_frames": 5,  # one to many slices, the last one short
    },
}  # fmt: skip
CAUSAL = {
    "stems": 3,
    "channels": 2,
    "fft_samples": 256,
    "synthesis_samples": 64,
    "hop_samples": 32,
    "bands": ((1, 17), (4, 14), (56, 1)),
    "widths": (4, 6),
    "hidden": 8,
}
"""Of `causal_bands`, which goes frame by frame."""
LIVE = {"window_samples": 1172, "hop_samples": 256, "lookahead_samples": 128,
        "crossfade_samples": 32, "steps": 2}  # fmt: skip


@dataclass(frozen=True)
class Tiny:
    """A network, its spec and its exported file."""

    network: Nade
    spec: ModelSpec
    path: Path


def set_weights(module: nn.Module, seed: int = 0) -> None:
    """Every parameter and statistic from numpy's generator, independent of torch's own."""
    rng = np.random.default_rng(seed)
    for name, value in sorted(module.state_dict().items()):
        if not value.is_floating_point():
            continue
        fan_in = max(1, value[0].numel() if value.dim() > 1 else 1)
        fresh = rng.standard_normal(tuple(value.shape)) / np.sqrt(fan_in)
        if name.endswith("running_var"):
            fresh = rng.uniform(0.5, 2.0, tuple(value.shape))
        value.copy_(torch.from_numpy(fresh.astype(np.float32)))


def build(
    family: str, conditional: bool = True, flag_hot: str = "masked", flag_axis: str = "stem"
) -> Nade:
    description = {"family": family, "config": {**CONFIGS[family], "conditional": conditional},
                   "flag_hot": flag_hot, "flag_axis": flag_axis}  # fmt: skip
    network = checkpoint.rebuild(json.dumps(description))
    set_weights(network)
    return network


def causal(conditional: bool = True, late: int = 0) -> Nade:
    """A tiny network that goes frame by frame."""
    changes = {"conditional": conditional, "lookahead_frames": late}
    network = Nade("causal_bands", families.config_from("causal_bands", {**CAUSAL, **changes}))
    set_weights(network)
    return network.eval()


def untrained(setup: str, folder: Path) -> Path:
    """The file of a setup's network that goes frame by frame, before any training."""
    found = load_setup(setup)
    network = Nade(found["family"], families.config_from(found["family"], found["model"]))
    name = setup.replace("_", "-")
    seen = {"stems": found["stems"], "rate_hz": found["rate_hz"]}
    spec = stateful(network, make_spec(network, seen, Choices(name)), {})
    put(to_graph(network, spec), spec, folder / f"{name}.onnx")
    return folder / f"{name}.onnx"


def described(network: Nade) -> ModelSpec:
    """The spec of a network of its domain, before it is one of steps."""
    return make_spec(network, {"stems": STEMS, "rate_hz": RATE_HZ}, Choices("tiny"))


def describe(network: Nade, name: str = "tiny") -> ModelSpec:
    seen = {"stems": STEMS, "rate_hz": RATE_HZ}
    steps = {"steps": LIVE["steps"] if network.conditional else 1}
    presets = {**LIVE, **steps}
    spec = make_spec(network, seen, Choices(name))
    window = spec.domain.valid_window(presets["window_samples"])
    live = replace(spec.live, **{**presets, "window_samples": window})
    return replace(spec, live=live, offline=replace(live, steps=4 if network.conditional else 1))


def write_checkpoint(path: Path, family: str) -> Path:
    """A checkpoint of a tiny family; its averaged weights differ from its last ones."""
    network = build(family)
    averaged = {name: value.clone() for name, value in network.state_dict().items()}
    set_weights(network, seed=1)
    described = checkpoint.describe(network, STEMS, RATE_HZ)
    state = {"description": described, "step": 3, "ema": averaged}
    checkpoint.save(path, {**state, "model": network.state_dict()})
    return path


def whole_hops(spec: ModelSpec) -> ModelSpec:
    """The spec with windows that a graph with its STFT inside can take."""
    hop = spec.domain.hop_samples
    live, offline = (
        replace(preset, window_samples=-(-preset.window_samples // hop) * hop)
        for preset in (spec.live, spec.offline)
    )
    return replace(spec, live=live, offline=offline)


def both(tiny: Tiny, folder: Path) -> tuple[Path, Path]:
    """The files of a tiny model with the STFT beside and inside, on equal windows."""
    spec, paths = whole_hops(tiny.spec), (folder / "beside.onnx", folder / "inside.onnx")
    graph = onnx.load(tiny.path)
    made = ((graph, spec), (to_inside(graph, spec), inside_spec(spec)))
    for path, (model, its_spec) in zip(paths, made, strict=True):
        set_spec(model, its_spec)
        save(model, path)
    return paths
