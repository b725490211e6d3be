"""`daw-bridge models`: the list, the card, and a check that fails where it should."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.docs import model_page, models_table
from daw_bridge.cli.model_card import card, generating, level, sampling, tags, terms, use
from daw_bridge.cli.model_check import check_model
from engines import load
from engines.load import load_model, read_spec
from engines.spec import PresetModel, Published, Schedule
from engines.stream import Stream, stream_settings
from tests.rigs.carried import masks_model
from tests.rigs.diffusion_model import write_diffusion
from tests.rigs.families import write_family
from tests.rigs.query import write_query
from tests.rigs.steered import steered_spec, write_steered
from tests.rigs.tiny_models import STEMS, make_model

FIGURES = (("stem", "SDR dB"), ("drums", 5.25), ("bass", None))


BY_TAG = (
    ("set", "system", "tag", "songs", "SDR"),
    ("rendered", "query", "all", 20, 4.25),
    ("rendered", "oracle", "all", 20, 9.5),
    ("rendered", "query", "flute", 7, 3.0),
)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two installed models: tiny, and gibbs (conditional, with a full card)."""
    monkeypatch.setattr(load, "MODELS", tmp_path)
    make_model(tmp_path / "tiny.onnx")
    make_model(
        tmp_path / "gibbs.onnx", domain="stft", conditional=True, couple=0.02, name="gibbs",
        residual_to="other", training="5 hours of rendered bands", figures=FIGURES,
    )  # fmt: skip
    return tmp_path


