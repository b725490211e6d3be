"""The repository that a stock Triton reads. With a real one: tests/bench/triton.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as pb

from daw_bridge.cli import main
from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.remote import described
from daw_bridge.remote.digest import model_digest
from daw_bridge.remote.triton import write_repository
from engines.load import read_spec
from engines.spec import ModelSpec, PresetModel
from tests.rigs.carried import late_model
from tests.rigs.families import FILES, bag
from tests.rigs.needing import write_stacked
from tests.rigs.steered import write_steered
from tests.rigs.tiny_models import make_model


def config_in(folder: Path) -> pb.ModelConfig:
    return text_format.Parse((folder / "config.pbtxt").read_text(), pb.ModelConfig())


def test_a_graph_with_its_description(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = tmp_path / "tiny.onnx", tmp_path / "repository"
    make_model(path, domain="stft", conditional=True)
    assert main(["models", "triton", str(out), str(path)]) == 0
    assert f"--model-repository {out}" in capsys.readouterr().out
    assert (out / "tiny/1/model.onnx").read_bytes() == path.read_bytes()
    config = config_in(out / "tiny")
    assert (config.name, config.backend, config.max_batch_size) == ("tiny", "onnxruntime", 8)
    assert {one.name: list(one.dims) for one in config.input} == {
        "mix_mag": [2, 65, -1], "given_mag": [4, 2, 65, -1], "flags": [4],
    }  # fmt: skip
    assert [list(one.dims) for one in config.output] == [[4, 2, 65, -1]]
    assert {one.data_type for one in (*config.input, *config.output)} == {pb.TYPE_FP32}
    queue = config.dynamic_batching.default_queue_policy
    assert config.dynamic_batching.max_queue_delay_microseconds == 0
    assert (queue.max_queue_size, queue.default_timeout_microseconds) == (64, 2_000_000)
    told = {key: one.string_value for key, one in config.parameters.items()}
    assert ModelSpec.from_json(told[described.SPEC]) == read_spec(path)
    assert told[described.DIGEST] == model_digest(path)
    assert told[described.FORM] == described.NETWORK


def test_all_that_a_model_needs(tmp_path: Path) -> None:
    made = write_repository(tmp_path / "a", [str(write_stacked(tmp_path))])
    assert sorted(one.name for one in made) == ["singer", "stacked"]
    make_model(tmp_path / "soon.onnx", name="soon")
    others = (PresetModel("instant", "soon"),)
    make_model(tmp_path / "whole.onnx", name="whole", elsewhere=others)
    made = write_repository(tmp_path / "c", [str(tmp_path / "whole.onnx")])
    assert sorted(one.name for one in made) == ["soon", "whole"]
    made = write_repository(tmp_path / "b", [str(bag(tmp_path))])
    assert sorted(f"{one.name}.onnx" for one in made) == sorted(FILES)
    assert sorted(one.name for one in (tmp_path / "b").iterdir()) == sorted(
        one.removesuffix(".onnx") for one in FILES
    )


@pytest.mark.parametrize("write", [late_model, write_steered])
def test_graphs_whose_calls_cannot_be_joined(write: object, tmp_path: Path) -> None:
    write(tmp_path / "one.onnx")
    (made,) = write_repository(tmp_path / "out", [str(tmp_path / "one.onnx")])
    config = config_in(made)
    assert config.max_batch_size == 0 and not config.HasField("dynamic_batching")
    assert all(one.dims[0] in (1, -1) for one in config.input)


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    path, out = tmp_path / "tiny.onnx", tmp_path / "out"
    make_model(path)
    (made,) = write_repository(out, [str(path)])
    (made / "mine").write_text("")
    with pytest.raises(FileInTheWay, match="tiny"):
        write_repository(out, [str(path)])
    assert (made / "mine").exists()
    write_repository(out, [str(path)], force=True)
    assert not (made / "mine").exists() and (made / "1/model.onnx").exists()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    paths = [tmp_path / name / "one.onnx" for name in "ab"]
    for path in paths:
        path.parent.mkdir()
        make_model(path)
    with pytest.raises(BadValue, match="two graphs 'one'"):
        write_repository(tmp_path / "out", [str(path) for path in paths])
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteFailed):
        write_repository(tmp_path / "file", [str(paths[0])])
