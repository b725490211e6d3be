"""One engine for many tests: it serves a tiny model of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daw_bridge.remote.serving.engine import EngineServer
from tests.rigs.carried import frames_model, late_model
from tests.rigs.diffusion_model import write_diffusion
from tests.rigs.engines import engine_of
from tests.rigs.families import write_family
from tests.rigs.query import write_query
from tests.rigs.steered import write_steered
from tests.rigs.tiny_models import make_model

KINDS: dict[str, Callable[[Path], object]] = {
    "plain": make_model,
    "masks": lambda path: make_model(path, domain="stft", curved=True, level_db=-20.0),
    "gibbs": lambda path: make_model(path, conditional=True, couple=0.3),
    "late": late_model,
    "frames": frames_model,
    "query": write_query,
    "steered": write_steered,
    "sampled": write_diffusion,
    "spleeter": lambda path: write_family(path.parent, "spleeter"),
}


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("served")
    for name, write in KINDS.items():
        write(folder / f"{name}.onnx")
    return {name: folder / f"{name}.onnx" for name in KINDS}


@pytest.fixture(scope="session")
def engine(models: dict[str, Path]) -> Iterator[EngineServer]:
    with engine_of(*models.values()) as server:
        yield server


@pytest.fixture(scope="session")
def device(engine: EngineServer) -> str:
    """As `--device` names it."""
    return engine.address.text