def test_list(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", "gibbs", "tiny"]
    assert [line.split()[-1] for line in lines] == ["licence", "MIT", "MIT"]
    assert main(["models", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found] == ["gibbs", "tiny"]
    assert found[0]["spec"]["stems"] == list(STEMS)


def test_one_that_listens_to_tags_says_so_everywhere(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_query(installed / "query.onnx", figures=BY_TAG)
    monkeypatch.setattr("daw_bridge.cli.shipped.MODELS", installed)
    for name in ("tiny", "gibbs"):
        (installed / f"{name}.onnx").unlink()
    assert main(["models", "list", "--measure"]) == 0
    assert "4 tags" in capsys.readouterr().out
    row = models_table().splitlines()[2]
    assert "| 4 tags |" in row and row.endswith("| all tags 4.2 |")
    page = model_page("query", load_model("query").spec)
    assert "| tags | strings, violin, cello, flute |" in page and "| flute | 7 |" in page
    write_query(installed / "query.onnx")
    assert models_table().splitlines()[2].endswith("| not measured |")
    assert "Not measured yet." in model_page("query", read_spec(installed / "query.onnx"))


def test_published_systems_are_marked(
    installed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    which = Published("Sams-Net", "Li et al. 2019", "24 channels of 64")
    make_model(installed / "sams-net.onnx", name="sams-net", published=which, figures=FIGURES)
    assert main(["models", "list"]) == 0
    marked = [line for line in capsys.readouterr().out.splitlines() if "published" in line]
    assert marked == ["sams-net: published system: Sams-Net, Li et al. 2019, scaled down"]
    said = "Sams-Net, Li et al. 2019, scaled down: 24 channels of 64"
    assert f"published  {said}" in card(load_model("sams-net"))
    assert "published" not in card(load_model("tiny"))
    assert f"| published system | {said} |" in model_page("x", load_model("sams-net").spec)
    monkeypatch.setattr("daw_bridge.cli.shipped.MODELS", installed)
    (installed / "gibbs.onnx").unlink()
    (installed / "tiny.onnx").unlink()
    assert models_table().endswith("compare: [sams-net](docs/models/sams-net.md).\n")
    assert "| [sams-net]" not in models_table()


@pytest.mark.parametrize(
    ("licence", "short"),
    [
        (
            "Weights: non-commercial use only (research), because of the data.",
            "non-commercial use only",
        ),
        ("Weights: free for any use, under the MIT licence.", "free for any use"),
        ("CC-BY-4.0", "CC-BY-4.0"),
        ("Apache 2.0; see NOTICE", "Apache 2.0"),
        ("", "not stated"),
        ("Do what\nyou like " * 20, "Do what you like Do what you like Do what you like Do wha..."),
    ],
)
def test_terms_are_the_licences_first_clause(installed: Path, licence: str, short: str) -> None:
    assert terms(replace(load_model("tiny").spec, licence=licence)) == short


@pytest.mark.parametrize(
    ("licence", "word"),
    [
        ("Weights: non-commercial use only (research), because of the data.", "non-commercial"),
        ("CC BY-NC 4.0", "non-commercial"),
        ("Weights: free for any use, under the MIT licence.", "any use"),
        ("Apache 2.0; see NOTICE", "Apache 2.0"),
        ("", "not stated"),
        ("a" * 330, "a" * 17 + "..."),
    ],
)
def test_a_licence_is_a_word_in_the_list(installed: Path, licence: str, word: str) -> None:
    assert use(replace(load_model("tiny").spec, licence=licence)) == word


def test_the_level_is_said(installed: Path) -> None:
    spec = load_model("tiny").spec
    assert level(spec) == "not stated: the mix is given as it comes"
    assert level(replace(spec, level_db=-17.5)).startswith("the mix is brought to -17.5 dBFS RMS")


def test_no_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(load, "MODELS", tmp_path)
    assert main(["models", "list"]) == 0 and main(["models", "verify"]) == 0
    assert capsys.readouterr().out.count("No models are installed") == 2


def test_the_card_says_it_all(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "info", "gibbs"]) == 0
    text = capsys.readouterr().out
    model = load_model("gibbs")
    for rate_hz in (44100, 48000):
        samples = Stream(model, stream_settings(model.spec, rate_hz, 2)).latency_samples
        ms = 1000 * samples / rate_hz
        assert f"{samples} = {ms:.1f} ms" in text and f"at {rate_hz} Hz" in text
    for words in (
        "drums, bass, other, vocals", "recommends adding it to other", "licence    MIT",
        "rho 1 to 0", "level      not stated",
        "stft: fft_samples 128", "5 hours of rendered bands", "SDR dB", "5.25", "+-10%",
        "2048  1024        256         64         46      23      1",
    ):  # fmt: skip
        assert words in text, words
    assert "masks by" not in text  # as published
    make_model(installed / "count.onnx", conditional=True, schedule=Schedule(draw="count"))
    assert "masks by count" in card(load_model("count"))
    assert main(["models", "info", str(installed / "tiny.onnx"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["spec"]["name"] == "tiny"
    assert {name: set(rates) for name, rates in found["latency_samples"].items()} == {
        "balanced": {"44100", "48000"}
    }


def test_an_unknown_model_lists_those_there_are(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["info", "song2"], ["verify", "tiny", "song2"]):
        assert main(["models", *command]) == 2
        told = capsys.readouterr()
        assert "gibbs, tiny" in told.err and "[model_not_found]" in told.err
        assert told.out == ""


def test_verify_holds(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "verify"]) == 0
    text = capsys.readouterr().out
    assert "FAIL" not in text and text.count("outputs sum to the mix: error") == 4
    assert text.count("a known stem passes through unchanged") == 1
    assert main(["models", "verify", "--json", "tiny"]) == 0
    found = json.loads(capsys.readouterr().out)["tiny"]
    assert all(one["holds"] for one in found) and len(found) >= 6


def test_verify_finds_a_model_that_gives_nan_or_far_too_much(tmp_path: Path) -> None:
    for gain in (float("nan"), 1000.0):
        make_model(tmp_path / "bad.onnx", gains=(0.1, gain, 0.1, 0.1))
        found = {one.what: one for one in check_model(load_model(tmp_path / "bad.onnx"))}
        for preset in ("balanced", "offline"):
            assert not found[f"{preset} preset: finite and not implausibly loud"].holds
            assert found[f"{preset} preset: outputs sum to the mix"].holds  # contained


def test_verify_of_what_does_not_load(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (installed / "broken.onnx").write_bytes(b"no graph")
    make_model(installed / "wrong.onnx", method="mask")
    assert main(["models", "verify"]) == 1
    text = capsys.readouterr().out
    assert text.count("FAIL  loads and runs") == 2 and "ok    loads" in text


def test_a_broken_file_does_not_hide_the_others(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (installed / "broken.onnx").write_bytes(b"rubbish")
    assert main(["models", "list"]) == 0
    out = capsys.readouterr().out
    assert "\ngibbs" in out and "\ntiny" in out and "broken: " in out
    assert main(["models", "list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in found] == ["gibbs", "tiny", "broken"] and found[2]["problem"]


@pytest.mark.parametrize("name", ["x" * 300, "y/" + "x" * 300, "a\0b"])
def test_a_name_that_no_file_has(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "info", name]) == 2
    assert "no model" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mdx", ["spec is 'input', B (C ri) F T", "instrumental is the mix less 1.035 times",
                 "values complex", "edge reflect", "at most 1 windows"]),
        ("demucs", ["hybrid: stft: fft_samples 64", "length_base_samples 500"]),
        ("spleeter", ["spleeter.onnx gives vocals", "the ratio of each stem"]),
        ("unmix", ["the magnitude of each stem", "Wiener"]),
    ],
)  # fmt: skip
def test_the_card_says_what_is_unusual_of_a_graph(
    tmp_path: Path, name: str, words: list[str]
) -> None:
    model = load_model(write_family(tmp_path, name))
    said = card(model)
    assert all(word in said for word in words)
    assert all(finding.holds for finding in check_model(model))


def test_the_card_of_a_usual_graph_says_none_of_that(installed: Path) -> None:
    assert "\ngraph " not in card(load_model("tiny"))


@pytest.mark.parametrize("conditional", [False, True])
def test_the_card_of_a_model_with_a_state_says_it_makes_one_pass(
    tmp_path: Path, conditional: bool
) -> None:
    said = card(masks_model(tmp_path / "masks.onnx", conditional=conditional))
    assert "steps      one pass: there are none to choose" in said


def test_a_model_that_is_asked_for_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "steered.onnx")
    write_steered(tmp_path / "steered.onnx")
    assert main(["models", "info", path]) == 0
    printed = capsys.readouterr().out
    assert "tags       Loud, no bass" in printed and "heard by toy" in printed
    assert "one for each of the --tags" in printed and "files, not streams" in printed
    assert main(["models", "info", "--json", path]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["spec"]["steering"]["tags"] == ["Loud", "no bass"]
    assert found["latency_samples"] == {}
    assert main(["models", "verify", path]) == 0
    assert "outputs sum to the mix" in capsys.readouterr().out
    style = steered_spec({"output": "style", "quantised": True, "rate_by": "spread"})
    words = " ".join(tags(style)) + card(replace(load_model(path), spec=style))
    assert "rounded to codes" in words and "spread" in words and "no part of the song" in words


def test_a_model_that_samples_its_stems(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_diffusion(tmp_path / "sampled.onnx", {"guidance": 5.0, "samples": 2})
    assert main(["models", "info", str(path)]) == 0
    printed = capsys.readouterr().out
    assert (
        "separator, drums is the rest; steps are geometric noise levels from 1 to 0.001" in printed
    )
    assert "guidance 5, mean of 2" in printed and "guidance 5 is above 3" in printed
    assert "may diverge" in printed and "files, not streams" in printed
    assert "called generated_NAME: never stems of a recording" in printed
    assert "200 noise levels from 4 to 0.001, two calls each, in windows of 0.13 s" in printed
    only = read_spec(write_diffusion(tmp_path / "only.onnx", {"generating": None}))
    assert generating(only) == ["nothing: it only separates"]
    assert sampling(read_spec(write_diffusion(tmp_path / "plain.onnx", {"use": "extractor"}))) == [
        "extractor; steps are geometric noise levels from 1 to 0.001, by euler"
    ]
    assert main(["models", "verify", str(tmp_path / "plain.onnx")]) == 0
    assert "outputs sum to the mix" in capsys.readouterr().out


def test_a_preset_that_another_model_is_run_with(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = (PresetModel("instant", "tiny-instant"),)
    make_model(installed / "tiny-instant.onnx", name="tiny-instant")
    make_model(installed / "tiny.onnx", name="tiny", elsewhere=others)
    assert main(["models", "list"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", "gibbs", "tiny"]
    assert last == "tiny: its preset instant runs the model tiny-instant"
    assert main(["models", "list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 3
    text = card(load_model("tiny"))
    assert "instant: runs tiny-instant" in text
    latency = next(line for line in text.splitlines() if line.strip().startswith("instant  "))
    assert latency.split()[1] == str(make_stream_latency("tiny-instant"))
    page = model_page("x", replace(load_model("tiny").spec, figures=FIGURES))
    assert "| instant | as [tiny-instant](tiny-instant.md) has it |" in page


def make_stream_latency(name: str) -> int:
    model = load_model(name)
    return Stream(model, stream_settings(model.spec, 44100, 2)).latency_samples
