"""A real Triton Inference Server, and the bare networks that `models triton` writes for it.

    python -m venv /tmp/triton && /tmp/triton/bin/pip install nvidia-pytriton==0.7.0 onnxruntime
    python -m tests.bench.triton /tmp/triton song

nvidia-pytriton's wheel (Linux, x86-64) brings the server's program, and of its backends the Python
one alone: so the graphs are run by `_MODEL` below, in that environment, whose numpy is below 2.
What is tried is the rest: Triton's own protocol, metadata, configurations, versions and batches.
Prints what was the same and how long a call took; exits 1 where a sample differs. `--liar` answers
zeros, as that backend does with numpy 2 or later, and must be refused.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as pb

from daw_bridge.errors import WrongEngine
from daw_bridge.remote.load import connection_to, load_model
from daw_bridge.remote.triton import CONFIG, GRAPH, write_repository
from engines.load import Model
from engines.load import load_model as load_here
from engines.making import make_stream
from engines.stream import stream_settings
from engines.types import Audio
from tests.bench.tools import described
from tests.rigs.stream_tools import noise

PORT = 18001
STARTS_WITHIN_S = 60.0
_MODEL = """
import os
import sys
sys.path.insert(0, "{packages}")  # its interpreter heeds no PYTHONPATH
import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        folder = os.path.join(args["model_repository"], args["model_version"])
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        path = os.path.join(folder, "{graph}")
        self.session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.outputs = [one.name for one in self.session.get_outputs()]

    def execute(self, requests):
        with open(os.path.join("{log}"), "a") as log:
            log.write(f"{{len(requests)}}\\n")
        answers = []
        for request in requests:
            feeds = {{
                one.name(): one.as_numpy() for one in request.inputs()
            }}
            found = self.session.run(self.outputs, feeds)
            answers.append(pb_utils.InferenceResponse([
                pb_utils.Tensor(name, {lie} * array)
                for name, array in zip(self.outputs, found)
            ]))
        return answers
"""


def main() -> int:
    """See the module's docstring."""
    parser = described(__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument("model", nargs="?", default="song")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--liar", action="store_true")
    given = parser.parse_args()
    with TemporaryDirectory() as name, served(given.venv, given.model, Path(name), given.liar):
        device = f"grpc://127.0.0.1:{PORT}"
        connection_to(device).wait_until_there(STARTS_WITHIN_S)
        try:
            there = load_model(given.model, device)
        except WrongEngine as error:
            print(error)
            return 0 if given.liar else 1
        print(there.provider_note)
        worst = max(compared(load_here(given.model), there, given.seconds, n) for n in (1, 4))
        counts = there.session.connection.counts  # type: ignore[attr-defined]
        print(f"{counts.calls} calls, {counts.seconds / counts.calls:.3f} s each")
        batches = np.loadtxt(Path(name) / "batches", int, ndmin=1)
        sizes, numbers = np.unique(batches, return_counts=True)
        print("batches:", dict(zip(sizes.tolist(), numbers.tolist(), strict=True)))
        return int(worst > 0 or given.liar)


def compared(here: Model, there: Model, seconds: float, streams: int) -> float:
    """The largest difference of so many streams at once."""
    spec = here.spec
    settings = stream_settings(spec, spec.rate_hz, spec.channels)
    mix = noise(spec.channels, int(seconds * spec.rate_hz))
    found: list[Audio] = []

    def run(model: Model) -> None:
        stream = make_stream(model, settings)
        found.append(np.concatenate([stream.push(mix), stream.flush()], axis=-1))

    run(here)
    threads = [threading.Thread(target=run, args=(there,)) for _ in range(streams)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worst = max(float(np.abs(one - found[0]).max()) for one in found[1:])
    print(f"{streams} streams of {seconds:g} s: largest difference {worst:g}")
    return worst


@contextmanager
def served(venv: Path, model: str, folder: Path, liar: bool) -> Iterator[None]:
    """Triton with the model's graphs."""
    repository = folder / "repository"
    packages = next((venv / "lib").glob("python*/site-packages")).absolute()
    for place in write_repository(repository, [model]):
        _to_python(place, packages, folder / "batches", liar)
    python = packages.parent.name.removeprefix("python")
    root = packages / "pytriton/tritonserver"
    backends = folder / "backends"
    backends.mkdir()
    (backends / "python").mkdir()
    stub = root / "python_backend_stubs" / python / "triton_python_backend_stub"
    for one in (stub, *(root / "backends/python").iterdir()):
        target = backends / "python" / one.name
        if not target.exists():
            target.symlink_to(one)
    environment = dict(os.environ) | {
        "LD_LIBRARY_PATH": str(packages / "nvidia_pytriton.libs"),
    }
    command = [
        root / "bin/tritonserver", "--model-repository", repository, "--backend-directory",
        backends, "--grpc-address", "127.0.0.1", "--grpc-port", PORT, "--allow-http", "false",
        "--allow-metrics", "false",
    ]  # fmt: skip
    log = (folder / "log").open("w")
    process = subprocess.Popen(list(map(str, command)), env=environment, stdout=log, stderr=log)
    try:
        began = time.monotonic()
        while "Started GRPCInferenceService" not in (folder / "log").read_text():
            if process.poll() is not None or time.monotonic() - began > STARTS_WITHIN_S:
                sys.exit((folder / "log").read_text()[:6000])
            time.sleep(0.2)
        print(f"ready after {time.monotonic() - began:.1f} s")
        yield
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _to_python(place: Path, packages: Path, log: Path, liar: bool) -> None:
    """The same configuration, run by the Python backend."""
    config = text_format.Parse((place / CONFIG).read_text(), pb.ModelConfig())
    config.backend, config.default_model_filename = "python", ""
    config.instance_group.add(kind=pb.ModelInstanceGroup.KIND_CPU, count=1)
    (place / CONFIG).write_text(text_format.MessageToString(config))
    code = _MODEL.format(packages=packages, graph=GRAPH, log=log, lie=0 if liar else 1)
    (place / "1/model.py").write_text(code)


if __name__ == "__main__":
    sys.exit(main())
