"""The command on tiny songs with models whose answers are known."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from engines.spec import Schedule
from export.__main__ import main
from export.nets import checkpoint
from export.nets.families import band_unet
from export.nets.nade import Nade
from export.scores.evaluation import clip_scores, systems
from export.scores.evaluation.plan import Injection
from export.scores.evaluation.results import Results
from export.scores.evaluation.sets import Place
from export.scores.evaluation.systems import Exported, Run, loaded
from export.scores.evaluation.work import Result
from tests.rigs.tiny_models import make_model

RATE_HZ = 4000
STEMS = ("drums", "bass", "other", "vocals")
GAINS = (0.4, 0.3, 0.2, 0.05)


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six songs of four equally loud independent stems; the second has no vocals."""
    root = tmp_path_factory.mktemp("data") / "songs"
    rng = np.random.default_rng(0)
    for index in range(6):
        (root / f"song {index}").mkdir(parents=True)
        for stem in STEMS:
            level = 0.0 if (index, stem) == (1, "vocals") else 0.1
            audio = level * rng.standard_normal((RATE_HZ // 2, 2))
            soundfile.write(root / f"song {index}" / f"{stem}.wav", audio, RATE_HZ, "FLOAT")
    return root


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """linear: stem k is gain k times the mix. less: a quarter of (the mix less what is given).
    gibbs: depends on the steps. band: other stems."""
    root = tmp_path_factory.mktemp("models")
    same = {"rate_hz": RATE_HZ}
    make_model(root / "linear.onnx", gains=GAINS, name="linear", **same)
    quarter = {"gains": (0.25,) * 4, "couple": -0.25, "conditional": True}
    make_model(root / "less.onnx", name="less", **quarter, **same)
    make_model(root / "gibbs.onnx", name="gibbs", conditional=True, couple=0.4, **same)
    band = ("bass", "drums", "guitar", "other")
    make_model(root / "band.onnx", name="band", stems=band, gains=(0.3, 0.4, 0.15, 0.1), **same)
    return root


def run(out: Path, songs: Path, *arguments: Any, plots: bool = False) -> dict[str, Any]:
    more = () if plots else ("--no-plots",)
    command = [*map(str, arguments), "--songs", str(songs), "-o", str(out), *more]
    assert main(["evaluate", *command]) == 0
    return json.loads(out.read_text("utf-8"))


def system(report: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in report["systems"] if one["name"] == name)


def gain(report: dict[str, Any], name: str, over: str) -> dict[str, Any]:
    found = [one for one in report["gains"] if (one["system"], one["over"]) == (name, over)]
    return found[0]["rows"]


def test_scores_of_a_known_model(songs: Path, models: Path, tmp_path: Path, capsys) -> None:
    report = run(tmp_path / "r.json", songs, models / "linear.onnx")
    assert report["version"] == 1 and report["set"]["clips"] == 6
    assert report["set"]["rate_hz"] == RATE_HZ
    assert report["models"]["linear"]["stems"] == list(STEMS)
    rows = system(report, "linear N=1")["rows"]
    for stem, factor in zip(STEMS, GAINS, strict=True):
        # The error of g times the mix is (1 - g)^2 + 3 g^2 times the stem's energy.
        expected = -10 * np.log10((1 - factor) ** 2 + 3 * factor**2)
        assert rows[stem]["sdr"]["median"] == pytest.approx(expected, abs=0.3)
        assert rows[stem]["museval"]["median"] == pytest.approx(expected, abs=0.4)
        assert rows[stem]["si_sdri"]["mean"] == pytest.approx(0, abs=1e-3)
    assert rows["vocals"]["sdr"]["clips"] == 5 and rows["bass"]["sdr"]["clips"] == 6
    assert rows["all"]["si_sdri"]["clips"] == 6
    head, *table = report["figures"]
    drums = next(row for row in table if row[1:3] == ["offline", "drums"])
    assert drums[0] == report["set"]["name"] and len(drums) == len(head)
    assert drums[3] == round(rows["drums"]["si_sdri"]["mean"], 2)
    assert drums[-2:] == [round(rows["drums"][m]["median"], 2) for m in ("sdr", "museval")]
    assert ["a share of the mix", "bass"] in [row[1:3] for row in table]
    better = gain(report, "linear N=1", "silence")
    assert better["drums"]["sdr"]["median"] == rows["drums"]["sdr"]["median"]
    assert "si_sdri" not in better["drums"]
    assert gain(report, "linear N=1", "mix_share")["other"]["sdr"]["mean"] < 0
    text = (tmp_path / "r.md").read_text("utf-8")
    assert "| linear N=1 | " in text and text in capsys.readouterr().out
    clips = [one for one in report["clips"] if one["system"] == "linear N=1"]
    assert [one["clip"] for one in clips] == [f"song {n}" for n in range(6)]
    assert clips[1]["rows"]["vocals"] == {"museval": None, "sdr": None, "si_sdri": None}


def test_given_stems_are_worth_what_they_take(songs: Path, models: Path, tmp_path: Path) -> None:
    """Of four equal stems, those not given are the noise: 3, then 2, 1 and nearly 0 of them."""
    report = run(
        tmp_path / "r.json", songs, models / "less.onnx", "--baseline", models / "linear.onnx",
        "--inject", 3, "--steps", 1, "--peers", "--limit", 3, plots=True,
    )  # fmt: skip
    for name in ("less", "linear"):  # a model without conditioning gets the mix less the given
        found = report["injection"][name]
        assert len(found["gains"]) == 4 + 6 + 4
        assert "drums" not in found["gains"]["drums"]
        assert found["gains"]["drums+bass"].keys() == {"vocals", "other", "all"}
        for count, expected in (("1", 10 * np.log10(3 / 2)), ("2", 10 * np.log10(3))):
            for stem in STEMS:
                value = found["by_count"][count][stem]["median"]
                assert value == pytest.approx(expected, abs=0.6), (name, count, stem)
        assert found["by_count"]["3"]["bass"]["mean"] > 30
        assert found["gains"]["vocals"]["bass"]["clips"] == 2  # silent in the second song
    assert (tmp_path / "r-injection-less.png").stat().st_size > 10_000
    text = (tmp_path / "r.md").read_text("utf-8")
    assert "| given | drums | bass | other | vocals | all |" in text
    assert "any 2, on average" in (tmp_path / "r.md").read_text("utf-8")


def test_curves_seeds_and_variants(songs: Path, models: Path, tmp_path: Path) -> None:
    report = run(
        tmp_path / "r.json", songs, models / "gibbs.onnx", "--baseline", models / "linear.onnx",
        "--steps", 4, 1, "--seeds", 2, "--variants", "--variant-steps", 4, "--alphas", 0.5,
        "--peers", "--limit", 2, "--plots", "png", "svg", plots=True,
    )  # fmt: skip
    curve = report["curves"]["gibbs"]
    assert curve["steps"] == [1, 4]
    line = curve["rows"]["bass"]
    base = system(report, "linear N=1")["rows"]["bass"]["si_sdri"]["mean"]
    assert line["baseline"] == base == pytest.approx(0, abs=1e-3)
    assert line["seed_spread"][0] is None and line["seed_spread"][1] > 0
    assert system(report, "gibbs N=1")["seeds"] == [0]
    assert system(report, "gibbs N=4")["seeds"] == [0, 1]
    assert line["mean"][1] == system(report, "gibbs N=4")["rows"]["bass"]["si_sdri"]["mean"]
    assert report["variants"] == [
        "gibbs N=4", "gibbs N=4 alpha=0.5 draw=independent", "gibbs N=4 alpha=0.5 draw=count"
    ]  # fmt: skip
    assert gain(report, report["variants"][2], "gibbs N=4")["all"]["si_sdri"]["mean"] != 0
    assert gain(report, "gibbs N=4", "linear N=1")["bass"]["si_sdri"]["clips"] == 2
    assert "over seeds" in (tmp_path / "r.md").read_text("utf-8")
    for kind in ("png", "svg"):
        assert (tmp_path / f"r-curve-gibbs.{kind}").stat().st_size > 5_000


def test_other_stems_are_scored_as_sums(songs: Path, models: Path, tmp_path: Path) -> None:
    both = (models / "band.onnx", models / "linear.onnx")
    report = run(tmp_path / "r.json", songs, *both, "--peers", "mix_share")
    rows = system(report, "band N=1")["rows"]
    assert list(rows) == ["bass", "drums", "vocals+other", "all"]
    theirs = system(report, "linear N=1")["rows"]
    assert set(theirs) == {*STEMS, "vocals+other", "all"}
    # Both are a quarter of the mix: guitar and other of 0.15 + 0.1, other and vocals of 0.2 + 0.05.
    same = gain(report, "linear N=1", "band N=1")
    assert same["vocals+other"]["sdr"]["median"] == pytest.approx(0, abs=1e-4)
    assert "all" not in same  # means over different rows


def test_what_is_done_is_not_done_again(
    songs: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    command = (models / "gibbs.onnx", "--limit", 2, "--peers", "mix")
    asked: list[str] = []
    real = Run.estimate

    def stopping(self: Run, task: Any, place: str) -> Any:
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(self.name)
        return real(self, task, place)

    out = tmp_path / "r.json"
    monkeypatch.setattr(Run, "estimate", stopping)
    arguments = [*map(str, command), "--songs", str(songs), "-o", str(out), "--no-plots"]
    assert main(["evaluate", *arguments]) == 130
    assert "resumes" in capsys.readouterr().err and not out.exists()
    assert len(list((tmp_path / "r.runs").iterdir())) == 4  # song 0: N = 1, 4, 16 and the mix
    asked.clear()
    report = run(out, songs, *command)
    assert asked == ["gibbs N=1", "gibbs N=4", "gibbs N=16"]  # of song 1
    asked[:] = [""] * 3  # now nothing may run
    assert run(out, songs, *command)["systems"] == report["systems"]
    with pytest.raises(AssertionError):  # a changed schedule is another run
        run(out, songs, *command, "--alpha", 0.5)


def test_a_schedule_is_changed_without_a_new_file(models: Path) -> None:
    model = Exported("gibbs", models / "gibbs.onnx")
    changed = loaded(model, (("alpha", 0.5), ("draw", "count")))
    assert changed.spec.schedule == Schedule(alpha=0.5, draw="count")
    assert loaded(model).spec.schedule == Schedule()
    assert changed.session is loaded(model).session


def test_presets_and_names(songs: Path, models: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(models))
    report = run(tmp_path / "r.json", songs, "linear", "--preset", "balanced", "--limit", 1)
    assert report["models"]["linear"]["preset"]["name"] == "balanced"
    command = ["linear", "--songs", str(songs), "--preset", "tight", "-o", str(tmp_path / "t.json")]
    assert main(["evaluate", *command]) == 1  # a model without that preset
    assert report["models"]["linear"]["preset"]["window_samples"] == 512
    copy = tmp_path / "copy.onnx"
    copy.write_bytes((models / "linear.onnx").read_bytes())
    found = systems.exported(["linear", str(copy)], ("balanced",), "cpu", 1)
    names = [one.label for (one,) in found]
    assert names == ["linear", "copy"]


def test_peers_alone(songs: Path, tmp_path: Path) -> None:
    report = run(tmp_path / "r.json", songs, "--peers", "mix", "oracle", "--rate", RATE_HZ)
    assert report["models"] == {} and report["gains"] == []
    assert [one["kind"] for one in report["systems"]] == ["peer", "peer"]
    assert list(system(report, "oracle")["rows"]) == ["bass", "drums", "vocals", "other"]
    assert system(report, "mix")["rows"]["bass"]["sdr"]["median"] == pytest.approx(-4.8, abs=0.3)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["{model}", "--set", "band", "--bands", "none"], 1, "not a folder"),
        (["no-such-model", "--songs", "{songs}"], 1, "no model"),
        (["{model}", "--songs", "{songs}", "--alpha", "2"], 1, "alpha 2"),
        (["{model}"], 2, "either --set or --songs"),
        (["{model}", "--set", "band", "--songs", "{songs}"], 2, "either --set or --songs"),
        (["--songs", "{songs}", "--peers"], 2, "give a model or --peers"),
        (["{model}", "--songs", "{songs}", "--steps", "0"], 2, "at least 1"),
        (["{model}", "--songs", "{songs}", "--windows", "3"], 1, "--seconds"),
        (["{model}", "--songs", "{songs}", "--seconds", "0"], 2, "more than 0"),
        (["{model}", "--songs", "{songs}", "--seconds", "-1"], 2, "more than 0"),
        (["{model}", "{model}", "--songs", "{songs}"], 1, "twice"),
        (["{model}", "--songs", "{songs}", "-o", "x.md"], 2, ".json"),
    ],
)
def test_mistakes_are_told(
    songs: Path, models: Path, tmp_path: Path, capsys, arguments: list[str], status: int, words: str
) -> None:
    paths = {"model": models / "gibbs.onnx", "songs": songs}
    command = ["-o", str(tmp_path / "r.json"), *(word.format(**paths) for word in arguments)]
    try:
        found = main(["evaluate", *command])
    except SystemExit as exit_:
        found = exit_.code
    assert found == status
    assert words in capsys.readouterr().err
    assert not (tmp_path / "r.json").exists()


