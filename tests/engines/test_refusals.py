"""engines.refusals: files that do not load are told apart, by what they are and what they lack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engines.errors import ModelFileError
from engines.ort import open_session
from engines.refusals import refusal
from tests.rigs.tiny_models import make_model


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file; .*; get or export"),
        (b"PK\x03\x04" + bytes(99), "a PyTorch checkpoint.*; export it to ONNX first"),
        (b"\x80\x02}q\x00", "a PyTorch checkpoint"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git's pointer to a large file"),
        (b"rubbish", "damaged, cut off, or no ONNX file"),
    ],
)
def test_what_is_no_onnx_file_is_named(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(content)
    with pytest.raises(ModelFileError, match=r"net\.onnx: " + words) as error:
        open_session(tmp_path / "net.onnx")
    assert "ONNXRuntimeError" not in str(error.value)


def test_half_a_file_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    make_model(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ModelFileError, match=r"net\.onnx: damaged, cut off"):
        open_session(path)


def graph(path: Path, operator: str = "Relu", domain: str = "", opset: int = 17) -> Path:
    node = helper.make_node(operator, ["x"], ["y"], domain=domain)
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n"]) for n in ("x", "y")]
    whole = helper.make_graph([node], "g", ports[:1], ports[1:])
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.acme", 1)]
    onnx.save(helper.make_model(whole, opset_imports=opsets, ir_version=9), path)
    return path


def test_what_this_onnxruntime_does_not_know_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"needs the operator com\.acme:Magic, which"):
        open_session(graph(tmp_path / "custom.onnx", "Magic", "com.acme"))
    with pytest.raises(ModelFileError, match=r"a graph of opset 99, and .* up to \d+; .*; update"):
        open_session(graph(tmp_path / "future.onnx", opset=99))
    model = onnx.load(graph(tmp_path / "version.onnx"))
    model.ir_version = 99
    onnx.save(model, tmp_path / "version.onnx")
    with pytest.raises(ModelFileError, match=r"of ONNX's version 99, .* up to \d+"):
        open_session(tmp_path / "version.onnx")


def test_weights_that_are_not_beside_it_are_named(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    node = helper.make_node("Mul", ["x", "weight"], ["y"])
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [500]) for n in ("x", "y")]
    weight = numpy_helper.from_array(np.ones(500, np.float32), "weight")
    whole = helper.make_graph([node], "g", ports[:1], ports[1:], [weight])
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path, save_as_external_data=True, location="net.bin", size_threshold=99)
    (tmp_path / "net.bin").unlink()
    with pytest.raises(ModelFileError, match=r"weights are in net\.bin.*; put it beside the file"):
        open_session(path)


def test_other_words_are_onnxruntimes_own(tmp_path: Path) -> None:
    path = graph(tmp_path / "net.onnx")
    said = f"[ONNXRuntimeError] : 1 : FAIL : Load model from {path} failed:Node (x) is odd.\n"
    assert str(refusal(path, said)).startswith(f"{path}: Node (x) is odd.; expected")


def test_what_may_not_be_read(tmp_path: Path) -> None:
    assert "it cannot be read (Is a directory)" in str(refusal(tmp_path, "Permission denied"))
