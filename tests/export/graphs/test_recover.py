"""Weights come back from exported files, and training goes on from them."""

from __future__ import annotations

from collections.abc import Callable

import onnx
import pytest
import torch
from torch import Tensor, nn

from export.graphs.errors import UnsupportedGraphError
from export.graphs.parity import compare, require_parity
from export.graphs.precision import fp16_weights
from export.graphs.recover import Statistics, module_of, recover
from export.nets.nade import Nade
from tests.rigs.export.networks import Tiny, build, set_weights

FLOAT16 = onnx.TensorProto.FLOAT16
KINDS = [(True, "stem"), (True, "time"), (False, "stem")]


def fresh(tiny: Tiny) -> Nade:
    """Another network of its kind, with other weights, in training mode."""
    network = build(tiny.network.family, tiny.network.conditional, flag_axis=tiny.network.flag_axis)
    set_weights(network, seed=7)
    return network


def answers(network: Nade, mix: Tensor) -> Tensor:
    hidden = torch.ones(len(mix), 3, dtype=torch.bool)
    signal = network.encode(mix)
    if network.flag_axis == "time":
        hidden = hidden.unsqueeze(-1).expand(-1, -1, signal.mix.shape[-1])
    return network.predict(signal, None, hidden)


@pytest.mark.parametrize(("conditional", "axis"), KINDS)
def test_it_computes_what_the_file_does(make_tiny: Callable, conditional: bool, axis: str) -> None:
    tiny = make_tiny("band_unet", conditional, flag_axis=axis)
    network = fresh(tiny)
    assert max(found.difference for found in compare(network, tiny.spec, tiny.path)) > 1e-2
    folded = recover(onnx.load(tiny.path).graph, network)
    assert require_parity(compare(network, tiny.spec, tiny.path)) < 1e-5
    assert "core.stem.1" in folded and "core.encode.0.squeeze_norm" not in folded


def test_every_family_comes_back(tiny: Tiny) -> None:
    network = fresh(tiny)
    recover(onnx.load(tiny.path).graph, network)
    assert require_parity(compare(network, tiny.spec, tiny.path)) < 2e-5


def test_weights_of_half_the_bytes_come_back_as_they_are(make_tiny: Callable) -> None:
    tiny = make_tiny("band_unet")
    halved = fp16_weights(onnx.load(tiny.path))
    network = fresh(tiny)
    recover(halved.graph, network)
    stored = {item.name for item in halved.graph.initializer if item.data_type == FLOAT16}
    assert stored
    for name in stored & {f"{one}.fp16" for one in network.state_dict()}:
        value = network.state_dict()[name.removesuffix(".fp16")]
        assert torch.equal(value, value.half().float())


def test_with_statistics_training_begins_with_the_same_network(make_tiny: Callable) -> None:
    tiny = make_tiny("band_unet", False)
    network = fresh(tiny)
    folded = recover(onnx.load(tiny.path).graph, network)
    network.eval()
    mix = 0.1 * torch.randn(4, 2, 8192, generator=torch.Generator().manual_seed(0))
    statistics = Statistics(network, folded)
    with torch.no_grad():
        plain = answers(network, mix)
        statistics.settle()
        torch.testing.assert_close(answers(network, mix), plain, atol=1e-5, rtol=1e-4)
    assert require_parity(compare(network, tiny.spec, tiny.path)) < 1e-5
    norms = dict(network.named_modules())
    with torch.no_grad():  # the same batch's own statistics are what was measured
        norms["core.stem.0"].register_forward_hook(_keep := Kept())
        answers(network, mix)
        before = norms["core.stem.1"](_keep.value)
        norms["core.stem.1"].train()
        torch.testing.assert_close(norms["core.stem.1"](_keep.value), before, atol=1e-4, rtol=1e-3)


class Kept:
    """Remembers what a module gave."""

    value: Tensor

    def __call__(self, module: nn.Module, inputs: object, output: Tensor) -> None:
        self.value = output


def test_a_norm_that_saw_nothing(make_tiny: Callable) -> None:
    tiny = make_tiny("band_unet", False)
    network = fresh(tiny)
    statistics = Statistics(network, recover(onnx.load(tiny.path).graph, network))
    with pytest.raises(UnsupportedGraphError, match=r"nothing went through core\.stem\.1"):
        statistics.settle()


def test_another_networks_file_is_refused(make_tiny: Callable) -> None:
    conditional = make_tiny("band_unet", True)
    with pytest.raises(UnsupportedGraphError, match="give the setup"):
        recover(onnx.load(conditional.path).graph, fresh(make_tiny("band_unet", False)))


def test_a_weight_that_is_missing_is_named(make_tiny: Callable) -> None:
    tiny = make_tiny("band_unet", False)
    graph = onnx.load(tiny.path).graph
    gain = next(node for node in graph.node if "core.gain" in node.input)
    graph.node.remove(gain)
    with pytest.raises(UnsupportedGraphError, match=r"nothing for core\.gain"):
        recover(graph, fresh(tiny))


@pytest.mark.parametrize(
    ("node", "module"),
    [
        ("/core/stem/stem.0/Conv", "core.stem.0"),
        ("/core/encode.0/first/first.0/Conv", "core.encode.0.first.0"),
        ("/core/down.0/down.0.0/Conv", "core.down.0.0"),
        ("/core/recurrence/inward/MatMul", "core.recurrence.inward"),
    ],
)
def test_names(node: str, module: str) -> None:
    assert module_of(node) == module
