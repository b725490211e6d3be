"""A denoiser's graph, to be put into another one as often as it is evaluated there."""

from __future__ import annotations

import onnx

from export.graphs.build import Builder
from export.graphs.errors import UnsupportedGraphError

_WEIGHTS = "weights/"
INPUTS, OUTPUT = ("noisy", "sigma", "labels"), "clean"


class Network:
    """The nodes and weights of a denoiser. Raises UnsupportedGraphError."""

    def __init__(self, model: onnx.ModelProto) -> None:
        graph = model.graph
        names = {item.name for item in graph.input}
        outputs = [item.name for item in graph.output]
        if names != set(INPUTS) or outputs != [OUTPUT]:
            seen = f"inputs {sorted(names)}, outputs {outputs}"
            expected = f"inputs {', '.join(INPUTS)} and the output {OUTPUT}"
            raise UnsupportedGraphError(seen, expected, "export a denoiser")
        nested = [n.op_type for n in graph.node if any(a.HasField("g") for a in n.attribute)]
        if nested:
            seen = f"subgraphs in {', '.join(nested)}"
            expected = "a flat denoiser graph"
            raise UnsupportedGraphError(seen, expected, "write the network without branches")
        self.model = model
        self.labels = self._length("labels", 1)
        self.channels = self._length("noisy", 1)
        self._copies = 0

    @property
    def weights(self) -> list[onnx.TensorProto]:
        """Shared by all copies, under names that no other graph has."""
        found = []
        for original in self.model.graph.initializer:
            weight = onnx.TensorProto()
            weight.CopyFrom(original)
            weight.name = _WEIGHTS + original.name
            found.append(weight)
        return found

    def _length(self, name: str, axis: int) -> int:
        item = next(one for one in self.model.graph.input if one.name == name)
        dimension = item.type.tensor_type.shape.dim[axis]
        if not dimension.dim_value:
            raise UnsupportedGraphError(
                f"any length on axis {axis} of {name}", "a number", "export the denoiser again"
            )
        return int(dimension.dim_value)

    def insert(self, graph: Builder, noisy: str, sigma: str, labels: str) -> str:
        """Adds a copy of the network to a graph in the making; the name of what it answers."""
        self._copies += 1
        prefix = f"network{self._copies}/"
        kept = {item.name for item in self.model.graph.initializer}
        named = dict(zip(INPUTS, (noisy, sigma, labels), strict=True))
        for original in self.model.graph.node:
            node = onnx.NodeProto()
            node.CopyFrom(original)
            node.name = prefix + original.name
            del node.input[:], node.output[:]
            # An empty name is an input left out.
            node.input.extend(
                named.get(one, (_WEIGHTS if one in kept else prefix) + one) if one else ""
                for one in original.input
            )
            node.output.extend(prefix + one if one else "" for one in original.output)
            graph.nodes.append(node)
        return prefix + OUTPUT
