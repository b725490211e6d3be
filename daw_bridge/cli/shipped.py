"""The models that come with the project."""

from __future__ import annotations

from daw_bridge.settings.parameters import parameter
from engines.load import MODELS, read_spec
from engines.spec import ModelSpec


def shipped() -> dict[str, ModelSpec]:
    """Name -> description of every one, the default one first. Raises EngineError."""
    default = parameter("model").default
    paths = sorted(MODELS.glob("*.onnx"), key=lambda path: (path.stem != default, path.stem))
    return {path.stem: read_spec(path) for path in paths}


def chosen() -> dict[str, ModelSpec]:
    """The same without those that are there for a preset of another one. Raises EngineError."""
    every = shipped()
    others = {one.model for spec in every.values() for one in spec.elsewhere}
    return {name: spec for name, spec in every.items() if name not in others}
