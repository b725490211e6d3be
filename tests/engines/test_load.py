"""engines.load: models by name, by path, and of a session that somebody else made."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engines import load, ort
from engines.errors import (
    GraphError,
    MethodError,
    ModelFileError,
    ModelNotFoundError,
    SpecError,
)
from engines.load import (
    Model,
    find_model,
    list_models,
    load_model,
    load_whole,
    model_files,
    model_of,
    model_stamp,
    read_spec,
)
from engines.spec import Part, PresetModel, sidecar_of
from engines.tree import Tree
from tests.rigs.fake_session import FakeSession
from tests.rigs.tiny_models import GAINS, make_model, make_spec, save, waveform_graph


def test_file_without_spec_says_so(tmp_path: Path) -> None:
    (tmp_path / "plain.onnx").write_bytes(ort._PROBE_GRAPH)
    with pytest.raises(SpecError, match="export"):
        load_model(tmp_path / "plain.onnx")


def test_all_that_a_model_and_its_presets_run(tmp_path: Path) -> None:
    make_model(tmp_path / "soon.onnx", name="soon")
    others = (PresetModel("instant", "soon"),)
    make_model(tmp_path / "whole.onnx", name="whole", elsewhere=others)
    found: list[str] = []

    def alone(tree: Tree, stems: tuple[str, ...]) -> Model:
        found.append(tree.spec.name)
        return load_model(tree.path)

    load_whole(tmp_path / "whole.onnx", alone)
    assert found == ["whole", "soon"]


def test_models_are_found_by_name_or_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MODELS", tmp_path)
    assert list_models() == ()
    make_model(tmp_path / "song.onnx")
    assert list_models() == ("song",)
    assert find_model("song") == find_model(tmp_path / "song.onnx") == tmp_path / "song.onnx"
    for name in ("nothing", "../song", tmp_path / "x" / "song", "", tmp_path):
        with pytest.raises(ModelNotFoundError):
            find_model(name)


def test_more_folders_have_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed, mine, yours = (tmp_path / name for name in ("installed", "mine", "yours"))
    for folder in (installed, mine, yours):
        folder.mkdir()
    monkeypatch.setattr(load, "MODELS", installed)
    make_model(installed / "song.onnx")
    make_model(mine / "choir.onnx")
    make_model(yours / "quartet.onnx")
    with pytest.raises(ModelNotFoundError, match=load.FOLDERS):
        find_model("choir")
    monkeypatch.setenv(load.FOLDERS, os.pathsep.join(map(str, (mine, "", tmp_path / "no", yours))))
    assert list_models() == ("choir", "quartet", "song")
    assert find_model("choir") == mine / "choir.onnx"
    assert load_model("quartet").path == yours / "quartet.onnx"
    make_model(yours / "song.onnx")
    assert list_models() == ("choir", "quartet", "song")
    with pytest.raises(ModelNotFoundError, match=r"2 models 'song'.*rename"):
        find_model("song")
    assert find_model(yours / "song.onnx") == yours / "song.onnx"
    monkeypatch.setenv(load.FOLDERS, str(installed))  # the same folder twice is one model
    assert find_model("song") == installed / "song.onnx"


def test_parts_of_a_model_are_no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MODELS", tmp_path)
    spec = make_spec(parts=(Part("one.onnx", (("drums", 0), ("bass", 1))),
                            Part("two.onnx", (("other", 0), ("vocals", 1)))))  # fmt: skip
    for name in ("one", "two", "three"):
        make_model(tmp_path / f"{name}.onnx")
    sidecar_of(tmp_path / "one.onnx").write_text(spec.to_json())
    assert list_models() == ("one", "three")
    sidecar_of(tmp_path / "one.onnx").write_text("broken")
    assert list_models() == ("one", "three", "two")


def test_a_model_of_a_session_is_checked_as_one_of_a_file() -> None:
    path = Path("anywhere.onnx")
    model = model_of(FakeSession(make_spec()), path)
    assert (model.spec, model.path) == (make_spec(), path)
    assert (model.provider, model.provider_note) == ("numpy", "fake: for tests")
    for wrong, error in (("mask", MethodError), ("gibbs", MethodError)):
        with pytest.raises(error):
            model_of(FakeSession(make_spec(method=wrong)), path)
    session = FakeSession(make_spec())
    session.outputs = {"stems": ("B", 3, 2, "T")}
    with pytest.raises(GraphError, match="stems"):
        model_of(session, path)
    session.metadata = {}
    with pytest.raises(SpecError, match=r"anywhere\.onnx"):
        model_of(session, path)


def test_reads_from_a_file(tmp_path: Path) -> None:
    spec = make_model(tmp_path / "m.onnx", conditional=True)
    assert read_spec(tmp_path / "m.onnx") == spec


def test_reading_tells_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError):
        read_spec(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("not a model")
    with pytest.raises(ModelFileError):
        read_spec(tmp_path / "text.onnx")


def test_a_folder_that_the_system_does_not_open_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(folder: Path, pattern: str) -> None:
        raise OSError(24, "Too many open files", str(folder))

    monkeypatch.setattr(Path, "glob", refuse)
    with pytest.raises(ModelNotFoundError, match="Too many open files"):
        list_models()


def test_the_description_beside_a_file_goes_before_the_one_in_it(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    spec = make_model(path)
    beside = replace(spec, name="adopted", licence="not stated")
    sidecar_of(path).write_text(beside.to_json(), encoding="utf-8")
    assert read_spec(path) == load_model(path).spec == beside
    sidecar_of(path).unlink()
    assert read_spec(path) == load_model(path).spec == spec


def test_a_file_that_says_nothing_needs_one_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    save(path, waveform_graph(make_spec(), GAINS, 0.0), None)
    with pytest.raises(SpecError, match=r"daw\.json"):
        load_model(path)
    sidecar_of(path).write_text(make_spec().to_json(), encoding="utf-8")
    assert load_model(path).spec == make_spec()
    path.unlink()
    for read in (read_spec, load_model):
        with pytest.raises(ModelNotFoundError):
            read(path)


def test_a_stamp_changes_with_every_file_of_a_model(tmp_path: Path) -> None:
    path, other = tmp_path / "m.onnx", tmp_path / "other.onnx"
    make_model(path)
    make_model(other)
    stamps = [model_stamp(path)]
    parts = (Part("m.onnx", (("drums", 0), ("bass", 1))), Part("other.onnx", (("vocals", 0),)))
    spec = make_spec(stems=("drums", "bass", "vocals"), parts=parts)
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    assert model_files(path) == (path, sidecar_of(path), other)
    stamps.append(model_stamp(path))
    other.write_bytes(b"another")
    stamps.append(model_stamp(path))
    assert len(set(stamps)) == 3
    other.unlink()
    with pytest.raises(ModelNotFoundError, match=r"other\.onnx"):
        model_stamp(path)
