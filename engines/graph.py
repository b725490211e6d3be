"""What a graph takes and gives, by its spec: checked when it is loaded and when it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engines.domains import frames_type
from engines.errors import GraphError
from engines.session import Feeds, PortShape, Session
from engines.spec import ModelSpec, StftDomain
from engines.types import Audio

Shape = tuple[int | None, ...]
"""Lengths of axes, None where any length will do."""


FLAGS = "flags"
"""The input that says which stems are given."""

_NONE: Feeds = MappingProxyType({})


@dataclass(frozen=True)
class Ports:
    """Inputs and the output of a graph, all float32, with their shapes.

    `extra` are the inputs beside the mix, whatever they are: a method gives them by name. The given
    stems and the flags of a conditional model are two such.
    """

    mix: str
    mix_shape: Shape
    extra: Mapping[str, Shape]
    output: str
    output_shape: Shape

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """All inputs: name to shape."""
        return {self.mix: self.mix_shape, **self.extra}


def ports(spec: ModelSpec) -> Ports:
    """What the graph of a model with this spec must have."""
    kind, stems = frames_type(spec), len(spec.stems)
    mix: Shape = (spec.channels, None)
    if isinstance(spec.domain, StftDomain):
        mix = (spec.channels, spec.domain.fft_samples // 2 + 1, None)
    extra: dict[str, Shape] = {}
    if spec.conditional:
        flags: Shape = (None, stems) if spec.flag_axis == "stem" else (None, stems, None)
        extra = {kind.given_name: (None, stems, *mix), FLAGS: flags}
    return Ports(kind.mix_name, (None, *mix), extra, kind.output_name, (None, stems, *mix))


def check_ports(wanted: Ports, session: Session) -> None:
    """Raises GraphError where the graph's names, types or shapes differ from those wanted."""
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


def run_graph(session: Session, ports: Ports, mix: Audio, extra: Feeds = _NONE) -> Audio:
    """One network call: (B, S, C, ...) float32 for mixes (B, C, ...) and every extra input.

    Raises InferenceError, and GraphError for an answer of another shape.
    """
    answer = session.run(ports.output, {ports.mix: mix, **extra})
    items, *inner = mix.shape
    wanted = (items, ports.output_shape[1], *inner)
    if answer.shape != wanted:
        found = f"{ports.output} {answer.shape} for a mix of {mix.shape}"
        raise GraphError(found, f"{wanted}", "export the model again, or change the window")
    return answer
