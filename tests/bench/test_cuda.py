"""tests.bench.cuda on the CPU: each section runs or says why not; none takes the others along."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from engines.spec import Preset
from tests.bench import cuda, cuda_sections
from tests.bench.cuda_sections import SECTIONS, CannotRun, Section, Task
from tests.conftest import has_cuda
from tests.rigs.tiny_models import make_model

LONG = Preset(
    window_samples=32768, hop_samples=16384, lookahead_samples=1024, crossfade_samples=128
)
"""Windows that are few."""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "gibbs.onnx"
    make_model(path, domain="stft", conditional=True, live=LONG, offline=LONG)
    return path


@pytest.fixture
def task(model: Path) -> Task:
    return Task("cpu", 0.1, (str(model),))


def run(monkeypatch: pytest.MonkeyPatch, out: Path, *arguments: object) -> dict[str, str]:
    """Title to text of the report's sections."""
    monkeypatch.setattr(sys, "argv", ["cuda", str(out), *map(str, arguments)])
    assert cuda.main() == 0
    head, *parts = (out / "cpu.md").read_text().split("\n## ")
    assert "**Machine**" in head and str(out) not in head
    return {part.splitlines()[0]: part for part in parts}


def test_parity(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    cuda_sections.parity(task)
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert {cells[0] for cells in rows} == {"| tiny"} and len(rows) >= 2
    assert {tuple(cells[3:5]) for cells in rows} == {("0.0e+00", "yes")}


def test_parity_says_what_differs(
    task: Task, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuda_sections, "LIMIT", 0.0)
    cuda_sections.parity(task)
    assert all("| **NO** |" in line for line in capsys.readouterr().out.splitlines()[2:])


def test_speed(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    cuda_sections.speed(task)
    (one,) = capsys.readouterr().out.splitlines()[2:]
    assert re.fullmatch(r"\| tiny \| \d+ \| \d+\.\d \| \d+\.\d \| \d+\.\d\d \| \d+\.\d\d \|", one)


def test_io_binding(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    cuda_sections.io_binding(task)
    printed = capsys.readouterr().out
    assert "Largest difference 0.0e+00." in printed
    assert re.search(r"\| IOBinding, all on cpu \| \d", printed)


def test_half(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sympy")
    cuda_sections.half(task)
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"\| float16 \| \d+\.\d\d \| \d+\.\d\d \| \d\.\de-\d+ \|", last)


@pytest.mark.timeout(400)
def test_bench(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    cuda_sections.bench(task)
    assert re.search(r"offline, 16 steps +\d", capsys.readouterr().out)


def test_shared_streams(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    cuda_sections.shared_streams(task)
    rows = capsys.readouterr().out.splitlines()[2:]
    found = [re.fullmatch(r"\| (\d) \| .* \| 0 \| 0\.0e\+00 \|", one) for one in rows]
    assert [one and one[1] for one in found] == ["1", "2", "4"]


@pytest.mark.timeout(400)
def test_training(task: Task, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    cuda_sections.training(task)
    last = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(r"\| [1-9]\d* \| \d+\.\d \| \d+% \| \d\.\d+ \| \d\.\d+ \|", last)


@pytest.mark.parametrize(
    ("section", "device", "words"),
    [
        (cuda_sections.marked_tests, "cpu", "are for cuda"),
        (cuda_sections.training, "openvino", "cpu and cuda alone"),
    ],
)
def test_what_cannot_run_says_why(section: cuda_sections.Run, device: str, words: str) -> None:
    with pytest.raises(CannotRun, match=words):
        section(Task(device, 1.0, ()))


def test_what_is_not_installed_is_named() -> None:
    cuda_sections.needs("numpy")
    with pytest.raises(CannotRun, match=r"no_such_thing not installed; pip install"):
        cuda_sections.needs("numpy", "no_such_thing")


@pytest.mark.timeout(400)
def test_a_section_that_fails_or_hangs_costs_no_other(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no graph")
    monkeypatch.setattr(cuda, "SECTIONS", (
        Section("parity", "A", cuda_sections.parity, 1.0, 300),
        Section("streams", "B", cuda_sections.shared_streams, 600.0, 1),
        Section("tests", "C", cuda_sections.marked_tests, 1.0, 300),
        Section("iobinding", "D", cuda_sections.io_binding, 1.0, 300),
    ))  # fmt: skip
    found = run(monkeypatch, tmp_path / "out", "--device", "cpu", "--seconds-each", "0.1",
                "--models", model, tmp_path / "broken.onnx")  # fmt: skip
    assert re.search(r"\*\*Failed\*\* \(exit status 1\): .*ModelFileError.*broken\.onnx",
                     found["A"])  # fmt: skip
    assert "| tiny |" in found["A"]  # what it had found before
    assert "**Stopped** after 1 s" in found["B"]
    assert "**Not run**: the marked tests" in found["C"]
    assert "IOBinding, all on cpu" in found["D"] and "**" not in found["D"]


def test_it_takes_eight_minutes_at_most() -> None:
    assert sum(one.limit_s for one in SECTIONS) <= 480
    assert all(one.seconds < one.limit_s for one in SECTIONS)


@pytest.mark.skipif(has_cuda(), reason="this machine has CUDA")
def test_without_cuda_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cuda", str(tmp_path / "out")])
    assert cuda.main() == 1
    assert capsys.readouterr().err.startswith("Nothing is measured: no CUDA: ")
    assert not (tmp_path / "out").exists()


def test_a_crash_is_said_by_its_signal() -> None:
    assert (cuda.ending(3), cuda.ending(-11)) == ("exit status 3", "SIGSEGV")
    assert cuda.last_line("a\nb\n\n") == "b" and cuda.last_line("\n") == "it said nothing"
