"""The file that the engine steers: a step, and in front of it the beginning, where it is asked for.

Inputs: `mix (1, 1, T)` of peak 1, `latent (1, numbers, places)`, `target (1, tags)`, `begin (1,)`.
Outputs: `stems (1, 1, 1, T)`, `start`, `gradient`, `loss (1,)`, `tags`, `heard`; see
engines/methods/steered. Where `begin` is 1, and only then, the encoder runs and the taggers hear
the mix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from export.graphs.steering.gradient import graph_of
from export.nets.ascent import Ascent, Begin

STEP_OUTPUTS = ("gradient", "loss", "stems", "tags")
_BEGIN, _STEP = "begin/", "step/"


@dataclass(frozen=True)
class Parts:
    """The graphs of a beginning (mix -> start, heard) and a step (start, mix, target -> ...), whose
    other names begin with begin/ and step/; and the shapes of latent, mix and tags.
    """

    begin: onnx.GraphProto
    step: onnx.GraphProto
    opsets: tuple[onnx.OperatorSetIdProto, ...]
    ir_version: int
    latent: tuple[int, ...]
    mix: tuple[int, ...]
    tags: tuple[int, ...]


def parts_of(begin: Begin, ascent: Ascent, samples: int) -> Parts:
    """Both networks, in evaluation mode, as graphs for that many samples.

    Raises UnsupportedGraphError.
    """
    mix = 0.1 * torch.randn(1, 1, samples, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        latent, tags = begin(mix)
    target = torch.zeros_like(tags)
    target[0, 0] = 1
    first = graph_of(begin, (mix,), ["mix"], ["start", "heard"])
    step = graph_of(ascent, (latent, mix, target), ["start", "mix", "target"], STEP_OUTPUTS)
    kept = {"mix", "target", "start", "heard", *STEP_OUTPUTS}
    opsets = {one.domain: one for one in (*first.opset_import, *step.opset_import)}
    return Parts(
        prefixed(first.graph, _BEGIN, kept), prefixed(step.graph, _STEP, kept),
        tuple(opsets.values()), max(first.ir_version, step.ir_version), tuple(latent.shape),
        tuple(mix.shape), tuple(tags.shape),
    )  # fmt: skip


def prefixed(graph: onnx.GraphProto, prefix: str, kept: set[str]) -> onnx.GraphProto:
    """The graph, of which all names but those kept begin with the prefix."""

    def name(old: str) -> str:
        return old if not old or old in kept else prefix + old

    found = onnx.GraphProto()
    found.CopyFrom(graph)
    for node in found.node:
        node.name = prefix + node.name
        node.input[:] = [name(one) for one in node.input]
        node.output[:] = [name(one) for one in node.output]
    for item in (*found.initializer, *found.input, *found.output):
        item.name = name(item.name)
    return found


def to_step(parts: Parts, name: str) -> onnx.ModelProto:
    """The whole graph, named so."""
    node = helper.make_node
    nodes = [
        node("Greater", ["begin", "half"], ["begins"], "Begins"),
        node("If", ["begins"], ["start", "heard"], "Begin", then_branch=_beginning(parts),
             else_branch=_going_on()),
        *parts.step.node,
    ]  # fmt: skip
    latent, mix, tags = parts.latent, parts.mix, parts.tags
    inputs = [value("mix", mix), value("latent", latent), value("target", tags),
              value("begin", (1,))]  # fmt: skip
    outputs = [value("stems", (1, *mix)), value("start", latent), value("gradient", latent),
               value("loss", (1,)), value("tags", tags), value("heard", tags)]  # fmt: skip
    half = numpy_helper.from_array(np.array(0.5, np.float32), "half")
    nothing = numpy_helper.from_array(np.zeros(tags, np.float32), "nothing_heard")
    constants = [half, nothing, *parts.step.initializer]
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    return model_of(parts, graph)


def model_of(parts: Parts, graph: onnx.GraphProto) -> onnx.ModelProto:
    """A model of the parts' versions, made by this project."""
    model = helper.make_model(graph, opset_imports=parts.opsets, ir_version=parts.ir_version)
    model.producer_name = "daw-bridge"
    return model


def _beginning(parts: Parts) -> onnx.GraphProto:
    """The branch that makes the mix's latent. An inner name may not be that of an outer one."""
    graph = onnx.GraphProto()
    graph.CopyFrom(parts.begin)
    graph.name = "begin"
    del graph.input[:]
    inner = {"start": "begin/start", "heard": "begin/heard"}
    for node in graph.node:
        node.input[:] = [inner.get(one, one) for one in node.input]
        node.output[:] = [inner.get(one, one) for one in node.output]
    for item in graph.output:
        item.name = inner[item.name]
    return graph


def _going_on() -> onnx.GraphProto:
    """The branch that takes the latent as it is, and listens to nothing."""
    nodes = [
        helper.make_node("Identity", ["latent"], ["on/start"], "on/Start"),
        helper.make_node("Identity", ["nothing_heard"], ["on/heard"], "on/Heard"),
    ]
    outputs = [helper.make_tensor_value_info(one, TensorProto.FLOAT, None)
               for one in ("on/start", "on/heard")]  # fmt: skip
    return helper.make_graph(nodes, "on", [], outputs)


def value(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
    """An input or output of float32."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))
