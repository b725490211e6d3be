"""A torch network as an ONNX graph with dynamic batch and time.

torch's TorchScript exporter is the default, for it keeps `nn.LSTM` as one ONNX LSTM with a dynamic
time axis; the newer one (dynamo.py) unrolls it. It is deprecated, which is why the `export` extra
pins torch.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from torch import nn
from torch.jit._trace import TracerWarning

from engines.spec import ModelSpec
from export.graphs import dynamo
from export.graphs.errors import GraphShapeError, UnsupportedGraphError
from export.graphs.fold import fold_batch_norms
from export.graphs.symbolics import corrected
from export.graphs.tensors import (
    Size,
    input_names,
    output_name,
    random_feeds,
    stems_shape,
    usual_sizes,
)

#: The lowest with LayerNormalization as one operator; onnxruntime has run it since 1.12.
OPSET = 17
EXPORTERS = ("torchscript", "dynamo")
#: Named in a graph as what made it.
MAKER = "daw-bridge"


def to_graph(module: nn.Module, spec: ModelSpec, exporter: str = "torchscript") -> onnx.ModelProto:
    """The ONNX graph of `module`, whose forward takes the inputs of `input_names(spec)`.

    Traced in evaluation mode by one of EXPORTERS, weights inside, batch norms folded, without
    metadata. Raises GraphShapeError, UnsupportedGraphError.
    """
    # The newer exporter takes an axis of length 1 for one that is always 1.
    size = Size(1 if exporter == "torchscript" else 2, usual_sizes(spec)[1].time)
    feeds = tuple(torch.from_numpy(value) for value in random_feeds(spec, size, 0).values())
    output = output_name(spec)
    axes = {
        name: {0: "batch"} | ({feed.dim() - 1: "time"} if feed.dim() > 2 else {})
        for name, feed in zip(input_names(spec), feeds, strict=True)
    }
    with evaluating(module), torch.no_grad():
        _check_output(module(*feeds), stems_shape(spec, size))
        if exporter == "torchscript":
            ends = {0: "batch", len(stems_shape(spec, size)) - 1: "time"}
            model = traced(module, feeds, axes, {output: ends})
        else:
            model = dynamo.trace(module, feeds, axes, output)
    _hoist(model)
    fold_batch_norms(model)
    strip(model, spec)
    return model


def _hoist(model: onnx.ModelProto) -> None:
    """Weights of networks within the network (nets/hints.py) are traced as constants: make them
    initialisers, as all weights are."""
    layers = ("Conv", "ConvTranspose", "BatchNormalization")
    wanted = {
        name for node in model.graph.node if node.op_type in layers for name in node.input[1:]
    }
    for node in list(model.graph.node):
        if node.op_type == "Constant" and node.output[0] in wanted:
            tensor = onnx.TensorProto()
            tensor.CopyFrom(next(one.t for one in node.attribute if one.name == "value"))
            tensor.name = node.output[0]
            model.graph.initializer.append(tensor)
            model.graph.node.remove(node)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """The module in evaluation mode; its own mode comes back afterwards."""
    before = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(before)


def traced(
    module: nn.Module,
    feeds: tuple[torch.Tensor, ...],
    axes: dict[str, dict[int, str]],
    outputs: dict[str, dict[int, str]],
    fold: bool = True,
) -> onnx.ModelProto:
    """The graph of a module as torch's TorchScript exporter makes it; `fold`: constants folded.

    `axes` and `outputs` are the inputs and outputs in order, each with its axes of any length.
    Raises UnsupportedGraphError.
    """
    with TemporaryDirectory(prefix="export-") as folder, _quiet(), corrected():
        path = Path(folder) / "traced.onnx"
        try:
            torch.onnx.export(
                module, feeds, path, dynamo=False, opset_version=OPSET,
                input_names=list(axes), output_names=list(outputs), dynamic_axes=axes | outputs,
                do_constant_folding=fold,
            )  # fmt: skip
        except torch.onnx.errors.OnnxExporterError as error:
            expected = f"operators that ONNX opset {OPSET} has"
            action = "write the network with other operations"
            raise UnsupportedGraphError(f"torch: {error}", expected, action) from error
        return onnx.load(path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's own deprecation, and doubts that parity settles by measuring."""
    with warnings.catch_warnings():
        for text, kind in (
            ("You are using the legacy TorchScript", DeprecationWarning),
            ("The feature will be removed", DeprecationWarning),
            ("", TracerWarning),
            ("Exporting a model to ONNX with a batch_size", UserWarning),
            ("Constant folding", UserWarning),
        ):
            warnings.filterwarnings("ignore", text, kind)
        yield


def _check_output(output: torch.Tensor, expected: tuple[int, ...]) -> None:
    if tuple(output.shape) != expected:
        action = "pad in the network, or change its lengths in the spec"
        raise GraphShapeError(f"an output of {tuple(output.shape)}", str(expected), action)


def strip(model: onnx.ModelProto, spec: ModelSpec) -> None:
    """`stripped`, and the output's shape as the spec has it."""
    graph = stripped(model, spec.name).graph
    shape = stems_shape(spec, usual_sizes(spec)[0])
    dims = graph.output[0].type.tensor_type.shape.dim
    for dim, number in list(zip(dims, shape, strict=True))[1:-1]:
        dim.dim_value = number
    dims[0].dim_param = "batch"
    if spec.state:  # one frame
        dims[len(shape) - 1].dim_value = 1
    else:
        dims[len(shape) - 1].dim_param = "time"


def stripped(model: onnx.ModelProto, name: str) -> onnx.ModelProto:
    """The same model: it names this project as its maker; source locations, which are private and
    useless, are dropped."""
    model.producer_name, model.producer_version = MAKER, ""
    graph = model.graph
    model.doc_string = graph.doc_string = ""
    graph.name = name
    del model.metadata_props[:], graph.metadata_props[:], graph.value_info[:]
    for item in [*graph.node, *graph.input, *graph.output, *graph.initializer]:
        item.doc_string = ""
        del item.metadata_props[:]
    return model
