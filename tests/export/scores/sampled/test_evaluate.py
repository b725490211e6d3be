"""The command on tiny songs with a tiny denoiser: what is run, chosen, kept and said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from engines.methods.diffusion import separating
from engines.methods.diffusion.method import Method
from engines.window import Control, Window
from export.__main__ import main
from export.scores.evaluation.plan import ScoreRequest, make_plan
from export.scores.evaluation.systems import Exported, loaded
from export.scores.peers import Task
from export.scores.sampled import chains
from export.scores.sampled.choice import Choice, choose
from export.scores.sampled.setting import Setting
from export.scores.sampled.systems import Outcome, Sampled
from export.scores.sampled.wiener import filtered, own_powers
from tests.rigs.diffusion_model import STEMS, write_diffusion
from tests.rigs.export.bands import write_band

DRUMS, EXTRACTOR = Setting("drums", 1.0, 30), Setting("", 1.0, 30)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Songs of two splits, and a model whose file has spectra."""
    found = tmp_path_factory.mktemp("sampled")
    for split, count in (("valid", 2), ("test", 1), ("train", 1)):
        for number in range(count):
            write_band(found / split / f"song {number}", 7 * number + len(split), leave_out="other")
    path = write_diffusion(found / "sampled.onnx", level_db=-20.0)
    graph = onnx.load(path)
    spectra = np.ones((5, 33), np.float32)
    spectra[0, :8] = 50  # the bass is low
    graph.graph.initializer.append(numpy_helper.from_array(spectra, "gains.spectra"))
    onnx.save(graph, path)
    return found


def run(root: Path, out: Path, *more: str) -> dict[str, Any]:
    command = ["evaluate-diffusion", str(root / "sampled.onnx"), "--bands", str(root)]
    assert main([*command, "-o", str(out), "--remask-fft", "128", *more]) == 0
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


