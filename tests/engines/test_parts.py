"""engines.parts: several files as one model, of which only those are opened that are needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import ort
from engines.errors import GraphError, ModelNotFoundError
from engines.load import Model, load_model, model_of
from engines.parts import PartSessions
from engines.providers import all_of
from engines.spec import Part, sidecar_of
from engines.window import Control
from tests.rigs.families import FILES, bag, write_family
from tests.rigs.tiny_models import make_model
from tests.rigs.window_tools import window


def estimate(model: Model) -> np.ndarray:
    (found,) = model.method.run([window()], Control(1))
    return found.stems


def test_rows_of_all_files_are_one_model(tmp_path: Path) -> None:
    path = bag(tmp_path)
    model = load_model(path)
    make_model(tmp_path / "whole.onnx")
    rng_window = window()
    (found,) = model.method.run([rng_window], Control(1))
    (wanted,) = load_model(tmp_path / "whole.onnx").method.run([rng_window], Control(1))
    assert np.array_equal(found.stems, wanted.stems)
    assert (model.provider, model.provider_note) == ("CPUExecutionProvider", "cpu: requested")


def test_only_what_is_asked_for_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = bag(tmp_path), ort.open_session
    opened: list[str] = []

    def open_session(file: Path, device: str, threads: int) -> ort.OrtSession:
        opened.append(file.name)
        return real(file, device, threads)

    monkeypatch.setattr(ort, "open_session", open_session)
    model = load_model(path, stems=("bass", "residual"))
    assert opened == ["bass.onnx"]
    found = estimate(model)
    assert found[1].any() and not found[[0, 2, 3]].any()
    opened.clear()
    for stems in ((), ("residual",), ("choir",)):
        assert len(load_model(path, stems=stems).session.sessions) == 4  # type: ignore[attr-defined]
    assert len(opened) == 12


def test_masks_that_need_all_stems_open_all_files(tmp_path: Path) -> None:
    path = write_family(tmp_path, "spleeter")
    session = load_model(path, stems=("vocals",)).session
    assert isinstance(session, PartSessions) and len(session.sessions) == 2


def test_a_file_that_is_missing_or_another_is_named(tmp_path: Path) -> None:
    path = bag(tmp_path)
    make_model(tmp_path / "bass.onnx", domain="stft")
    with pytest.raises(GraphError, match=r"bass\.onnx: .*mix_mag"):
        load_model(path)
    (tmp_path / "bass.onnx").unlink()
    with pytest.raises(ModelNotFoundError, match=r"bass\.onnx"):
        load_model(path)


def test_a_row_that_a_file_does_not_have_is_named(tmp_path: Path) -> None:
    path = bag(tmp_path)
    spec = load_model(path).spec
    parts = (*spec.parts[:3], Part("vocals.onnx", (("vocals", 4),)))
    sidecar_of(path).write_text(replace(spec, parts=parts).to_json(), encoding="utf-8")
    with pytest.raises(GraphError, match=r"vocals\.onnx gives 4 stems; expected a row 4"):
        load_model(path)


def test_a_row_that_a_file_lacks_is_named_at_the_first_window_where_no_shape_says_it(
    tmp_path: Path,
) -> None:
    path = bag(tmp_path)
    model = load_model(path)
    assert isinstance(model.session, PartSessions)
    parts = (*model.spec.parts[:3], Part("vocals.onnx", (("vocals", 4),)))
    sessions = {name: Told(one, outputs={"stems": ()}) for name, one in
                model.session.sessions.items()}  # fmt: skip
    bad = model_of(PartSessions(sessions), path, replace(model.spec, parts=parts))
    with pytest.raises(GraphError, match=r"vocals\.onnx gives 4 stems; expected a row 4"):
        estimate(bad)


class Told:
    """A session that says other things of itself."""

    def __init__(self, session: object, **told: object) -> None:
        self._session, self._told = session, told

    def __getattr__(self, name: str) -> object:
        return self._told.get(name, getattr(self._session, name))


def test_where_files_run_elsewhere_all_are_told(tmp_path: Path) -> None:
    model = load_model(bag(tmp_path))
    assert isinstance(model.session, PartSessions)
    first, *others = model.session.sessions.items()
    sessions = {first[0]: Told(first[1], provider="CUDAExecutionProvider", note="cuda: asked")}
    both = PartSessions(sessions | dict(others))
    assert both.provider == "CUDAExecutionProvider, CPUExecutionProvider"
    assert all_of(both.provider) == ("CUDAExecutionProvider", "CPUExecutionProvider")
    assert both.note.startswith(f"{FILES[0]} cuda: asked; {FILES[1]} cpu: requested; ")


def test_one_output_can_be_asked_for(tmp_path: Path) -> None:
    session = load_model(bag(tmp_path)).session
    mix = np.ones((1, 2, 8), np.float32)
    assert set(session.outputs) == {f"{name}:stems" for name in FILES}
    assert session.run("bass.onnx:stems", {"mix": mix}).shape == (1, 4, 2, 8)
    assert set(session.types.values()) == {"tensor(float)"} and not session.metadata
