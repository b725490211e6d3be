"""Tiny networks of every family, exported, and songs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from export.graphs.files import save, set_spec
from export.graphs.torch_graph import to_graph
from tests.rigs.export.networks import (
    CONFIGS,
    RATE_HZ,
    STEMS,
    Tiny,
    build,
    describe,
    write_checkpoint,
)


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
        return write_checkpoint(tmp_path_factory.mktemp("checkpoint") / "last.pt", family)

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
