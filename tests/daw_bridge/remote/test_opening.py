"""Models of several kinds and all that they need, from one engine; those that it has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tritonclient.grpc import model_config_pb2 as config_pb
from tritonclient.grpc import service_pb2 as pb

from daw_bridge.errors import WrongEngine
from daw_bridge.remote.load import load_model
from daw_bridge.remote.network_form import RemoteSession
from daw_bridge.remote.serving.servicer import Servicer
from daw_bridge.remote.window_form import WindowForm
from engines.load import load_model as load_here
from engines.spec import PresetModel
from tests.daw_bridge.remote.test_window_form import separated
from tests.rigs.engines import engine_of
from tests.rigs.needing import write_mean, write_stacked
from tests.rigs.stream_tools import noise
from tests.rigs.tiny_models import make_model


@pytest.mark.parametrize("write", [write_stacked, write_mean])
def test_all_models_that_one_needs_run_there(write: object, tmp_path: Path) -> None:
    path = write(tmp_path)
    mix = noise(2, 4000)
    with engine_of(path) as server:
        there = load_model(path, server.address.text)
        assert there.provider == server.address.text
        others = [one for _, one in there.firsts] + list(there.members)
        assert others and all(isinstance(one.method, WindowForm) for one in others)
        for preset in ("balanced", "offline"):
            wanted = separated(load_here(path), mix, preset)
            assert np.array_equal(separated(there, mix, preset), wanted)


def test_a_preset_that_another_model_runs(tmp_path: Path) -> None:
    make_model(tmp_path / "soon.onnx", name="soon", gains=(0.4, 0.3, 0.2, 0.1))
    others = (PresetModel("instant", "soon"),)
    make_model(tmp_path / "whole.onnx", name="whole", elsewhere=others)
    with engine_of(tmp_path / "whole.onnx") as server:
        for preset, name in (("", "whole"), ("instant", "soon")):
            there = load_model(tmp_path / "whole.onnx", server.address.text, preset=preset)
            assert there.spec.name == name and isinstance(there.method, WindowForm)


def test_a_model_that_is_not_served(models: dict[str, Path], tmp_path: Path, device: str) -> None:
    make_model(tmp_path / "other.onnx")
    with pytest.raises(WrongEngine, match=r"serves plain, .*not other.*engine MODEL other"):
        load_model(tmp_path / "other.onnx", device)


def test_another_file_of_the_same_name(tmp_path: Path, device: str) -> None:
    make_model(tmp_path / "plain.onnx", gains=(0.1, 0.2, 0.3, 0.4))
    with pytest.raises(WrongEngine, match="another file of plain"):
        load_model(tmp_path / "plain.onnx", device)


def test_a_server_that_has_the_bare_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a stock Triton: its configuration says nothing of windows; the graph has the model's
    name."""
    path = tmp_path / "song.onnx"
    make_model(path, domain="stft", conditional=True, couple=0.3)
    found = Servicer._found

    def plain_found(self: Servicer, name: str, version: str, context: object) -> object:
        return found(self, "song.onnx" if name == "song" else name, version, context)

    def no_words(self: Servicer, request: object, context: object) -> pb.ModelConfigResponse:
        return pb.ModelConfigResponse(config=config_pb.ModelConfig(name="song"))

    monkeypatch.setattr(Servicer, "_found", plain_found)
    monkeypatch.setattr(Servicer, "ModelConfig", no_words)
    with engine_of(path) as server:
        there = load_model(path, server.address.text)
        assert isinstance(there.session, RemoteSession) and not isinstance(there.method, WindowForm)
        assert "the network alone, the same bits as here" in there.provider_note
        mix = noise(2, 4000)
        wanted = separated(load_here(path), mix, steps=3)
        assert np.array_equal(separated(there, mix, steps=3), wanted)
        networks = {**server.servicer._shelf.networks}
        lying = replace_outputs(networks["song.onnx"])
        server.servicer._shelf.networks["song.onnx"] = lying
        with pytest.raises(WrongEngine, match="answers something else"):
            load_model(path, server.address.text)


def replace_outputs(session: object) -> object:
    """The trap: empty answers without an error."""

    class Empty:
        inputs, outputs, types = session.inputs, session.outputs, session.types

        def run(self, output: str, feeds: dict[str, np.ndarray]) -> np.ndarray:
            return np.zeros_like(session.run(output, feeds))

    return Empty()


def test_what_is_asked_again_of_a_model_keeps_its_form(
    models: dict[str, Path], device: str
) -> None:
    model = load_model(models["plain"], device)
    assert isinstance(replace(model).method, WindowForm)
