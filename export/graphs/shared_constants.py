"""Constants that several parts of a graph hold, as those of loops and branches do, kept once."""

from __future__ import annotations

from collections.abc import Iterator

import onnx

_LEAST_BYTES = 1024
Key = tuple[int, tuple[int, ...], bytes]


def share_constants(model: onnx.ModelProto) -> None:
    """Large constants of subgraphs move to the graph around them, where equal ones become one.

    All names of the model's constants must be different. Small ones stay where they are.
    """
    kept: dict[Key, str] = {}
    renamed: dict[str, str] = {}
    graphs = [model.graph, *_inside(model.graph)]
    for graph in graphs:
        given = {one.name for one in graph.output}  # a graph's own output must be made in it
        stay = [
            one
            for one in graph.initializer
            if one.name in given or not _moves(one, kept, renamed, model.graph)
        ]
        if graph is not model.graph:
            del graph.initializer[:]
            graph.initializer.extend(stay)
    again = [one for one in model.graph.initializer if one.name not in renamed]
    del model.graph.initializer[:]
    model.graph.initializer.extend(again)
    for graph in graphs:
        for node in graph.node:
            node.input[:] = [renamed.get(name, name) for name in node.input]


def _moves(
    one: onnx.TensorProto, kept: dict[Key, str], renamed: dict[str, str], outer: onnx.GraphProto
) -> bool:
    """Whether the constant, or one like it, is the outer graph's from now on."""
    data = one.raw_data
    if len(data) < _LEAST_BYTES:
        return False
    key = (one.data_type, tuple(one.dims), data)
    if key in kept:
        renamed[one.name] = kept[key]
    else:
        kept[key] = one.name
        if all(one.name != other.name for other in outer.initializer):
            outer.initializer.append(one)
    return True


def _inside(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """Every subgraph, at any depth."""
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield attribute.g
                yield from _inside(attribute.g)
