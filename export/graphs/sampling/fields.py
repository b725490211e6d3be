"""What ties the rows of a state, as nodes: `engines.methods.diffusion.rest` and `.tied`.

Inputs of both, B problems, R rows of each, L labels: `labels (B * R, L)` and, where the graph is
guided, `against (B * R, L)` and `scale (1)`. Rows of labels are only those that the prior is asked
of: all, or of tied rows the new ones and the mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from export.graphs.build import Builder
from export.graphs.sampling.network import Network

State = tuple[str, str]
"""Names of a slope and of what is heard without noise."""


def value(name: str, *shape: str | int) -> ValueInfoProto:
    """A float32 input or output."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


class GraphField(Protocol):
    """Adds nodes for a field's `hold`, `slope` and `close`."""

    rows: int
    ties: int
    """Numbers for each evaluation, beside the level."""

    def inputs(self) -> list[ValueInfoProto]:
        """What the graph takes for it."""
        ...

    def hold(self, graph: Builder, state: str, sigma: str, noise: str) -> str: ...

    def slope(self, graph: Builder, state: str, sigma: str, ties: list[str]) -> State: ...

    def close(self, graph: Builder, rows: str) -> str: ...


@dataclass(frozen=True)
class RestGraph:
    """Rows one of which is the rest of the mix.

    `mix (B, C, T)`; `constrained (R)`, 1 for the row that is the rest, else 0; `told (R)`, what the
    level is multiplied by that the network is told of each row: 1 but for a rest told its own.
    """

    network: Network
    rows: int
    guided: bool = False
    ties: int = 0

    def inputs(self) -> list[ValueInfoProto]:
        """The mix, which row is the rest, and what the prior takes."""
        channels = self.network.channels
        own = [value("mix", "B", channels, "T"), value("constrained", self.rows)]
        return [*own, value("told", self.rows), *prior_inputs(self.network, self.guided)]

    def hold(self, graph: Builder, state: str, sigma: str, noise: str) -> str:
        """The rest in its place."""
        return self.close(graph, state)

    def slope(self, graph: Builder, state: str, sigma: str, ties: list[str]) -> State:
        """Every row's slope less that of the rest."""
        levels = graph.op("Mul", sigma, "told")
        clean = asked(graph, self.network, state, levels, self.guided)
        wide = graph.reshaped(levels, 1, self.rows, 1, 1)
        slope = graph.op("Div", graph.op("Sub", state, clean), wide)
        # All others are 0, so that the order of this sum does not matter.
        alone = graph.op("Mul", slope, graph.reshaped("constrained", 1, self.rows, 1, 1))
        rest = graph.op("ReduceSum", alone, graph.ints(1), keepdims=1)
        return graph.op("Sub", slope, rest), clean

    def close(self, graph: Builder, rows: str) -> str:
        """The mix less the others, added in their order."""
        wide = graph.reshaped("constrained", 1, self.rows, 1, 1)
        others = graph.op("Mul", rows, graph.op("Sub", graph.floats(np.array([1.0])), wide))
        total = graph.part(others, 0, 1, 1)
        for row in range(1, self.rows):
            total = graph.op("Add", total, graph.part(others, row, row + 1, 1))
        rest = graph.op("Sub", graph.op("Unsqueeze", "mix", graph.ints(1)), total)
        chosen = graph.op("Greater", wide, graph.floats(np.array([0.5])))
        return graph.op("Where", chosen, rest, rows)


