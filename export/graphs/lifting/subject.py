"""What the lifter asks of a network, whichever package it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from engines.session import Session
from engines.spec import ModelSpec

#: Said of weights that came from a seed.
UNTRAINED = "none: weights from seed {seed}, to try the way only"
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Traceable:
    """A module to be traced: its inputs by name, its outputs' names, the names of moving axes."""

    module: nn.Module
    feeds: dict[str, Tensor]
    outputs: tuple[str, ...]
    axes: dict[str, dict[int, str]]
    fold: bool = True


@dataclass(frozen=True)
class Parity:
    """One output of the graph against the package's own network: largest difference and value."""

    output: str
    batch: int
    frames: int
    difference: float
    peak: float

    @property
    def relative(self) -> float:
        """Of the peak; infinite where there is none to compare with."""
        return self.difference / self.peak if self.peak > 0.0 else float("inf")


class Subject(Protocol):
    """A network, ready to be lifted."""

    @property
    def suffix(self) -> str:
        """What its file's name ends in, beside the model's: of several files one; else empty."""
        ...

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems that its file gives which are used."""
        ...

    def traceable(self) -> Traceable:
        """What is to be traced. Raises UnsupportedGraphError."""
        ...

    def parities(self, session: Session) -> tuple[Parity, ...]:
        """The graph beside the package's network, at a few sizes."""
        ...

    def spec(self, name: str) -> ModelSpec:
        """What the engine must know. Raises SpecError."""
        ...
