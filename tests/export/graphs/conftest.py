"""Tiny networks of every family, as modules, checkpoints and exported files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from torch import nn

from engines.spec import ModelSpec
from export.graphs.describe import Choices, make_spec
from export.graphs.files import save, set_spec
from export.graphs.torch_graph import to_graph
from export.nets import checkpoint
from export.nets.nade import Nade

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


def describe(network: Nade, name: str = "tiny") -> ModelSpec:
    seen = {"stems": STEMS, "rate_hz": RATE_HZ}
    steps = {"steps": LIVE["steps"] if network.conditional else 1}
    presets = {**LIVE, **steps}
    spec = make_spec(network, seen, Choices(name))
    window = spec.domain.valid_window(presets["window_samples"])
    live = replace(spec.live, **{**presets, "window_samples": window})
    return replace(spec, live=live, offline=replace(live, steps=4 if network.conditional else 1))


@pytest.fixture(scope="session")
def make_tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tiny]:
    """Builds, exports and remembers a tiny model: family, conditional, flag_hot, flag_axis."""
    made: dict[tuple[object, ...], Tiny] = {}

    def make(
        family: str, conditional: bool = True, flag_hot: str = "masked", flag_axis: str = "stem"
    ) -> Tiny:
        key = (family, conditional, flag_hot, flag_axis)
        if key not in made:
            network = build(*key)
            spec = describe(network)
            graph = to_graph(network, spec)
            set_spec(graph, spec)
            path = tmp_path_factory.mktemp("tiny") / "tiny.onnx"
            save(graph, path)
            made[key] = Tiny(network, spec, path)
        return made[key]

    return make


@pytest.fixture(params=sorted(CONFIGS))
def tiny(request: pytest.FixtureRequest, make_tiny: Callable[..., Tiny]) -> Tiny:
    """The conditional tiny model of each family."""
    return make_tiny(request.param)


@pytest.fixture(scope="session")
def make_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A checkpoint file of a tiny family; its averaged weights differ from its last ones."""

    def make(family: str) -> Path:
        network = build(family)
        averaged = {name: value.clone() for name, value in network.state_dict().items()}
        set_weights(network, seed=1)
        path = tmp_path_factory.mktemp("checkpoint") / "last.pt"
        described = checkpoint.describe(network, STEMS, RATE_HZ)
        state = {"description": described, "step": 3, "ema": averaged}
        checkpoint.save(path, {**state, "model": network.state_dict()})
        return path

    return make


@pytest.fixture(scope="session")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three short songs, one of them with a silent stem."""
    root = tmp_path_factory.mktemp("songs")
    rng = np.random.default_rng(0)
    for index in range(3):
        folder = root / f"song {index}"
        folder.mkdir()
        for row, stem in enumerate(STEMS):
            level = 0.0 if (index, row) == (2, 0) else 0.1
            audio = level * rng.standard_normal((2 * RATE_HZ, 2))
            soundfile.write(folder / f"{stem}.wav", audio, RATE_HZ, subtype="FLOAT")
    return root


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """The machine is shared; tiny networks gain nothing from threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
