"""`daw-bridge engine`, and what runs there from other commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from daw_bridge.cli import main
from daw_bridge.cli.commands import engine
from daw_bridge.remote.address import Address
from daw_bridge.remote.serving.engine import EngineOptions
from tests.rigs.engines import EngineProcess
from tests.rigs.tiny_models import STEMS, make_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engine") / "tiny.onnx"
    make_model(path, domain="stft", conditional=True, couple=0.3)
    return path


@pytest.fixture(scope="module")
def process(model: Path) -> Iterator[EngineProcess]:
    with EngineProcess(model) as process:
        yield process


def test_it_says_where_it_listens(process: EngineProcess) -> None:
    assert process.ready["ready"] and process.ready["models"] == {"tiny": "cpu: requested"}
    assert process.device == f"grpc://127.0.0.1:{process.port}"
    assert process.ready["join"] == 1 and process.ready["workers"] >= 1


def test_a_file_has_the_same_samples(
    process: EngineProcess, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = np.random.default_rng(0).uniform(-0.5, 0.5, (20000, 2)).astype(np.float32)
    soundfile.write(tmp_path / "song.wav", song, 44100, subtype="FLOAT")
    found = []
    for device in ("cpu", process.device):
        out = tmp_path / device.replace("/", "_")
        command = ["separate", str(tmp_path / "song.wav"), "--model", str(model), "--steps", "3"]
        assert main([*command, "--device", device, "-o", str(out)]) == 0
        files = [out / "song" / f"{one}.wav" for one in (*STEMS, "residual")]
        found.append(np.stack([soundfile.read(one, dtype="float32")[0] for one in files]))
    assert np.array_equal(*found)
    assert f"on {process.device}" in capsys.readouterr().err


def test_an_address_that_cannot_be_called_is_not_told() -> None:
    shelf = SimpleNamespace(models={})
    options = EngineOptions(Address("0.0.0.0", 17125, Path("certs")))
    told = engine._told(False, options.listen, shelf, options)
    assert "--device grpcs://THIS-MACHINE:17125;" in told


def test_it_ends_as_it_is_told(model: Path) -> None:
    with EngineProcess(model) as process:
        assert process.stop() == 0


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        (["--listen", "0.0.0.0:0"], "unsafe_bind"), (["--listen", "nowhere:port"], "bad_value"),
        (["no such model"], "model_not_found"), (["--certs", "nowhere"], "bad_certificates"),
    ],
)  # fmt: skip
def test_what_cannot_be_served(
    flags: list[str], code: str, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(model)] if flags[0].startswith("--") else []
    usual = [] if "--listen" in flags else ["--listen", "127.0.0.1:0"]
    assert main(["engine", *given, *flags, *usual]) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_a_remote_engine_runs_its_models_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["engine", "--device", "grpc://127.0.0.1:1"])
    assert "one of auto, cpu" in capsys.readouterr().err
