"""Networks from the mix's magnitudes to a target's, one network for each: Open-Unmix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engines.session import Session
from engines.spec import ModelSpec, Port, StftDomain
from export.graphs.lifting.grids import Grids
from export.graphs.lifting.subject import Parity, Told, Traceable, parity
from export.graphs.lifting.swaps import Swaps
from export.graphs.lifting.witness import noise

MIX, STEMS = "mix_mag", "stems_mag"
_AXES = {MIX: {0: "batch", 3: "frames"}, STEMS: {0: "batch", 4: "frames"}}


class SideBySide(nn.Module):
    """(B, C, F, T) -> (B, S, C, F, T), a network for each stem."""

    def __init__(self, networks: list[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, mix: Tensor) -> Tensor:
        with Swaps():
            return torch.stack([network(mix) for network in self.networks], dim=1)


@dataclass(frozen=True)
class Magnitudes(Told):
    """Networks of the stems, any number of frames; `wiener` as their users have it."""

    networks: dict[str, nn.Module]
    stft: StftDomain
    trained_frames: int
    wiener: int = 1

    @property
    def stems(self) -> tuple[str, ...]:
        """In the order of the graph's rows."""
        return tuple(self.networks)

    def mix(self, batch: int, frames: int, seed: int = 0) -> Tensor:
        """Magnitudes of noise (B, C, F, T)."""
        fft, hop = self.stft.fft_samples, self.stft.hop_samples
        samples = noise(batch, self.channels, (frames - 1) * hop, seed).flatten(0, 1)
        window = torch.hann_window(fft)
        made = torch.stft(samples, fft, hop, window=window, return_complex=True).abs()
        return made.unflatten(0, (batch, self.channels))

    def traceable(self) -> Traceable:
        """The networks in one graph."""
        module = SideBySide(list(self.networks.values())).eval()
        return Traceable(module, {MIX: self.mix(1, 21)}, (STEMS,), _AXES)

    def parities(self, session: Session) -> tuple[Parity, ...]:
        """Each network by itself, at two batches and three lengths."""
        found = []
        for batch, frames in ((1, 21), (2, 34), (1, self.trained_frames)):
            mix = self.mix(batch, frames, seed=frames)
            with torch.no_grad():
                rows = [network(mix).numpy() for network in self.networks.values()]
            got = session.run(STEMS, {MIX: mix.numpy()})
            found.append(parity(STEMS, batch, frames, got, np.stack(rows, axis=1)))
        return tuple(found)

    def spec(self, name: str) -> ModelSpec:
        """Raises SpecError."""
        grids = Grids(self.stft, self.rate_hz, self.stft.hop_samples)
        trained = (self.trained_frames - 1) * self.stft.hop_samples
        return self.described(
            name=name,
            stems=self.stems,
            method="one_pass",
            domain=self.stft,
            live=grids.live(trained),
            offline=grids.offline(trained),
            ports=(Port("spec", MIX, "B C F T"), Port("spec_stems", STEMS, "B S C F T")),
            answer="magnitude",
            wiener=self.wiener,
            context="reflect",
        )
