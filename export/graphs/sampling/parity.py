"""Whether a sampler's graphs give what the engine's host loop gives, to the bit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx

from engines.methods.diffusion.chain import run_chain
from engines.methods.diffusion.field import Field
from engines.methods.diffusion.gamma import Gamma
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.prior import Denoiser, Prior
from engines.methods.diffusion.rest import Rest
from engines.methods.diffusion.steps import Solver, Step
from engines.methods.diffusion.tied import Tied
from engines.ort import open_session
from engines.session import Feeds, Session
from engines.types import Audio
from export.graphs.errors import ParityError
from export.graphs.files import save
from export.graphs.sampling.fields import RestGraph, TiedGraph
from export.graphs.sampling.loop import to_loop
from export.graphs.sampling.network import Network
from export.graphs.sampling.step import Plan, to_step
from export.graphs.sampling.tables import table

SEED, LEVEL, PROBLEMS = 5, 0.1, 2


@dataclass(frozen=True)
class Case:
    """A plan and numbers for it: samples of each row, the solver, guidance, gammas, mixing."""

    plan: Plan
    samples: int
    solver: Solver
    steps: tuple[Step, ...]
    scale: float = 1.0
    told: str = "sigma"
    constrained: int = 0
    gammas: tuple[Gamma, Gamma] | None = None
    mixing: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Data:
    """What a case is run on: random audio and labels."""

    mix: Audio
    given: Audio
    labels: Audio
    against: Audio
    noise: Audio


def data_of(case: Case, network: Network) -> Data:
    """Noise for all steps, and labels of which no two rows have the same."""
    field, rng = case.plan.field, np.random.default_rng(SEED)

    def audio(*shape: int) -> Audio:
        return rng.standard_normal(shape).astype(np.float32)

    shape = network.channels, case.samples
    asked = field.rows if isinstance(field, RestGraph) else field.rows - _given(case)
    labels = rng.integers(0, 2, (2, PROBLEMS, asked, network.labels)).astype(np.float32)
    return Data(
        LEVEL * audio(PROBLEMS, *shape),
        LEVEL * audio(PROBLEMS, _given(case), *shape),
        labels[0],
        labels[1],
        audio(len(case.steps), PROBLEMS, field.rows, *shape),
    )


def _given(case: Case) -> int:
    field = case.plan.field
    return field.count if isinstance(field, TiedGraph) else 0


def field_of(case: Case, data: Data, denoise: Denoiser) -> Field:
    """The engine's."""
    prior = Prior(denoise, data.labels, data.against, case.scale)
    field = case.plan.field
    if isinstance(field, RestGraph):
        return Rest(prior, data.mix, field.rows, case.constrained, case.told)
    assert isinstance(field, TiedGraph) and case.gammas is not None
    return Tied(prior, field.new, data.given, case.gammas, case.mixing)


def feeds_of(case: Case, data: Data) -> dict[str, Audio]:
    """The graphs' inputs, but for noise, numbers and the state."""
    field, flat = case.plan.field, (-1, data.labels.shape[-1])
    feeds = {"labels": data.labels.reshape(flat)}
    if case.scale != 1.0:
        feeds["against"] = data.against.reshape(flat)
        feeds["scale"] = np.array([case.scale], np.float32)
    if isinstance(field, RestGraph):
        hot = np.eye(field.rows, dtype=np.float32)[case.constrained]
        own = np.float32(np.sqrt(field.rows - 1)) if case.told == "own" else np.float32(1)
        return feeds | {"mix": data.mix, "constrained": hot, "told": np.where(hot > 0, own, 1)}
    given = {"given": data.given} if _given(case) else {}
    return feeds | given | {"mixing": np.array(case.mixing, np.float32)}


def host(case: Case, data: Data, denoise: Denoiser) -> Audio:
    """What the engine makes of it."""
    field = field_of(case, data, denoise)
    chain = run_chain(field, case.solver, case.steps, lambda n, _: data.noise[n], lambda: True)
    return chain.rows


def stepped(case: Case, data: Data, session: Session) -> Audio:
    """What a graph of one step makes of it, called once for each; not closed."""
    feeds: Feeds = feeds_of(case, data)
    state = np.zeros(data.noise.shape[1:], np.float32)
    for noise, row in zip(data.noise, table(case.steps, case.gammas), strict=True):
        state = session.run("next", {**feeds, "state": state, "noise": noise, "step": row})
    return state


def looped(case: Case, data: Data, session: Session) -> Audio:
    """What a graph of all steps makes of it."""
    numbers = {"noise": data.noise, "steps": table(case.steps, case.gammas)}
    return session.run("rows", {**feeds_of(case, data), **numbers})


def require_equal(denoiser: onnx.ModelProto, case: Case) -> float:
    """Raises ParityError where a bit differs between the host loop and the graphs, on the CPU.

    The largest sample, so that one sees that there was something to compare.
    """
    network = Network(denoiser)
    data = data_of(case, network)
    with TemporaryDirectory(prefix="export-") as folder:
        graphs = denoiser, to_step(Network(denoiser), case.plan), to_loop(network, case.plan)
        paths = [Path(folder) / f"{name}.onnx" for name in ("denoiser", "step", "loop")]
        for graph, path in zip(graphs, paths, strict=True):
            save(graph, path)
        whole, step, loop = map(open_session, paths)
        expected = host(case, data, as_denoiser(whole))
        field = field_of(case, data, as_denoiser(whole))
        found = {"step": field.close(stepped(case, data, step)), "Loop": looped(case, data, loop)}
    for name, rows in found.items():
        worst = float(np.abs(rows - expected).max())
        if worst != 0.0:
            seen = f"{name} and host loop differ by {worst:.2e} after {len(case.steps)} steps"
            raise ParityError(seen, "equal bits on the CPU", "use the host loop")
    return float(np.abs(expected).max())
