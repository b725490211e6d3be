"""A torch network's weights from the ONNX file that it was exported to.

The exporter names a node after its module, so every weight finds its way back. A batch norm that
was folded into the convolution before it cannot be told from it any more: it comes back as one
that adds the bias and changes nothing else, with the statistics of no data (mean 0, variance 1);
`Statistics` measures those, without which training, where a norm takes those of its batch, would
begin with another network.

Weights that the file has in float16 come back as they are there. A network within the network (a
hint: nets/hints.py) is not trained and has no place in it: its weights, which the exporter calls by
the names of constants, are passed over.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from export.graphs.errors import UnsupportedGraphError

_CONVOLUTIONS = ("Conv", "ConvTranspose")
#: ONNX has the gates of an LSTM as i, o, f, c, torch as i, f, c, o.
_GATES = [0, 2, 3, 1]


def recover(graph: onnx.GraphProto, network: nn.Module) -> list[str]:
    """Gives `network` the weights of `graph`, which was exported from one of the same kind.

    Returns the names of the batch norms that were folded. Raises UnsupportedGraphError where a
    weight has no place, or one of the network's is not in the graph.
    """
    values = _values(graph)
    found = _Found(network, set(values))
    for node in graph.node:
        weights = [values[name] for name in node.input if name in values]
        if not weights:
            continue
        names = [name for name in node.input if name in values]
        if node.op_type in _CONVOLUTIONS:
            found.convolution(module_of(node.name), weights)
        elif node.op_type == "LSTM":
            found.lstm(module_of(node.name), weights)
        elif node.op_type == "MatMul" and names[0] not in found.wanted:
            found.put(f"{module_of(node.name)}.weight", weights[0].T)
        else:
            for name, value in zip(names, weights, strict=True):
                found.put(name, value)
    if missing := sorted(name for name in found.wanted if name not in found.state):
        raise _unsupported(f"nothing for {', '.join(missing)[:200]}")
    network.load_state_dict(network.state_dict() | found.state)
    return found.folded


def module_of(node: str) -> str:
    """A node's name, /core/stem/stem.0/Conv, -> its module's, core.stem.0."""
    path: list[str] = []
    for part in node.strip("/").split("/")[:-1]:
        if path and part.startswith(path[-1] + "."):
            path.pop()
        path.append(part)
    return ".".join(path)


def _values(graph: onnx.GraphProto) -> dict[str, Tensor]:
    """The network's own weights by the names under which nodes use them."""
    own = [item for item in graph.initializer if not item.name.startswith("/")]
    values = {item.name: _tensor(item) for item in own}
    casts = [node for node in graph.node if node.op_type == "Cast" and node.input[0] in values]
    return values | {node.output[0]: values.pop(node.input[0]) for node in casts}


class _Found:
    """Weights by their names in the network's state, as they are found."""

    def __init__(self, network: nn.Module, present: set[str]) -> None:
        self.present = present
        self.modules = dict(network.named_modules())
        self.shapes = {name: value.shape for name, value in network.state_dict().items()}
        self.wanted = {name for name in self.shapes if not name.endswith("num_batches_tracked")}
        self.state: dict[str, Tensor] = {}
        self.folded: list[str] = []

    def put(self, name: str, value: Tensor) -> None:
        if name not in self.wanted or self.shapes[name] != value.shape:
            raise _unsupported(f"weights {name} of {tuple(value.shape)}")
        self.state[name] = value

    def convolution(self, name: str, weights: list[Tensor]) -> None:
        self.put(f"{name}.weight", weights[0])
        if len(weights) == 1:
            return
        norm, bias = self._folded_after(name), f"{name}.bias"
        if bias in self.wanted:
            self.put(bias, 0 * weights[1] if norm else weights[1])
        elif not norm:
            raise _unsupported(f"a bias of {name}, which no batch norm follows")
        if not norm:
            return
        self.folded.append(norm)
        plain = torch.ones_like(weights[1])
        self.put(f"{norm}.weight", torch.sqrt(plain + self.modules[norm].eps))
        self.put(f"{norm}.bias", weights[1])
        self.put(f"{norm}.running_mean", 0 * plain)
        self.put(f"{norm}.running_var", plain)

    def _folded_after(self, name: str) -> str:
        """Its batch norm: core.stem.0 -> core.stem.1 in a sequence, core.first -> core.first_norm;
        "" where there is none or the graph has it as a node of its own."""
        head, _, index = name.rpartition(".")
        norm = f"{head}.{int(index) + 1}" if index.isdigit() else f"{name}_norm"
        absent = f"{norm}.running_mean" not in self.present
        return norm if isinstance(self.modules.get(norm), _BatchNorm) and absent else ""

    def lstm(self, name: str, weights: list[Tensor]) -> None:
        """Of one layer; a stack is a node for each, which torch names alike."""
        layer = sum(key.startswith(f"{name}.weight_ih") for key in self.state)
        layer //= len(weights[0])
        for way, suffix in zip(range(len(weights[0])), ("", "_reverse"), strict=False):
            inward, back = weights[2][way].chunk(2)
            ends = {"weight_ih": weights[0][way], "weight_hh": weights[1][way]}
            for key, value in (ends | {"bias_ih": inward, "bias_hh": back}).items():
                gates = torch.cat([value.chunk(4)[gate] for gate in _GATES])
                self.put(f"{name}.{key}_l{layer}{suffix}", gates)


class Statistics:
    """What goes into some batch norms while the network runs in evaluation mode.

    `settle` gives these norms that mean and variance, with gain and bias such that they still
    compute what they did.
    """

    def __init__(self, network: nn.Module, names: list[str]) -> None:
        modules = dict(network.named_modules())
        self._sums: dict[str, list[Tensor]] = {}
        self._norms = {name: modules[name] for name in names}
        self._hooks = [m.register_forward_pre_hook(self._watch(n)) for n, m in self._norms.items()]

    def _watch(self, name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def add(_: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            values = inputs[0].detach().double().transpose(0, 1).flatten(1)
            new = [torch.tensor(values.shape[1]), values.sum(1), values.square().sum(1)]
            old = self._sums.get(name)
            self._sums[name] = new if old is None else [a + b for a, b in zip(old, new)]  # noqa: B905

        return add

    @torch.no_grad()
    def settle(self) -> None:
        """Ends the watching. Raises UnsupportedGraphError where a norm saw nothing."""
        for hook in self._hooks:
            hook.remove()
        for name, norm in self._norms.items():
            if name not in self._sums:
                raise _unsupported(f"nothing went through {name}")
            count, total, squares = self._sums[name]
            mean = total / count
            variance = (squares / count - mean**2).clamp(min=0)
            scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            norm.bias += (scale * (mean - norm.running_mean)).float()
            norm.weight.copy_(scale * torch.sqrt(variance + norm.eps))
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)


def _tensor(item: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(np.array(numpy_helper.to_array(item), np.float32))


def _unsupported(seen: str) -> UnsupportedGraphError:
    expected = "a file that `to-onnx` made (not int8, STFT beside) of this very network"
    return UnsupportedGraphError(seen, expected, "give the setup that the file was trained with")
