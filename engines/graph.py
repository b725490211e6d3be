"""What a graph takes and gives, by its spec: checked when it is loaded and when it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engines.domains import Frames, frames_type
from engines.errors import GraphError
from engines.session import PortShape, Session
from engines.spec import ModelSpec, StftDomain
from engines.types import Audio

Shape = tuple[int | None, ...]
"""Lengths of axes, None where any length will do."""


@dataclass(frozen=True)
class Ports:
    """Inputs and the output of a graph: name to shape, all float32."""

    inputs: Mapping[str, Shape]
    output: str
    output_shape: Shape


def ports(spec: ModelSpec) -> Ports:
    """What the graph of a model with this spec must have (see README.md)."""
    kind, stems = frames_type(spec), len(spec.stems)
    mix: Shape = (spec.channels, None)
    if isinstance(spec.domain, StftDomain):
        mix = (spec.channels, spec.domain.fft_samples // 2 + 1, None)
    inputs: dict[str, Shape] = {kind.mix_name: (None, *mix)}
    if spec.conditional:
        flags: Shape = (None, stems) if spec.flag_axis == "stem" else (None, stems, None)
        inputs |= {kind.given_name: (None, stems, *mix), "flags": flags}
    return Ports(inputs, kind.output_name, (None, stems, *mix))


def check_graph(spec: ModelSpec, session: Session) -> None:
    """Raises GraphError where the graph's names, types or shapes differ from its spec's."""
    wanted = ports(spec)
    seen, output = session.inputs, session.outputs.get(wanted.output)
    holds = set(seen) == set(wanted.inputs) and output is not None
    holds = holds and all(_fits(seen[name], shape) for name, shape in wanted.inputs.items())
    holds = holds and output is not None and (not output or _fits(output, wanted.output_shape))
    if not holds or set(session.types.values()) != {"tensor(float)"}:
        found = f"inputs {seen}, outputs {session.outputs}, types {session.types}"
        expected = f"float32 {dict(wanted.inputs)}, {wanted.output} {wanted.output_shape}"
        raise GraphError(found, expected, "export the model again")


def _fits(shape: PortShape, wanted: Shape) -> bool:
    """Whether no known length of `shape` contradicts `wanted`."""
    if len(shape) != len(wanted):
        return False
    pairs = zip(shape, wanted, strict=True)
    return all(w is None or not isinstance(s, int) or s == w for s, w in pairs)


def ask(
    session: Session, spec: ModelSpec, frames: Frames, feeds: Mapping[str, Audio] | None = None
) -> Audio:
    """One network call: (B, S, C, ...) float32 for the mixes of `frames`, or for `feeds`.

    Raises InferenceError, and GraphError for an answer of another shape.
    """
    feeds = feeds or {frames.mix_name: frames.mix}
    answer = session.run(frames.output_name, feeds)
    items, *inner = feeds[frames.mix_name].shape
    wanted = (items, len(spec.stems), *inner)
    if answer.shape != wanted:
        found = f"{frames.output_name} {answer.shape} for a mix of {feeds[frames.mix_name].shape}"
        raise GraphError(found, f"{wanted}", "export the model again, or change the window")
    return answer
