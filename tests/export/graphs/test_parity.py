"""The exported graph computes what the network does, at any batch and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from engines.load import load_model
from engines.spec import StftDomain
from export.graphs.describe import Choices, make_spec
from export.graphs.errors import GraphShapeError, ParityError
from export.graphs.files import save
from export.graphs.parity import Difference, compare, difference, require_parity
from export.graphs.tensors import Size, input_names, random_feeds, stems_shape, usual_sizes
from export.graphs.torch_graph import OPSET, to_graph
from export.nets import families
from export.nets.nade import Nade


@pytest.mark.parametrize("family", families.names())
@pytest.mark.parametrize("conditional", [True, False])
def test_graph_equals_network(make_tiny: Callable, family: str, conditional: bool) -> None:
    tiny = make_tiny(family, conditional)
    found = compare(tiny.network, tiny.spec, tiny.path)
    assert {one.size.batch for one in found} == {1, 2, 3}
    assert len({one.size.time for one in found}) >= 3
    assert require_parity(found) < 1e-5
    assert all(one.largest > 1e-2 for one in found), "outputs too small to prove anything"


def test_engine_loads_it(tiny) -> None:
    model = load_model(tiny.path)
    assert model.spec == tiny.spec
    assert model.spec.method == "gibbs"


def test_file_is_self_contained_and_anonymous(tiny) -> None:
    model = onnx.load(tiny.path, load_external_data=False)
    assert not any(onnx.external_data_helper.uses_external_data(t) for t in model.graph.initializer)
    assert {item.domain: item.version for item in model.opset_import} == {"": OPSET}
    content = tiny.path.read_bytes()
    assert b".py" not in content, "a source path is in the file"
    assert model.producer_name == "daw-bridge"


def test_axes_are_named_and_fixed_where_they_are_fixed(tiny) -> None:
    graph = onnx.load(tiny.path).graph
    assert tuple(item.name for item in graph.input) == input_names(tiny.spec)
    dims = graph.output[0].type.tensor_type.shape.dim
    expected = stems_shape(tiny.spec, Size(1, 1))[1:-1]
    assert (dims[0].dim_param, dims[-1].dim_param) == ("batch", "time")
    assert tuple(d.dim_value for d in dims[1:-1]) == expected


def test_feeds_hide_masked_stems(tiny) -> None:
    mix, given, flags = random_feeds(tiny.spec, Size(4, usual_sizes(tiny.spec)[0].time), 0).values()
    assert mix.shape[0] == 4
    quiet = np.abs(given).reshape(*flags.shape, -1).max(-1) == 0
    assert np.array_equal(quiet, flags == 1)
    assert flags[0].all()


def test_a_different_network_is_noticed(tiny) -> None:
    other = tiny.network.__class__(tiny.network.family, tiny.network.config)
    with pytest.raises(ParityError, match="differ by"):
        require_parity(compare(other, tiny.spec, tiny.path))


def test_shapes_and_nan_are_never_close() -> None:
    one, size = np.zeros((1, 2), np.float32), Size(1, 2)
    assert difference(one, np.zeros((1, 3), np.float32), size).difference == float("inf")
    broken = difference(one, np.full((1, 2), np.nan, np.float32), size)
    with pytest.raises(ParityError):
        require_parity([Difference(size, 0.0, 1.0), broken])


def test_training_mode_comes_back(tiny) -> None:
    tiny.network.train()
    to_graph(tiny.network, tiny.spec)
    assert tiny.network.training
    tiny.network.eval()


class Plain(nn.Module):
    """A mask network with every place a batch norm can stand in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.up = nn.ConvTranspose2d(4, 4, 1, bias=False)
        self.up_norm = nn.BatchNorm2d(4)
        self.late_norm = nn.BatchNorm2d(4)
        self.last = nn.Conv2d(4, 3 * channels, 1)

    def forward(self, mix: Tensor) -> Tensor:
        hidden = torch.relu(self.up_norm(self.up(torch.relu(self.norm(self.first(mix))))))
        return self.last(self.late_norm(hidden)).unflatten(1, (3, -1))


def test_batch_norms_are_folded(make_tiny: Callable, tmp_path) -> None:
    spec = make_tiny("band_unet", False).spec
    network = Plain(spec.channels)
    rng = np.random.default_rng(0)
    for norm in (network.norm, network.up_norm, network.late_norm):
        norm.running_mean.copy_(torch.from_numpy(rng.standard_normal(4)))
        norm.running_var.copy_(torch.from_numpy(rng.uniform(0.5, 2, 4)))
    graph = to_graph(network, spec)
    kinds = Counter(node.op_type for node in graph.graph.node)
    assert kinds["BatchNormalization"] == 1, "only the one after a ReLU may stay"
    save(graph, tmp_path / "plain.onnx")
    assert require_parity(compare(network, spec, tmp_path / "plain.onnx")) < 1e-5


def test_wrong_output_shape_is_refused(make_tiny: Callable) -> None:
    spec = make_tiny("band_unet", False).spec
    assert isinstance(spec.domain, StftDomain)
    with pytest.raises(GraphShapeError, match="expected"):
        to_graph(nn.Conv2d(spec.channels, 3, 1), spec)


def test_a_network_that_shortens_its_input_is_refused(make_tiny: Callable) -> None:
    """The published Demucs with unpadded convolutions: the engine wants as much out as in."""
    tiny = make_tiny("nade_demucs")
    shorter = Nade("nade_demucs", replace(tiny.network.config, pad_context=False))
    spec = make_spec(shorter, {"stems": tiny.spec.stems, "rate_hz": 8000}, Choices("t"))
    with pytest.raises(GraphShapeError, match="pad in the network"):
        to_graph(shorter, spec)
