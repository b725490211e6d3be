"""The command on tiny songs: what is generated, kept, measured, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import soundfile
from onnx import helper, numpy_helper

from engines.errors import EngineError
from export.__main__ import main
from export.common.errors import FileRefused
from export.graphs.tagger import TAGGER_KEY
from export.scores.evaluation.sets import Place
from export.scores.evaluation.systems import Exported
from export.scores.generated import pieces
from export.scores.generated.embedding import Embedder
from export.scores.generated.fitting import fitting, leaking
from export.scores.generated.likeness import MIX, all_sets, coloured
from export.scores.generated.pieces import Making, Piece, RealWindow
from export.scores.generated.playing import playing, verdicts
from tests.rigs.diffusion_model import FEW, write_diffusion
from tests.rigs.export.bands import write_band

RATE_HZ = 8000


def write_tagger(path: Path, samples: int = 4096) -> Path:
    """audio (B, samples) -> six features -> three tags."""
    rng = np.random.default_rng(2)

    def weight(name: str, *shape: int) -> onnx.TensorProto:
        return numpy_helper.from_array(rng.standard_normal(shape).astype(np.float32), name)

    constants = [weight("filters", 6, 1, 64), weight("last", 6, 3), weight("bias", 3),
                 numpy_helper.from_array(np.array([0, 1, samples]), "shape")]  # fmt: skip
    nodes = [
        helper.make_node("Reshape", ["audio", "shape"], ["signal"]),
        helper.make_node("Conv", ["signal", "filters"], ["heard"], strides=[32]),
        helper.make_node("Abs", ["heard"], ["loud"]),
        helper.make_node("GlobalAveragePool", ["loud"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Gemm", ["features", "last", "bias"], ["logits"]),
        helper.make_node("Sigmoid", ["logits"], ["tags"]),
    ]
    graph = helper.make_graph(
        nodes, "tiny",
        [helper.make_tensor_value_info("audio", 1, ["B", samples])],
        [helper.make_tensor_value_info("tags", 1, ["B", 3])], constants,
    )  # fmt: skip
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    about = {"name": "tiny", "rate_hz": 16000, "samples": samples, "tags": ["a", "b", "c"]}
    helper.set_model_props(made, {TAGGER_KEY: json.dumps(about)})
    onnx.save(made, path)
    return path


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("generated")
    for split, count in (("valid", 3), ("train", 3)):
        for number in range(count):
            write_band(found / split / f"song {number}", 7 * number + len(split), leave_out="other")
    write_diffusion(found / "sampled.onnx", FEW, level_db=-20.0)
    write_tagger(found / "tiny.onnx")
    return found


def command(root: Path, out: Path, *more: str) -> list[str]:
    return ["evaluate-generation", str(root / "sampled.onnx"), "--bands", str(root), "--tagger",
            str(root / "tiny.onnx"), "-o", str(out), *more]  # fmt: skip


def test_it_generates_measures_and_goes_on(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made.json"
    assert main(command(root, out)) == 0
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    assert found["set"]["pieces"] == {"alone": 3, "drums": 3} and found["tagger"] == "tiny"
    likeness = {(one["set"], one["row"]): one for one in found["likeness"]}
    sets = {one for one, _ in likeness}
    assert sets == {"generated", "generated to drums", "other real songs", "noise",
                    "stems of different songs", "other instruments",
                    "noise with its spectrum"}  # fmt: skip
    assert likeness["generated", "drums"]["count"] == 3
    assert ("generated to drums", "drums") not in likeness, "these are given"
    rows = {(one["stem"], one["measure"], one["set"]): one for one in found["playing"]}
    real = rows["bass", "harmonicity", "other real songs"]
    assert real["range"][0] <= real["range"][1] and 0 <= real["inside"] <= 1
    fits = {(one["part"], one["measure"]): one for one in found["fitting"]}
    assert fits.keys() == {(p, m) for p in ("bass", "guitar", "piano") for m in ("onsets", "beat")}
    assert [one["part"] for one in found["leaks"]] == ["bass", "guitar", "piano"]
    assert any(one.startswith("drums, generated: mean flux") for one in found["verdicts"])
    folders = sorted(path.name for path in out.with_suffix(".runs").iterdir())
    assert len(folders) == 6 and folders[0].startswith("song 0 ")
    to_drums = next(path for path in out.with_suffix(".runs").glob("song 1 to drums *"))
    assert {path.name for path in to_drums.iterdir()} == {
        "given_drums.wav", "generated_bass.wav", "generated_guitar.wav", "generated_piano.wav",
    }  # fmt: skip
    assert "| generated to drums |" in capsys.readouterr().out
    monkeypatch.setattr(pieces, "Generator", None)
    assert main(command(root, out)) == 0
    assert json.loads(out.read_text("utf-8")) == found


def test_what_cannot_be_is_refused_before_anything_runs(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made.json"
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    for more, said in (
        (("--given", "tuba"), "instruments tuba"),
        (("--steps", "3"), "at least"),
        (("--reference", "valid"), "two splits"),
        (("--tagger", str(broken)), "broken.onnx"),
        (("--tagger", str(root / "sampled.onnx")), "a tagger of python -m export tagger"),
        (("--reference", "test"), "test is not a folder"),
    ):
        assert main(command(root, out, *more)) in (1, 2), more
        assert said in capsys.readouterr().err, more
    line = command(root, out)
    assert main([line[0], "band-free", *line[2:]]) in (1, 2)
    assert "a diffusion model that generates" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [broken]


def test_a_piece_that_is_broken_off_leaves_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = soundfile.write, []

    def stopped(path: Path, *rest: Any) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write(path, *rest)

    window = RealWindow(Place(tmp_path / "song", 0, 0.0, None, ("bass", "drums")), sounds(0))
    making = Making(Exported("sampled", root / "sampled.onnx"), tmp_path / "runs")
    monkeypatch.setattr(soundfile, "write", stopped)
    with pytest.raises(KeyboardInterrupt):
        making.piece(window, "")
    assert written and list((tmp_path / "runs").iterdir()) == []
    monkeypatch.undo()
    piece = making.piece(window, "")
    assert piece is not None and set(piece.parts) == {"bass", "drums"}
    assert making.piece(window, "piano") is None, "it has no piano"


def sounds(seed: int, seconds: float = 0.13) -> dict[str, np.ndarray]:
    rng, count = np.random.default_rng(seed), round(seconds * RATE_HZ)
    noise = 0.1 * rng.standard_normal((2, 1, count)).astype(np.float32)
    return dict(zip(("bass", "drums"), noise, strict=True))


def clicks(seed: int, seconds: float = 3.0) -> np.ndarray:
    """Bursts at a tempo and a place of its own."""
    rng = np.random.default_rng(seed)
    audio = 0.001 * rng.standard_normal(round(seconds * RATE_HZ))
    gap = rng.uniform(0.28, 0.6)
    for start in np.arange(rng.uniform(0, gap), seconds - 0.1, gap):
        begin = round(start * RATE_HZ)
        audio[begin : begin + 400] += rng.standard_normal(400) * np.exp(-np.arange(400) / 80)
    return audio[None].astype(np.float32)


def window(number: int, stems: dict[str, np.ndarray]) -> RealWindow:
    return RealWindow(Place(Path(f"song {number}"), 0, 0.0, None, tuple(stems)), stems)


def test_parts_that_play_with_their_drums_fit_and_others_do_not() -> None:
    """Real parts copy the rhythm of their drums; new ones of half the pieces that of another."""
    made = []
    for number in range(6):
        drums = clicks(number)
        bass = np.roll(clicks(number), 3) * 0.5
        wrong = clicks(number + 50)
        one = window(number, {"drums": drums, "bass": bass})
        made.append((one, bass, wrong))
    fits = fitting([Piece(one, "drums", {"bass": bass}) for one, bass, _ in made], RATE_HZ)
    rows = {row["measure"]: row for row in fits}
    assert rows.keys() == {"onsets", "beat"}
    for row in rows.values():
        assert row["difference"][1] > 0.2 and row["own"][0] > row["shuffled"][0] + 0.2
    apart = fitting([Piece(one, "drums", {"bass": wrong}) for one, _, wrong in made], RATE_HZ)
    for row in apart:
        assert row["difference"][0] < 0.2 < row["real_difference"][1]


def test_a_leak_is_told_from_chance() -> None:
    made = []
    for number in range(4):
        stems = sounds(number, 1.0)
        leaky = sounds(number + 20, 1.0)["bass"] + 0.5 * stems["drums"]
        made.append(Piece(window(number, stems), "drums", {"bass": leaky}))
    (row,) = leaking(made)
    assert row["mean_db"] == pytest.approx(-6, abs=1) and row["chance_db"] < -25


def test_sets_have_what_they_say() -> None:
    windows = [window(number, sounds(number, 1.0)) for number in range(4)]
    piece = Piece(windows[0], "drums", {"bass": np.ones((1, 8000), np.float32)})
    sets = all_sets(windows, [piece], 0)
    np.testing.assert_allclose(
        sets["generated to drums"][MIX][0], 1 + windows[0].stems["drums"][0], rtol=1e-5
    )
    assert "drums" not in sets["generated to drums"]
    mixes = sets["stems of different songs"][MIX]
    for number, one in enumerate(windows):
        assert not np.allclose(mixes[number], one.mix[0])
    low = np.sin(np.arange(8000) * 0.1)[None].astype(np.float32)
    made = coloured(low, np.random.default_rng(0))
    power = np.abs(np.fft.rfft(made)) ** 2
    assert power[:250].sum() > 0.95 * power.sum(), "low as the sine is"


def test_verdicts_follow_the_range() -> None:
    rng = np.random.default_rng(0)
    real = {"drums": np.stack([clicks(number)[0] for number in range(6)])}
    noise = rng.standard_normal((4, 8000)).astype(np.float32)
    sets = {"generated": {"drums": noise}, "generated to bass": {"drums": real["drums"][1:4]}}
    said = verdicts(playing(real, sets, RATE_HZ))
    assert "is not within" in said[0] and "is within" in said[1] and len(said) == 2


def test_a_tagger_hears_any_length_and_rate(root: Path) -> None:
    embedder = Embedder(root / "tiny.onnx")
    rng = np.random.default_rng(0)
    sound = rng.standard_normal((1, 30000)).astype(np.float32)
    (one,) = embedder.vectors(sound, 16000)
    assert one.shape == (6,) and np.isfinite(one).all()
    np.testing.assert_allclose(embedder.vectors(9 * sound, 16000)[0], one, rtol=1e-5)
    (short,) = embedder.vectors(sound[:, :3000], 8000)
    np.testing.assert_allclose(short, one, rtol=0.5)
    with pytest.raises(EngineError):
        Embedder(root / "no.onnx")
    with pytest.raises(FileRefused):
        Embedder(root / "sampled.onnx")
