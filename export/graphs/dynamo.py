"""torch's newer exporter, for families without recurrent layers."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from torch import nn

from export.graphs.errors import UnsupportedGraphError

#: The lowest that this exporter writes.
OPSET = 18
_ACTION = "export with --exporter torchscript"


def trace(
    module: nn.Module,
    feeds: tuple[torch.Tensor, ...],
    axes: dict[str, dict[int, str]],
    output: str,
) -> onnx.ModelProto:
    """The graph of `module`; `axes` names the dynamic axes of its inputs, in order.

    Raises UnsupportedGraphError, also where an axis would silently be fixed.
    """
    _refuse_recurrence(module)
    with TemporaryDirectory(prefix="export-") as folder, quiet():
        path = Path(folder) / "traced.onnx"
        try:
            # Its optimiser takes an added 2e-16 for 0, and so log(x + 2e-16) loses its floor.
            torch.onnx.export(
                module, feeds, path, dynamo=True, optimize=False, opset_version=OPSET,
                verbose=False, input_names=list(axes), output_names=[output], external_data=False,
                dynamic_shapes=tuple(axes.values()),
            )  # fmt: skip
        except torch.onnx.errors.OnnxExporterError as error:
            # Its messages are pages long; the reason stands after the heading.
            reason = str(error.__cause__ or error).strip().splitlines()[0]
            expected = "a network that it can trace with dynamic batch and time"
            raise UnsupportedGraphError(f"torch: {reason}", expected, _ACTION) from error
        model = onnx.load(path)
    model.ir_version = onnx.helper.find_min_ir_version_for(list(model.opset_import))
    _require_dynamic(model, axes)
    return model


def _refuse_recurrence(module: nn.Module) -> None:
    """An unrolled layer would take minutes and be right at one length only (torch 2.13)."""
    kinds = {type(m).__name__ for m in module.modules() if isinstance(m, nn.RNNBase)}
    if kinds:
        seen = f"nn.{', nn.'.join(sorted(kinds))}, which torch's newer exporter unrolls"
        raise UnsupportedGraphError(seen, "a network without recurrent layers", _ACTION)


def _require_dynamic(model: onnx.ModelProto, axes: dict[str, dict[int, str]]) -> None:
    for item in model.graph.input:
        dims = item.type.tensor_type.shape.dim
        fixed = [name for axis, name in axes[item.name].items() if not dims[axis].dim_param]
        if fixed:
            seen = f"torch's newer exporter fixed the {' and '.join(fixed)} of {item.name}"
            raise UnsupportedGraphError(seen, "dynamic batch and time", _ACTION)


@contextmanager
def quiet() -> Iterator[None]:
    """Without its advice: what it warns of is settled by parity."""
    logger = logging.getLogger("torch.onnx")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            for text, kind in (
                ("_check_is_size will be removed", FutureWarning),
                (r"`isinstance\(treespec, LeafSpec\)` is deprecated", FutureWarning),
                ("# The axis name", UserWarning),
            ):
                warnings.filterwarnings("ignore", text, kind)
            yield
    finally:
        logger.setLevel(before)
