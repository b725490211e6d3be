"""The child that loads somebody else's model: what it says, and how much it may take."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.cli.models.first_load import free_memory_bytes
from engines.load import load_model
from tests.rigs.tiny_models import TIGHT, make_model

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no such bound elsewhere")


def run(*arguments: str, description: str = "") -> list[dict[str, object]]:
    command = [sys.executable, "-m", "daw_bridge.cli.models.first_load", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        print(description, file=child.stdin, flush=True)  # and stdin stays open
        lines = child.stdout.readlines()
        assert child.wait(60) == 0
    return [json.loads(line) for line in lines]


def test_a_line_for_each_answer_and_sign_of_life(tmp_path: Path) -> None:
    make_model(tmp_path / "tiny.onnx")
    (ports,) = run("ports", str(tmp_path / "tiny.onnx"), "cpu")
    assert set(ports) == {"inputs", "outputs", "described"} and ports["described"]
    found = run("speeds", str(tmp_path / "tiny.onnx"), "cpu")
    assert [one["preset"] for one in found if one] == ["balanced", "offline"]
    assert found[0] == {} and found.count({}) > 5
    (error,) = run("ports", str(tmp_path), "cpu")
    assert error["code"] == "model_not_found"


def test_a_description_is_tried_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    make_model(path)
    spec = replace(load_model(path).spec, tight=TIGHT)
    found = run("speeds", str(path), "cpu", description=spec.to_json())
    assert [one["preset"] for one in found if one] == ["tight", "balanced", "offline"]
    wrong = replace(spec, stems=("a", "b"))
    *_, error = run("speeds", str(path), "cpu", description=wrong.to_json())
    assert error["code"] == "model_graph" and list(tmp_path.iterdir()) == [path]


@LINUX
def test_it_takes_no_more_memory_than_it_may() -> None:
    assert 2**20 < free_memory_bytes() < 2**60
    code = (
        "import numpy; from daw_bridge.cli.models import first_load\n"
        "first_load._take_no_more_than(2**29)\n"
        "numpy.ones(2**20)\n"
        "try: numpy.zeros(2**27)\n"
        "except MemoryError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
