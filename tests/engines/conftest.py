"""Fixtures of the engines' tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.load import Model, load_model
from tests.rigs.tiny_models import MakeModel, make_model


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> MakeModel:
    """Loads a tiny model made with these options (tests.rigs.tiny_models.make_model), once each."""
    folder = tmp_path_factory.mktemp("models")
    made: dict[str, Model] = {}

    def make(**options: object) -> Model:
        key = repr(sorted(options.items()))
        if key not in made:
            path = Path(folder) / f"{len(made)}.onnx"
            make_model(path, **options)
            made[key] = load_model(path)
        return made[key]

    return make
