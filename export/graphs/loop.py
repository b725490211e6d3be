"""All Gibbs steps in one ONNX graph: a `Loop` around the step graph.

Inputs (B batch, S stems, C channels, N steps, F bins; all float32):
- `mix (B,C,T)` or `mix_mag (B,C,F,T)`;
- `known (B,S,C,T)` or `known_mag (B,S,C,F,T)`: known stems, zeros elsewhere;
- `masks (N,B,S)`: 1 where a stem is drawn anew in that step, never for known stems.
Output: `stems`, or `stems_mag` (take the mixture's phase): each stem's last draw or the mean of its
draws, as the spec's schedule says. Rows without a 1 change nothing, though
they cost a network call: leave them out. The arithmetic is that of engines/methods/gibbs, to the
bit on the CPU. Weights lie inside the loop's body: as outer values onnxruntime would not fuse
convolutions with them, and STFT networks would differ from the host loop in the last bits.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engines.spec import ModelSpec
from export.graphs.errors import UnsupportedGraphError
from export.graphs.tensors import input_names, is_stft, output_name

#: The method name in the spec of such a file: not one that a host loop runs.
METHOD = "gibbs_loop"
_PREFIX = "step/"


def to_loop(step: onnx.ModelProto, spec: ModelSpec) -> onnx.ModelProto:
    """The Loop graph of a conditional step graph. Raises UnsupportedGraphError."""
    _check(step, spec)
    mix, given, flags = input_names(spec)
    suffix = "_mag" if is_stft(spec) else ""
    known, stems = f"known{suffix}", f"stems{suffix}"
    body = _body(step, spec, (mix, given, flags))
    go = numpy_helper.from_array(np.array(True), "loop/go")
    nodes = [
        helper.make_node("Shape", ["masks"], ["loop/steps_1"], "loop/Shape", start=0, end=1),
        helper.make_node("Squeeze", ["loop/steps_1"], ["loop/steps"], "loop/Squeeze"),
        *_run(known, stems, body, _averages(spec)),
    ]
    inputs = {item.name: item for item in step.graph.input}
    graph = helper.make_graph(
        nodes,
        f"{spec.name}-loop",
        [inputs[mix], _renamed(inputs[given], known), _masks(spec)],
        [_renamed(inputs[given], stems)],
        [go, *_constants(5 if is_stft(spec) else 4)],
    )
    model = helper.make_model(graph, opset_imports=step.opset_import, ir_version=step.ir_version)
    model.producer_name, model.producer_version = step.producer_name, step.producer_version
    return model


def _averages(spec: ModelSpec) -> bool:
    return spec.schedule is not None and spec.schedule.estimate == "mean"


def _run(known: str, stems: str, body: onnx.GraphProto, averages: bool) -> list[onnx.NodeProto]:
    """The Loop; where it averages, the sums of all draws are divided by their numbers after it."""
    node, begin = helper.make_node, ["loop/steps", "loop/go", known]
    if not averages:
        return [node("Loop", begin, [stems], "loop/Loop", body=body)]
    return [
        node("Mul", [known, "loop/zero"], ["loop/nothing"], "loop/Nothing"),
        node("Loop", [*begin, "loop/nothing"], ["loop/last", "loop/sum"], "loop/Loop", body=body),
        node("ReduceSum", ["masks", "loop/first_axis"], ["loop/draws"], "loop/Count", keepdims=0),
        node("Unsqueeze", ["loop/draws", "loop/axes"], ["loop/draws_wide"], "loop/Widen_draws"),
        node("Max", ["loop/draws_wide", "loop/one"], ["loop/divisor"], "loop/Max"),
        node("Div", ["loop/sum", "loop/divisor"], ["loop/mean"], "loop/Divide"),
        node("Greater", ["loop/draws_wide", "loop/half"], ["loop/drawn"], "loop/Drawn"),
        node("Where", ["loop/drawn", "loop/mean", "loop/last"], [stems], "loop/Choose"),
    ]


def _check(step: onnx.ModelProto, spec: ModelSpec) -> None:
    if not spec.conditional:
        raise UnsupportedGraphError("no conditioning", "a conditional model", "leave out --loop")
    nested = [n.op_type for n in step.graph.node if any(a.HasField("g") for a in n.attribute)]
    if nested:
        seen = f"subgraphs in {', '.join(nested)}"
        raise UnsupportedGraphError(seen, "a flat step graph", "write the network without branches")


def _body(step: onnx.ModelProto, spec: ModelSpec, inputs: tuple[str, str, str]) -> onnx.GraphProto:
    mix, given, flags = inputs
    weights = {item.name: item.name for item in step.graph.initializer}
    rank = 5 if is_stft(spec) else 4
    nodes = _masking(given, rank) + _flags(mix, flags, spec)
    nodes += _renamed_nodes(step, {mix: mix, **weights})
    nodes += _update(mix, _PREFIX + output_name(spec), is_stft(spec), _averages(spec))
    state = next(item for item in step.graph.input if item.name == given)
    names = [("loop/estimate", "loop/next"), ("loop/total", "loop/total_next")]
    carried = names if _averages(spec) else names[:1]
    return helper.make_graph(
        nodes,
        "step",
        [
            helper.make_tensor_value_info("loop/index", TensorProto.INT64, []),
            helper.make_tensor_value_info("loop/on", TensorProto.BOOL, []),
            *(_renamed(state, before) for before, _ in carried),
        ],
        [
            helper.make_tensor_value_info("loop/still", TensorProto.BOOL, []),
            *(_renamed(state, after) for _, after in carried),
        ],
        list(step.graph.initializer),
    )


def _constants(rank: int) -> list[onnx.TensorProto]:
    axes = np.arange(2, rank, dtype=np.int64)
    return [
        numpy_helper.from_array(axes, "loop/axes"),
        numpy_helper.from_array(np.array([0], np.int64), "loop/first_axis"),
        numpy_helper.from_array(np.array([1], np.int64), "loop/stem_axis"),
        numpy_helper.from_array(np.array([-1], np.int64), "loop/last_axis"),
        numpy_helper.from_array(np.array([1, 1], np.int64), "loop/ones"),
        numpy_helper.from_array(np.array(0, np.float32), "loop/zero"),
        numpy_helper.from_array(np.array(1, np.float32), "loop/one"),
        numpy_helper.from_array(np.array(0.5, np.float32), "loop/half"),
    ]


def _flags(mix: str, flags: str, spec: ModelSpec) -> list[onnx.NodeProto]:
    """flags = mask, or 1 - mask where 1 means given; repeated where there is one per frame."""
    node = helper.make_node
    hot = "loop/mask" if spec.flag_hot == "masked" else "loop/kept"
    if spec.flag_axis == "stem":
        return [node("Identity", [hot], [_PREFIX + flags], "loop/Flags")]
    return [
        node("Shape", [mix], ["loop/time"], "loop/Time", start=-1),
        node("Concat", ["loop/ones", "loop/time"], ["loop/flag_shape"], "loop/Flag_shape", axis=0),
        node("Unsqueeze", [hot, "loop/last_axis"], ["loop/hot_wide"], "loop/Widen_hot"),
        node("Expand", ["loop/hot_wide", "loop/flag_shape"], [_PREFIX + flags], "loop/Flags"),
    ]


def _masking(given: str, rank: int) -> list[onnx.NodeProto]:
    """given = estimate * (1 - mask)."""
    node = helper.make_node
    return [
        node("Gather", ["masks", "loop/index"], ["loop/mask"], "loop/Gather", axis=0),
        node("Sub", ["loop/one", "loop/mask"], ["loop/kept"], "loop/Sub"),
        node("Unsqueeze", ["loop/kept", "loop/axes"], ["loop/kept_wide"], "loop/Widen_kept"),
        node("Mul", ["loop/estimate", "loop/kept_wide"], [_PREFIX + given], "loop/Mask"),
    ]


def _renamed_nodes(step: onnx.ModelProto, names: dict[str, str]) -> list[onnx.NodeProto]:
    nodes = []
    for original in step.graph.node:
        node = onnx.NodeProto()
        node.CopyFrom(original)
        node.name = _PREFIX + original.name
        del node.input[:], node.output[:]
        # An empty name is an input left out.
        node.input.extend(
            names.get(name, _PREFIX + name if name else "") for name in original.input
        )
        node.output.extend(_PREFIX + name if name else "" for name in original.output)
        nodes.append(node)
    return nodes


def _update(mix: str, fresh: str, stft: bool, averages: bool) -> list[onnx.NodeProto]:
    """estimate = where(mask, fresh, estimate), with fresh = masks * mix magnitude in the STFT.

    Where it averages, total = total + where(mask, fresh, 0).
    """
    node = helper.make_node
    nodes = []
    if stft:
        nodes = [
            node("Unsqueeze", [mix, "loop/stem_axis"], ["loop/mix_wide"], "loop/Widen_mix"),
            node("Mul", [fresh, "loop/mix_wide"], ["loop/fresh"], "loop/Apply"),
        ]
        fresh = "loop/fresh"
    sums = [
        node("Where", ["loop/masked", fresh, "loop/zero"], ["loop/drawn_now"], "loop/Drawn_now"),
        node("Add", ["loop/total", "loop/drawn_now"], ["loop/total_next"], "loop/Add"),
    ]
    return [
        *nodes,
        node("Unsqueeze", ["loop/mask", "loop/axes"], ["loop/mask_wide"], "loop/Widen_mask"),
        node("Greater", ["loop/mask_wide", "loop/half"], ["loop/masked"], "loop/Greater"),
        node("Where", ["loop/masked", fresh, "loop/estimate"], ["loop/next"], "loop/Where"),
        *(sums if averages else []),
        node("Identity", ["loop/on"], ["loop/still"], "loop/On"),
    ]


def _renamed(value: onnx.ValueInfoProto, name: str) -> onnx.ValueInfoProto:
    copy = onnx.ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    return copy


def _masks(spec: ModelSpec) -> onnx.ValueInfoProto:
    shape: list[str | int | None] = ["steps", "batch", len(spec.stems)]
    return helper.make_tensor_value_info("masks", TensorProto.FLOAT, shape)
