"""All steps of a sampler in one graph: a `Loop` around the step.

Inputs beside those of the field: `noise (N, B, R, C, T)`, drawn before the first step, and
`steps (N, Q)`, the table of `export.graphs.sampling.tables`. Output: `rows (B, R, C, T)`, one
sample, closed. Weights lie inside the loop's body: as outer values onnxruntime would not fuse
convolutions with them, and the bits would differ from the host loop's.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from export.graphs.build import Builder
from export.graphs.sampling.fields import value
from export.graphs.sampling.network import Network
from export.graphs.sampling.step import Plan, advance, as_model


def to_loop(network: Network, plan: Plan) -> onnx.ModelProto:
    """The graph of a whole chain."""
    graph = Builder("loop/")
    count = graph.op("Squeeze", graph.length("steps", 0))
    first = graph.op("Gather", "noise", graph.ints(0), axis=0)
    silence = graph.op(
        "Mul", graph.op("Squeeze", first, graph.ints(0)), graph.floats(np.array([0.0]))
    )
    go = numpy_helper.from_array(np.array(True), "loop/go")
    last = graph.op("Loop", count, go.name, silence, body=_body(network, plan))
    graph.op("Identity", plan.field.close(graph, last), output="rows")
    rows, channels = plan.field.rows, network.channels
    made = helper.make_graph(
        graph.nodes,
        "sampler-loop",
        [
            value("noise", "steps", "B", rows, channels, "T"),
            value("steps", "steps", plan.columns),
            *plan.field.inputs(),
        ],
        [value("rows", "B", rows, channels, "T")],
        [go, *graph.constants],
    )
    return as_model(made, network)


def _body(network: Network, plan: Plan) -> onnx.GraphProto:
    graph = Builder("step/")
    row = graph.op("Gather", "steps", "step/index", axis=0)
    noise = graph.op("Gather", "noise", "step/index", axis=0)
    found, _ = advance(graph, plan, "step/state", row, noise)
    graph.op("Identity", found, output="step/next")
    graph.op("Identity", "step/on", output="step/still")
    shape = ("B", plan.field.rows, network.channels, "T")
    return helper.make_graph(
        graph.nodes,
        "step",
        [
            helper.make_tensor_value_info("step/index", TensorProto.INT64, []),
            helper.make_tensor_value_info("step/on", TensorProto.BOOL, []),
            value("step/state", *shape),
        ],
        [
            helper.make_tensor_value_info("step/still", TensorProto.BOOL, []),
            value("step/next", *shape),
        ],
        [*network.weights, *graph.constants],
    )
