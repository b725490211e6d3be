"""What each folder may import, by reading its imports and by running it without the rest."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.rigs.tiny_models import GAINS, STEMS, make_model

ROOT = Path(__file__).parent.parent
ENGINES_MAY = {"engines", "numpy", "onnxruntime", "platformdirs", "soxr"}
NOT_IN_THE_SERVER = {"torch", "torchaudio", "onnx", "onnxscript", "export", "scipy"}

# Importing any of these fails, as on a machine that has only the base dependencies.
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"{{name}} is not here", name=name)

sys.meta_path.insert(0, Absent())
"""


def imports(path: Path) -> set[str]:
    """Top-level packages that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").split(".")[0])
    return found


def files(folder: str) -> list[Path]:
    found = sorted((ROOT / folder).rglob("*.py"))
    assert found, f"no files in {folder}"
    return found


@pytest.mark.parametrize("path", files("engines"), ids=lambda path: str(path.relative_to(ROOT)))
def test_engines_import_only_what_they_may(path: Path) -> None:
    assert imports(path) - set(sys.stdlib_module_names) <= ENGINES_MAY


@pytest.mark.parametrize("path", files("engines"), ids=lambda path: str(path.relative_to(ROOT)))
def test_engines_open_no_sockets(path: Path) -> None:
    assert not imports(path) & {"socket", "socketserver", "asyncio", "http", "urllib", "pickle"}


@pytest.mark.parametrize("path", files("daw_bridge"), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_server_knows_no_torch_and_no_export(path: Path) -> None:
    assert not imports(path) & NOT_IN_THE_SERVER


def test_only_ort_makes_sessions() -> None:
    makers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("engines", "daw_bridge", "export")
        for path in files(folder)
        if "InferenceSession(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["engines/ort.py"]


def run_without(absent: set[str], code: str, *arguments: str) -> str:
    """Standard output of `code` in a Python that cannot import `absent`."""
    program = WITHOUT.format(absent=absent) + code
    command = [sys.executable, "-W", "error", "-c", program, *arguments]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_engines_separate_with_only_their_own_dependencies(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx", domain="stft", conditional=True)
    code = """
import numpy as np
from engines.load import load_model
from engines.load import read_spec
from engines.stream import Stream, stream_settings

spec = read_spec(sys.argv[1])
model = load_model(sys.argv[1])
stream = Stream(model, stream_settings(spec, 48000, 2, preset="offline"))
mix = np.random.default_rng(0).standard_normal((2, 9999), np.float32)
out = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
print(out.shape, *(float(np.abs(out[0] - g * mix).max() < 1e-5) for g in (0.4, 0.3)))
"""
    absent = NOT_IN_THE_SERVER | {"soundfile", "sounddevice", "zmq", "pythonosc", "daw_bridge"}
    printed = run_without(absent, code, str(tmp_path / "tiny.onnx"))
    assert printed.split() == ["(5,", "2,", "9999)", "1.0", "0.0"]


def test_the_command_separates_a_file_without_torch(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    mix = np.random.default_rng(0).uniform(-0.5, 0.5, (5000, 2)).astype(np.float32)
    soundfile.write(tmp_path / "song.wav", mix, 44100, subtype="FLOAT")
    code = "from daw_bridge.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    song, model = str(tmp_path / "song.wav"), str(tmp_path / "tiny.onnx")
    run_without(
        NOT_IN_THE_SERVER, code, "separate", song, "-o", str(tmp_path / "out"), "--model", model
    )
    for stem, gain in zip(STEMS, GAINS, strict=True):
        audio, rate = soundfile.read(tmp_path / "out" / "song" / f"{stem}.wav", dtype="float32")
        assert rate == 44100
        np.testing.assert_allclose(audio, gain * mix, atol=1e-5)


def test_what_a_run_of_the_tests_made_for_itself_goes_with_it() -> None:
    code = "from tests.rigs.scratch import scratch_folder as made; print(made()); print(made())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, second = done.stdout.split()
    assert first != second and Path(first).parent == Path(second).parent
    assert not Path(first).parent.exists()
