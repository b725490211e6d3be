"""Named arrays as the Open Inference Protocol carries them: raw bytes, little-endian."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import service_pb2 as pb

from daw_bridge.errors import BadMessage

Arrays = dict[str, NDArray[Any]]
TYPES: dict[str, np.dtype[Any]] = {
    "FP32": np.dtype("<f4"), "FP64": np.dtype("<f8"), "INT64": np.dtype("<i8"),
    "BOOL": np.dtype("?"),
}  # fmt: skip
_NAMES = {kind.base: name for name, kind in TYPES.items()}
_MOST_AXES = 8
_MOST_TEXT = 60

assert sys.byteorder == "little", "arrays are carried as they lie in memory"


def request_of(model: str, arrays: Mapping[str, NDArray[Any]], outputs: Sequence[str] = (),
               parameters: Mapping[str, str] | None = None) -> pb.ModelInferRequest:  # fmt: skip
    """A call of `model`; () asks for all outputs."""
    request = pb.ModelInferRequest(model_name=model)
    for name, text in (parameters or {}).items():
        request.parameters[name].string_param = text
    for name, array in arrays.items():
        request.inputs.add(name=name, datatype=_NAMES[array.dtype], shape=array.shape)
        request.raw_input_contents.append(_bytes(array))
    for name in outputs:
        request.outputs.add(name=name)
    return request


def response_of(request: pb.ModelInferRequest, arrays: Arrays) -> pb.ModelInferResponse:
    """The answer to it."""
    answer = pb.ModelInferResponse(
        model_name=request.model_name, model_version=request.model_version or "1", id=request.id
    )
    for name, array in arrays.items():
        answer.outputs.add(name=name, datatype=_NAMES[array.dtype], shape=array.shape)
        answer.raw_output_contents.append(_bytes(array))
    return answer


def inputs_of(request: pb.ModelInferRequest) -> Arrays:
    """The arrays of a call, not to be written to. Raises BadMessage."""
    return _arrays(request.inputs, request.raw_input_contents)


def outputs_of(answer: pb.ModelInferResponse) -> Arrays:
    """Those of an answer. Raises BadMessage."""
    return _arrays(answer.outputs, answer.raw_output_contents)


def parameters_of(request: pb.ModelInferRequest) -> dict[str, str]:
    """The texts beside a call's arrays."""
    return {name: one.string_param for name, one in request.parameters.items()}


def _bytes(array: NDArray[Any]) -> bytes:
    return np.ascontiguousarray(array).tobytes()


def _arrays(heads: Sequence[Any], raw: Sequence[bytes]) -> Arrays:
    if len(heads) != len(raw):
        seen = f"{len(heads)} tensors with {len(raw)} raw contents"
        raise BadMessage(seen, "raw bytes for each of them", "Send raw contents.")
    found: Arrays = {}
    for head, content in zip(heads, raw, strict=True):
        if head.name in found:
            seen = f"two tensors {head.name[:_MOST_TEXT]!r}"
            raise BadMessage(seen, "each once", "Check the call.")
        found[head.name] = _array(head, content)
    return found


def _array(head: Any, content: bytes) -> NDArray[Any]:
    kind, shape = TYPES.get(head.datatype), tuple(head.shape)
    name, word = head.name[:_MOST_TEXT], head.datatype[:_MOST_TEXT]
    seen = f"tensor {name!r} of {word} {list(shape)[:_MOST_AXES]}"
    if kind is None:
        raise BadMessage(seen, "one of " + ", ".join(TYPES), "Check the call.")
    holds = len(shape) <= _MOST_AXES and all(length >= 0 for length in shape)
    if not holds or prod(shape) * kind.itemsize != len(content):
        expected = f"a shape whose values are its {len(content)} bytes"
        raise BadMessage(seen, expected, "Check the call.")
    if kind == np.bool_ and content.strip(b"\0\1"):  # numpy would count other bytes wrongly
        raise BadMessage(f"{seen} with other bytes than 0 and 1", "0 or 1", "Check the call.")
    found: NDArray[Any] = np.frombuffer(content, kind).reshape(shape)
    return found
