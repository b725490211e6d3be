"""Networks that hear a hop at a time and remember: their memory goes in and out of the graph."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from engines.session import Session
from engines.spec import ModelSpec, Port, Preset, StatePair, WaveformDomain
from export.graphs.lifting.subject import Parity, Told, Traceable, parity
from export.graphs.lifting.swaps import Swaps
from export.graphs.lifting.witness import noise

MIX, STEMS = "mix", "stems"
_OUT = "_out"
Step = Callable[..., tuple[Tensor, ...]]


class Stepping(nn.Module):
    """`step(mix, *state)` answers stems and the next state; torch's functions are swapped."""

    def __init__(self, network: nn.Module, step: Step) -> None:
        super().__init__()
        self.network, self.step = network, step

    def forward(self, mix: Tensor, *state: Tensor) -> tuple[Tensor, ...]:
        """mix (1, C, hop) -> stems (1, S, C, hop), and as many states as were given."""
        with Swaps():
            return self.step(self.network, mix, *state)


@dataclass(frozen=True)
class Memory(Told):
    """A network that answers `late_hops` hops late. `state`: zeros of its memory, by name.
    `stream`: a function of the package's own, from a hop (C, hop) to its stems (S, C, hop), that
    remembers."""

    network: nn.Module
    step: Step
    stream: Callable[[nn.Module], Callable[[Tensor], Tensor]]
    stems: tuple[str, ...]
    state: dict[str, Tensor]
    hop_samples: int
    late_hops: int = 1

    @cached_property
    def _hops(self) -> Tensor:
        """Eight hops of noise (8, 1, C, hop)."""
        mix = noise(1, self.channels, 8 * self.hop_samples)
        return torch.stack(mix.split(self.hop_samples, dim=-1))

    def traceable(self) -> Traceable:
        """One hop, at every length fixed."""
        outputs = (STEMS, *(name + _OUT for name in self.state))
        feeds = {MIX: self._hops[0], **self.state}
        return Traceable(Stepping(self.network, self.step).eval(), feeds, outputs, {})

    def parities(self, session: Session) -> tuple[Parity, ...]:
        """Eight hops, each with the memory of the last, beside the package's own stream."""
        stream, carried = self.stream(self.network), {k: v.numpy() for k, v in self.state.items()}
        outputs, found = (STEMS, *(name + _OUT for name in self.state)), []
        for index, mix in enumerate(self._hops):
            with torch.no_grad():
                expected = stream(mix[0]).numpy()[None]
            got, *after = session.run_several(outputs, {MIX: mix.numpy(), **carried})
            carried = dict(zip(self.state, after, strict=True))
            if index >= self.late_hops:
                found.append(parity(STEMS, 1, index + 1, got, expected))
        return tuple(found)

    def spec(self, name: str) -> ModelSpec:
        """Raises SpecError."""
        late = self.late_hops * self.hop_samples
        grid = Preset(self.hop_samples + late, self.hop_samples, late, 0)
        return self.described(
            name=name,
            stems=self.stems,
            method="stateful",
            domain=WaveformDomain(self.hop_samples, self.hop_samples),
            live=grid,
            offline=grid,
            ports=(Port("mix", MIX, "B C T"), Port("stems", STEMS, "B S C T")),
            batch_max=1,
            state=tuple(StatePair(one, one + _OUT) for one in self.state),
        )
