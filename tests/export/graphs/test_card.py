"""Model cards: JSON into the file's spec and back out as text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from engines.load import read_spec
from engines.spec import ModelSpec, Preset, PresetModel, Published, WaveformDomain
from export.__main__ import main
from export.graphs.card import fill, show
from export.graphs.errors import CardError
from export.graphs.files import save, set_spec

SPEC = ModelSpec(
    name="tiny",
    stems=("drums", "other"),
    rate_hz=44100,
    channels=1,
    method="waveform",
    domain=WaveformDomain(),
    live=Preset(512, 128, 0, 0),
    offline=Preset(512, 128, 0, 0),
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    mix = helper.make_tensor_value_info("mix", TensorProto.FLOAT, ["batch", 1, "time"])
    stems = helper.make_tensor_value_info("stems", TensorProto.FLOAT, ["batch", 2, 1, "time"])
    nodes = [
        helper.make_node("Unsqueeze", ["mix", "axis"], ["one"]),
        helper.make_node("Concat", ["one", "one"], ["stems"], axis=1),
    ]
    axis = helper.make_tensor("axis", TensorProto.INT64, [1], [1])
    graph = helper.make_graph(nodes, "tiny", [mix], [stems], [axis])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    set_spec(made, SPEC)
    helper.set_model_props(made, {p.key: p.value for p in made.metadata_props} | {"note": "kept"})
    save(made, tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


def test_later_files_win_and_the_rest_stays(model: Path, tmp_path: Path, capsys) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(
        json.dumps(
            {"licence": "MIT", "training": "five hours", "steps_gain": "16: +0.1 dB", "clips": []}
        )
    )
    rows = [["stem", "SDR", "best of mix"], ["drums", 5.0, None], ["other", 4, "-"]]
    which = {"system": "Sams-Net", "paper": "Li et al. 2019", "scaled_down": "its width"}
    said = {"licence": "CC0", "residual_to": "other", "figures": rows, "published": which}
    second.write_text(json.dumps(said))
    assert main(["card", str(model), str(first), str(second)]) == 0
    spec = read_spec(model)
    assert (spec.licence, spec.training, spec.residual_to) == ("CC0", "five hours", "other")
    assert spec.steps_gain == "16: +0.1 dB"
    assert spec.figures == tuple(map(tuple, rows))
    assert spec.published == Published(**which)
    assert {"note"} <= {item.key for item in onnx.load(model).metadata_props}
    shown = capsys.readouterr().out
    assert main(["card", str(model)]) == 0
    assert capsys.readouterr().out == shown
    assert "drums  5.00  -" in shown and "five hours" in shown
    assert "published system: Sams-Net, Li et al. 2019, scaled down" in shown


def test_the_level_is_stated_and_taken_back(model: Path, tmp_path: Path, capsys) -> None:
    card = tmp_path / "level.json"
    weights = onnx.load(model).graph.SerializeToString(deterministic=True)
    for level_db, shown in ((-17, "level: -17 dBFS RMS"), (None, "level: -")):
        card.write_text(json.dumps({"level_db": level_db}))
        assert main(["card", str(model), str(card)]) == 0
        assert read_spec(model).level_db == level_db
        assert shown in capsys.readouterr().out.splitlines()
    assert onnx.load(model).graph.SerializeToString(deterministic=True) == weights
    card.write_text('{"level_db": 1000}')
    assert main(["card", str(model), str(card)]) == 1
    assert "level_db 1000" in capsys.readouterr().err


def test_a_preset_goes_where_another_model_has_it(model: Path, tmp_path: Path, capsys) -> None:
    card = tmp_path / "presets.json"
    graph = onnx.load(model)
    set_spec(graph, replace(SPEC, tight=Preset(256, 64, 0, 0)))
    save(graph, model)
    card.write_text('{"elsewhere": [{"preset": "tight", "model": "tiny-light"}]}')
    assert main(["card", str(model), str(card)]) == 0
    spec = read_spec(model)
    assert spec.elsewhere == (PresetModel("tight", "tiny-light"),) and spec.tight is None
    assert "preset tight: runs tiny-light" in capsys.readouterr().out.splitlines()
    card.write_text('{"elsewhere": [{"preset": "live", "model": "tiny-light"}]}')
    assert main(["card", str(model), str(card)]) == 1
    assert "instant, tight, quality" in capsys.readouterr().err


def test_figures_of_one_header_are_joined(model: Path, tmp_path: Path) -> None:
    tables = [
        [["stem", "SDR"], ["drums", 5.0]],
        [["stem", "SDR"], ["bass", 4.0]],
        [["stem", "SIR"], ["drums", 9.0]],
    ]
    paths = [tmp_path / f"{number}.json" for number in range(3)]
    for path, rows in zip(paths, tables, strict=True):
        path.write_text(json.dumps({"figures": rows}))
    assert main(["card", str(model), *map(str, paths[:2])]) == 0
    joined = (("stem", "SDR"), ("drums", 5.0), ("bass", 4.0))
    assert read_spec(model).figures == joined
    assert main(["card", str(model), str(paths[0])]) == 0  # another time it is the new ones
    assert read_spec(model).figures == joined[:2]
    assert main(["card", str(model), *map(str, paths)]) == 0  # another table wins
    assert read_spec(model).figures == (("stem", "SIR"), ("drums", 9.0))


@pytest.mark.parametrize(
    "values",
    [
        [],
        {},
        {"licence": 1},
        {"steps_gain": 16},
        {"residual_to": 3},
        {"level_db": "loud"},
        {"level_db": True},
        {"figures": []},
        {"figures": [["a", "b"], ["c"]]},
        {"figures": [["a"], [True]]},
        {"figures": [["a"], [float("nan")]]},
        {"figures": [["a"], [[1]]]},
        {"figures": "table"},
    ],
)
def test_malformed_cards_are_refused(values: object) -> None:
    with pytest.raises(CardError):
        fill(SPEC, values, "card.json")


@pytest.mark.parametrize(
    "text", ["{", '{"residual_to": "drum"}', '{"figures": 1}', '{"published": {"system": "x"}}']
)
def test_a_bad_file_leaves_the_model_alone(model: Path, tmp_path: Path, capsys, text: str) -> None:
    before = model.read_bytes()
    card = tmp_path / "card.json"
    card.write_text(text)
    assert main(["card", str(model), str(card)]) == 1
    assert capsys.readouterr().err.startswith("error: ")
    assert model.read_bytes() == before


def test_an_empty_card_can_be_shown() -> None:
    assert "licence: -" in show(SPEC)
