"""A denoiser's graph of a few nodes: it hears its level, its labels and what is around a sample."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from export.graphs.build import Builder
from export.graphs.sampling.fields import value


def make_denoiser(labels: int = 4, channels: int = 1, width: int = 6) -> onnx.ModelProto:
    """noisy (N, C, T), sigma (N,), labels (N, L) -> clean (N, C, T), with seeded weights."""
    rng = np.random.default_rng(7)
    graph = Builder("")

    def weight(name: str, *shape: int) -> str:
        values = (0.5 * rng.standard_normal(shape)).astype(np.float32)
        graph.constants.append(numpy_helper.from_array(values, name))
        return name

    level = graph.reshaped("sigma", -1, 1, 1)
    square = graph.op("Mul", level, level)
    power = graph.floats(np.array([0.01]))
    gain = graph.op("Div", power, graph.op("Add", square, power))
    scaled = graph.op("Mul", "noisy", gain)
    told = graph.op("Unsqueeze", graph.op("MatMul", "labels", weight("told", labels, width)),
                    graph.ints(2))  # fmt: skip
    heard = graph.op("Conv", scaled, weight("first", width, channels, 5), pads=[2, 2])
    hidden = graph.op("Tanh", graph.op("Add", heard, told))
    added = graph.op("Conv", hidden, weight("second", channels, width, 3), pads=[1, 1])
    quiet = graph.op("Mul", added, graph.floats(np.array([0.01])))
    graph.op("Add", scaled, quiet, output="clean")
    made = helper.make_graph(
        graph.nodes,
        "denoiser",
        [value("noisy", "N", channels, "T"), value("sigma", "N"), value("labels", "N", labels)],
        [value("clean", "N", channels, "T")],
        graph.constants,
    )
    opset = helper.make_opsetid("", 18)
    return helper.make_model(made, opset_imports=[opset], ir_version=8)
