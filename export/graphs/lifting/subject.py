"""What the lifter asks of a network, whichever package it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from engines.session import Session
from engines.spec import ModelSpec
from engines.types import Audio

#: Said of weights that came from a seed.
UNTRAINED = "none: weights from seed {seed}, to try the way only"
NOT_STATED = "not stated"
#: The terms of a package under MIT that says nothing of weights.
MIT_PACKAGE = f"{NOT_STATED} (the weights); MIT (the package)"


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


def parity(output: str, batch: int, frames: int, got: Audio, expected: Audio) -> Parity:
    """How far `got` is from `expected`: infinitely, if shapes differ or values are not finite."""
    peak = float(np.abs(expected).max(initial=0.0))
    if got.shape != expected.shape or not np.isfinite(got).all():
        return Parity(output, batch, frames, float("inf"), peak)
    return Parity(output, batch, frames, float(np.abs(got - expected).max(initial=0.0)), peak)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a package says of a network beside its sizes."""

    rate_hz: int = 44100
    channels: int = 2
    suffix: str = ""
    licence: str = NOT_STATED
    training: str = NOT_STATED

    def described(self, **more: Any) -> ModelSpec:
        """A spec with that. Raises SpecError."""
        return ModelSpec(
            rate_hz=self.rate_hz,
            channels=self.channels,
            rate_tolerance=0.0,
            licence=self.licence,
            training=self.training,
            **more,
        )


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