def test_changed_songs_are_scored_again(songs: Path, models: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(songs / "song 0", mine / "song 0")
    command = (models / "linear.onnx", "--peers")
    before = run(tmp_path / "r.json", mine, *command)
    drums, rate_hz = soundfile.read(mine / "song 0" / "drums.wav", dtype="float32")
    soundfile.write(mine / "song 0" / "drums.wav", 4 * drums, rate_hz, "FLOAT")
    after = run(tmp_path / "r.json", mine, *command)
    assert len(list((tmp_path / "r.runs").iterdir())) == 2
    there, then = (system(one, "linear N=1")["rows"]["drums"]["sdr"] for one in (after, before))
    assert abs(there["median"] - then["median"]) > 1


def test_labels_differ_however_alike_the_paths_are(models: Path, tmp_path: Path) -> None:
    copies = [tmp_path / name / "models" / "x.onnx" for name in ("a", "b")]
    for copy in copies:
        copy.parent.mkdir(parents=True)
        copy.write_bytes((models / "linear.onnx").read_bytes())
    found = systems.exported([str(one) for one in copies], ("offline",), "cpu", 1)
    assert [one.label for (one,) in found] == ["a/models/x", "b/models/x"]


def test_a_file_that_is_no_audio_is_told(
    songs: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(songs / "song 0", mine / "song 0")
    (mine / "song 0" / "bass.wav").write_text("not audio")
    assert main(["evaluate", str(models / "linear.onnx"), "--songs", str(mine)]) == 1
    assert "bass.wav cannot be read as audio" in capsys.readouterr().err


def result(name: str, rows: dict[str, float | None], seed: int = 0, known=()) -> Result:
    """A model called `name` on one clip; SI-SDRi by row."""
    stems = ("bass", "piano")
    run_ = Run(Exported(name, Path(name)), 4, seed, known=known)
    scores = {row: {"museval": 0.0, "sdr": 0.0, "si_sdri": value} for row, value in rows.items()}
    return Result(run_, Place(Path("song"), 0, 0.0, None, stems), 0.0, 0.0, scores)


def test_the_mean_of_gains_is_over_rows_that_both_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "rows", lambda self, truth: tuple((stem,) for stem in truth))
    found = Results(
        [result("a", {"bass": 1.0, "piano": None}), result("b", {"bass": 2.0, "piano": -4.0})]
    )
    assert found.gains("a N=4", "b N=4")["all"]["si_sdri"]["mean"] == -1.0


def test_what_is_given_is_compared_with_the_same_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "rows", lambda self, truth: tuple((stem,) for stem in truth))
    plain = [result("a", {"bass": 1.0, "piano": float(seed)}, seed) for seed in range(3)]
    given = result("a", {"piano": 10.0}, known=("bass",))
    plan = Injection("a", 4, plain[0].system, (given.system,))
    gains = Results([*plain, given]).injection(plan)["gains"]
    assert gains["bass"]["piano"]["mean"] == 10.0


