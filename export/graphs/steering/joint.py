"""The file that the engine steers all of a window's stems with at once, for any number of them.

Inputs: `mix (1, 1, T)` of peak 1, `latent (rows, bins, frames)`, the logits of masks, `given
(rows, 1, T)`, `target (rows, tags)` of 0 and 1, all 0 in the rest's row, and `begin (1,)`. Outputs:
`stems (1, rows, 1, T)`, `start`, `gradient`, `loss (1,)`, `tags (rows, tags)`, `heard (1, tags)`.

`begin` 1: masks begin even, or as the tags' equalisers; 2: as the ratio of the magnitudes of
`given`; 0: as `latent` has them. The graphs of a row (nets/joint.py) are run over all rows by Scan;
the softmax, its gradient, and which tags must not be in which row stand around them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper

from export.graphs.build import Builder
from export.graphs.shared_constants import share_constants
from export.graphs.steering.gradient import graph_of
from export.graphs.steering.step import prefixed
from export.graphs.torch_graph import MAKER
from export.nets.joint import RowStart, RowStep

Array = NDArray[np.float32]
Covers = tuple[tuple[str, ...], ...]
#: Gains that masks may begin with.
LEAST_GAIN, EVEN = 1e-2, 0.5
_STEP = ("row/gradient", "row/loss", "row/stem", "row/tags")


@dataclass(frozen=True)
class Sizes:
    """Samples of a window; bins and frames of a mask; the tags."""

    samples: int
    bins: int
    frames: int
    tags: int


@dataclass(frozen=True)
class Relations:
    """Of each two tags (tags, tags) float32: whether they have a leaf in common; whether the second
    has none that the first has not. And how many leaves each has."""

    meets: Array
    inside: Array
    leaves: Array


def relations(covers: Covers) -> Relations:
    """Of tags that cover these leaves."""
    sets = [frozenset(one) for one in covers]
    meets = np.array([[bool(one & two) for two in sets] for one in sets], np.float32)
    inside = np.array([[two <= one for two in sets] for one in sets], np.float32)
    return Relations(meets, inside, np.array([len(one) for one in sets], np.float32))


def unwanted(target: Array, covers: Covers) -> Array:
    """(rows, tags), the last row the rest's -> 1 for each tag that must not be in a row.

    In a stem: what has no leaf in common with it, and what another stem of fewer leaves takes out
    of it (of `drums` and `kick`, the kick). In the rest: what is wanted, whole.
    """
    how = relations(covers)
    stem = np.minimum(target.sum(axis=1, keepdims=True), 1)
    leaves = target @ how.leaves
    smaller = (leaves[None, :] < leaves[:, None]).astype(np.float32)
    taken = np.minimum((smaller @ target) @ how.inside, 1)
    apart = 1 - np.minimum(target @ how.meets, 1)
    inside = np.minimum(target.max(axis=0, keepdims=True) @ how.inside, 1)
    found = stem * np.minimum(apart + taken, 1) * (1 - target) + (1 - stem) * inside
    return np.asarray(found, np.float32)


@dataclass(frozen=True)
class Parts:
    """Graphs: what hears the mix, what a row begins with, and a row's step."""

    hears: onnx.ModelProto
    starts: onnx.ModelProto
    steps: onnx.ModelProto
    sizes: Sizes


def to_joint(parts: Parts, covers: Covers, gains: Array | None, name: str) -> onnx.ModelProto:
    """The graph. gains (tags, bins), between 0 and 1: the equalisers that masks begin as; None:
    even.
    """
    sizes = parts.sizes
    build = Builder("joint/")
    stem = build.op("Min", build.op("ReduceSum", "target", build.ints(1)), build.floats(np.ones(1)))
    rest = build.op("Sub", build.floats(np.ones(1)), stem)
    _begin(build, parts.starts, sizes, gains, (stem, rest))
    masks = build.op("Softmax", "start", axis=0)
    banned = _unwanted(build, covers, (stem, rest))
    build.nodes.extend(parts.hears.graph.node)
    build.op("ReduceMax", "hears/answers", build.ints(0), keepdims=1, output="heard")
    raw, losses, stems = (build.name() for _ in range(3))
    body = _body(parts.steps.graph, "row",
                 [("row/mask", (sizes.bins, sizes.frames)), ("row/target", (sizes.tags,)),
                  ("row/unwanted", (sizes.tags,))],
                 [(_STEP[0], (sizes.bins, sizes.frames)), (_STEP[1], (1,)),
                  (_STEP[2], (1, sizes.samples)), (_STEP[3], (sizes.tags,))])  # fmt: skip
    build.nodes.append(helper.make_node(
        "Scan", [masks, "target", banned], [raw, losses, stems, "tags"], "joint/Rows",
        body=body, num_scan_inputs=3,
    ))  # fmt: skip
    build.op("ReduceSum", losses, build.ints(0), keepdims=0, output="loss")
    build.op("Unsqueeze", stems, build.ints(0), output="stems")
    mean = build.op("ReduceSum", build.op("Mul", masks, raw), build.ints(0))
    build.op("Mul", masks, build.op("Sub", raw, mean), output="gradient")
    return _model(build, parts, name)


