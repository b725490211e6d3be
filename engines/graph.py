"""What a graph takes and gives, by its spec: checked when it is loaded and when it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from types import MappingProxyType

import numpy as np

from engines.domains import Arrays
from engines.errors import GraphError
from engines.layouts import from_port, to_port
from engines.parts import output_of
from engines.session import Feeds, PortShape, Session
from engines.spec import HybridDomain, ModelSpec, Port, StftDomain
from engines.spec.ports import OUTPUTS, axes_of
from engines.types import Audio

Shape = tuple[int | None, ...]
"""Lengths of axes, None where any length will do."""

TAGS = "tags"
"""The input of a network that listens to tags: (B, tags), a weight for each."""

_NONE: Feeds = MappingProxyType({})


@dataclass(frozen=True)
class Ports:
    """Inputs and outputs of a graph, all float32, with their shapes; None where any will do.

    An axis of an input that takes any length must do so in the graph, too.
    """

    inputs: Mapping[str, Shape | None]
    outputs: Mapping[str, Shape | None]


def ports(spec: ModelSpec) -> Ports:
    """What the graph of a model with this spec must have: what it says, or is usual here."""
    if spec.diffusion is not None:
        return _denoiser(spec)
    known = {port.name: _shape(port, spec) for port in spec.all_ports}
    outputs = {port.name for port in spec.all_ports if port.role in OUTPUTS}
    more = _asked(spec)
    states: dict[str, Shape | None] = {pair.input: None for pair in spec.state}
    kept: dict[str, Shape | None] = {pair.output: None for pair in spec.state}
    return Ports(
        {name: shape for name, shape in known.items() if name not in outputs}
        | states
        | dict(more.inputs),
        {name: known[name] for name in known if name in outputs} | kept | dict(more.outputs),
    )


def _denoiser(spec: ModelSpec) -> Ports:
    """What a diffusion model's graph has: methods/diffusion says what it is."""
    audio: Shape = (None, spec.channels, None)
    labels: Shape = (None, len(spec.stems))
    return Ports({"noisy": audio, "sigma": (None,), "labels": labels}, {"clean": audio})


def _asked(spec: ModelSpec) -> Ports:
    """What a graph has beside mix and stem: methods/steered and methods/query say what it is."""
    if spec.query is not None:
        return Ports({TAGS: (None, len(spec.query.tags))}, {})
    if spec.steering is None:
        return Ports({}, {})
    rows, count = None if spec.steering.joint else 1, len(spec.steering.tags)
    latent, tags = (rows, *spec.steering.latent), (rows, count)
    inputs: dict[str, Shape | None] = {"latent": latent, "target": tags, "begin": (1,)}
    if spec.steering.joint:
        inputs["given"] = (None, 1, spec.offline.window_samples)
    outputs: dict[str, Shape | None] = {"start": latent, "gradient": latent, "loss": (1,)}
    outputs |= {"tags": tags, "heard": (1, count)}
    return Ports(inputs, outputs)


def lengths(spec: ModelSpec) -> dict[str, int | None]:
    """Of every axis but B and T, and of these where there is but one length."""
    stft = spec.domain.stft if isinstance(spec.domain, HybridDomain) else spec.domain
    bins = stft.kept_bins if isinstance(stft, StftDomain) else None
    batch = 1 if spec.batch_max == 1 else None
    stems = None if spec.parts else 1 if spec.query else len(spec.graph_stems)
    return {"B": batch, "S": stems, "C": spec.channels, "ri": 2, "F": bins}


def _time(port: Port, spec: ModelSpec) -> int | None:
    """The one number of samples or frames that the graph takes, if there is but one."""
    domain = spec.domain
    if isinstance(domain, HybridDomain):
        domain = domain.waveform if port.role in ("mix", "stems") else domain.stft
    if isinstance(domain, StftDomain):
        return domain.frames_base or None if domain.frames_step == 0 else None
    assert not isinstance(domain, HybridDomain)
    return domain.length_base_samples if domain.length_step_samples == 0 else None


