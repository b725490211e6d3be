"""The only place that makes an onnxruntime session; it checks that it got the device asked for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from engines.errors import DeviceError, InferenceError, ModelFileError, ModelNotFoundError
from engines.types import Audio

DEVICES = ("cpu", "cuda", "auto")
CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
_FATAL = 4

# onnxruntime's exceptions have no common base but Exception; ValueError is for missing feeds.
ORT_ERRORS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(k for k in vars(ort_state).values() if isinstance(k, type) and issubclass(k, Exception)),
)


class Session:
    """One loaded graph on one device.

    `provider` is what onnxruntime really uses; `note` says how it was chosen. Runs may come from
    several threads.
    """

    def __init__(self, session: ort.InferenceSession, note: str) -> None:
        self._session = session
        self._run_options = ort.RunOptions()
        self._run_options.log_severity_level = _FATAL
        self.provider: str = session.get_providers()[0]
        self.note = note
        self.inputs = {item.name: item.shape for item in session.get_inputs()}
        self.outputs = {item.name: item.shape for item in session.get_outputs()}
        self.metadata: dict[str, str] = dict(session.get_modelmeta().custom_metadata_map)

    def run(self, output: str, feeds: Mapping[str, Audio]) -> Audio:
        """The output `output` for float32 feeds. Raises InferenceError."""
        try:
            (value,) = self._session.run([output], dict(feeds), self._run_options)
        except ORT_ERRORS as error:
            shapes = ", ".join(f"{name} {item.shape}" for name, item in feeds.items())
            seen = f"onnxruntime failed on {shapes}: {error}"
            expected = "a graph that takes these shapes"
            raise InferenceError(seen, expected, "check the window, or export again") from error
        return np.asarray(value, np.float32)


def open_session(path: Path, device: str = "cpu", threads: int = 1) -> Session:
    """A session for the ONNX file at `path` on `device` ("cpu", "cuda" or "auto").

    Raises DeviceError, ModelNotFoundError, ModelFileError.
    """
    if device not in DEVICES:
        raise DeviceError(f"device {device!r}", "one of " + ", ".join(DEVICES), "choose one")
    if threads < 1:
        raise DeviceError(f"{threads} threads", "at least 1", "give a number of threads")
    if device == "cpu":
        return Session(_create(path, [CPU], threads), "cpu: asked for")
    missing = missing_cuda()
    if missing is None:
        session = _create(path, [CUDA, CPU], threads)
        if session.get_providers()[0] == CUDA:
            return Session(session, f"cuda: {'asked for' if device == 'cuda' else 'available'}")
        missing = "onnxruntime could not start its CUDA provider (driver or GPU missing?)"
    if device == "cuda":
        expected = "a working CUDA provider"
        action = "install what is missing, or use --device cpu or auto"
        raise DeviceError(f"no CUDA: {missing}", expected, action)
    return Session(_create(path, [CPU], threads), f"cpu: no CUDA: {missing}")


def read_metadata(path: Path) -> dict[str, str]:
    """The metadata of the ONNX file at `path`, without optimising its graph."""
    options = _options(1)
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return dict(_load(path, options, [CPU]).get_modelmeta().custom_metadata_map)


def missing_cuda() -> str | None:
    """What keeps onnxruntime from CUDA, as far as can be told without a session, or None."""
    if CUDA not in ort.get_available_providers():
        return "the installed onnxruntime has no CUDA provider: install onnxruntime-gpu"
    preload = getattr(ort, "preload_dlls", None)
    if preload is None:
        return None
    # preload_dlls reports the libraries it cannot find on standard output only.
    report = StringIO()
    with redirect_stdout(report), redirect_stderr(report):
        preload()
    failed = [line for line in report.getvalue().splitlines() if line.startswith("Failed to load")]
    names = [line.split(":")[0].removeprefix("Failed to load").strip() for line in failed]
    if not names:
        return None
    return (
        f"libraries {', '.join(names)}: install 'onnxruntime-gpu[cuda,cudnn]' and an NVIDIA driver"
    )


def _create(path: Path, providers: list[str], threads: int) -> ort.InferenceSession:
    return _load(path, _options(threads), providers)


def _options(threads: int) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    # Spinning threads starve the rest of a busy machine (166 -> 91 ms with it off).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return options


def _load(path: Path, options: ort.SessionOptions, providers: list[str]) -> ort.InferenceSession:
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
