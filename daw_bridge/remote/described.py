"""What an engine says of a model: the protocol's own words, and what it has no words for."""

from __future__ import annotations

from collections.abc import Mapping

from tritonclient.grpc import service_pb2 as pb

from daw_bridge.remote.window_call import CUT
from engines.session import PortShape, Session
from engines.spec import SPEC_KEY, ModelSpec

PLATFORM = "daw_bridge"
FORM, DIGEST = "daw_bridge.form", "daw_bridge.digest"
PROVIDER, NOTE = "daw_bridge.provider", "daw_bridge.provider_note"
STEMS, WAY, TAGS = "daw_bridge.stems", "daw_bridge.way", "daw_bridge.tags"
"""Parameters of a call: stems that are wanted, and for what a model is asked in which way."""
STARTED = "daw_bridge.started."
"""Begins the one of a server's extensions that is another after each start."""
WINDOW, NETWORK = "window", "network"
SPEC = SPEC_KEY

_FLOAT = "tensor(float)"
_TYPES = {"FP32": _FLOAT, "FP64": "tensor(double)", "FP16": "tensor(float16)",
          "INT64": "tensor(int64)", "INT32": "tensor(int32)", "BOOL": "tensor(bool)"}  # fmt: skip
_NAMES = {word: name for name, word in _TYPES.items()}


def told(spec: ModelSpec, digest: str, provider: str, note: str) -> dict[str, str]:
    """The parameters of a window model's configuration."""
    return {
        FORM: WINDOW, SPEC: spec.to_json(), DIGEST: digest, PROVIDER: provider, NOTE: note,
    }  # fmt: skip


def window_metadata(name: str, spec: ModelSpec) -> pb.ModelMetadataResponse:
    """The tensors of every call; what some models have besides is in `window_call`."""
    answer = pb.ModelMetadataResponse(name=name, versions=["1"], platform=PLATFORM)
    answer.inputs.add(name="mix", datatype="FP32", shape=[-1, spec.channels, -1])
    answer.inputs.add(name="cut", datatype="INT64", shape=[-1, len(CUT)])
    answer.outputs.add(name="stems", datatype="FP32",
                       shape=[-1, len(spec.stems), spec.channels, -1])  # fmt: skip
    answer.outputs.add(name="counts", datatype="INT64", shape=[-1, 2])
    return answer


def network_metadata(name: str, session: Session) -> pb.ModelMetadataResponse:
    """A graph's own tensors."""
    answer = pb.ModelMetadataResponse(name=name, versions=["1"], platform=PLATFORM)
    for rows, shapes in ((answer.inputs, session.inputs), (answer.outputs, session.outputs)):
        for port, shape in shapes.items():
            kind = _NAMES.get(session.types[port], session.types[port])
            rows.add(name=port, datatype=kind, shape=_lengths(shape))
    return answer


def shapes_of(rows: object) -> dict[str, PortShape]:
    """The shapes of a graph's tensors, None for any length."""
    return {one.name: _shape(one.shape) for one in rows}  # type: ignore[attr-defined]


def types_of(answer: pb.ModelMetadataResponse) -> Mapping[str, str]:
    """Their types, as ONNX writes them."""
    rows = (*answer.inputs, *answer.outputs)
    return {one.name: _TYPES.get(one.datatype, one.datatype) for one in rows}


def _lengths(shape: PortShape) -> list[int]:
    return [one if isinstance(one, int) else -1 for one in shape]


def _shape(lengths: list[int]) -> PortShape:
    return [None if one < 0 else one for one in lengths]