def _shape(port: Port, spec: ModelSpec) -> Shape:
    known = lengths(spec) | {"T": _time(port, spec)}
    return tuple(_product([known[axis] for axis in group]) for group in port.groups)


def _product(found: Sequence[int | None]) -> int | None:
    numbers = [one for one in found if one is not None]
    return prod(numbers) if len(numbers) == len(found) else None


def check_ports(wanted: Ports, session: Session) -> None:
    """Raises GraphError where the graph's names, types or shapes differ from those wanted."""
    seen, given = session.inputs, session.outputs
    holds = set(seen) == set(wanted.inputs) and set(wanted.outputs) <= set(given)
    holds = holds and all(_takes(seen[name], shape) for name, shape in wanted.inputs.items())
    holds = holds and all(_gives(given[name], shape) for name, shape in wanted.outputs.items())
    if not holds:
        found = f"inputs {dict(seen)}, outputs {dict(given)}"
        expected = f"{dict(wanted.inputs)}, {dict(wanted.outputs)}"
        raise GraphError(found, expected, "export or adopt the model again")
    types = {name: session.types[name] for name in (*wanted.inputs, *wanted.outputs)}
    others = [f"{name} is {kind}" for name, kind in types.items() if kind != "tensor(float)"]
    if others:
        expected = "tensor(float), float32 (weights may be others)"
        raise GraphError(", ".join(others), expected, "export the model with float32 in and out")


def _takes(shape: PortShape, wanted: Shape | None) -> bool:
    """Whether an input of this shape takes every array that is wanted."""
    if wanted is None:
        return True
    pairs = list(zip(shape, wanted, strict=False))
    any_length = all(w is not None or not isinstance(s, int) for s, w in pairs)
    return any_length and _gives(shape, wanted)


def _gives(shape: PortShape, wanted: Shape | None) -> bool:
    """Whether no known length of `shape`, empty where none is, contradicts `wanted`."""
    if wanted is None or not shape:
        return True
    if len(shape) != len(wanted):
        return False
    pairs = zip(shape, wanted, strict=True)
    return all(w is None or not isinstance(s, int) or s == w for s, w in pairs)


def check_rows(spec: ModelSpec, file: str, session: Session) -> None:
    """Raises GraphError where the file's outputs state fewer stems than its part uses."""
    used = [pair for part in spec.parts if part.file == file for pair in part.rows]
    known = {axis: length for axis, length in lengths(spec).items() if length is not None}
    for port in spec.all_ports:
        shape = session.outputs.get(port.name, ())
        lies = [length for length, group in zip(shape, port.groups, strict=False) if "S" in group]
        if port.role in OUTPUTS and shape and all(isinstance(one, int) for one in lies):
            count = _stems_in(port, shape, {"B": 1, **known})
            for stem, row in used:
                _check_row(file, count, stem, row)


def _check_row(file: str, count: int, stem: str, row: int) -> None:
    if row >= count:
        seen = f"{file} gives {count} stems"
        raise GraphError(seen, f"a row {row} for {stem}", "adopt the model again")