@dataclass(frozen=True)
class TiedGraph:
    """`new` rows, `count` given ones `given (B, count, C, T)` where there are any, and the mix.

    `mixing (2)`: alpha, of given rows, and beta, of new ones.
    """

    network: Network
    new: int
    count: int = 0
    guided: bool = False
    ties: int = 2

    @property
    def rows(self) -> int:
        """All of them."""
        return self.new + self.count + 1

    def inputs(self) -> list[ValueInfoProto]:
        """Given rows, levels in the mix, and what the prior takes."""
        given = [value("given", "B", self.count, self.network.channels, "T")]
        mixing = value("mixing", 2)
        return [*given[: self.count], mixing, *prior_inputs(self.network, self.guided)]

    def hold(self, graph: Builder, state: str, sigma: str, noise: str) -> str:
        """Given rows at this level."""
        if not self.count:
            return state
        drawn = graph.part(noise, self.new, self.new + self.count, 1)
        heard = graph.op("Add", "given", graph.op("Mul", sigma, drawn))
        return self._with_given(graph, state, heard)

    def slope(self, graph: Builder, state: str, sigma: str, ties: list[str]) -> State:
        """Priors and ties; given rows stay."""
        ends = graph.part(state, 0, self.new, 1), graph.part(state, -1, None, 1)
        rows = graph.op("Concat", *ends, axis=1)
        levels = graph.op("Expand", sigma, graph.ints(self.new + 1))
        found = asked(graph, self.network, rows, levels, self.guided)
        own = graph.op("Div", graph.op("Sub", rows, found), sigma)
        off = graph.op("Sub", ends[1], self._sum(graph, state))
        parts, mix = (graph.op("Mul", tie, off) for tie in ties)
        parts = graph.op("Sub", graph.part(own, 0, self.new, 1), parts)
        mix = graph.op("Add", graph.part(own, -1, None, 1), mix)
        ends = graph.part(found, 0, self.new, 1), graph.part(found, -1, None, 1)
        if not self.count:
            return graph.op("Concat", parts, mix, axis=1), graph.op("Concat", *ends, axis=1)
        still = graph.op("Mul", "given", graph.floats(np.array([0.0])))
        slope = graph.op("Concat", parts, still, mix, axis=1)
        return slope, graph.op("Concat", ends[0], "given", ends[1], axis=1)

    def close(self, graph: Builder, rows: str) -> str:
        """Given rows as they were given."""
        return self._with_given(graph, rows, "given") if self.count else rows

    def _sum(self, graph: Builder, state: str) -> str:
        """Every row times its level in the mix, added in their order."""
        alpha, beta = (graph.part("mixing", place, place + 1, 0) for place in (0, 1))
        total = ""
        for row in range(self.rows - 1):
            level = beta if row < self.new else alpha
            part = graph.op("Mul", level, graph.part(state, row, row + 1, 1))
            total = graph.op("Add", total, part) if total else part
        return total

    def _with_given(self, graph: Builder, state: str, given: str) -> str:
        ends = graph.part(state, 0, self.new, 1), graph.part(state, -1, None, 1)
        return graph.op("Concat", ends[0], given, ends[1], axis=1)


def prior_inputs(network: Network, guided: bool) -> list[ValueInfoProto]:
    """Labels of all rows that are asked, and what guidance takes."""
    labels = value("labels", "N", network.labels)
    if not guided:
        return [labels]
    return [labels, value("against", "N", network.labels), value("scale", 1)]


def asked(graph: Builder, network: Network, state: str, levels: str, guided: bool) -> str:
    """What is heard in rows (B, R, C, T) at levels (R), as in `engines.methods.diffusion.prior`."""
    shape = graph.op("Shape", state)
    sizes = graph.op("Concat", graph.ints(-1), graph.part(shape, 2, None, 0), axis=0)
    rows = graph.op("Reshape", state, sizes)
    sigma = graph.op("Tile", levels, graph.length(state, 0))
    labels = "labels"
    if not guided:
        return graph.op("Reshape", network.insert(graph, rows, sigma, labels), shape)
    count = graph.length(rows, 0)
    rows, sigma = (graph.op("Concat", one, one, axis=0) for one in (rows, sigma))
    labels = graph.op("Concat", labels, "against", axis=0)
    found = network.insert(graph, rows, sigma, labels)
    zero, end, axis = graph.ints(0), graph.ints(2**62), graph.ints(0)
    label = graph.op("Slice", found, zero, count, axis)
    other = graph.op("Slice", found, count, end, axis)
    led = graph.op("Mul", "scale", graph.op("Sub", label, other))
    return graph.op("Reshape", graph.op("Add", other, led), shape)
