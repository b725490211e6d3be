"""What a model is made of beside one graph: files, a stem that is the rest, states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from engines.spec.checks import require
from engines.spec.ports import Port


@dataclass(frozen=True)
class Part:
    """One file of several that are one model: the stems that it gives.

    file: its name, in the model's folder.
    rows: a stem, and its row in the file's answer, each: `[["drums", 0]]`. Other rows are not used.
    """

    file: str
    rows: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        _check_file(self.file)
        holds = bool(self.rows) and all(row >= 0 for _, row in self.rows)
        require(holds, f"rows {self.rows} of {self.file}", "a stem at least, and rows from 0")
        rows = [row for _, row in self.rows]
        require(len(set(rows)) == len(rows), f"rows {rows} of {self.file}", "each row once")

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems that this file gives."""
        return tuple(stem for stem, _ in self.rows)


@dataclass(frozen=True)
class Rest:
    """A stem that no graph gives: the mix less `gain` times all the others.

    stem: its name.
    gain: above 0. UVR calls it compensate.
    """

    stem: str
    gain: float = 1.0

    def __post_init__(self) -> None:
        holds = isfinite(self.gain) and self.gain > 0.0
        require(holds, f"gain {self.gain} of the rest", "above 0")


@dataclass(frozen=True)
class StatePair:
    """What a graph takes as `input` is what it gave as `output` for the window before.

    input: the input's name.
    output: the output's name.
    """

    input: str
    output: str

    def __post_init__(self) -> None:
        seen = f"state {self.input!r} from {self.output!r}"
        require(bool(self.input and self.output), seen, "two names in the graph")


@dataclass(frozen=True)
class Then:
    """A second graph, in another file: it takes the stem that the first made of a hop, as samples,
    and gives the stem. Its frames are added up as they come.

    file: its name, in the model's folder.
    state: what it carries, as above.
    ports: its `mix` and `stems`, as above.
    """

    file: str
    state: tuple[StatePair, ...]
    ports: tuple[Port, ...] = ()

    def __post_init__(self) -> None:
        _check_file(self.file)
        require(bool(self.state), f"no state of {self.file}", "what it carries")
        check_state(self.state)


def _check_file(file: str) -> None:
    plain = file.endswith(".onnx") and not set(file) & set("/\\:\0")
    require(plain, f"file {file!r} of a part", "the name of an ONNX file in its folder")


def check_parts(parts: Sequence[Part], stems: Sequence[str]) -> None:
    """Raises SpecError unless each of the stems is in one of the parts, and nothing else."""
    found = [stem for part in parts for stem in part.stems]
    holds = not parts or sorted(found) == sorted(stems)
    require(holds, f"stems {found} in the parts", f"each of {list(stems)} once")
    files = [part.file for part in parts]
    require(len(set(files)) == len(files), f"files {files}", "each file once")


def check_state(pairs: Sequence[StatePair]) -> None:
    """Raises SpecError where two states have one name."""
    inputs, outputs = [pair.input for pair in pairs], [pair.output for pair in pairs]
    holds = len(set(inputs)) == len(inputs) and len(set(outputs)) == len(outputs)
    require(holds, f"state inputs {inputs}, outputs {outputs}", "each of them once")
