"""`daw-bridge models adopt` as a user gives it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import soundfile

from daw_bridge.cli import main
from engines.load import load_model, read_spec
from engines.stream import Stream, stream_settings
from tests.rigs.broken_models import halves, magic, not_a_number, short
from tests.rigs.carried import write_hs_tasnet
from tests.rigs.dtln import write_dtln
from tests.rigs.tiny_models import GAINS, make_model

STEMS = ["drums", "bass", "other", "vocals"]


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A graph with the ports of demucs-onnx, which says nothing about itself."""
    path = tmp_path / "HT Demucs (v4).onnx"
    make_model(path)
    model = onnx.load(path)
    del model.metadata_props[:]
    onnx.save(model, path)
    return path


def test_the_family_follows_from_the_ports(
    foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = foreign.read_bytes()
    assert main(["models", "adopt", str(foreign)]) == 0
    out = capsys.readouterr().out
    assert "drums, bass, other, vocals; 44100 Hz; not stated" in out
    assert "balanced" in out and "offline" in out and "runs live" in out
    assert shlex.split(out.splitlines()[-1])[-1] == str(foreign)
    assert foreign.read_bytes() == before
    spec = read_spec(foreign)
    assert spec.name == "ht-demucs-v4" and list(spec.stems) == STEMS
    assert spec.offline.window_samples == 343980 and spec.batch_max == 0
    assert load_model(foreign).spec == spec


def test_names_and_licence_are_the_users(foreign: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--stems", "trommel,bass,rest,gesang", "--name", "meins", "--licence", "CC BY 4.0"]
    assert main(["models", "adopt", str(foreign), *given, "--dry-run"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["stems"] == ["trommel", "bass", "rest", "gesang"]
    assert found["name"] == "meins" and found["licence"] == "CC BY 4.0"
    assert not foreign.with_name("HT Demucs (v4).daw.json").exists()


def test_a_description_is_not_written_over(
    foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beside = foreign.with_name("HT Demucs (v4).daw.json")
    beside.write_text("mine")
    assert main(["models", "adopt", str(foreign)]) == 2
    assert "[file_exists]" in capsys.readouterr().err and beside.read_text() == "mine"
    assert main(["models", "adopt", str(foreign), "--force"]) == 0
    assert json.loads(beside.read_text())["version"] == 2


def test_a_copy_is_found_by_its_name(
    foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAW_BRIDGE_ADDED", str(tmp_path / "own"))
    mine = foreign.rename(tmp_path / "choir.onnx")
    assert main(["models", "adopt", str(mine), "--copy"]) == 0
    assert load_model("choir").path == tmp_path / "own" / "choir.onnx"
    assert not (tmp_path / "choir.daw.json").exists()


def test_a_copy_is_there_whole_or_not_at_all(
    foreign: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    own = tmp_path / "own"
    monkeypatch.setenv("DAW_BRIDGE_ADDED", str(own))
    mine = foreign.rename(tmp_path / "song.onnx")
    assert main(["models", "adopt", str(mine), "--copy"]) == 2  # a shipped model is called so
    assert "a model called 'song'" in capsys.readouterr().err
    mine = mine.rename(tmp_path / "choir.onnx")
    for wrong in (["--recipe", "mdx-net"], ["--stems", "A,B,C,D"]):
        assert main(["models", "adopt", str(mine), "--copy", *wrong]) == 2
        assert not own.exists() or list(own.iterdir()) == []
    gone = tmp_path / "gone.onnx"
    assert main(["models", "adopt", str(mine), str(gone), "--copy"]) == 2
    assert "gone.onnx" in capsys.readouterr().err and list(own.iterdir()) == []

    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("daw_bridge.cli.models.adopting.adopt", interrupted)
    assert main(["models", "adopt", str(mine), "--copy"]) != 0
    assert list(own.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--recipe", "mdx-net"], "mdx-net"),
        (["--recipe", "mdxnet"], "Perhaps mdx-net was meant"),
        (["--stems", "a,b"], "4 for this graph"),
        (["--set", "fft=6144"], "none for this recipe"),
        (["--set", "fft"], "WHAT=VALUE"),
        (["--stems", "A,B,C,D"], "stems"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_leaves_nothing(
    options: list[str], words: str, foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "adopt", str(foreign), *options]) == 2
    assert words in capsys.readouterr().err
    assert list(foreign.parent.iterdir()) == [foreign]


def test_files_that_are_no_separators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rubbish.onnx").write_bytes(b"rubbish")
    assert main(["models", "adopt", str(tmp_path / "rubbish.onnx")]) == 2
    assert "[model_file]" in capsys.readouterr().err
    assert main(["models", "adopt", str(tmp_path / "gone.onnx")]) == 2
    assert "[model_not_found]" in capsys.readouterr().err
    relu = onnx.helper.make_node("Relu", ["pixels"], ["answer"])
    image, answer = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 3, 224, 224])
        for name in ("pixels", "answer")
    )
    graph = onnx.helper.make_graph([relu], "g", [image], [answer])
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "i.onnx")
    assert main(["models", "adopt", str(tmp_path / "i.onnx")]) == 2
    err = capsys.readouterr().err
    assert "[recipe]" in err and "pixels (1, 3, 224, 224)" in err and "own-models.md" in err


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (magic, "needs the operator com.acme:Magic"),
        (not_a_number, "all of them not finite"),
        (short, "stems (1, 4, 2, 100); expected (1, 4, 2, 343980)"),
        (halves, "mix is tensor(float16); expected tensor(float)"),
        (Path.mkdir, "bad.onnx, a folder; expected the path of an ONNX file"),
        (Path.touch, "bad.onnx: an empty file"),
    ],
)
def test_each_bad_file_is_one_clear_error(
    make: Callable[[Path], object], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.onnx"
    make(path)
    assert main(["models", "adopt", str(path)]) == 2
    err = capsys.readouterr().err
    assert words in err and err.count("\n") == 1 and "onnxruntime/core" not in err
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_describes_itself_needs_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ours.onnx"
    make_model(path)
    assert main(["models", "adopt", str(path)]) == 2
    assert "which describes itself" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]
    assert main(["models", "adopt", str(path), "--recipe", "demucs-onnx"]) == 0


def test_several_files_of_a_family_that_has_one(
    foreign: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "adopt", str(foreign), str(foreign)]) == 2
    assert "2 files" in (err := capsys.readouterr().err) and "demucs-onnx has all stems" in err


def halving(path: Path, shape: list[int | str]) -> Path:
    """A graph with the ports of MDX-Net that gives half of what it is given."""
    ports = [
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name in ("input", "output")
    ]
    half = onnx.helper.make_tensor("half", onnx.TensorProto.FLOAT, [], [0.5])
    node = onnx.helper.make_node("Mul", ["input", "half"], ["output"])
    graph = onnx.helper.make_graph([node], "g", [ports[0]], [ports[1]], [half])
    opset = [onnx.helper.make_opsetid("", 17)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def test_an_mdx_net_file_separates_and_its_rest_is_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = halving(tmp_path / "net.onnx", [1, 4, 1025, 64])
    assert main(["models", "adopt", str(net)]) == 2
    assert "--set fft=" in capsys.readouterr().err
    given = ["--set", "fft=2048", "--set", "gain=1.5", "--stems", "voice,rest"]
    assert main(["models", "adopt", str(net), *given]) == 0
    seconds = np.arange(3 * 44100) / 44100  # sounds far above the three bins that are zeroed
    tones = [0.1 * np.sin(2 * np.pi * hertz * seconds) for hertz in (1000, 3333)]
    song = np.stack([sum(tones), tones[0]], axis=1).astype(np.float32)
    soundfile.write(tmp_path / "song.wav", song, 44100, subtype="FLOAT")
    out = tmp_path / "out"
    assert main(["separate", str(tmp_path / "song.wav"), "--model", str(net), "-o", str(out)]) == 0
    voice, rest, residual = (
        soundfile.read(next(out.rglob(f"{name}.wav")), dtype="float32")[0]
        for name in ("voice", "rest", "residual")
    )
    inner = slice(8192, -8192)
    assert np.abs(voice - song / 2)[inner].max() < 1e-4
    np.testing.assert_allclose(rest, song - 1.5 * voice, atol=1e-6)
    np.testing.assert_allclose(voice + rest + residual, song, atol=1e-6)


def test_two_files_one_after_the_other_are_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DAW_BRIDGE_ADDED", str(tmp_path / "own"))
    files = [str(one) for one in write_dtln(tmp_path)]
    assert main(["models", "adopt", files[0]]) == 2
    assert "expected 2, for the one that masks magnitudes (model_1" in capsys.readouterr().err
    assert main(["models", "adopt", *files, "--name", "dtln", "--copy"]) == 0
    assert "speech; 16000 Hz" in capsys.readouterr().out
    names = {"model_1.onnx", "model_2.onnx", "model_1.daw.json"}
    assert {one.name for one in (tmp_path / "own").iterdir()} == names
    assert main(["models", "info", "model_1"]) == 0
    assert "model_2.onnx goes on with each hop" in capsys.readouterr().out


def test_hs_tasnet_answers_a_hop_late_and_its_stems_lie_where_they_belong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_hs_tasnet(tmp_path / "hs.onnx", 512)
    assert main(["models", "adopt", str(path), "--licence", "mine"]) == 0
    assert "23 ms" in capsys.readouterr().out  # balanced: two hops
    model = load_model(path)
    assert model.spec.stems == ("drums", "bass", "vocals", "other") and len(model.spec.state) == 12
    mix = np.random.default_rng(0).standard_normal((2, 5000)).astype(np.float32)
    for preset in ("balanced", "offline"):
        stream = Stream(model, stream_settings(model.spec, 44100, 2, preset=preset))
        found = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
        wanted = np.reshape(GAINS, (4, 1, 1)) * mix
        np.testing.assert_allclose(found[:-1], wanted, atol=1e-6)
