"""A network's gradient as an ONNX graph, of one length.

torch.onnx cannot export a gradient that is taken inside a network. `make_fx` can write it down as
plain operations first; of these the exporter lacks one, the backward pass of a convolution, which
for weights that do not move is a convolution, too: the transposed one.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnx
import torch
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx

from export.graphs.dynamo import quiet
from export.graphs.errors import UnsupportedGraphError
from export.graphs.torch_graph import MAKER

OPSET = 20


def graph_of(
    module: nn.Module, feeds: tuple[Tensor, ...], inputs: Sequence[str], outputs: Sequence[str]
) -> onnx.ModelProto:
    """The graph of a module in evaluation mode, gradients and all, for the shapes of `feeds`.

    Raises UnsupportedGraphError.
    """
    table = {torch.ops.aten.convolution_backward.default: _convolution_backward}

    def call(*values: Tensor) -> Any:  # a module would be traced as one
        return module(*values)

    plain = make_fx(call, decomposition_table=table)(*feeds).eval()
    with TemporaryDirectory(prefix="export-") as folder, quiet(), warnings.catch_warnings():
        path = Path(folder) / "traced.onnx"
        try:
            torch.onnx.export(
                plain, feeds, path, dynamo=True, optimize=False, opset_version=OPSET,
                verbose=False, input_names=list(inputs), output_names=list(outputs),
                external_data=False,
            )  # fmt: skip
        except torch.onnx.errors.OnnxExporterError as error:
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            expected = "operations of which torch can write the gradient as a graph"
            action = "write the network with other operations"
            raise UnsupportedGraphError(f"torch: {reason}", expected, action) from error
        return _stripped(onnx.load(path))


def _convolution_backward(
    gradient: Tensor, signal: Tensor, weight: Tensor, bias_sizes: Any, stride: list[int],
    padding: list[int], dilation: list[int], transposed: bool, output_padding: list[int],
    groups: int, wanted: Any,
) -> tuple[Tensor, None, None]:  # fmt: skip
    """The gradient by the signal alone: weights do not move."""
    convolve, axes = torch.ops.aten.convolution.default, range(weight.dim() - 2)
    if transposed:
        none = [0 for _ in axes]
        sizes = (stride, padding, dilation, False, none, groups)
        return convolve(gradient, weight, None, *sizes), None, None
    # A strided convolution leaves samples at the end out; their gradient is 0.
    left = [
        signal.shape[2 + k] - (gradient.shape[2 + k] - 1) * stride[k] + 2 * padding[k]
        - dilation[k] * (weight.shape[2 + k] - 1) - 1
        for k in axes
    ]  # fmt: skip
    sizes = (stride, padding, dilation, True, left, groups)
    return convolve(gradient, weight, None, *sizes), None, None


def _stripped(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without source locations, which are private and useless. Raises UnsupportedGraphError."""
    if model.functions:
        seen = f"functions {', '.join(sorted({one.name for one in model.functions}))}"
        raise UnsupportedGraphError(seen, "operators of ONNX", "use the pinned torch")
    model.producer_name, model.producer_version = MAKER, ""
    model.ir_version = onnx.helper.find_min_ir_version_for(list(model.opset_import))
    graph = model.graph
    model.doc_string = graph.doc_string = ""
    del model.metadata_props[:], graph.metadata_props[:], graph.value_info[:]
    for item in [*graph.node, *graph.input, *graph.output, *graph.initializer]:
        item.doc_string = ""
        del item.metadata_props[:]
    return model