def parts_of(start: RowStart, step: RowStep, sizes: Sizes) -> Parts:
    """Networks in evaluation mode as graphs for windows of that size.

    Raises UnsupportedGraphError.
    """
    seed = torch.Generator().manual_seed(0)
    mix = 0.1 * torch.randn(1, 1, sizes.samples, generator=seed)
    with torch.no_grad():
        answers = step.hear(mix)
    mask = torch.full((sizes.bins, sizes.frames), EVEN)
    target, banned = torch.zeros(sizes.tags), torch.ones(sizes.tags)  # not one: traced as one
    hears = graph_of(step.hear, (mix,), ["mix"], ["answers"])
    feeds = (mix[0], torch.full((sizes.bins,), EVEN), torch.zeros(1))
    starts = graph_of(start, feeds, ["given", "gains", "draft"], ["logits"])
    inputs = ["mask", "mix", "answers", "target", "unwanted"]
    steps = graph_of(step, (mask, mix, answers, target, banned), inputs,
                     ["gradient", "loss", "stem", "tags"])  # fmt: skip
    for model, prefix, kept in ((hears, "hears/", {"mix"}), (starts, "begins/", {"draft"}),
                                (steps, "row/", {"mix"})):  # fmt: skip
        model.graph.CopyFrom(prefixed(model.graph, prefix, kept))
    for node in steps.graph.node:
        node.input[:] = ["hears/answers" if one == "row/answers" else one for one in node.input]
    return Parts(hears, starts, steps, sizes)


def _begin(
    build: Builder, starts: onnx.ModelProto, sizes: Sizes, gains: Array | None,
    kinds: tuple[str, str],
) -> None:  # fmt: skip
    """`start` and, for those that begin as a sound, `draft`."""
    stem, rest = kinds
    even = build.op("Mul", rest, build.floats(np.full(sizes.bins, EVEN)))
    if gains is None:
        own = build.op("Mul", stem, build.floats(np.full(sizes.bins, EVEN)))
    else:
        summed = build.op("MatMul", "target", build.floats(gains))
        bounds = build.floats(np.float32(LEAST_GAIN)), build.floats(np.float32(1 - LEAST_GAIN))
        own = build.op("Mul", stem, build.op("Clip", summed, *bounds))
    row_gains = build.op("Add", own, even)
    drafts = build.op("Greater", "begin", build.floats(np.full(1, 1.5)))
    build.op("Cast", drafts, to=TensorProto.FLOAT, output="draft")
    begins = build.op("Greater", "begin", build.floats(np.full(1, 0.5)))
    body = _body(starts.graph, "begin",
                 [("begins/given", (1, sizes.samples)), ("begins/gains", (sizes.bins,))],
                 [("begins/logits", (sizes.bins, sizes.frames))])  # fmt: skip
    scan = helper.make_node("Scan", ["given", row_gains], ["begins/all"], "begins/Rows",
                            body=body, num_scan_inputs=2)  # fmt: skip
    same = helper.make_node("Identity", ["latent"], ["on/all"], "on/Start")
    branches = [
        helper.make_graph([node], label, [],
                          [helper.make_tensor_value_info(out, TensorProto.FLOAT, None)])
        for node, label, out in ((scan, "begins", "begins/all"), (same, "on", "on/all"))
    ]  # fmt: skip
    build.nodes.append(helper.make_node(
        "If", [begins], ["start"], "joint/Begin", then_branch=branches[0], else_branch=branches[1]
    ))  # fmt: skip


def _unwanted(build: Builder, covers: Covers, kinds: tuple[str, str]) -> str:
    """As `unwanted`, in the graph."""
    (stem, rest), how = kinds, relations(covers)
    one = build.floats(np.ones(1))

    def least_one(value: str) -> str:
        return build.op("Min", value, one)

    inside = build.floats(how.inside)
    leaves = build.op("MatMul", "target", build.floats(how.leaves[:, None]))
    smaller = build.op("Less", build.op("Transpose", leaves), leaves)
    others = build.op("MatMul", build.op("Cast", smaller, to=TensorProto.FLOAT), "target")
    taken = least_one(build.op("MatMul", others, inside))
    meets = least_one(build.op("MatMul", "target", build.floats(how.meets)))
    apart = least_one(build.op("Add", build.op("Sub", one, meets), taken))
    own = build.op("Mul", apart, build.op("Sub", one, "target"))
    wanted = build.op("ReduceMax", "target", build.ints(0), keepdims=1)
    whole = least_one(build.op("MatMul", wanted, inside))
    return build.op("Add", build.op("Mul", stem, own), build.op("Mul", rest, whole))


Shapes = list[tuple[str, tuple[int, ...]]]


def _body(graph: onnx.GraphProto, name: str, inputs: Shapes, outputs: Shapes) -> onnx.GraphProto:
    """Nodes of a row's graph, as what Scan runs."""
    ins, outs = (
        [helper.make_tensor_value_info(one, TensorProto.FLOAT, list(shape)) for one, shape in some]
        for some in (inputs, outputs)
    )
    return helper.make_graph(list(graph.node), name, ins, outs, list(graph.initializer))


def _model(build: Builder, parts: Parts, name: str) -> onnx.ModelProto:
    def info(one: str, *shape: int | str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(one, TensorProto.FLOAT, list(shape))

    sizes = parts.sizes
    rows, samples, tags = "rows", sizes.samples, sizes.tags
    mask = (rows, sizes.bins, sizes.frames)
    graph = helper.make_graph(
        build.nodes, name,
        [info("mix", 1, 1, samples), info("latent", *mask), info("given", rows, 1, samples),
         info("target", rows, tags), info("begin", 1)],
        [info("stems", 1, rows, 1, samples), info("start", *mask), info("gradient", *mask),
         info("loss", 1), info("tags", rows, tags), info("heard", 1, tags)],
        [*parts.hears.graph.initializer, *build.constants],
    )  # fmt: skip
    traced = (parts.hears, parts.starts, parts.steps)
    opsets = {one.domain: one for model in traced for one in model.opset_import}
    version = max(model.ir_version for model in traced)
    model = helper.make_model(graph, opset_imports=list(opsets.values()), ir_version=version)
    model.producer_name = MAKER
    share_constants(model)  # the STFT of what masks begin as is that of a step
    return model