def test_valid_chooses_and_test_takes_it(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--samples", "1", "2", "--constrained", "drums", "--guidance", "1")
    filters = ("--spectra", str(root / "train"))
    found = run(root, tmp_path / "valid.json", *more, *filters)
    said = capsys.readouterr().out
    names = [one["system"] for one in found["systems"]]
    kinds = ["separator (drums)", "extractor", "ensemble"]
    ends = ["", ", remasked", ", mean of 2", ", mean of 2, remasked"]
    assert {kind + end for kind in kinds for end in ends} < set(names)
    trivial = ["mix", "mix_share", "silence", "oracle"]
    assert names[:6] == [*trivial, "Wiener (spectra of the model)", "Wiener (stems of train)"]
    rows = {one["system"]: one for one in found["systems"]}
    assert rows["mix"]["rows"]["all"]["si_sdri"]["mean"] == pytest.approx(0, abs=1e-3)
    assert rows["oracle"]["rows"]["all"]["si_sdri"]["mean"] > 1
    assert set(rows["ensemble"]["rows"]) == {*STEMS, "all"}
    assert rows["separator (drums)"]["network_rows"] == 30 * 4
    assert rows["extractor, mean of 2"]["network_rows"] == 30 * 4 * 2 * 2
    assert rows["ensemble"]["over"].keys() == {"Wiener (spectra of the model)", names[5]}
    assert [one["system"] for one in found["verdicts"]] == [f"ensemble{end}" for end in ends]
    assert len(found["choice"]["ensembles"]) == 4 and found["set"]["songs"] == 2
    assert "2 windows, 720 rows through the network" in said  # (4 + 8) x 30 x 2
    assert "| MSDM | 17.12 |" in said and "SI-SDRi above Wiener" in said
    scored = run(root, tmp_path / "test.json", "--split", "test", "--choice",
                 str(tmp_path / "valid.json"))  # fmt: skip
    made = {one["system"] for one in scored["systems"]}
    assert {f"ensemble{end}" for end in ends} < made
    assert scored["choice"] == found["choice"] and scored["choice_of"].endswith("valid.json")


def test_the_same_command_goes_on_and_samples_nothing_again(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ("--samples", "1", "--constrained", "drums", "--guidance", "1", "--limit", "1")
    found = run(root, tmp_path / "a.json", *more)
    monkeypatch.setattr(chains, "separate", None)
    again = run(root, tmp_path / "a.json", *more)
    assert again == found


def test_a_test_without_a_choice_has_no_ensemble_and_says_so(root: Path, tmp_path: Path) -> None:
    found = run(root, tmp_path / "a.json", "--split", "test", "--samples", "1", "--constrained",
                "--guidance", "1")  # fmt: skip
    assert "ensemble" not in {one["system"] for one in found["systems"]}
    assert found["choice"]["ensembles"] == [] and "No ensembles" in found["notes"][0]


def test_what_cannot_be_is_refused_before_anything_runs(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, out = str(root / "sampled.onnx"), str(tmp_path / "a.json")
    other = tmp_path / "other.json"
    other.write_text('{"choice": {"model": "another", "ensembles": []}}')
    empty = tmp_path / "empty.json"
    empty.write_text("{}")
    for more, said in (
        (("--steps", "12"), "at least"),
        (("--constrained", "tuba"), "tuba"),
        (("--choice", str(other)), "songs that choices are made on"),
        (("--split", "test", "--choice", str(other)), "made with another file"),
        (("--split", "test", "--choice", str(empty)), "results of evaluate-diffusion"),
    ):
        command = ["evaluate-diffusion", model, "--bands", str(root), "-o", out, *more]
        assert main(command) in (1, 2)
        assert said in capsys.readouterr().err, more
    command = ["evaluate-diffusion", "band-free", "--bands", str(root), "-o", out]
    assert main(command) in (1, 2) and "a diffusion model" in capsys.readouterr().err
    assert not Path(out).exists()


def task(samples: int = 1024) -> Task:
    stems = 0.1 * np.random.default_rng(3).standard_normal((4, 1, samples)).astype(np.float32)
    rows = tuple((name,) for name in STEMS)
    return Task(stems.sum(axis=0), 8000, dict(zip(STEMS, stems, strict=True)), rows)


@pytest.mark.parametrize("fft", [0, 128])
@pytest.mark.parametrize("extracted", [(), ("bass", "drums")])
def test_a_window_is_what_the_engine_makes_of_it(
    root: Path, fft: int, extracted: tuple[str, ...]
) -> None:
    """The same bits as from the served method with these settings in its file."""
    model = Exported("sampled", root / "sampled.onnx")
    asked, second = task(), EXTRACTOR if extracted else None
    system = Sampled(model, DRUMS, Outcome(3, fft), second, extracted, seed=5)
    found = system.estimate(asked, "a clip")
    opened = loaded(model)
    assert opened.spec.diffusion is not None
    use = "ensemble" if extracted else "separator"
    how = replace(opened.spec.diffusion, use=use, extracted=extracted, samples=3, remask_fft=fft)
    method = Method(replace(opened.spec, diffusion=how), opened.session)
    known = np.zeros((4, 1, 1024), np.float32)
    window = Window(asked.mix, known, np.zeros(4, np.bool_), 0, 0, 1024)
    (estimate,) = method.run([window], Control(30, 5))
    for number, stem in enumerate(STEMS):
        np.testing.assert_array_equal(found[stem,], estimate.stems[number])


def test_any_length_can_be_scored(root: Path) -> None:
    model = Exported("sampled", root / "sampled.onnx")
    found = Sampled(model, DRUMS).estimate(task(1000), "short")
    assert {one.shape for one in found.values()} == {(1, 1000)}
    total = np.sum(list(found.values()), axis=0)
    np.testing.assert_allclose(total, task(1000).mix, atol=1e-6)


def test_a_sampler_that_diverges_has_a_score_that_shows_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = separating.separate

    def diverged(*given: Any) -> Any:
        found = usual(*given)
        found.stems[0, 0, 0, :5] = np.nan
        return found

    monkeypatch.setattr(chains, "separate", diverged)
    model = Exported("sampled", root / "sampled.onnx")
    found = Sampled(model, DRUMS, seed=1).estimate(task(), "diverged")
    assert np.isfinite(found["bass",]).all() and np.abs(found["bass",]).max() > 1e12


def test_an_ensemble_has_the_best_of_both_by_stem(root: Path) -> None:
    model = Exported("sampled", root / "sampled.onnx")
    bass = Setting("bass", 1.0, 30)
    systems = [Sampled(model, one) for one in (DRUMS, bass, EXTRACTOR)]
    rows = [
        {"bass": 1.0, "drums": 9.0, "guitar": 1.0, "piano": 1.0, "all": 3.0},
        {"bass": 2.0, "drums": 2.0, "guitar": 2.0, "piano": 2.0, "all": 2.0},
        {"bass": 4.0, "drums": 0.0, "guitar": 0.5, "piano": 2.5, "all": 1.7},
    ]
    means = dict(zip((one.name for one in systems), rows, strict=True))
    assert choose(systems, means) == (Choice(Outcome(), DRUMS, EXTRACTOR, ("bass", "piano")),)
    assert choose(systems[:2], means) == (), "no extractor was scored"


def test_a_filter_of_mean_spectra_sums_to_the_mix_and_knows_the_bass(root: Path) -> None:
    powers = own_powers(root / "sampled.onnx")
    assert powers is not None and powers.shape == (4, 33)
    time = np.arange(4000) / 8000
    mix = np.stack([np.sin(2 * np.pi * 200 * time), np.sin(2 * np.pi * 3000 * time)])
    stems = filtered(mix.astype(np.float32), powers)
    np.testing.assert_allclose(stems.sum(axis=0), mix, atol=1e-5)
    share = np.square(stems[:, :, 500:-500]).mean(axis=-1)
    assert share[0, 0] > 0.4 > 0.04 > share[1, 0] and share[0, 1] == pytest.approx(
        share[1, 1], rel=0.02
    )


def test_a_model_without_spectra_has_no_filter(tmp_path: Path) -> None:
    assert own_powers(write_diffusion(tmp_path / "plain.onnx")) is None


def test_evaluate_runs_a_diffusion_model_with_its_own_steps(root: Path) -> None:
    """One step, as of a model in one pass, would be refused."""
    model = Exported("sampled", root / "sampled.onnx")
    plan = make_plan(ScoreRequest((model,), None, (1, 4), (0,), ()))
    assert [system.name for system in plan.systems] == ["sampled N=30"]
