"""An engine that answers something else is refused before any answer is used."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import WrongEngine
from daw_bridge.remote.load import load_model
from daw_bridge.remote.serving import servicer
from engines.methods import one_pass
from engines.types import Audio
from tests.rigs.engines import engine_of
from tests.rigs.tiny_models import make_model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", domain="stft")
    return tmp_path / "tiny.onnx"


def test_the_note_says_how_near_it_is(path: Path) -> None:
    with engine_of(path) as server:
        model = load_model(path, server.address.text)
        assert "the same bits as here" in model.provider_note
        assert "CPUExecutionProvider there" in model.provider_note


@pytest.mark.parametrize(("factor", "words"), [(0.0, "1 of"), (1.01, "0.01 of"), (np.nan, "nan")])
def test_a_liar_is_refused(
    factor: float, words: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = servicer.answer_arrays

    def lying(*args: object) -> dict[str, Audio]:
        found = honest(*args)
        return found | {"stems": found["stems"] * np.float32(factor)}

    monkeypatch.setattr(servicer, "answer_arrays", lying)
    with engine_of(path) as server, pytest.raises(WrongEngine, match=f"answers something.*{words}"):
        load_model(path, server.address.text)


def test_what_processors_may_differ_by_is_taken_and_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = one_pass.Method.run

    def rounding(self: one_pass.Method, *args: object) -> object:
        found = real(self, *args)
        if threading.current_thread().name.startswith("daw-bridge engine"):
            return [replace(one, stems=one.stems * np.float32(1.00001)) for one in found]
        return found

    monkeypatch.setattr(one_pass.Method, "run", rounding)
    with engine_of(path) as server:
        assert "-100 dB from what the CPU answers here" in load_model(
            path, server.address.text
        ).provider_note.replace("-99", "-100")
