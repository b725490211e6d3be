"""The command: what it writes, what it refuses to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from engines.load import load_model, read_spec
from engines.spec import WaveformDomain
from export.__main__ import main
from export.common.errors import ExportError
from export.graphs import gate, to_onnx
from tests.rigs.golden import check_golden


@pytest.fixture
def song(make_checkpoint: Callable[[str], Path]) -> Path:
    return make_checkpoint("nade_demucs")


def test_writes_one_file_that_describes_itself(song, tmp_path, capsys) -> None:
    card = tmp_path / "card.json"
    card.write_text(json.dumps({"licence": "none", "figures": [["stem", "SDR"], ["bass", 3.5]]}))
    out = tmp_path / "tiny-song.onnx"
    live = "window=9300,hop=1024,lookahead=512,crossfade=64,steps=3"
    flags = ["--golden", "--live", live, "--card", str(card)]
    done = main(["to-onnx", str(song), "-o", str(out), *flags])
    assert done == 0, capsys.readouterr().err
    spec = load_model(out).spec
    assert (spec.name, spec.licence, spec.live.steps) == ("tiny-song", "none", 3)
    assert spec.figures == (("stem", "SDR"), ("bass", 3.5))
    assert check_golden(out) == 0.0
    assert "largest difference" in capsys.readouterr().out
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "card.json", "tiny-song.golden.npz", "tiny-song.onnx",
    ]  # fmt: skip


def test_averaged_weights_are_the_default(song, tmp_path) -> None:
    found = {}
    for name, flag in (("a", []), ("b", ["--ema"]), ("c", ["--no-ema"])):
        assert main(["to-onnx", str(song), "-o", str(tmp_path / f"{name}.onnx"), *flag]) == 0
        weights = onnx.load(tmp_path / f"{name}.onnx").graph.initializer
        found[name] = [tensor.raw_data for tensor in weights]
    assert found["a"] == found["b"] != found["c"]


def test_loop_graph_carries_a_spec(song, tmp_path) -> None:
    out = tmp_path / "loop.onnx"
    assert main(["to-onnx", str(song), "-o", str(out), "--loop"]) == 0
    assert read_spec(out).method == "gibbs_loop"


def test_stft_inside_makes_a_waveform_model(make_checkpoint, tmp_path, capsys) -> None:
    out = tmp_path / "alone.onnx"
    live = "window=4096,hop=1024,lookahead=512,crossfade=64"
    command = [str(make_checkpoint("band_unet")), "-o", str(out), "--stft", "inside", "--golden"]
    assert main(["to-onnx", *command, "--live", live]) == 0, capsys.readouterr().err
    spec = load_model(out).spec
    assert (spec.name, spec.method, spec.domain) == ("alone", "gibbs", WaveformDomain(256, 64))
    assert check_golden(out) == 0.0
    assert main(["to-onnx", *command, "--live", "window=4100"]) == 1
    assert "valid length such as 4160" in capsys.readouterr().err


@pytest.mark.parametrize("flags", [["--stft", "inside"], ["--exporter", "dynamo"]])
def test_what_a_family_cannot_have_is_told(song, tmp_path, capsys, flags: list[str]) -> None:
    assert main(["to-onnx", str(song), "-o", str(tmp_path / "a.onnx"), *flags]) == 1
    assert "[export_graph]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("variant", ["fp16-weights", "int8-lstm"])
def test_variants_pass_the_gate(song, songs, tmp_path, capsys, variant: str) -> None:
    out = tmp_path / "small.onnx"
    gated = ["--gate-data", str(songs), "--gate-clips", "2", "--gate-steps", "1"]
    done = main(["to-onnx", str(song), "-o", str(out), "--variant", variant, *gated])
    assert done == 0, capsys.readouterr().err
    told = capsys.readouterr().out
    assert "largest loss" in told and "live window: fp32" in told
    assert load_model(out).spec.name == "small"


def test_failed_gate_writes_nothing(song, songs, tmp_path, capsys, monkeypatch) -> None:
    worse = (gate.SdrLoss("bass", 2, 5.0, 4.8),)
    monkeypatch.setattr(gate, "sdr_losses", lambda *_: worse)
    out = tmp_path / "small.onnx"
    command = [str(song), "-o", str(out), "--variant", "int8-lstm", "--gate-data", str(songs)]
    assert main(["to-onnx", *command]) == 1
    assert "bass loses 0.20 dB" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main(["to-onnx", *command, "--gate-loss-db", "0.3"]) == 0


def test_failed_parity_writes_nothing(song, tmp_path, capsys) -> None:
    assert main(["to-onnx", str(song), "-o", str(tmp_path / "a.onnx"), "--tolerance", "1e-12"]) == 1
    assert "[export_parity]" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_old_file_survives_a_failure(song, tmp_path, monkeypatch) -> None:
    out = tmp_path / "a.onnx"
    out.write_bytes(b"old")

    def broken(*_: object) -> None:
        raise ExportError("a", "b", "c")

    monkeypatch.setattr(to_onnx, "report_parity", broken)
    assert main(["to-onnx", str(song), "-o", str(out)]) == 1
    assert out.read_bytes() == b"old"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["missing.pt", "-o", "x.onnx"], "no such checkpoint"),
        (["SONG", "-o", "Bad Name.onnx"], "name 'Bad Name'"),
        (["SONG", "-o", "x.onnx", "--card", "missing.json"], "missing.json"),
        (["SONG", "-o", "x.onnx", "--live", "hop=99999999"], "grid"),
    ],
)
def test_errors_are_told(song, tmp_path, capsys, monkeypatch, arguments, expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["to-onnx", *(str(song) if a == "SONG" else a for a in arguments)]) == 1
    assert expected in capsys.readouterr().err
    assert not list(tmp_path.glob("*.onnx"))


@pytest.mark.parametrize("arguments", [["-o", "x.bin"], ["-o", "x.onnx", "--loop", "--golden"]])
def test_usage_errors(song, arguments: list[str]) -> None:
    assert main(["to-onnx", str(song), *arguments]) == 2


def test_the_output_is_needed(song) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["to-onnx", str(song)])
    assert stopped.value.code == 2
