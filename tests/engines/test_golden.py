"""engines.golden: what a model answers for one window, whoever runs it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.golden import difference, golden_of
from engines.load import Model
from engines.window import Control, Estimate, Window
from tests.rigs.tiny_models import MakeModel

FORMS = [{}, {"domain": "stft", "curved": True}, {"conditional": True, "couple": 0.3}]


@pytest.mark.parametrize("form", FORMS)
def test_a_model_answers_what_it_answers(tiny: MakeModel, form: dict[str, object]) -> None:
    model = tiny(**form)
    golden = golden_of(model)
    assert difference(golden, model.method) == 0
    assert np.abs(golden.stems).max() > 0.01
    smallest = min(one.window_samples for one in model.spec.presets.values())
    assert golden.window.mix.shape == (model.spec.channels, smallest)


class Liar:
    """Does something to what another method answers."""

    def __init__(self, model: Model, lie: float) -> None:
        self._model, self._lie = model, lie

    def new_state(self) -> None:
        return None

    def run(self, windows: list[Window], control: Control) -> list[Estimate]:
        found = self._model.method.run(windows, control)
        return [replace(one, stems=one.stems * np.float32(self._lie)) for one in found]


def test_other_answers_are_told(tiny: MakeModel) -> None:
    model = tiny()
    golden = golden_of(model)
    assert difference(golden, Liar(model, 0.0)) == 1
    assert difference(golden, Liar(model, 1.01)) == pytest.approx(0.01, rel=1e-3)
    assert np.isnan(difference(golden, Liar(model, np.nan)))


def test_silence_is_an_answer_too(tiny: MakeModel) -> None:
    model = tiny(gains=(0.0, 0.0, 0.0, 0.0))
    assert difference(golden_of(model), model.method) == 0
    assert difference(golden_of(model), tiny().method) > 1
