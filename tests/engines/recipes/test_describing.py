"""Specs of other people's graphs: every recipe gives a spec that the engine takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import RecipeError
from engines.recipes import Given, Ports, Recipe, describe, guess, recipe, recipes, tables
from engines.recipes.tables import tail_md5
from engines.session import PortShape
from engines.spec import ModelSpec, StftDomain

LENGTHS = {"B": 1, "F": 2048, "T": 256, "C": 2, "N": 512, "L": 2}


def ports_of(one: Recipe, **lengths: int) -> Ports:
    """A graph of the family, its lengths stated."""
    known = LENGTHS | {"S": len(one.stems)} | lengths

    def shaped(axes: dict[str, str]) -> dict[str, PortShape]:
        return {
            name: [int(a) if a.isdecimal() else known.get(a, 8) for a in words.split()]
            for name, words in axes.items()
        }

    return Ports(shaped(dict(one.inputs)), shaped(dict(one.outputs)))


def spec_of(one: Recipe, file: Path, given: Given, **lengths: int) -> ModelSpec:
    return ModelSpec.from_json(json.dumps(describe(one, ports_of(one, **lengths), file, given)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "net.onnx").write_bytes(b"a net")
    return tmp_path / "net.onnx"


@pytest.mark.parametrize("name", recipes())
def test_a_recipe_gives_a_spec_and_is_found_by_its_ports(name: str, file: Path) -> None:
    one = recipe(name)
    assert one.title and one.home.startswith("https://")
    answers = {question.name: "6144" for question in one.ask if not question.default}
    wanted = one.stems if one.parts else one.files
    files = tuple(f"{number}.onnx" for number in range(len(wanted)))
    spec = spec_of(one, file, Given("choir", answers=answers, files=files))
    assert [part.file for part in spec.parts] == (list(files) if one.parts else [])
    assert (spec.then.file if spec.then else "") == (files[1] if one.files else "")
    assert spec.name == "choir" and spec.version == 2
    assert len(spec.stems) == len(one.stems)
    assert guess(ports_of(one)) == one


def test_mdx_net_takes_its_numbers_from_the_shapes_and_the_user(file: Path) -> None:
    given = Given("kim", ("vocals", "rest"), "mine", {"fft": "7680", "gain": "1.02"})
    spec = spec_of(recipe("mdx-net"), file, given, F=3072, T=128)
    assert isinstance(spec.domain, StftDomain)
    assert (spec.domain.fft_samples, spec.domain.bins, spec.domain.zero_bins) == (7680, 3072, 3)
    assert spec.domain.frames_base == 128 and spec.offline.window_samples == 1024 * 127
    assert spec.stems == ("vocals", "rest") and spec.licence == "mine"
    assert spec.rest is not None and (spec.rest.stem, spec.rest.gain) == ("rest", 1.02)


def test_a_known_file_says_nothing_and_an_unknown_one_is_asked(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = recipe("mdx-net")
    with pytest.raises(RecipeError, match=r"fft: the length of its FFT.*--set fft="):
        describe(one, ports_of(one), file, Given("net"))
    row = {
        "fft": 5120,
        "bins": 2048,
        "frames": 256,
        "gain": 1.025,
        "stem": "bass",
        "rest": "no-bass",
    }
    monkeypatch.setattr(tables, "_rows", lambda table: {tail_md5(file): row})
    spec = spec_of(one, file, Given("net"))
    assert spec.stems == ("bass", "no-bass")
    assert isinstance(spec.domain, StftDomain) and spec.domain.fft_samples == 5120
    with pytest.raises(RecipeError, match="3072 bins; expected 2048"):
        describe(one, ports_of(one, F=3072), file, Given("net"))


def test_what_is_no_separator_fits_no_recipe(file: Path) -> None:
    image = Ports({"pixels": [1, 3, 224, 224]}, {"classes": [1, 1000]})
    with pytest.raises(RecipeError, match="a separator of one of demucs-onnx"):
        guess(image)
    with pytest.raises(RecipeError, match="mdx-net: inputs input"):
        describe(recipe("mdx-net"), image, file, Given("net"))


def test_a_length_that_differs_between_ports_fits_not() -> None:
    one = recipe("mdx-net")
    ports = ports_of(one)
    with pytest.raises(RecipeError):
        guess(replace(ports, outputs={"output": [1, 4, 2048, 128]}))


def test_a_family_of_parts_wants_a_file_for_each_stem(file: Path) -> None:
    one = recipe("open-unmix")
    for files in ((), ("a.onnx",), ("a.onnx", "b.onnx", "c.onnx", "d.onnx", "e.onnx")):
        with pytest.raises(RecipeError, match="4, for vocals, drums, bass, other"):
            spec_of(one, file, Given("umx", files=files))
    given = Given("umx", ("vocals", "rest"), files=("a.onnx", "b.onnx"))
    spec = spec_of(one, file, given)
    assert [(part.file, part.rows) for part in spec.parts] == [
        ("a.onnx", (("vocals", 0),)), ("b.onnx", (("rest", 0),))
    ]  # fmt: skip
    with pytest.raises(RecipeError, match=r"1 files \(a\); expected 2, for the one that masks"):
        spec_of(recipe("dtln"), file, Given("x", files=("a",)))
    with pytest.raises(RecipeError, match="2 files"):
        spec_of(recipe("mdx-net"), file, Given("x", answers={"fft": "6144"}, files=("a", "b")))


def test_a_port_of_any_name_has_the_graphs_name(file: Path) -> None:
    ports = Ports({"spectrum": [1, 2, 2049, "T"]}, {"voice": [1, 2, 2049, "T"]})
    given = Given("umx", ("vocals",), files=("a.onnx",))
    found = describe(recipe("open-unmix"), ports, file, given)
    assert [port["name"] for port in found["ports"]] == ["spectrum", "voice"]
    two = replace(ports, inputs=ports.inputs | {"more": [1]})
    with pytest.raises(RecipeError):
        describe(recipe("open-unmix"), two, file, given)


def test_two_recipes_that_fit_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    one = recipe("mdx-net")
    both = {"a": replace(one, name="a"), "b": replace(one, name="b")}
    monkeypatch.setattr("engines.recipes.describing.recipes", lambda: both)
    with pytest.raises(RecipeError, match=r"one recipe for it, and a, b fit"):
        guess(ports_of(one))