def test_the_rows_of_a_card_over_the_best_trivial_answer(
    songs: Path, models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ("--preset", "all", "--residual-to", "other", "--card-rows", "gains")
    report = run(tmp_path / "r.json", songs, models / "linear.onnx", *more, "--steps", 1, 16)
    assert list(report["models"]) == ["linear offline", "linear balanced"]
    by = {(one["system"], one["row"], one["metric"]): one for one in report["over_trivial"]}
    for stem, factor in zip(STEMS, GAINS, strict=True):
        expected = -10 * np.log10((1 - factor) ** 2 + 3 * factor**2)
        for system_ in ("offline N=1", "balanced N=1"):
            assert by[system_, stem, "sdr"]["median"] == pytest.approx(expected, abs=0.3)
            assert by[system_, stem, "si_sdri"]["median"] == pytest.approx(0, abs=1e-3)
    assert by["offline N=1", "vocals", "sdr"]["clips"] == 5
    # The residual is 0.05 of the mix: other becomes a quarter of it, which is a share itself.
    with_residual = by["offline N=1", "other + residual", "sdr"]
    assert with_residual["best"] == "mix_share"
    assert with_residual["gain"] == pytest.approx(0, abs=1e-3)
    rows = report["figures"]
    assert len(rows) == 11 and all(len(row) == len(rows[0]) for row in rows)
    assert [row[1] for row in rows[1:6]] == ["drums", "bass", "other", "vocals", "other + residual"]
    assert rows[5][5] == "mix/4"
    assert "| offline N=1 | other + residual |" in capsys.readouterr().out
    # What is added counts in no mean, and peers have no residual.
    assert "other + residual" not in system(report, "mix")["rows"]
    plain = run(tmp_path / "p.json", songs, models / "linear.onnx")
    same = [system(one, name)["rows"]["all"] for one, name in
            ((report, "linear offline N=1"), (plain, "linear N=1"))]  # fmt: skip
    assert same[0] == same[1]


def test_live_presets_run_with_their_own_steps(songs: Path, models: Path, tmp_path: Path) -> None:
    presets = ("--preset", "balanced", "offline", "--peers")
    report = run(tmp_path / "r.json", songs, models / "gibbs.onnx", "--limit", 1, *presets)
    own = report["models"]["gibbs balanced"]["preset"]["steps"]
    assert [one["name"] for one in report["systems"]] == [
        "gibbs offline N=1", "gibbs offline N=4", "gibbs offline N=16", f"gibbs balanced N={own}",
    ]  # fmt: skip
    one = run(tmp_path / "o.json", songs, models / "gibbs.onnx", "--limit", 1, *presets[:2],
              "--steps", 3, "--peers")  # fmt: skip
    assert [found["name"] for found in one["systems"]] == ["gibbs N=3"]


def test_processes_give_the_same(songs: Path, models: Path, tmp_path: Path) -> None:
    command = (models / "linear.onnx", "--limit", 2)
    one = run(tmp_path / "a.json", songs, *command)
    two = run(tmp_path / "b.json", songs, *command, "--jobs", 2)
    for report in (one, two):
        for found in report["systems"]:
            del found["seconds_per_second"], found["processor_s_per_s"]
    assert one["systems"] == two["systems"] and one["clips"] == two["clips"]


def test_museval_is_asked_when_wanted(
    songs: Path, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, ...]] = []

    def other(estimates: Any, stems: Any, rate_hz: int) -> Any:
        asked.append(estimates.shape)
        return clip_scores.frame_sdr(estimates, stems, rate_hz)

    monkeypatch.setattr(clip_scores, "museval_sdr", other)
    command = (models / "linear.onnx", "--limit", 3)
    run(tmp_path / "a.json", songs, *command)
    assert not asked
    run(tmp_path / "b.json", songs, *command, "--check-museval")
    assert asked == [(4, 2, RATE_HZ // 2)] * 2, "museval has no answer where a stem is silent"


def test_a_checkpoint_is_exported_first(songs: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    config = band_unet.Config(
        stems=4, channels=1, fft_samples=256, hop_samples=128, widths=(4,), lstm_hidden=4,
        bands=((1, 33), (32, 3)), tdf_reduction=2, conditional=False,
    )  # fmt: skip
    network = Nade("band_unet", config).eval()
    about = checkpoint.describe(network, STEMS, RATE_HZ)
    weights = network.state_dict()
    path = tmp_path / "song" / "last.pt"
    checkpoint.save(path, {"description": about, "step": 1, "ema": weights, "model": weights})
    report = run(tmp_path / "r.json", songs, path, "--limit", 1, "--peers")
    assert list(report["models"]) == ["song-last"]
    assert set(system(report, "song-last N=1")["rows"]) == {*STEMS, "all"}
    again = run(tmp_path / "r.json", songs, path, "--limit", 1, "--peers")
    assert again["systems"] == report["systems"], "the same weights are not scored again"
