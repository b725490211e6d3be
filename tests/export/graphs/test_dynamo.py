"""torch's newer exporter: equal where it can, an error of ours where it cannot."""

from __future__ import annotations

from collections.abc import Callable

import onnx
import pytest
import torch
from torch import Tensor, nn

from export.graphs.errors import UnsupportedGraphError
from export.graphs.files import save, set_spec
from export.graphs.parity import compare, require_parity
from export.graphs.torch_graph import to_graph
from tests.rigs.export.networks import Tiny

# Seconds on a machine at rest, but this exporter computes a lot before it begins.
SLOW = pytest.mark.timeout(600)


class Floored(nn.Module):
    """A mask network with a logarithm that needs its floor, a batch norm and padded frames."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.last = nn.Conv2d(4, 3 * channels, 1)

    def forward(self, mix: Tensor) -> Tensor:
        frames = mix.shape[-1]
        padded = nn.functional.pad(mix, (0, -frames % 4))
        hidden = torch.relu(self.norm(self.first(torch.log(padded + 2.2e-16))))
        masks = torch.sigmoid(self.last(hidden))[..., :frames]
        return masks.reshape(masks.shape[0], 3, -1, masks.shape[2], frames)


class Fixed(nn.Module):
    """A mask network that is right at one length only."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(frames))

    def forward(self, mix: Tensor) -> Tensor:
        return (mix * self.gain).unsqueeze(1).repeat(1, 3, 1, 1, 1)


@SLOW
def test_graph_equals_network(make_tiny: Callable[..., Tiny], tmp_path) -> None:
    spec = make_tiny("band_unet", False).spec
    torch.manual_seed(0)
    network = Floored(spec.channels)
    graph = to_graph(network, spec, "dynamo")
    assert not any(node.op_type == "BatchNormalization" for node in graph.graph.node)
    set_spec(graph, spec)
    save(graph, tmp_path / "a.onnx")
    assert require_parity(compare(network, spec, tmp_path / "a.onnx")) < 1e-5
    assert b".py" not in (tmp_path / "a.onnx").read_bytes(), "a source path is in the file"
    dims = onnx.load(tmp_path / "a.onnx").graph.output[0].type.tensor_type.shape.dim
    assert (dims[0].dim_param, dims[-1].dim_param) == ("batch", "time")


@pytest.mark.parametrize("family", ["nade_demucs", "band_unet"])
def test_recurrent_layers_are_refused_at_once(make_tiny: Callable[..., Tiny], family: str) -> None:
    tiny = make_tiny(family)
    with pytest.raises(UnsupportedGraphError, match=r"nn\.LSTM.*--exporter torchscript"):
        to_graph(tiny.network, tiny.spec, "dynamo")


@SLOW
def test_a_fixed_length_is_refused(make_tiny: Callable[..., Tiny]) -> None:
    spec = make_tiny("band_unet", False).spec
    with pytest.raises(UnsupportedGraphError, match="dynamic batch and time"):
        to_graph(Fixed(21), spec, "dynamo")
