"""engines.ort and engines.load: the device asked for is the device had, and errors are ours."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from engines import ort
from engines.errors import DeviceError, EngineError, InferenceError, ModelFileError
from engines.load import load_model
from engines.providers import CPU, CUDA, DEVICES, PROVIDERS, TENSORRT, Provider
from engines.stream import Stream, stream_settings
from tests.conftest import has_cuda
from tests.rigs.tiny_models import make_model

OTHERS = pytest.mark.parametrize("row", PROVIDERS[1:], ids=[row.name for row in PROVIDERS[1:]])
Made = tuple[object, list[tuple[str, dict[str, str]]], int]


class FakeSession:
    """What onnxruntime gives where a provider starts, or does not; with its share of the graph."""

    def __init__(self, first: str, nodes: dict[str, int] | None = None) -> None:
        self._providers = list(dict.fromkeys((first, CPU.ort_name)))
        self._nodes = nodes or {}

    def get_providers(self) -> list[str]:
        return self._providers

    def get_provider_graph_assignment_info(self) -> list[SimpleNamespace]:
        return [
            SimpleNamespace(ep_name=name, get_nodes=lambda count=count: ["node"] * count)
            for name, count in self._nodes.items()
        ]

    def get_inputs(self) -> list[object]:
        return []

    get_outputs = get_inputs

    def get_modelmeta(self) -> SimpleNamespace:
        return SimpleNamespace(custom_metadata_map={})


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Made]]:
    """`pretend(row, answer)`: the provider seems to be there, and making its session answers so."""

    real = onnxruntime.InferenceSession

    def pretends(row: Provider, answer: object) -> list[Made]:
        names = [row.ort_name, CPU.ort_name]
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)
        monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
        made: list[Made] = []

        def make(
            path: str, options: object, providers: list[tuple[str, dict[str, str]]],
            enable_fallback: int, disabled_optimizers: list[str] | None,
        ) -> object:  # fmt: skip
            made.append((options, providers, enable_fallback))
            if providers[0][0] == CPU.ort_name:
                return real(path, options, providers=providers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(onnxruntime, "InferenceSession", make)
        return made

    return pretends


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


@OTHERS
def test_silent_fall_back_to_the_cpu_is_an_error(
    row: Provider, model_path: Path, pretend: Callable[..., list[Made]]
) -> None:
    """All of it seems to be there, and onnxruntime still gives a CPU session."""
    made = pretend(row, FakeSession(CPU.ort_name))
    with pytest.raises(DeviceError, match=f"no {row.title}: its provider did not start"):
        ort.open_session(model_path, row.name, threads=3)
    _, providers, falls_back = made[0]
    assert providers == [(row.ort_name, row.options_for(3)), (CPU.ort_name, {})]
    assert not falls_back


def test_auto_takes_the_cpu_where_cuda_does_not_start(
    model_path: Path, pretend: Callable[..., list[Made]]
) -> None:
    made = pretend(CUDA, FakeSession(CPU.ort_name))
    session = ort.open_session(model_path, "auto")
    assert session.provider == CPU.ort_name
    assert session.note.startswith("cpu: no CUDA: its provider did not start")
    assert made[0][1][0] == (CUDA.ort_name, {"use_tf32": "0"})


@OTHERS
def test_a_device_is_had_where_it_took_nodes(
    row: Provider, model_path: Path, pretend: Callable[..., list[Made]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, _ in row.environment:
        monkeypatch.delenv(name, raising=False)
    made = pretend(row, FakeSession(row.ort_name, {row.ort_name: 3, CPU.ort_name: 2}))
    session = ort.open_session(model_path, row.name)
    assert session.provider == row.ort_name
    assert session.note == f"{row.name}: requested; 3 of 5 nodes are on it, the others on the CPU"
    assert made[0][0].enable_mem_pattern == row.memory_pattern
    assert {name: os.environ.get(name) for name, _ in row.environment} == dict(row.environment)
    pretend(row, FakeSession(row.ort_name, {row.ort_name: 5}))
    assert ort.open_session(model_path, row.name).note.endswith("; all 5 nodes are on it")


@OTHERS
def test_a_device_that_takes_no_node_is_an_error(
    row: Provider, model_path: Path, pretend: Callable[..., list[Made]]
) -> None:
    """onnxruntime lists the provider first, and all of the graph is on the CPU."""
    pretend(row, FakeSession(row.ort_name, {CPU.ort_name: 5}))
    with pytest.raises(DeviceError, match="takes none of the 5 nodes"):
        ort.open_session(model_path, row.name)
    if row is CUDA:
        assert ort.open_session(model_path, "auto").provider == CPU.ort_name


def test_an_older_onnxruntime_counts_no_nodes(
    model_path: Path, pretend: Callable[..., list[Made]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(FakeSession, "get_provider_graph_assignment_info")
    pretend(CUDA, FakeSession(CUDA.ort_name))
    assert ort.open_session(model_path, "cuda").note == "cuda: requested"


@OTHERS
def test_missing_wheel_is_named(
    row: Provider, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CPU.ort_name])
    with pytest.raises(DeviceError, match=rf"package {row.package} has it, on {row.systems}"):
        ort.open_session(model_path, row.name)
    with pytest.raises(DeviceError, match=row.package):
        ort.probe(row.name)


@pytest.mark.parametrize("row", [CUDA, TENSORRT], ids=["cuda", "tensorrt"])
def test_missing_libraries_are_named(
    row: Provider, model_path: Path, pretend: Callable[..., list[Made]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def preload() -> None:
        print("Failed to load libcudnn.so.9: libcudnn.so.9: cannot open shared object file")

    for answer in (FakeSession(CPU.ort_name), RuntimeError("no such library")):
        pretend(row, answer)
        monkeypatch.setattr(onnxruntime, "preload_dlls", preload, raising=False)
        with pytest.raises(DeviceError, match=r"libcudnn\.so\.9"):
            ort.open_session(model_path, row.name)


@OTHERS
def test_failing_driver_is_a_device_error(
    row: Provider, model_path: Path, pretend: Callable[..., list[Made]]
) -> None:
    pretend(row, RuntimeError("failure 35: driver too old"))
    with pytest.raises(DeviceError, match="driver too old"):
        ort.open_session(model_path, row.name)


@OTHERS
def test_one_run_at_a_time_where_a_session_takes_no_more(row: Provider) -> None:
    together = threading.Barrier(2)

    class Runs(FakeSession):
        met = 0

        def run(self, *_: object) -> list[np.ndarray]:
            try:
                together.wait(0.2 if row.one_run else 30)
                self.met += 1
            except threading.BrokenBarrierError:
                pass
            return [np.zeros(1, np.float32)]

    real = Runs(row.ort_name)
    session = ort.OrtSession(real, "")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: session.run_several(["y"], {}), range(2)))
    assert real.met == (0 if row.one_run else 2)


class FailingRuns:
    """onnxruntime's inner session, on a device that fails."""

    def __init__(self, real: object) -> None:
        self._real, self.count = real, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def run(self, *_: object) -> None:
        self.count += 1
        raise ort_state.EPFail("the driver has gone")


