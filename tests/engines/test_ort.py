"""engines.ort and engines.load: the device asked for is the device had, and errors are ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from engines import ort
from engines.errors import DeviceError, EngineError, ModelFileError
from engines.load import load_model
from engines.stream import Stream, stream_settings
from tests.conftest import has_cuda
from tests.rigs.tiny_models import make_model


class CpuSession:
    """What onnxruntime gives where CUDA does not start: a session that is on the CPU."""

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    return tmp_path / "tiny.onnx"


def test_cpu_is_the_cpu(model_path: Path) -> None:
    model = load_model(model_path, device="cpu", threads=2)
    assert model.provider == "CPUExecutionProvider"
    assert model.provider_note == "cpu: requested"
    assert ort.probe("cpu") == "CPUExecutionProvider"


@pytest.mark.skipif(has_cuda(), reason="this machine has CUDA")
def test_cuda_without_cuda_is_an_error_that_says_what_is_missing(model_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"no CUDA: .*(librar|provider|GPU)") as caught:
        load_model(model_path, device="cuda")
    assert caught.value.code == "device"


@pytest.mark.skipif(has_cuda(), reason="this machine has CUDA")
def test_auto_says_what_it_chose_and_why(model_path: Path) -> None:
    model = load_model(model_path, device="auto")
    assert model.provider == "CPUExecutionProvider"
    assert model.provider_note.startswith("cpu: no CUDA: ")


def test_silent_fall_back_to_the_cpu_is_an_error(
    model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of CUDA seems to be there, and onnxruntime still gives a CPU session."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [ort.CUDA, ort.CPU])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    real = onnxruntime.InferenceSession
    asked: list[list[ort.Provider]] = []

    def fall_back(path: str, options: object, providers: list[ort.Provider]) -> object:
        asked.append(providers)
        return (
            CpuSession()
            if (ort.CUDA, ort._CUDA_OPTIONS) in providers
            else real(path, options, providers=providers)
        )

    monkeypatch.setattr(onnxruntime, "InferenceSession", fall_back)
    with pytest.raises(DeviceError, match="did not start"):
        ort.open_session(model_path, "cuda")
    assert asked[0][0][0] == ort.CUDA
    assert ort.open_session(model_path, "auto").provider == ort.CPU


def test_missing_wheel_is_named(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [ort.CPU])
    with pytest.raises(DeviceError, match="onnxruntime-gpu"):
        ort.open_session(model_path, "cuda")


def test_missing_libraries_are_named(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [ort.CUDA, ort.CPU])

    def preload() -> None:
        print("Failed to load libcudnn.so.9: libcudnn.so.9: cannot open shared object file")

    monkeypatch.setattr(onnxruntime, "preload_dlls", preload, raising=False)
    real = onnxruntime.InferenceSession

    def fail(path: str, options: object, providers: list[ort.Provider]) -> object:
        return (
            CpuSession()
            if (ort.CUDA, ort._CUDA_OPTIONS) in providers
            else real(path, options, providers=providers)
        )

    monkeypatch.setattr(onnxruntime, "InferenceSession", fail)
    with pytest.raises(DeviceError, match=r"libcudnn\.so\.9"):
        ort.open_session(model_path, "cuda")


def test_failing_driver_is_a_device_error(
    model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [ort.CUDA, ort.CPU])
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    real = onnxruntime.InferenceSession

    def fail(path: str, options: object, providers: list[ort.Provider]) -> object:
        if (ort.CUDA, ort._CUDA_OPTIONS) in providers:
            raise RuntimeError("CUDA failure 35: driver too old")
        return real(path, options, providers=providers)

    monkeypatch.setattr(onnxruntime, "InferenceSession", fail)
    with pytest.raises(DeviceError, match="driver too old"):
        ort.open_session(model_path, "cuda")


@pytest.mark.parametrize(("device", "threads"), [("tpu", 1), ("", 1), ("cpu", 0)])
def test_nonsense_is_refused(model_path: Path, device: str, threads: int) -> None:
    with pytest.raises(DeviceError):
        load_model(model_path, device, threads)


@pytest.mark.parametrize("device", ["cpu", "cuda", "auto"])
def test_broken_files_are_named_whatever_the_device(tmp_path: Path, device: str) -> None:
    path = tmp_path / "broken.onnx"
    for content in (b"", b"no graph", b"\x08\x09\x3a\xff\xff\xff\x7f"):
        path.write_bytes(content)
        with pytest.raises(ModelFileError, match=r"broken\.onnx"):
            load_model(path, device)


def test_truncated_file_is_named(model_path: Path) -> None:
    content = model_path.read_bytes()
    for size in range(1, len(content), 97):
        model_path.write_bytes(content[:size])
        with pytest.raises(EngineError):
            load_model(model_path)


def test_nothing_is_printed(model_path: Path) -> None:
    """onnxruntime's own log must not mix with the server's."""
    code = (
        "import sys\n"
        "from engines.errors import EngineError\n"
        "from engines.ort import open_session\n"
        "from pathlib import Path\n"
        "for device in ('auto', 'cuda'):\n"
        "    try:\n"
        "        open_session(Path(sys.argv[1]), device)\n"
        "    except EngineError:\n"
        "        pass\n"
    )
    command = [sys.executable, "-c", code, str(model_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == done.stderr == ""


@pytest.mark.cuda
def test_cuda_gives_the_same_stems(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx", domain="stft", conditional=True, couple=0.3)
    mix = np.random.default_rng(0).standard_normal((2, 4000), np.float32) / 4
    outs = []
    for device in ("cpu", "cuda"):
        model = load_model(tmp_path / "tiny.onnx", device)
        stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=8))
        outs.append(np.concatenate([stream.push(mix), stream.flush()], axis=-1))
        assert model.provider.lower().startswith(device)
    np.testing.assert_allclose(outs[1], outs[0], atol=1e-4)


def test_loading_leaves_the_floating_point_alone(model_path: Path) -> None:
    load_model(model_path)
    assert np.float32(1e-39) * np.float32(1) > 0
    assert 5e-324 > 0


QUIET = {
    "a model": "import sys; from engines.load import load_model; load_model(sys.argv[1])",
    "export": "import export.graphs.precision",
}


@pytest.mark.parametrize("code", QUIET.values(), ids=QUIET)
def test_onnxruntime_reports_to_nobody(code: str, model_path: Path, tmp_path: Path) -> None:
    """Where it does, it leaves files in the home and the temporary folder."""
    home = tmp_path / "home"
    home.mkdir()
    silencers = ("ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "CI", "GITHUB_ACTIONS")
    kept = {name: value for name, value in os.environ.items() if name not in silencers}
    folders = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(home))
    command = [sys.executable, "-c", code, str(model_path)]
    subprocess.run(command, env=kept | folders, check=True, timeout=300)
    found = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert not [path for path in found if path.name == ".ses" or "Microsoft" in path.parts]
