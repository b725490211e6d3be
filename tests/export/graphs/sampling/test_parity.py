"""export.graphs.sampling: steps and Loops have the bits of the engine's host loop."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.gamma import MIX, PARTS, Gamma
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.steps import Solver
from engines.ort import open_session
from export.graphs.errors import ParityError, UnsupportedGraphError
from export.graphs.files import save
from export.graphs.sampling import parity
from export.graphs.sampling.fields import RestGraph, TiedGraph
from export.graphs.sampling.loop import to_loop
from export.graphs.sampling.network import Network
from export.graphs.sampling.parity import Case, data_of, host, looped, require_equal
from export.graphs.sampling.step import Plan
from export.graphs.sampling.tables import ADPM2, EULER, table
from tests.rigs.export.denoiser import make_denoiser

DENOISER = make_denoiser()
SOLVERS: list[Solver] = [Euler(20.0, 2), Adpm2()]


def rest_case(solver: Solver, steps: int = 20, scale: float = 1.0, **changes: Any) -> Case:
    field = RestGraph(Network(DENOISER), 4, guided=scale != 1.0)
    plan = solver.plan(Levels(steps))
    return Case(Plan(field, solver.name), 300, solver, plan, scale, **changes)


def tied_case(solver: Solver, count: int = 1, scale: float = 1.0, **changes: Any) -> Case:
    field = TiedGraph(Network(DENOISER), 2, count, guided=scale != 1.0)
    case = Case(Plan(field, solver.name), 300, solver, solver.plan(Levels(20, 4.0)), scale)
    return replace(case, **({"gammas": (PARTS, MIX)} | changes))


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda one: f"{one.name}")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"constrained": 2, "told": "own"},
        {"scale": 2.5},
        {"steps": 1 + 1},
    ],
)
def test_the_rest_of_a_mix(solver: Solver, changes: dict[str, Any]) -> None:
    assert require_equal(DENOISER, rest_case(solver, **changes)) > 1e-3


@pytest.mark.parametrize("solver", SOLVERS, ids=lambda one: f"{one.name}")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"count": 0},
        {"count": 2, "mixing": (0.7, 1.2)},
        {"scale": 2.5},
        {"gammas": (Gamma("constant", 3.0), Gamma("infinite"))},
    ],
)
def test_rows_tied_to_their_mix(solver: Solver, changes: dict[str, Any]) -> None:
    assert require_equal(DENOISER, tied_case(solver, **changes)) > 1e-3


def test_one_row_and_several_channels() -> None:
    wide = make_denoiser(channels=2)
    field = TiedGraph(Network(wide), 1)
    solver = Euler(0.0)
    case = Case(Plan(field), 200, solver, solver.plan(Levels(5)), gammas=(PARTS, MIX))
    assert require_equal(wide, case) > 1e-3


def test_any_length_and_number_of_problems_will_do(tmp_path: Path) -> None:
    case = replace(rest_case(Euler(), 6), samples=457)
    network = Network(DENOISER)
    save(to_loop(network, case.plan), tmp_path / "loop.onnx")
    session = open_session(tmp_path / "loop.onnx")
    assert looped(case, data_of(case, network), session).shape == (2, 4, 1, 457)


def test_a_graph_of_something_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one that adds the wrong noise."""
    case = rest_case(Euler(), 5)
    right = parity.table
    monkeypatch.setattr(parity, "table", lambda *given: right(*given) * np.float32(1 + 1e-6))
    with pytest.raises(ParityError, match="differ"):
        require_equal(DENOISER, case)


def test_the_engine_reads_the_denoiser_as_the_graphs_do(tmp_path: Path) -> None:
    save(DENOISER, tmp_path / "denoiser.onnx")
    denoise = as_denoiser(open_session(tmp_path / "denoiser.onnx"))
    case = rest_case(Euler(), 4)
    rows = host(case, data_of(case, Network(DENOISER)), denoise)
    assert rows.shape == (2, 4, 1, 300) and np.isfinite(rows).all()


def test_tables_have_a_row_of_named_numbers_for_each_step() -> None:
    for solver, names in ((Euler(), EULER), (Adpm2(), ADPM2)):
        steps = solver.plan(Levels(7))
        found = table(steps)
        assert found.shape == (7, len(names)) and found.dtype == np.float32
        np.testing.assert_allclose(found[:, 1], [step.sigma for step in steps])
        np.testing.assert_allclose(found[:, names.index("move")], [step.move for step in steps])
        tied = table(steps, (PARTS, Gamma("infinite")))
        assert tied.shape == (7, len(names) + 2 * solver.calls)
        np.testing.assert_allclose(tied[:, len(names)] * tied[:, 1], 1 / PARTS.value**2, rtol=1e-6)
        assert not tied[:, len(names) + 1 :: 2].any()


def without_output(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.output[0].name = "guess"
    return copy


def with_any_labels(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    copy.graph.input[2].type.tensor_type.shape.dim[1].dim_param = "L"
    return copy


def with_a_branch(model: onnx.ModelProto) -> onnx.ModelProto:
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    branch = onnx.helper.make_graph([], "branch", [], [])
    copy.graph.node[0].attribute.append(onnx.helper.make_attribute("body", branch))
    return copy


@pytest.mark.parametrize("change", [without_output, with_any_labels, with_a_branch])
def test_what_is_no_denoiser_is_refused(change: Any) -> None:
    with pytest.raises(UnsupportedGraphError):
        Network(change(DENOISER))


def test_an_unknown_solver_is_refused() -> None:
    with pytest.raises(UnsupportedGraphError, match="euler, adpm2"):
        Plan(RestGraph(Network(DENOISER), 4), "heun")
