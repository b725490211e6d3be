"""The only module that creates onnxruntime sessions; it checks that they got the right device.

onnxruntime goes over to the CPU with no more than a warning, so a device that was asked for is
verified: its provider is the session's first, it took nodes of this very graph (those that it does
not know run on the CPU; the note counts them), and a run that fails there fails.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as ort_state

from engines.batching import Batches
from engines.errors import DeviceError, InferenceError, ModelFileError, ModelNotFoundError
from engines.floats import leaves_float32
from engines.providers import AUTO, CPU, CUDA, DEVICES, Provider, named, of_session
from engines.refusals import refusal
from engines.session import Feeds
from engines.types import Audio

# On Windows the variable that engines sets has no effect, and elsewhere none if onnxruntime was
# imported before engines was.
ort.disable_telemetry_events()

_FATAL = 4

# An ONNX graph of opset 17: y = x * x.
_PROBE_GRAPH = (
    b'\x08\t:5\n\x0e\n\x01x\n\x01x\x12\x01y"\x03Mul\x12\x01p'
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
        self.provider: str = session.get_providers()[0]
        self.note = note
        row = of_session(self.provider)
        self._batches = Batches(self._run) if row is not None and row.joins else None
        alone = row is not None and row.one_run
        self._turn: AbstractContextManager[object] = Lock() if alone else nullcontext()
        self._run_options = ort.RunOptions()
        self._run_options.log_severity_level = _FATAL
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
        (value,) = self.run_several([output], feeds)
        return value

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        """Those outputs of one run for float32 feeds, joined with no other. Raises InferenceError.

        What a graph carries from one run to the next is one stream's alone.
        """
        try:
            with self._turn:
                values = self._session.run(list(outputs), dict(feeds), self._run_options)
        except ORT_ERRORS as error:
            shapes = ", ".join(f"{name} {item.shape}" for name, item in feeds.items())
            seen = f"onnxruntime failed on {shapes}: {str(error).strip()}"
            expected = "a graph that takes these shapes"
            raise InferenceError(seen, expected, "check the window, or export again") from error
        return [np.asarray(value, np.float32) for value in values]


def open_session(path: Path, device: str = "cpu", threads: int = 1) -> OrtSession:
    """A session for the ONNX file at `path` on `device` (one of engines.providers.DEVICES).

    Raises DeviceError, ModelNotFoundError, ModelFileError.
    """
    row = CUDA if device == AUTO else named(device)
    if row is None:
        raise DeviceError(f"device {device!r}", "one of " + ", ".join(DEVICES), "choose one")
    if threads < 1:
        raise DeviceError(f"{threads} threads", "at least 1", "give a number of threads")
    if row is CPU:
        return OrtSession(_load(path, _options(threads), CPU, threads), "cpu: requested")
    session, words = _try(path, row, threads)
    if session is not None:
        chosen = "available" if device == AUTO else "requested"
        return OrtSession(session, f"{row.name}: {chosen}{words}")
    # A file that does not load anywhere is its own error, whatever the device.
    fallback = _load(path, _options(threads), CPU, threads)
    if device == AUTO:
        return OrtSession(fallback, f"cpu: no {row.title}: {words}")
    action = "install what is missing, or use device cpu or auto"
    raise DeviceError(f"no {row.title}: {words}", f"a working {row.title} provider", action)


def _try(path: Path, row: Provider, threads: int) -> tuple[ort.InferenceSession | None, str]:
    """A session that really is on the device, and its share in words; or None and what is missing.

    Raises ModelNotFoundError.
    """
    if not has(row):
        return None, (
            f"this onnxruntime has no {row.title} provider (package {row.package} has it, "
            f"on {row.systems}; it takes the place of the one that is installed)"
        )
    for name, value in row.environment:
        os.environ.setdefault(name, value)
    absent = _preload() if row.cuda_libraries else []
    session, failure = None, f"its provider did not start; is there {row.needs}?"
    try:
        session = _load(path, _options(threads, row), row, threads)
    except ModelFileError as error:
        failure = f"onnxruntime could not start {row.title}: {error.seen}"
    if session is not None and session.get_providers()[0] == row.ort_name:
        return _share(session, row)
    if absent:
        wheels = "package onnxruntime-gpu[cuda,cudnn]"
        failure = f"libraries {', '.join(absent)} were not found ({wheels} has them)"
    return None, failure


def _share(session: ort.InferenceSession, row: Provider) -> tuple[ort.InferenceSession | None, str]:
    """The session and how many nodes of its graph are on the device; None where none is."""
    count = getattr(session, "get_provider_graph_assignment_info", None)
    if count is None:  # onnxruntime before 1.24
        return session, ""
    nodes = [(part.ep_name, len(part.get_nodes())) for part in count()]
    total = sum(number for _, number in nodes)
    there = sum(number for name, number in nodes if name == row.ort_name)
    if there == 0:
        return None, f"it takes none of the {total} nodes of this model's graph"
    if there == total:
        return session, f"; all {total} nodes are on it"
    return session, f"; {there} of {total} nodes are on it, the others on the CPU"


def has(row: Provider) -> bool:
    """Whether this onnxruntime has the provider; that it works is another matter (`probe`)."""
    return row.ort_name in ort.get_available_providers()


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
    return dict(_load(path, options, CPU, 1).get_modelmeta().custom_metadata_map)


def _options(threads: int, row: Provider = CPU) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL
    options.enable_mem_pattern = row.memory_pattern
    # Spinning threads starve the rest of a busy machine (166 -> 91 ms with it off).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    if row is not CPU:
        options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    # Not session.set_denormal_as_zero: it changes the calling thread's floating point for good.
    # Streams keep denormals from the graph instead.
    return options


def _load(
    path: Path, options: ort.SessionOptions, row: Provider, threads: int
) -> ort.InferenceSession:
    """A session on the provider, and on the CPU for what it does not know."""
    if not path.is_file():
        seen = f"{path}, a folder" if path.is_dir() else f"no file {path}"
        raise ModelNotFoundError(seen, "the path of an ONNX file", "check the path")
    first = (row.ort_name, row.options_for(threads))
    providers = [first] if row is CPU else [first, (CPU.ort_name, {})]
    crashing = ["NchwcTransformer"] if leaves_float32(path) else None
    try:
        # Without its own fallback, which makes a new session on the CPU where one fails.
        return ort.InferenceSession(
            str(path), options, providers=providers, disabled_optimizers=crashing, enable_fallback=0
        )
    except ORT_ERRORS as error:
        raise refusal(path, str(error)) from error


# Its default logger otherwise prints to standard error what is raised as an error here.
ort.set_default_logger_severity(_FATAL)
