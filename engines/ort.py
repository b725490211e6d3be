"""The only module that creates onnxruntime sessions; it checks that they got the right device."""

from __future__ import annotations

import re
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from engines.batching import Batches
from engines.errors import DeviceError, InferenceError, ModelFileError, ModelNotFoundError
from engines.session import Feeds
from engines.types import Audio

# On Windows the variable that engines sets has no effect, and elsewhere none if onnxruntime was
# imported before engines was.
ort.disable_telemetry_events()

DEVICES = ("cpu", "cuda", "auto")
CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
Provider = str | tuple[str, dict[str, str]]
# TF32 would round audio to 10 bits inside every convolution.
_CUDA_OPTIONS = {"use_tf32": "0"}
_FATAL = 4

# An ONNX graph of opset 17: y = -x.
_PROBE_GRAPH = (
    b'\x08\t:2\n\x0b\n\x01x\x12\x01y"\x03Neg\x12\x01p'
    b"Z\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01b\x0f\n"
    b"\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\x11"
)

# onnxruntime's exceptions have no common base but Exception; ValueError is for missing feeds.
ORT_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(k for k in vars(ort_state).values() if isinstance(k, type) and issubclass(k, Exception)),
)


class OrtSession:
    """One loaded graph on one device: an `engines.session.Session`.

    `provider` is what onnxruntime really uses; `note` says how it was chosen. Runs may come from
    several threads; on CUDA, simultaneous ones are joined (batching.py). On the CPU they are not:
    it would gain little, and the last bits would depend on what else is running.
    """

    def __init__(self, session: ort.InferenceSession, note: str) -> None:
        self._session = session
        self._batches = Batches(self._run) if session.get_providers()[0] == CUDA else None
        self._run_options = ort.RunOptions()
        self._run_options.log_severity_level = _FATAL
        self.provider: str = session.get_providers()[0]
        self.note = note
        ports = [*session.get_inputs(), *session.get_outputs()]
        self.inputs = {item.name: item.shape for item in session.get_inputs()}
        self.outputs = {item.name: item.shape for item in session.get_outputs()}
        self.types = {item.name: item.type for item in ports}
        self.metadata: dict[str, str] = dict(session.get_modelmeta().custom_metadata_map)

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output `output` for float32 feeds. Raises InferenceError."""
        if self._batches is not None:
            return self._batches.run(output, feeds)
        return self._run(output, feeds)

    def _run(self, output: str, feeds: Feeds) -> Audio:
        try:
            (value,) = self._session.run([output], dict(feeds), self._run_options)
        except ORT_ERRORS as error:
            shapes = ", ".join(f"{name} {item.shape}" for name, item in feeds.items())
            seen = f"onnxruntime failed on {shapes}: {error}"
            expected = "a graph that takes these shapes"
            raise InferenceError(seen, expected, "check the window, or export again") from error
        return np.asarray(value, np.float32)


def open_session(path: Path, device: str = "cpu", threads: int = 1) -> OrtSession:
    """A session for the ONNX file at `path` on `device` ("cpu", "cuda" or "auto").

    Raises DeviceError, ModelNotFoundError, ModelFileError.
    """
    if device not in DEVICES:
        raise DeviceError(f"device {device!r}", "one of " + ", ".join(DEVICES), "choose one")
    if threads < 1:
        raise DeviceError(f"{threads} threads", "at least 1", "give a number of threads")
    if device == "cpu":
        return OrtSession(_load(path, _options(threads), [CPU]), "cpu: requested")
    session, missing = _try_cuda(path, threads)
    if session is not None:
        return OrtSession(session, "cuda: requested" if device == "cuda" else "cuda: available")
    # A file that does not load anywhere is its own error, whatever the device.
    fallback = _load(path, _options(threads), [CPU])
    if device == "cuda":
        action = "install what is missing, or use device cpu or auto"
        raise DeviceError(f"no CUDA: {missing}", "a working CUDA provider", action)
    return OrtSession(fallback, f"cpu: no CUDA: {missing}")


def _try_cuda(path: Path, threads: int) -> tuple[ort.InferenceSession | None, str]:
    """A session that really is on CUDA, or None and what is missing for one."""
    if CUDA not in ort.get_available_providers():
        return None, "this onnxruntime has no CUDA provider (package onnxruntime-gpu has it)"
    absent = _preload()
    try:
        session = _load(path, _options(threads), [(CUDA, _CUDA_OPTIONS), CPU])
    except ModelFileError as error:
        return None, f"onnxruntime could not start CUDA: {error.seen}"
    # onnxruntime goes over to the CPU with no more than a warning.
    if session.get_providers()[0] == CUDA:
        return session, ""
    if absent:
        wheels = "package onnxruntime-gpu[cuda,cudnn]"
        return None, f"libraries {', '.join(absent)} were not found ({wheels} has them)"
    return None, "its provider did not start; is there an NVIDIA GPU with a current driver?"


def _preload() -> list[str]:
    """Loads CUDA's and cuDNN's libraries from their wheels; names those not found."""
    preload = getattr(ort, "preload_dlls", None)
    if preload is None:
        return []
    # It reports on standard output, and only there.
    report = StringIO()
    with redirect_stdout(report), redirect_stderr(report):
        preload()
    found = re.findall(r"^Failed to load ([^:\s]+):", report.getvalue(), re.MULTILINE)
    return list(dict.fromkeys(found))


def probe(device: str) -> str:
    """The provider a session on `device` really gets, tried with a graph of one node.

    Raises DeviceError.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "probe.onnx"
        path.write_bytes(_PROBE_GRAPH)
        return open_session(path, device).provider


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata of the ONNX file at `path`, without optimising its graph."""
    options = _options(1)
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return dict(_load(path, options, [CPU]).get_modelmeta().custom_metadata_map)


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    # Spinning threads starve the rest of a busy machine (166 -> 91 ms with it off).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Not session.set_denormal_as_zero: it changes the calling thread's floating point for good.
    # Streams keep denormals from the graph instead.
    return options


def _load(
    path: Path, options: ort.SessionOptions, providers: list[Provider]
) -> ort.InferenceSession:
    if not path.is_file():
        expected = "the path of an ONNX file"
        raise ModelNotFoundError(f"no file {path}", expected, "check the path")
    try:
        return ort.InferenceSession(str(path), options, providers=providers)
    except ORT_ERRORS as error:
        expected = "an ONNX graph that onnxruntime can load"
        raise ModelFileError(f"{path}: {error}", expected, "get or export it again") from error


# Its default logger otherwise prints to standard error what is raised as an error here.
ort.set_default_logger_severity(_FATAL)
