"""Models that are asked for tags, asked: the same graph with other stems."""

from __future__ import annotations

from dataclasses import replace

from engines.load import Model
from engines.spec import ModelSpec


def tagged(model: Model, text: str) -> Model:
    """The same graph, whose stems are those tags (`flute,guitar+drums`). Raises TagError."""
    return _of_spec(model, model.spec.tagged(text))


def listening(model: Model, text: str) -> Model:
    """The same graph with one stem, `query`, which is all of those tags. Raises TagError."""
    return _of_spec(model, model.spec.listening(text))


def _of_spec(model: Model, spec: ModelSpec) -> Model:
    return replace(model, spec=spec, method=model.make(spec, model.session))


def to_try(model: Model) -> Model:
    """The model; one that has to be asked for tags, asked for its first."""
    asking = model.spec.asking
    return model if asking is None or asking.targets else tagged(model, asking.tags[0])
