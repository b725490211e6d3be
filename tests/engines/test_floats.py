"""engines.floats: files that compute in other floats are told from those that do not; they load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from engines.floats import leaves_float32
from engines.load import MODELS
from tests.rigs.broken_models import transposed as save
from tests.rigs.scratch import scratch_folder
from tests.rigs.tiny_models import make_model

OTHERS = (TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16)


def test_what_is_made_or_given_in_other_floats(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    for other in OTHERS:
        assert leaves_float32(save(path, other))
        assert leaves_float32(save(path, TensorProto.INT32, other))
    assert not leaves_float32(save(path, TensorProto.INT32))
    make_model(path, domain="stft", conditional=True)
    assert not leaves_float32(path)


def test_weights_in_float16_do_not_count(tmp_path: Path) -> None:
    path = save(tmp_path / "a.onnx", TensorProto.INT32)
    model = onnx.load(path)
    (weight,) = model.graph.initializer
    half = numpy_helper.to_array(weight).astype(np.float16)
    weight.CopyFrom(numpy_helper.from_array(half, "half"))
    model.graph.node.insert(0, helper.make_node("Cast", ["half"], ["w"], to=TensorProto.FLOAT))
    onnx.save(model, path)
    assert not leaves_float32(path)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.onnx")), ids=lambda path: path.stem)
def test_the_installed_models_compute_in_float32(path: Path) -> None:
    assert not leaves_float32(path)


@pytest.mark.parametrize("other", OTHERS)
def test_such_a_file_loads_and_runs(other: int, tmp_path: Path) -> None:
    """In a process of its own, which onnxruntime ends where it may optimise as it likes."""
    code = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from engines.ort import open_session\n"
        "session = open_session(Path(sys.argv[1]))\n"
        "print(session.run('y', {'x': np.ones((1, 5, 8), np.float32)}).max())\n"
    )
    command = [sys.executable, "-c", code, str(save(tmp_path / "other.onnx", other))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, "8.0"), done.stderr


WHOLE = save(scratch_folder() / "whole.onnx").read_bytes()


@given(st.binary(max_size=200) | st.integers(0, len(WHOLE)).map(lambda end: WHOLE[:end]))
def test_damaged_files_are_none(content: bytes) -> None:
    path = scratch_folder() / "damaged.onnx"
    path.write_bytes(content)
    assert leaves_float32(path) in (True, False)
    assert not leaves_float32(path.parent / "none.onnx")
