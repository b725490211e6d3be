"""Errors of the engines: each has a code and says what was seen, expected, and what to do."""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """Base of all engine errors.

    `seen`, `expected` and `action` are short English clauses; `code` is stable, for machines.
    """

    code: ClassVar[str] = "engine"

    def __init__(self, seen: str, expected: str, action: str) -> None:
        super().__init__(seen, expected, action)
        self.seen = seen
        self.expected = expected
        self.action = action

    def __str__(self) -> str:
        return f"{self.seen}; expected {self.expected}; {self.action} [{self.code}]"


class SpecError(EngineError):
    """A model's description is missing, malformed or contradicts itself."""

    code = "model_spec"


class ModelNotFoundError(EngineError):
    """No model file has the requested name or path."""

    code = "model_not_found"


class ModelFileError(EngineError):
    """The file exists but is not an ONNX graph that onnxruntime can load."""

    code = "model_file"


class RecipeError(EngineError):
    """No recipe describes the file, or one asks for what was not given."""

    code = "recipe"


class GraphError(EngineError):
    """The graph's inputs, outputs or shapes differ from what its spec promises."""

    code = "model_graph"


class MethodError(EngineError):
    """The spec names an inference method that does not exist or does not suit the model."""

    code = "model_method"


class DeviceError(EngineError):
    """The requested device is not available."""

    code = "device"


class InferenceError(EngineError):
    """onnxruntime failed while running the graph."""

    code = "inference"


class SettingsError(EngineError):
    """Stream settings are out of range or do not suit the model."""

    code = "settings"


class AudioError(EngineError):
    """An audio block has the wrong shape, type or stems."""

    code = "audio"


class StreamStateError(EngineError):
    """Calls to a stream came in an invalid order (push after flush, push mixed with feed)."""

    code = "stream_state"


class TagError(EngineError):
    """A tag that the model does not know, or none where it needs some."""

    code = "tag"
