"""All steps in one graph: a `Loop` of the step and Adam, as the engine moves the latent.

Inputs: `mix (1, 1, T)` of peak 1, `target (1, tags)`, `steps` (int64), `rate` (below 0: the error
rises). Outputs: `stems (1, 1, 1, T)`, `tags`, `heard`, and `losses`, one of each step. The
arithmetic is that of engines/methods/steered, to the bit on the CPU.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engines.methods.steered.ascent import FIRST, ONE, SECOND, TINY
from engines.spec import Steering
from export.graphs.build import Builder
from export.graphs.steering.step import Parts, model_of, value

#: The method in the spec of such a file: not one that a host steers.
METHOD = "steered_loop"
_CARRIED = ("latent", "mean", "square", "first_power", "second_power", "stems", "tags")


def to_loop(parts: Parts, steering: Steering, name: str) -> onnx.ModelProto:
    """The graph. A rate in standard deviations of the latent is scaled inside."""
    build = Builder("loop/")
    start = _before(build, parts, steering)
    body = _body(parts)
    carried = [start[one] for one in _CARRIED]
    ends = [f"loop/last_{one}" for one in _CARRIED[:-2]] + ["stems", "tags"]
    go = numpy_helper.from_array(np.array(True), "loop/go")
    loop = helper.make_node(
        "Loop", ["steps", "loop/go", *carried], [*ends, "losses"], "loop/Loop", body=body
    )
    graph = helper.make_graph(
        [*parts.begin.node, *build.nodes, loop],
        name,
        [value("mix", parts.mix), value("target", parts.tags), _number("steps", TensorProto.INT64),
         _number("rate", TensorProto.FLOAT)],
        [value("stems", (1, *parts.mix)), value("tags", parts.tags), value("heard", parts.tags),
         helper.make_tensor_value_info("losses", TensorProto.FLOAT, ["steps", 1])],
        [go, *parts.begin.initializer, *build.constants],
    )  # fmt: skip
    return model_of(parts, graph)


def _before(build: Builder, parts: Parts, steering: Steering) -> dict[str, str]:
    """What the loop begins with, and the rate that it uses."""
    zeros = build.floats(np.zeros(parts.latent))
    one = build.floats(ONE)
    if steering.rate_by == "spread":
        mean = build.op("ReduceMean", "start", keepdims=0)
        apart = build.op("Sub", "start", mean)
        variance = build.op("ReduceMean", build.op("Mul", apart, apart), keepdims=0)
        build.op("Mul", "rate", build.op("Sqrt", variance), output="loop/rate")
    else:
        build.op("Identity", "rate", output="loop/rate")
    silent, none = build.floats(np.zeros((1, *parts.mix))), build.floats(np.zeros(parts.tags))
    begins = ("start", zeros, zeros, one, one, silent, none)
    return dict(zip(_CARRIED, begins, strict=True))


def _body(parts: Parts) -> onnx.GraphProto:
    """One step: the gradient at the latent, and the latent moved."""
    build = Builder("adam/")
    first, second, tiny, one = (build.floats(x) for x in (FIRST, SECOND, TINY, ONE))
    rest_first, rest_second = build.floats(ONE - FIRST), build.floats(ONE - SECOND)

    def op(kind: str, *inputs: str, to: str | None = None) -> str:
        return build.op(kind, *inputs, output=to)

    powers = (op("Mul", "in/first_power", first, to="out/first_power"),
              op("Mul", "in/second_power", second, to="out/second_power"))  # fmt: skip
    kept = op("Mul", "in/mean", first)
    mean = op("Add", kept, op("Mul", "gradient", rest_first), to="out/mean")
    kept = op("Mul", "in/square", second)
    squared = op("Mul", op("Mul", "gradient", "gradient"), rest_second)
    square = op("Add", kept, squared, to="out/square")
    up = op("Div", mean, op("Sub", one, powers[0]))
    down = op("Div", square, op("Sub", one, powers[1]))
    way = op("Div", up, op("Add", op("Sqrt", down), tiny))
    op("Sub", "start/now", op("Mul", "loop/rate", way), to="out/latent")
    begin = helper.make_node("Identity", ["in/latent"], ["start/now"], "adam/Start")
    shapes = _shapes(parts)
    return helper.make_graph(
        [begin, *_step_nodes(parts), *build.nodes,
         helper.make_node("Identity", ["loop/on"], ["loop/still"], "adam/Still")],
        "step",
        [_number("loop/index", TensorProto.INT64), _number("loop/on", TensorProto.BOOL),
         *(value(f"in/{one}", shapes[one]) for one in _CARRIED)],
        [_number("loop/still", TensorProto.BOOL),
         *(value(f"out/{one}", shapes[one]) for one in _CARRIED), value("loss", (1,))],
        [*parts.step.initializer, *build.constants],
    )  # fmt: skip


def _step_nodes(parts: Parts) -> list[onnx.NodeProto]:
    """The step's, of which names that the outer graph has are others."""
    names = {"start": "start/now", "stems": "out/stems", "tags": "out/tags"}
    found = []
    for old in parts.step.node:
        node = onnx.NodeProto()
        node.CopyFrom(old)
        node.input[:] = [names.get(one, one) for one in node.input]
        node.output[:] = [names.get(one, one) for one in node.output]
        found.append(node)
    return found


def _shapes(parts: Parts) -> dict[str, tuple[int, ...]]:
    latent = dict.fromkeys(("latent", "mean", "square"), parts.latent)
    powers: dict[str, tuple[int, ...]] = {"first_power": (), "second_power": ()}
    return latent | powers | {"stems": (1, *parts.mix), "tags": parts.tags}


def _number(name: str, kind: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, [])
