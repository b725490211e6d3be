"""The command on tiny songs: results, resuming, processes, errors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import soundfile
from onnx import TensorProto, helper

from engines.spec import ModelSpec, Preset, WaveformDomain
from export.graphs.card import fill
from export.graphs.files import save, set_spec
from export.scores import evaluate_musdb
from export.scores.evaluate_musdb import main
from export.scores.musdb import songs

RATE_HZ = 4000
STEMS = ("drums", "bass", "other", "vocals")
GAINS = (0.4, 0.3, 0.2, 0.05)
SPEC = ModelSpec(
    name="linear", stems=STEMS, rate_hz=RATE_HZ, channels=2, method="waveform",
    domain=WaveformDomain(), live=Preset(512, 128, 64, 16), offline=Preset(2048, 1024, 128, 64),
)  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Stem k = gain k times the mix."""
    mix = helper.make_tensor_value_info("mix", TensorProto.FLOAT, ["batch", 2, "time"])
    stems = helper.make_tensor_value_info("stems", TensorProto.FLOAT, ["batch", 4, 2, "time"])
    nodes = [
        helper.make_node("Unsqueeze", ["mix", "axis"], ["one"]),
        helper.make_node("Mul", ["one", "gains"], ["stems"]),
    ]
    constants = [
        helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
        helper.make_tensor("gains", TensorProto.FLOAT, [4, 1, 1], GAINS),
    ]
    graph = helper.make_graph(nodes, "linear", [mix], [stems], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    set_spec(made, SPEC)
    save(made, tmp_path / "linear.onnx")
    return tmp_path / "linear.onnx"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three songs laid out as musdb18-7/test; the last has no vocals."""
    rng = np.random.default_rng(0)
    for index in range(3):
        folder = tmp_path / "data" / "musdb18-7" / "test" / f"song {index}"
        folder.mkdir(parents=True)
        for stem in STEMS:
            level = 0.0 if (index, stem) == (2, "vocals") else 0.1
            audio = level * rng.standard_normal((2 * RATE_HZ, 2))
            soundfile.write(folder / f"{stem}.wav", audio, RATE_HZ, subtype="FLOAT")
    return tmp_path / "data"


def run(model: Path, data: Path, output: Path, *more: str) -> dict:
    command = [str(model), "--data", str(data), "-o", str(output), "--rate", str(RATE_HZ), *more]
    assert main(command) == 0
    return json.loads(output.read_text())


def test_scores_of_a_known_model(model: Path, data: Path, tmp_path: Path, capsys) -> None:
    found = run(model, data, tmp_path / "r.json")
    assert found["clips"] == 3
    assert set(found["seconds_per_second"]) == {"offline N=1", "balanced N=1"}
    by = {(r["system"], r["stem"], r["metric"]): r for r in found["summary"]}
    # Four equally loud independent stems: error of g * mix is (1 - g)^2 + 3 g^2 times the stem.
    for stem, gain in zip(STEMS, GAINS, strict=True):
        expected = -10 * np.log10((1 - gain) ** 2 + 3 * gain**2)
        for system in ("offline N=1", "balanced N=1"):
            assert by[system, stem, "sdr"]["median"] == pytest.approx(expected, abs=0.3)
            assert by[system, stem, "si_sdri"]["median"] == pytest.approx(0, abs=1e-3)
    assert by["offline N=1", "vocals", "sdr"]["clips"] == 2
    # The residual is 0.05 of the mix: other becomes a quarter of it, which is mix/4 itself.
    more = by["offline N=1", "other + residual", "sdr"]
    assert (more["baseline"], more["gain"]) == ("mix/4", pytest.approx(0, abs=1e-3))
    assert found["trivial_sdr_medians"]["silence"]["bass"] == pytest.approx(0, abs=1e-6)
    assert "other + residual" in (tmp_path / "r.md").read_text()
    assert "other + residual" in capsys.readouterr().out
    assert len(fill(SPEC, found, "r.json").figures) == 11


def test_goes_on_where_it_stopped(model: Path, data: Path, tmp_path: Path, monkeypatch) -> None:
    done: list[str] = []
    real = evaluate_musdb.score_song

    def counted(model, plan, song):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(song.name)
        return real(model, plan, song)

    monkeypatch.setattr(evaluate_musdb, "score_song", counted)
    out = tmp_path / "r.json"
    command = [str(model), "--data", str(data), "-o", str(out), "--rate", str(RATE_HZ)]
    assert main(command) == 130
    assert not out.exists()
    done.clear()
    assert main(command) == 0
    assert done == ["song 2"]
    done.clear()
    assert main([*command, "--seed", "1"]) == 130
    assert done == ["song 0", "song 1"], "another seed is another evaluation"


def test_museval_is_asked_when_wanted(model: Path, data: Path, tmp_path: Path, monkeypatch) -> None:
    asked: list[tuple[int, ...]] = []

    def other(estimates, stems, rate_hz):
        asked.append(estimates.shape)
        return songs.frame_sdr(estimates, stems, rate_hz)

    monkeypatch.setattr(songs, "museval_sdr", other)
    run(model, data, tmp_path / "a.json", "--modes", "balanced")
    assert not asked
    run(model, data, tmp_path / "b.json", "--modes", "balanced", "--check-museval")
    assert asked == [(4, 2, 2 * RATE_HZ)] * 2, "museval has no answer for a song with a silent stem"


def test_processes_give_the_same(model: Path, data: Path, tmp_path: Path) -> None:
    one = run(model, data, tmp_path / "a.json", "--limit", "2", "--modes", "balanced")
    two = run(
        model, data, tmp_path / "b.json", "--limit", "2", "--modes", "balanced", "--jobs", "2"
    )
    assert one["summary"] == two["summary"]


@pytest.mark.parametrize(
    ("more", "expected"), [(["--data", "nowhere"], "not a folder"), ([], "ghost")]
)
def test_errors_are_told(
    model: Path, data: Path, tmp_path: Path, capsys, more: list[str], expected: str
) -> None:
    if not more:
        graph = onnx.load(model)
        set_spec(graph, ModelSpec(**{**vars(SPEC), "stems": ("ghost", *STEMS[1:])}))
        save(graph, model)
        more = ["--data", str(data)]
    assert main([str(model), "-o", str(tmp_path / "r.json"), *more]) == 1
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--jobs", "0"], ["--steps", "0"]])
def test_usage_errors(model: Path, more: list[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(model), *more])