def test_a_run_that_fails_on_its_device_is_not_done_again_on_the_cpu(
    model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """onnxruntime's own fall-back, which this error starts, makes a new session on the CPU."""
    session = ort.open_session(model_path)
    failing = FailingRuns(session._session._sess)
    monkeypatch.setattr(session._session, "_sess", failing)
    feeds = {
        name: np.zeros([4 if not isinstance(length, int) else length for length in shape], "f4")
        for name, shape in session.inputs.items()
    }
    with pytest.raises(InferenceError, match="the driver has gone"):
        session.run(next(iter(session.outputs)), feeds)
    assert failing.count == 1 and session._session._sess is failing


@pytest.mark.parametrize(("device", "threads"), [("tpu", 1), ("", 1), ("cpu", 0)])
def test_nonsense_is_refused(model_path: Path, device: str, threads: int) -> None:
    with pytest.raises(DeviceError):
        load_model(model_path, device, threads)


@pytest.mark.parametrize("device", ["cpu", "cuda", "tensorrt", "auto"])
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
        "from engines.providers import DEVICES\n"
        "for device in DEVICES:\n"
        "    try:\n"
        "        open_session(Path(sys.argv[1]), device)\n"
        "    except EngineError:\n"
        "        pass\n"
    )
    assert len(DEVICES) == 8
    command = [sys.executable, "-c", code, str(model_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == done.stderr == ""


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=[pytest.mark.cuda] if row is CUDA else [])
        for row in PROVIDERS[1:]
    ],
)
def test_every_device_that_works_here_gives_the_same_stems(row: Provider, tmp_path: Path) -> None:
    try:
        ort.probe(row.name)
    except DeviceError as error:
        pytest.skip(str(error))
    make_model(tmp_path / "tiny.onnx", domain="stft", conditional=True, couple=0.3)
    mix = np.random.default_rng(0).standard_normal((2, 4000), np.float32) / 4
    outs = []
    for device in (CPU.name, row.name):
        model = load_model(tmp_path / "tiny.onnx", device)
        stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=8))
        outs.append(np.concatenate([stream.push(mix), stream.flush()], axis=-1))
    assert model.provider == row.ort_name
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
