"""Graphs at a remote engine, one call for each run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import WrongEngine
from daw_bridge.remote.load import connection_to
from daw_bridge.remote.network_form import RemoteSession
from engines.load import load_model, model_of
from engines.window import Control
from tests.rigs.window_tools import window


def session(device: str, name: str, path: Path) -> RemoteSession:
    metadata = load_model(path).session.metadata
    return RemoteSession(connection_to(device), name, metadata, "tried")


@pytest.mark.parametrize("kind", ["plain", "masks", "gibbs"])
def test_a_method_here_with_a_network_there(
    kind: str, models: dict[str, Path], device: str
) -> None:
    path = models[kind]
    here = load_model(path)
    there = model_of(session(device, path.name, path), path)
    one = window(known=("bass",))
    (wanted,) = here.method.run([one], Control(3, seed=2))
    (found,) = there.method.run([one], Control(3, seed=2))
    assert np.array_equal(found.stems, wanted.stems)
    assert (there.provider, there.provider_note) == (device, "tried")


def test_what_a_graph_takes_and_gives(models: dict[str, Path], device: str) -> None:
    here = load_model(models["gibbs"]).session
    there = session(device, "gibbs.onnx", models["gibbs"])
    assert set(there.inputs) == set(here.inputs) and there.types == here.types
    for name, shape in here.inputs.items():
        wanted = [one if isinstance(one, int) else None for one in shape]
        assert list(there.inputs[name]) == wanted


def test_several_outputs_of_one_run(models: dict[str, Path], device: str) -> None:
    here = load_model(models["steered"]).session
    there = session(device, "steered.onnx", models["steered"])
    rng = np.random.default_rng(0)
    feeds = {
        name: rng.random([one if isinstance(one, int) else 1 for one in shape], np.float32)
        for name, shape in here.inputs.items()
    }
    names = list(here.outputs)
    pairs = zip(there.run_several(names, feeds), here.run_several(names, feeds), strict=True)
    for found, wanted in pairs:
        assert np.array_equal(found, wanted)
        found[...] = 0  # methods go on in these arrays


def test_a_graph_that_is_not_there(models: dict[str, Path], device: str) -> None:
    with pytest.raises(WrongEngine, match="no model 'nothing'"):
        session(device, "nothing", models["plain"])