class Graph:
    """One model's network: arrays in the engine's order of axes in and out, whatever it calls them.

    Calls are made with at most as many windows as the spec allows.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        self._spec, self._session = spec, session
        self._ports = {port.role: port for port in spec.all_ports}
        self._axes = {role: axes_of(role, spec.domain, spec.flag_axis) for role in self._ports}
        self._given = set(session.outputs)
        self._outputs = [port for role, port in self._ports.items() if role in OUTPUTS]
        # Runs are joined along the first axis, which must then be the batch, of any length.
        rows = all(port.groups[0] == ("B",) for port in self._ports.values())
        self._joins = rows and spec.batch_max == 0

    def run(self, inputs: Arrays, extra: Feeds = _NONE) -> dict[str, Audio]:
        """What the outputs carry, by their role, for what the inputs carry (B, C, ...).

        `extra` are inputs that are none of the spec's ports, by their names in the graph. Raises
        InferenceError, and GraphError for an answer of another shape.
        """
        items = len(next(iter(inputs.values())))
        most = self._spec.batch_max or items
        if items <= most:
            return self._call(inputs, extra)
        parts = [
            self._call(_rows(inputs, first, most), _rows(extra, first, most))
            for first in range(0, items, most)
        ]
        return {role: np.concatenate([part[role] for part in parts]) for role in parts[0]}

    def carry(self, inputs: Arrays, state: Feeds) -> tuple[dict[str, Audio], dict[str, Audio]]:
        """One call of one window with a state, by the names of the graph's inputs; the state after
        it is the second answer. Raises InferenceError, and GraphError for one of another shape.
        """
        names = [port.name for port in self._outputs]
        kept = [pair.output for pair in self._spec.state]
        found = self._session.run_several(names + kept, self._feeds(inputs) | dict(state))
        answers = zip(self._outputs, found[: len(names)], strict=True)
        after = zip(self._spec.state, found[len(names) :], strict=True)
        return (
            {port.role: self._canonical(port, answer, inputs) for port, answer in answers},
            {pair.input: _of_shape(pair.output, left, state[pair.input]) for pair, left in after},
        )

    def _feeds(self, inputs: Arrays) -> dict[str, Audio]:
        """By the graph's names and in its axes."""
        return {
            self._ports[role].name: to_port(audio, self._axes[role], self._ports[role])
            for role, audio in inputs.items()
        }

    def _call(self, inputs: Arrays, extra: Feeds) -> dict[str, Audio]:
        feeds = self._feeds(inputs) | dict(extra)
        if self._spec.parts:
            return {port.role: self._joined(port, feeds, inputs) for port in self._outputs}
        names = [port.name for port in self._outputs]
        if len(names) == 1 and self._joins:
            found = [self._session.run(names[0], feeds)]
        else:
            # What other threads run may not be joined to it.
            found = self._session.run_several(names, feeds)
        pairs = zip(self._outputs, found, strict=True)
        return {port.role: self._canonical(port, answer, inputs) for port, answer in pairs}

    def _canonical(self, port: Port, answer: Audio, inputs: Arrays) -> Audio:
        mix = inputs.get("mix" if port.role == "stems" else "spec", next(iter(inputs.values())))
        known = {"B": len(mix), "T": mix.shape[-1]}
        for axis, length in lengths(self._spec).items():
            if length is not None:
                known.setdefault(axis, length)
        known.setdefault("S", _stems_in(port, answer.shape, known))
        return from_port(answer, self._axes[port.role], port, known)

    def _joined(self, port: Port, feeds: Feeds, inputs: Arrays) -> Audio:
        """The rows of all parts that are open; zeros where one is not."""
        stems = self._spec.graph_stems
        open_parts = [p for p in self._spec.parts if output_of(p.file, port.name) in self._given]
        names = [output_of(part.file, port.name) for part in open_parts]
        answers = self._session.run_several(names, feeds)
        found: Audio | None = None
        for part, answer in zip(open_parts, answers, strict=True):
            rows = self._canonical(port, answer, inputs)
            if found is None:
                found = np.zeros((len(rows), len(stems), *rows.shape[2:]), np.float32)
            for stem, row in part.rows:
                _check_row(part.file, rows.shape[1], stem, row)
                found[:, stems.index(stem)] = rows[:, row]
        assert found is not None
        return found


def _stems_in(port: Port, shape: PortShape, known: Mapping[str, int]) -> int:
    """How many stems an answer of this shape has."""
    for length, group in zip(shape, port.groups, strict=False):
        if "S" in group:
            return int(length or 0) // prod(known[axis] for axis in group if axis != "S")
    return 1


def _of_shape(name: str, left: Audio, before: Audio) -> Audio:
    """The state that is left. Raises GraphError where it is no longer what it was."""
    if left.shape != before.shape:
        raise GraphError(
            f"{name} {left.shape}", f"{before.shape}, as it was given", "adopt the model again"
        )
    return left


def _rows(arrays: Feeds, first: int, count: int) -> Feeds:
    return {name: array[first : first + count] for name, array in arrays.items()}
