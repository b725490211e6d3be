"""A model of somebody else's is loaded first in a child, whose death is an error of ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.models import apart
from daw_bridge.cli.models.apart import look_at, speeds_of
from engines.errors import EngineError, GraphError, ModelFileError, ModelNotFoundError
from engines.load import load_model
from engines.spec import sidecar_of
from tests.rigs.broken_models import endless, greedy, transposed
from tests.rigs.tiny_models import make_model

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def described(path: Path) -> Path:
    """With a description that fits its ports; of how it runs it says nothing."""
    spec = {
        "version": 2, "name": path.stem, "stems": ["a", "b", "c", "d"], "rate_hz": 44100,
        "channels": 2, "method": "waveform", "batch_max": 1,
        "domain": {"kind": "waveform", "length_base_samples": 1024, "length_step_samples": 0},
        "live": {"window_samples": 1024, "hop_samples": 512, "lookahead_samples": 0,
                 "crossfade_samples": 0},
    }  # fmt: skip
    sidecar_of(path).write_text(json.dumps(spec | {"offline": spec["live"]}), encoding="utf-8")
    return path


def test_what_a_good_file_says(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    model = load_model(tmp_path / "tiny.onnx")
    look = look_at(model.path, "cpu")
    assert look.ports.inputs == dict(model.session.inputs)
    assert look.ports.outputs == dict(model.session.outputs)
    assert look.described
    found = speeds_of(model.path, "cpu")
    assert [one.preset for one in found] == list(model.spec.presets)
    assert all(0 < one.load < 100 for one in found)


def test_a_crash_is_an_error(tmp_path: Path) -> None:
    """A transposed value that is cast from whole numbers: onnxruntime 1.24 to 1.31 at least."""
    path = transposed(tmp_path / "crash.onnx")
    try:
        seen = look_at(path, "cpu")
    except ModelFileError as error:
        assert "crash.onnx: onnxruntime crashed" in str(error)
    else:  # one that has been mended
        assert seen.ports.inputs == {"x": ["b", "t", 8]} and not seen.described


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "crashed \\(segmentation fault\\) with it"),
        ("sys.stderr.write('bad_alloc\\n'); os.abort()", "crashed \\(abort\\) with it: bad_alloc"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "most likely for want of memory"),
        ("os.kill(os.getpid(), signal.SIGILL)", "crashed \\(SIGILL\\)"),
        ("os._exit(3)", "ended with 0x3"),
        ("print(json.dumps({'memory': 2**30}))", "more memory than the 1.0 GiB that are free"),
        ("time.sleep(60)", "no sign of life from onnxruntime for 2 s"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="ends by signals")
def test_every_end_has_its_words(
    code: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = f"import faulthandler, json, os, signal, sys, time\nfaulthandler.disable()\n{code}\n"
    (tmp_path / "other_child.py").write_text(child, encoding="utf-8")
    monkeypatch.setattr(apart, "_CHILD", "other_child")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ModelFileError, match=words):
        look_at(tmp_path / "a.onnx", "cpu", 2.0)


def test_one_that_never_comes_back_is_given_up(tmp_path: Path) -> None:
    path = described(endless(tmp_path / "endless.onnx"))
    with pytest.raises(ModelFileError, match=r"endless\.onnx: no sign of life"):
        speeds_of(path, "cpu", 4.0)


def test_one_that_wants_all_memory_is_an_error(tmp_path: Path) -> None:
    path = described(greedy(tmp_path / "greedy.onnx"))
    with pytest.raises(EngineError, match=r"8796093022208|more memory than"):
        speeds_of(path, "cpu")


def test_errors_keep_their_kind(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"gone\.onnx"):
        look_at(tmp_path / "gone.onnx", "cpu")
    with pytest.raises(GraphError, match=r"inputs \{'x'"):
        path = transposed(tmp_path / "other.onnx", 10)
        speeds_of(described(path), "cpu")


def test_what_lies_where_the_user_stands_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model(tmp_path / "tiny.onnx")
    (tmp_path / "json.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "mix" in look_at(Path("tiny.onnx"), "cpu").ports.inputs


def test_a_crash_leaves_no_description(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = greedy(tmp_path / "greedy.onnx")
    assert main(["models", "adopt", str(path)]) == 2
    assert list(tmp_path.iterdir()) == [path]
    assert "Traceback" not in capsys.readouterr().err


def trials(of: int) -> list[int]:
    """Processes whose parent this is, and which try a model."""
    found = []
    for one in Path("/proc").iterdir():
        try:
            stat = (one / "stat").read_text(encoding="utf-8", errors="replace")
            command = (one / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if one.name.isdecimal() and int(stat.rpartition(")")[2].split()[1]) == of:
            found += [int(one.name)] if b"speeds" in command else []
    return found


@LINUX
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_no_child(number: int, tmp_path: Path, heard_signals: None) -> None:
    path = endless(tmp_path / "endless.onnx")
    command = [sys.executable, "-m", "daw_bridge", "models", "adopt", str(path), "--device", "cpu"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as parent:
        try:
            until = time.monotonic() + 60
            while not (born := trials(parent.pid)) and time.monotonic() < until:
                time.sleep(0.05)
            os.kill(parent.pid, number)
            out, err = parent.communicate(timeout=30)
        finally:
            parent.kill()
    assert len(born) == 1 and not Path(f"/proc/{born[0]}").exists()
    assert parent.returncode == 128 + number and "stopped" in err and "Traceback" not in err
    assert out.startswith("endless: drums")  # it is said before the model is tried
    assert list(tmp_path.iterdir()) == [path]


def computed_s(process: int) -> float:
    """How long it has computed."""
    stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    ticks = stat.rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@LINUX
def test_a_parent_that_is_killed_leaves_neither_child_nor_description(tmp_path: Path) -> None:
    path = endless(tmp_path / "endless.onnx")
    command = [sys.executable, "-m", "daw_bridge", "models", "adopt", str(path), "--device", "cpu"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as parent:
        until = time.monotonic() + 60
        while not (born := trials(parent.pid)) and time.monotonic() < until:
            time.sleep(0.05)
        while born and computed_s(born[0]) < 4.0 and time.monotonic() < until:
            time.sleep(0.05)  # until it is in the loop that goes on for ever
        parent.kill()
    assert len(born) == 1
    until = time.monotonic() + 30
    while (alive := Path(f"/proc/{born[0]}").exists()) and time.monotonic() < until:
        time.sleep(0.05)
    if alive:
        os.kill(born[0], signal.SIGKILL)
    assert not alive and list(tmp_path.iterdir()) == [path]
