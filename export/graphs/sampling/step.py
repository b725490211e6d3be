"""One step of a solver as a graph.

Inputs beside those of the field (`export.graphs.sampling.fields`): `state` and `noise`
(B, R, C, T), `step (Q)`, a row of `export.graphs.sampling.tables`. Outputs: `next` and `heard`
(B, R, C, T), the state after the step and what the network heard below the noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import onnx
from onnx import helper

from export.graphs.build import Builder
from export.graphs.errors import UnsupportedGraphError
from export.graphs.sampling.fields import GraphField, value
from export.graphs.sampling.network import Network
from export.graphs.sampling.tables import ADPM2, EULER

SOLVERS = {"euler": EULER, "adpm2": ADPM2}


@dataclass(frozen=True)
class Plan:
    """A field, and the solver that goes along it. Raises UnsupportedGraphError."""

    field: GraphField
    solver: str = "euler"

    def __post_init__(self) -> None:
        if self.solver not in SOLVERS:
            known = ", ".join(SOLVERS)
            raise UnsupportedGraphError(f"solver {self.solver!r}", f"one of {known}", "name one")

    @property
    def columns(self) -> int:
        """Of the table of steps."""
        evaluations = 2 if self.solver == "adpm2" else 1
        return len(SOLVERS[self.solver]) + evaluations * self.field.ties


def to_step(network: Network, plan: Plan) -> onnx.ModelProto:
    """The graph of one step."""
    graph = Builder("sampler/")
    found, heard = advance(graph, plan, "state", "step", "noise")
    graph.op("Identity", found, output="next")
    graph.op("Identity", heard, output="heard")
    state = [value(name, "B", plan.field.rows, network.channels, "T") for name in STATES]
    made = helper.make_graph(
        graph.nodes,
        "sampler-step",
        [*state[:2], value("step", plan.columns), *plan.field.inputs()],
        state[2:],
        [*network.weights, *graph.constants],
    )
    return as_model(made, network)


STATES = ("state", "noise", "next", "heard")


def as_model(graph: onnx.GraphProto, network: Network) -> onnx.ModelProto:
    """A model of the same versions as the network's."""
    of = network.model
    return helper.make_model(graph, opset_imports=of.opset_import, ir_version=of.ir_version)


def advance(graph: Builder, plan: Plan, state: str, step: str, noise: str) -> tuple[str, str]:
    """Adds a step's nodes: the next state and what was heard. `step` names a row of the table."""
    numbers = {
        name: graph.part(step, place, place + 1, 0)
        for place, name in enumerate(SOLVERS[plan.solver])
    }
    field, first = plan.field, len(numbers)
    ties = [graph.part(step, place, place + 1, 0) for place in range(first, plan.columns)]
    lifted = graph.op("Add", state, graph.op("Mul", numbers["lift"], noise))
    lifted = field.hold(graph, lifted, numbers["sigma"], noise)
    slope, heard = field.slope(graph, lifted, numbers["sigma"], ties[: field.ties])
    if plan.solver == "adpm2":
        half = graph.op("Add", lifted, graph.op("Mul", numbers["half"], slope))
        half = field.hold(graph, half, numbers["middle"], noise)
        slope, heard = field.slope(graph, half, numbers["middle"], ties[field.ties :])
    moved = graph.op("Mul", numbers["move"], slope)
    return graph.op("Add", lifted, moved), heard
