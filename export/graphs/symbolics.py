"""Corrections to the exporter's operators, in force only while a graph is traced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.onnx import symbolic_helper

_OPSET = 13
_END = 2**63 - 1


@contextmanager
def corrected() -> Iterator[None]:
    """`unflatten` keeps dynamic axes dynamic.

    The exporter's own computes the axis inside the graph, so that shape inference gives up and the
    traced sizes behind it become constants (torch 2.13).
    """
    exporter: Any = torch.onnx
    exporter.register_custom_op_symbolic("aten::unflatten", _unflatten, _OPSET)
    try:
        yield
    finally:
        exporter.unregister_custom_op_symbolic("aten::unflatten", _OPSET)


def _unflatten(graph: Any, value: Any, axis: Any, sizes: Any) -> Any:
    rank = symbolic_helper._get_tensor_rank(value)
    axis = symbolic_helper._maybe_get_const(axis, "i") % rank
    shape = graph.op("Shape", value)
    head = graph.op("Slice", shape, _constant(graph, [0]), _constant(graph, [axis]))
    tail = graph.op("Slice", shape, _constant(graph, [axis + 1]), _constant(graph, [_END]))
    parts = graph.op("Concat", head, *_sizes(graph, sizes), tail, axis_i=0)
    return graph.op("Reshape", value, parts)


def _sizes(graph: Any, sizes: Any) -> list[Any]:
    numbers = symbolic_helper._maybe_get_const(sizes, "is")
    if not symbolic_helper._is_value(numbers):
        return [_constant(graph, numbers)]
    one = _constant(graph, [1])
    return [graph.op("Reshape", size, one) for size in symbolic_helper._unpack_list(sizes)]


def _constant(graph: Any, numbers: list[int]) -> Any:
    return graph.op("Constant", value_t=torch.tensor(numbers, dtype=torch.int64))
