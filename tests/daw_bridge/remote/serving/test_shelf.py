"""The models that an engine serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadMessage, BadValue
from daw_bridge.remote.serving.shelf import MOST_ASKED, QUERY, TAGS, Asked, Shelf
from engines.errors import ModelNotFoundError, TagError
from engines.spec import PresetModel
from tests.rigs.families import bag
from tests.rigs.needing import write_stacked
from tests.rigs.query import write_query
from tests.rigs.tiny_models import make_model


def test_a_model_with_all_that_it_needs(tmp_path: Path) -> None:
    shelf = Shelf([str(write_stacked(tmp_path))], "cpu", 1)
    assert set(shelf.models) == {"stacked", "singer"}
    assert set(shelf.networks) == {"stacked.onnx", "singer.onnx"}
    assert all(not one.model.firsts for one in shelf.models.values())


def test_a_model_with_those_that_run_its_presets(tmp_path: Path) -> None:
    make_model(tmp_path / "soon.onnx", name="soon")
    others = (PresetModel("instant", "soon"),)
    make_model(tmp_path / "whole.onnx", name="whole", elsewhere=others)
    assert set(Shelf([str(tmp_path / "whole.onnx")], "cpu", 1).models) == {"whole", "soon"}


def test_files_are_opened_once(tmp_path: Path) -> None:
    path = bag(tmp_path)
    shelf = Shelf([str(path), str(path)], "cpu", 1)
    assert len(shelf.networks) == 4
    (name,) = shelf.models
    some = shelf.asked(name, Asked(("bass",)))
    assert some is shelf.asked(name, Asked(("bass",)))
    assert list(some.session.sessions.values()) == [shelf.networks["bass.onnx"]]
    assert shelf.asked(name, Asked()) is shelf.models[name].model
    with pytest.raises(BadMessage):
        shelf.asked(name, Asked(("nothing",)))


def test_tags(tmp_path: Path) -> None:
    write_query(tmp_path / "query.onnx")
    shelf = Shelf([str(tmp_path / "query.onnx")], "cpu", 1)
    assert shelf.asked("query", Asked((), TAGS, "violin,flute")).spec.stems == ("violin", "flute")
    assert shelf.asked("query", Asked((), QUERY, "violin+flute")).spec.stems == ("query",)
    with pytest.raises(TagError):
        shelf.asked("query", Asked((), TAGS, "no such tag"))
    with pytest.raises(BadMessage):
        shelf.asked("query", Asked((), TAGS, "violin," * 1000))
    for k in range(2 * MOST_ASKED):
        shelf.asked("query", Asked((), TAGS, "violin" + "," * k))
    assert len(shelf._asked) == MOST_ASKED


def test_two_of_a_name(tmp_path: Path) -> None:
    paths = [tmp_path / name / "one.onnx" for name in "ab"]
    for path in paths:
        path.parent.mkdir()
        make_model(path)
    with pytest.raises(BadValue, match="two models 'one'"):
        Shelf([str(path) for path in paths], "cpu", 1)
    with pytest.raises(ModelNotFoundError):
        Shelf(["no such model"], "cpu", 1)
