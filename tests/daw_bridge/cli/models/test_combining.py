"""`models ensemble`, `stack`, `remove`: models made of others, or one clear error."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli import main
from daw_bridge.cli.models.combining import combine, parse_weights, place_of
from daw_bridge.cli.models.keeping import kept_if_good, write_description
from daw_bridge.errors import BadValue, WriteFailed
from engines import load
from engines.load import ADDED, list_models, load_model
from engines.making import make_stream
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.needing import SINGER, make_gibbs
from tests.rigs.sounds import below_mix_db, noise, save
from tests.rigs.steered import write_steered
from tests.rigs.tiny_models import STEMS, TIGHT, make_model

FREE, BOUND = "MIT", "Weights: non-commercial use only (research), because of the data."


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder; installed are tiny, gibbs, singer."""
    installed, added = tmp_path / "installed", tmp_path / "added"
    installed.mkdir()
    make_model(installed / "tiny.onnx", name="tiny", licence=FREE, tight=TIGHT)
    make_gibbs(installed / "gibbs.onnx", licence=BOUND)
    make_model(installed / "singer.onnx", **SINGER)
    monkeypatch.setattr(load, "MODELS", installed)
    monkeypatch.setenv(ADDED, str(added))
    return added


def whole(name: str | Path, mix: Audio, **changes: object) -> Audio:
    model = load_model(name)
    settings = replace(stream_settings(model.spec, 44100, 2, preset="offline"), **changes)
    stream = make_stream(model, settings)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def test_an_ensemble_is_a_model_by_its_name(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", "both"]) == 0
    out = capsys.readouterr().out
    assert "--model both" in out and "balanced" in out and "tight" not in out
    assert "both" in list_models() and [one.name for one in mine.iterdir()] == ["both.daw.json"]
    mix = noise(2, 6000)
    mean = (whole("tiny", mix) + whole("gibbs", mix)) / 2
    assert np.abs(whole("both", mix) - mean).max() < 1e-6
    spec = load_model("both").spec
    assert spec.stems == STEMS and spec.conditional and spec.tight is None
    assert spec.training == "the mean of tiny and gibbs"


def test_weights_are_for_all_stems_or_for_one(mine: Path) -> None:
    weights = ["--weights", "3,1", "--weights", "vocals=0,2"]
    assert main(["models", "ensemble", "tiny", "gibbs", *weights, "--stems", "vocals,bass",
                 "-o", "both"]) == 0  # fmt: skip
    mix = noise(2, 6000)
    tiny, gibbs, found = (whole(name, mix) for name in ("tiny", "gibbs", "both"))
    assert load_model("both").spec.stems == ("bass", "vocals")
    assert np.abs(found[0] - (0.75 * tiny[1] + 0.25 * gibbs[1])).max() < 1e-6
    assert np.abs(found[1] - gibbs[3]).max() < 1e-6
    assert np.abs(found.sum(axis=0) - mix).max() < 1e-5


def test_it_has_the_stems_that_all_make(mine: Path) -> None:
    assert main(["models", "ensemble", "singer", "gibbs", "tiny", "-o", "choir"]) == 0
    assert load_model("choir").spec.stems == ("vocals",)


def test_a_stack_is_what_known_does_once(mine: Path) -> None:
    assert main(["models", "stack", "gibbs", "--known", "vocals=@singer", "-o", "sung"]) == 0
    mix = noise(2, 6000)
    gibbs = load_model("gibbs")
    vocals = whole("singer", mix)[1]
    settings = stream_settings(gibbs.spec, 44100, 2, preset="offline", known=("vocals",))
    stream = Stream(gibbs, settings)
    wanted = np.concatenate([stream.push(mix, {"vocals": vocals}), stream.flush()], axis=-1)
    assert np.array_equal(whole("sung", mix), wanted)
    assert load_model("sung").spec.training == "gibbs after singer (vocals)"


def test_files_of_a_stack_sum_to_the_song(mine: Path, tmp_path: Path) -> None:
    """The trainer of the last model advised to add the residual to a stem that another makes."""
    make_gibbs(mine.parent / "installed" / "last.onnx", residual_to="vocals")
    assert main(["models", "stack", "last", "--known", "vocals=@singer", "-o", "sung"]) == 0
    assert load_model("sung").spec.residual_to is None
    mix = noise(2, 6000)
    song = str(save(tmp_path / "song.wav", mix))
    separate = ["separate", song, "--model", "sung", "-o", str(tmp_path / "out")]
    assert main(separate) == 0
    assert {one.stem for one in (tmp_path / "out/song").glob("*.wav")} == {*STEMS, "residual"}
    assert below_mix_db(tmp_path / "out" / "song", mix) < -100.0
    assert main([*separate, "--residual-to", "vocals", "--force"]) == 2


def test_an_ensemble_may_make_the_known_stem(mine: Path) -> None:
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", "both"]) == 0
    stack = ["models", "stack", "gibbs", "--known", "vocals=@both", "--known", "bass=@both"]
    assert main([*stack, "-o", "deep"]) == 0
    mix = noise(2, 6000)
    assert np.array_equal(whole("deep", mix)[[1, 3]], whole("both", mix)[[1, 3]])


def test_list_and_info_say_what_it_is_made_of(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "ensemble", "tiny", "gibbs", "--weights", "3,1", "-o", "both"]) == 0
    stack = ["models", "stack", "tiny", "--known", "vocals=@both", "-o", "deep"]
    assert main(stack) == 0
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "mean of tiny, gibbs" in lines["both"] and lines["both"].endswith("non-commercial")
    assert "mean of tiny after both" in lines["deep"] and lines["deep"].endswith("non-commercial")
    assert lines["tiny"].endswith("MIT")
    assert main(["models", "info", "both"]) == 0
    out = capsys.readouterr().out
    assert "tiny, 75%: MIT" in out and "gibbs, 25%: non-commercial use only" in out
    assert "strictest  non-commercial" in out
    assert main(["models", "info", "deep"]) == 0
    assert "both, before it, makes vocals: non-commercial" in capsys.readouterr().out
    assert main(["models", "info", "deep", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["name"] for one in found["needs"]} == {"tiny", "gibbs", "both"}
    assert found["strictest_licence"].startswith("non-commercial")


def test_info_of_a_mean_tells_what_holds_for_its_members(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_model(mine.parent / "installed" / "exact.onnx", name="exact", rate_tolerance=0.0)
    assert main(["models", "ensemble", "tiny", "exact", "-o", "both"]) == 0
    capsys.readouterr()
    assert main(["models", "info", "both"]) == 0
    out = capsys.readouterr().out
    assert "44100 Hz, +-0% without resampling" in out and "\ndomain" not in out
    assert main(["models", "info", "tiny"]) == 0
    out = capsys.readouterr().out
    assert "44100 Hz, +-10% without resampling" in out and "\ndomain " in out


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["ensemble", "tiny"], "two models or more"),
        (["ensemble", "tiny", "tiny"], "each once"),
        (["ensemble", "tiny", "nobody"], "no model 'nobody'"),
        (["ensemble", "tiny", "wide"], "tiny has 2, wide has 4"),
        (["ensemble", "tiny", "strings"], "no stem in common: tiny makes drums"),
        (["ensemble", "tiny", "singer", "--stems", "drums"], "singer makes voice, vocals"),
        (["ensemble", "tiny", "gibbs", "--weights", "1,1,1"], "2 numbers"),
        (["ensemble", "tiny", "gibbs", "--weights", "1,nan"], "numbers from 0 on"),
        (["ensemble", "tiny", "gibbs", "--weights", "inf,1"], "numbers from 0 on"),
        (["ensemble", "tiny", "gibbs", "--weights=-1,1"], "numbers from 0 on"),
        (["ensemble", "tiny", "gibbs", "--weights", "drums=0,0"], "not all 0"),
        (["ensemble", "tiny", "gibbs", "--weights", "voice=1,1"], "a stem of drums"),
        (["stack", "gibbs", "--known", "vocals=@nobody"], "no model 'nobody'"),
        (["stack", "gibbs", "--known", "voice=@singer"], "gibbs does not have"),
        (["stack", "gibbs", "--known", "drums=@singer"], "singer does not have"),
        (["stack", "gibbs", "--known", "drums=drums.wav"], "stem=@model"),
        (["stack", "gibbs", "--known", "vocals=@singer", "--known", "vocals=@tiny"], "twice"),
        (["stack", "gibbs", "--known", "vocals=@wide"], "wide has 4"),
        (["ensemble", "tiny", "tagged"], "tagged, which is asked for tags"),
        (["stack", "gibbs", "--known", "vocals=@tagged"], "tagged, which is asked for tags"),
    ],
)
def test_what_cannot_be_is_one_error(
    mine: Path, asked: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make_model(mine.parent / "installed" / "wide.onnx", name="wide", channels=4)
    make_model(mine.parent / "installed" / "strings.onnx", name="strings",
               stems=("strings", "brass"), gains=(0.2, 0.3))  # fmt: skip
    write_steered(mine.parent / "installed" / "tagged.onnx", name="tagged", stems=("vocals",))
    assert main(["models", *asked, "-o", "new"]) == 2
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1
    assert not mine.exists() or not list(mine.iterdir())


def test_a_name_that_is_taken_stays(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ensemble = ["models", "ensemble", "tiny", "gibbs", "-o"]
    for name in ("tiny", "No Name"):
        assert main([*ensemble, name]) == 2
    assert main([*ensemble, "both"]) == 0
    before = (mine / "both.daw.json").read_bytes()
    assert main([*ensemble, "both"]) == 2
    assert "there already" in capsys.readouterr().err
    assert main([*ensemble, "both", "--force", "--weights", "1,2"]) == 0
    assert (mine / "both.daw.json").read_bytes() != before
    assert main([*ensemble, "tiny", "--force"]) == 2
    capsys.readouterr()
    before = (mine / "both.daw.json").read_bytes()
    circle = ["models", "ensemble", "both", "tiny", "-o", "both", "--force"]
    assert main(circle) == 2
    assert "need each other" in capsys.readouterr().err
    assert (mine / "both.daw.json").read_bytes() == before


def test_names_that_no_file_can_have_are_one_error(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ensemble = ["models", "ensemble", "tiny", "gibbs", "-o"]
    for name, words in (("a" * 300, "at most 100 letters"), (f"{'a' * 300}/both", "too long")):
        assert main([*ensemble, str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert words in said and len(said.splitlines()) == 1
    for place in (tmp_path / ("a" * 300), tmp_path / ("a" * 300) / "both"):
        with pytest.raises(WriteFailed, match="too long"), kept_if_good(place):
            pass
        with pytest.raises(WriteFailed, match="too long"):
            combine(load_model("tiny").spec, place, print)
        with pytest.raises(WriteFailed, match="too long"):
            write_description(place, {})


def test_the_name_of_a_model_that_it_is_made_of_is_refused(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = str(tmp_path / "elsewhere" / "tiny")
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", elsewhere]) == 2
    assert "tiny, made of a model of that name" in capsys.readouterr().err
    assert main(["models", "stack", "gibbs", "--known", "vocals=@tiny", "-o", elsewhere]) == 2
    assert "expected another name" in capsys.readouterr().err


def test_a_path_with_spaces_is_quoted(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "a b" / "both"
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", str(place)]) == 0
    used = capsys.readouterr().out.splitlines()[-1]
    assert shlex.split(used)[-1] == f"{place}.daw.json"


def test_models_by_path_lie_beside_what_is_made_of_them(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    make_model(there / "own.onnx", name="own")
    pair = ["models", "ensemble", str(there / "own.onnx"), "tiny", "-o"]
    assert main([*pair, "both"]) == 2
    assert f"-o {there / 'both'}" in capsys.readouterr().err
    assert main([*pair, str(there / "both")]) == 0
    assert f"--model {there / 'both.daw.json'}" in capsys.readouterr().out
    mix = noise(2, 3000)
    mean = (whole(there / "own.onnx", mix) + whole("tiny", mix)) / 2
    assert np.abs(whole(there / "both.daw.json", mix) - mean).max() < 1e-6
    make_model(there / "gibbs.onnx", name="gibbs")  # beside it, this one would be meant
    assert main(["models", "ensemble", "gibbs", "tiny", "-o", str(there / "other")]) == 2


def test_what_others_need_is_not_removed(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", "both"]) == 0
    assert main(["models", "stack", "gibbs", "--known", "vocals=@both", "-o", "deep"]) == 0
    assert main(["models", "remove", "both"]) == 2
    assert "both, which deep cannot do without" in capsys.readouterr().err
    for name in ("deep", "both"):
        assert main(["models", "remove", name]) == 0
        assert f"{name}.daw.json" in capsys.readouterr().out
    assert not list(mine.iterdir())
    assert main(["models", "remove", "both"]) == 2


def test_broken_models_need_others_as_well(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "ensemble", "tiny", "gibbs", "-o", "both"]) == 0
    assert main(["models", "stack", "gibbs", "--known", "vocals=@both", "-o", "deep"]) == 0
    (mine.parent / "installed" / "gibbs.onnx").unlink()
    assert main(["models", "remove", "both"]) == 2
    assert "both, which deep cannot do without" in capsys.readouterr().err
    (mine / "torn.daw.json").write_text("{")
    assert main(["models", "remove", "deep"]) == 0
    assert main(["models", "remove", "both"]) == 0


def test_how_it_is_written(mine: Path) -> None:
    assert parse_weights(["1,2", " Vocals = 0.5, 1"]) == {"": (1.0, 2.0), "vocals": (0.5, 1.0)}
    for bad in (["a,b"], ["=1,2"], ["1,2", "2,3"], ["vocals=1,1", "vocals=2,2"], [""]):
        with pytest.raises(BadValue):
            parse_weights(bad)
    assert place_of("both") == mine / "both.daw.json"
    assert place_of("some/both.daw.json") == Path("some/both.daw.json").absolute()
