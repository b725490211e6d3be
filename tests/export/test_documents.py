"""Every `python -m export` line of the documents parses, and makes what it says."""

from __future__ import annotations

import argparse
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from daw_bridge.files.licences import terms
from engines.load import MODELS, read_spec
from export.__main__ import build_parser
from export.commands.to_onnx import chosen
from export.data.layouts import layout_names, load_layout
from export.graphs.card import fill
from export.graphs.to_onnx import describe
from export.nets.families import config_from
from export.nets.nade import Nade
from export.training.setup_files import SETUPS, load_setup
from tests.rigs.tiny_models import make_spec

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *(ROOT / "docs").rglob("*.md")})
EXPORT = "python -m export "


def shell_lines(text: str) -> Iterator[str]:
    """The commands of shell blocks: joined, split at &&, with variables of the block put in."""
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        variables: dict[str, str] = {}
        for line in block.replace("\\\n", " ").splitlines():
            for name, value in variables.items():
                line = re.sub(rf"\${name}\b", lambda _, value=value: value, line)
            if found := re.fullmatch(r'([A-Z])="(.*)"', line.strip()):
                variables[found[1]] = found[2]
            else:
                yield from (part.strip() for part in line.split("  #")[0].split("&&"))


def inline(text: str) -> Iterator[str]:
    """Commands in the running text; what leaves something out with ... or [] is left alone."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for code in re.findall(r"`([^`]+)`", prose):
        if not re.search(r"\.\.\.|\[|;", code):
            yield code


LINES = [
    (path.relative_to(ROOT).as_posix(), line)
    for path in PAGES
    for text in [path.read_text(encoding="utf-8")]
    for line in (*shell_lines(text), *inline(text))
    if line.startswith(EXPORT)
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_it_parses(path: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line.removeprefix(EXPORT))
    try:
        assert build_parser(words).parse_args(words).run
    except SystemExit as stop:
        said = capsys.readouterr()
        helped = stop.code == 0 and "usage: python -m export" in said.out
        assert helped or "arguments are required" in said.err, said.err  # the text says the rest


def test_there_are_lines() -> None:
    assert len(LINES) >= 40


SHIPPED = [line for _, line in LINES if re.search(r"to-onnx .* engines/models/", line)]


@pytest.mark.parametrize("line", SHIPPED)
def test_the_commands_that_made_the_shipped_models_describe_them(line: str) -> None:
    """Presets, schedule and level are the defaults, those on the line, and those of the card."""
    args = parsed(line)
    shipped, setup = read_spec(ROOT / args.output), load_setup(setup_of(args.output.stem))
    values = setup.get("model", {}) | {"conditional": shipped.conditional}
    network = Nade(setup["family"], config_from(setup["family"], values))
    seen = {"stems": shipped.stems, "rate_hz": shipped.rate_hz}
    made = describe(chosen(args), shipped.name, network, seen)
    for _, other in LINES:
        if f" card {args.output} " in other:
            card = ROOT / parsed(other).cards[0]
            made = fill(made, json.loads(card.read_text("utf-8")), card.name)
    assert made.presets == shipped.presets
    assert (made.schedule, made.level_db) == (shipped.schedule, shipped.level_db)


def setup_of(model: str) -> str:
    """Of a published system NAME.toml has the paper's sizes, and NAME_song.toml those that ship.
    The network of `song` without a hint, which its preset `tight` runs, was `song` before it."""
    name = {"song": "song_hinted", "song-light": "song"}.get(model, model).replace("-", "_")
    return f"{name}_song" if (SETUPS / f"{name}_song.toml").exists() else name


def test_published_systems_have_setups_that_ship() -> None:
    """Their cards tell of no training before there was one; of a shipped file, how long it was."""
    cards = sorted(SETUPS.glob("*_song.card.json"))
    assert len(cards) == 3
    for path in cards:
        network = load_setup(path.name.removesuffix(".card.json"))
        spec = fill(make_spec(), json.loads(path.read_text("utf-8")), path.name)
        assert spec.published and spec.published.scaled_down and "validation" in spec.training
        assert terms(spec.licence) == "non-commercial use only" and spec.level_db == -17.1
        with torch.device("meta"):
            built = Nade(network["family"], config_from(network["family"], network["model"]))
        count = sum(one.numel() for one in built.parameters())
        assert f"{count:,} parameters" in spec.training
        model = path.name.removesuffix("_song.card.json").replace("_", "-")
        shipped = (MODELS / f"{model}.onnx").exists()
        assert ("is not stated here" in spec.training) != shipped
        assert bool(re.search(r"[0-9,]+ (steps|minutes)", spec.training)) == shipped
        assert "where this file has any" in spec.training and not spec.figures
        assert count * (2 if "float16 in the file" in spec.training else 4) < 9_500_000


def parsed(line: str) -> argparse.Namespace:
    words = shlex.split(line.removeprefix(EXPORT))
    return build_parser(words).parse_args(words)


def test_every_shipped_model_has_its_command() -> None:
    assert {parsed(line).output.stem for line in SHIPPED} == {p.stem for p in MODELS.glob("*.onnx")}


DATA_PAGES = [ROOT / "docs" / "guide" / "train.md", ROOT / "docs" / "research" / "data.md"]


@pytest.mark.parametrize("name", layout_names())
def test_every_data_set_is_documented_with_its_licence(name: str) -> None:
    about = load_layout(name).SET
    row = next(
        line for line in DATA_PAGES[0].read_text("utf-8").splitlines()
        if line.startswith(f"| {about.name} ")
    )  # fmt: skip
    cell = row.split("|")[-2]
    said = about.licence.licence
    assert (
        said in cell
        or (name, "as MUSDB18") == ("musdb18_hq", cell.strip())
        or (name in ("frets_on_fire", "plain"))
    )
    assert "Zenodo" not in about.origin or about.origin.split("Zenodo ")[1][:7] in row


@pytest.mark.parametrize("name", sorted(path.stem for path in SETUPS.glob("*.toml")))
def test_setups_say_which_data_they_are_for(name: str) -> None:
    sets = load_setup(name).get("sets", [])
    text = " ".join(path.read_text("utf-8").lower() for path in DATA_PAGES)
    assert sets and all(one.lower() in text for one in sets)
    if load_setup(name).get("terms") == "permissive":
        assert not set(sets) & {"MUSDB18-7", "MIR-1K", "music of games"}


@pytest.mark.parametrize("path", [*PAGES, *(ROOT / "export").rglob("*.py")], ids=str)
def test_no_command_needs_a_folder_that_nobody_else_has(path: Path) -> None:
    assert "../shared" not in path.read_text(encoding="utf-8")
