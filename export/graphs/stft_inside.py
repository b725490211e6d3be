"""A mask graph with the STFT around it: waveforms in, waveforms out.

Such a graph needs nothing but itself to separate, in any language, and the methods `waveform` and
`gibbs` serve it as any other. Beside the graph the STFT is faster on a CPU: it transforms given
stems once, not in every Gibbs step, and back only what a hop needs (tests/bench/stft_place.py).
"""

from __future__ import annotations

from dataclasses import replace

import onnx
from onnx import TensorProto, helper
from torch import Tensor, nn

from engines.spec import ModelSpec, StftDomain, WaveformDomain
from export.graphs.build import Builder
from export.graphs.errors import UnsupportedGraphError
from export.graphs.tensors import input_names, output_name
from export.graphs.transforms import Transforms
from export.nets.nade import Nade

#: Where the STFT of a mask model may be.
PLACES = ("beside", "inside")


def inside_spec(spec: ModelSpec) -> ModelSpec:
    """The spec of a mask model with its STFT inside: whole hops, at least one frame.

    Raises UnsupportedGraphError, and SpecError for presets of other lengths.
    """
    domain = _domain(spec)
    if spec.flag_axis == "time":
        # Its frames of flags would be an input that nothing but the graph can count.
        raise UnsupportedGraphError("flags over time", "one per stem", "leave out --stft inside")
    hop = domain.hop_samples
    lengths = WaveformDomain(-(-domain.fft_samples // hop) * hop, hop)
    return replace(spec, domain=lengths, method="gibbs" if spec.conditional else "waveform")


def _domain(spec: ModelSpec) -> StftDomain:
    if isinstance(spec.domain, StftDomain) and spec.domain.centred:
        return spec.domain
    seen = f"a {spec.domain.kind} model"
    raise UnsupportedGraphError(seen, "masks on a centred STFT", "leave out --stft inside")


class Inside(nn.Module):
    """What such a graph has to compute, by torch's own transforms."""

    def __init__(self, network: Nade) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, mix: Tensor, given: Tensor | None = None, flags: Tensor | None = None
    ) -> Tensor:
        """mix (B, C, T), given (B, S, C, T), flags (B, S) -> waveforms (B, S, C, T)."""
        signal = self.network.encode(mix, given)
        return self.network.waveforms(signal, self.network(signal.mix, signal.stems, flags))


def to_inside(graph: onnx.ModelProto, spec: ModelSpec) -> onnx.ModelProto:
    """The graph of `inside_spec(spec)` around a mask graph with `spec`, without metadata.

    Raises UnsupportedGraphError.
    """
    domain, channels, stems = _domain(spec), spec.channels, len(spec.stems)
    before, after = (
        Transforms(Builder(f"stft/{way}/"), domain, channels, stems) for way in ("to", "back")
    )
    names = input_names(spec)
    mix = before.spectrum("mix")
    before.magnitudes(mix, names[0], channels)
    inputs = [_audio("mix", channels)]
    if spec.conditional:
        before.magnitudes(before.spectrum("given"), names[1], stems, channels)
        flags = next(item for item in graph.graph.input if item.name == names[2])
        inputs += [_audio("given", stems, channels), flags]
    after.waveforms(mix, output_name(spec), "stems")
    return _joined(graph, before.build, after.build, inputs, _audio("stems", stems, channels))


def _joined(
    graph: onnx.ModelProto,
    before: Builder,
    after: Builder,
    inputs: list[onnx.ValueInfoProto],
    output: onnx.ValueInfoProto,
) -> onnx.ModelProto:
    nodes = [*before.nodes, *graph.graph.node, *after.nodes]
    weights = [*graph.graph.initializer, *before.constants, *after.constants]
    inner = helper.make_graph(nodes, graph.graph.name, inputs, [output], weights)
    model = helper.make_model(inner, opset_imports=graph.opset_import, ir_version=graph.ir_version)
    model.producer_name, model.producer_version = graph.producer_name, graph.producer_version
    return model


def _audio(name: str, *sizes: int) -> onnx.ValueInfoProto:
    shape: list[str | int | None] = ["batch", *sizes, "time"]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
