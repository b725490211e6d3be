"""Loaded models, shared."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest

from daw_bridge.errors import NotAllowed
from daw_bridge.server.streams.models import KEPT, ModelStore
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import ModelFileError, ModelNotFoundError
from engines.spec import PresetModel
from tests.rigs.plans import sync_plan
from tests.rigs.tiny_models import make_model


def test_a_file_is_loaded_once(tmp_path: Path) -> None:
    make_model(tmp_path / "a.onnx")
    store, name = ModelStore(), str(tmp_path / "a.onnx")
    first = store.load(name, "cpu", 1)
    assert store.load(name, "cpu", 1) is first
    assert store.load(name, "cpu", 2) is not first


def test_a_changed_file_is_loaded_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    make_model(path)
    store = ModelStore()
    first = store.load(str(path), "cpu", 1)
    make_model(path, name="later")
    os.utime(path, ns=(1, 1))
    assert store.load(str(path), "cpu", 1).spec.name == "later" != first.spec.name


def test_models_nobody_uses_are_let_go(tmp_path: Path) -> None:
    store = ModelStore()
    names = [str(tmp_path / f"{k}.onnx") for k in range(KEPT + 2)]
    for name in names:
        make_model(Path(name))
        store.load(name, "cpu", 1)
    assert len(store._used) == KEPT


def test_only_allowed_files(tmp_path: Path) -> None:
    for folder in ("in", "out"):
        (tmp_path / folder).mkdir()
        make_model(tmp_path / folder / "a.onnx")
    inside, outside = str(tmp_path / "in/a.onnx"), str(tmp_path / "out/a.onnx")
    store = ModelStore([tmp_path / "in"])
    assert store.load(inside, "cpu", 1)
    for name in (outside, str(tmp_path / "in/../out/a.onnx")):
        with pytest.raises(NotAllowed):
            store.load(name, "cpu", 1)
    assert ModelStore([tmp_path / "in"], always=outside).load(outside, "cpu", 1)


def test_no_such_model() -> None:
    with pytest.raises(ModelNotFoundError):
        ModelStore().load("no such model", "cpu", 1)


@pytest.mark.parametrize("where", ["../weights.bin", "{above}/weights.bin", "link.bin"])
def test_a_model_reads_no_file_outside_its_folder(where: str, tmp_path: Path) -> None:
    """Or a stranger's model could play any file of this machine as sound."""
    inside = tmp_path / "models"
    inside.mkdir()
    (tmp_path / "weights.bin").write_bytes(b"\0" * 64)
    (inside / "link.bin").symlink_to(tmp_path / "weights.bin")
    make_model(inside / "a.onnx")
    graph = onnx.load(inside / "a.onnx")
    weights = graph.graph.initializer.add(name="elsewhere", data_type=1, data_location=1, dims=[16])
    for key, value in (("location", where.format(above=tmp_path)), ("length", "64")):
        weights.external_data.add(key=key, value=value)
    graph.graph.node.add(op_type="Identity", input=["elsewhere"], output=["unused"])
    graph.graph.output.add(name="unused").type.tensor_type.elem_type = 1
    (inside / "a.onnx").write_bytes(graph.SerializeToString())
    with pytest.raises(ModelFileError, match=r"(?i)external data"):
        ModelStore([tmp_path]).load(str(inside / "a.onnx"), "cpu", 1)


def test_a_preset_may_be_another_model(tmp_path: Path) -> None:
    make_model(tmp_path / "soon.onnx", name="soon")
    make_model(tmp_path / "whole.onnx", name="whole", elsewhere=(PresetModel("instant", "soon"),))
    store, name = ModelStore(), str(tmp_path / "whole.onnx")
    whole = store.load(name, "cpu", 1)
    assert store.load(name, "cpu", 1, preset="balanced") is whole
    soon = store.load(name, "cpu", 1, preset="instant")
    assert soon.spec.name == "soon" and "instant" in soon.spec.presets
    assert store.load(name, "cpu", 1, preset="instant") is soon
    assert store.load(str(tmp_path / "soon.onnx"), "cpu", 1) is not soon


def test_going_over_to_such_a_preset_has_no_step(tmp_path: Path) -> None:
    make_model(tmp_path / "soon.onnx", name="soon", gains=(0.5, 0.1, 0.1, 0.1))
    others = (PresetModel("instant", "soon"),)
    make_model(tmp_path / "whole.onnx", name="whole", gains=(0.2,) * 4, elsewhere=others)
    store, name = ModelStore(), str(tmp_path / "whole.onnx")
    engine = SyncEngine(1, store.load(name, "cpu", 1), sync_plan(model=name))
    half = np.full((2, 500), 0.5, np.float32)

    def heard(blocks: range) -> np.ndarray:
        replies = [engine.process(AudioBlock(1, k, 500 * k, (half,))) for k in blocks]
        return np.concatenate([one.audio[0, 0] for one in replies])

    before = heard(range(8))
    plan = sync_plan(model=name, block__preset="instant")
    engine.change(store.load(name, "cpu", 1, preset="instant"), plan)
    found = np.concatenate([before, heard(range(8, 20))])[600:]
    assert found[0] == pytest.approx(0.1, abs=1e-4) and found[-1] == pytest.approx(0.25, abs=1e-4)
    assert np.abs(np.diff(found)).max() < 2e-3
