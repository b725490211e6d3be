"""Networks between an STFT and its inverse: complex spectra, and samples beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import nn

from engines.session import Session
from engines.spec import Domain, HybridDomain, ModelSpec, Port, Rest, StftDomain, WaveformDomain
from engines.types import Audio
from export.graphs.lifting.grids import Grids
from export.graphs.lifting.subject import Parity, Told, Traceable, parity
from export.graphs.lifting.taps import TORCH, Lifted, Taps
from export.graphs.lifting.witness import Witness, noise, seen_transform, witness

#: Frames beyond the fewest at which a network is traced.
TRACED = 29
SPEC, STEMS, MIX, WAVES = "spec", "spec_stems", "mix", "wave_stems"


@dataclass(frozen=True)
class Spectral(Told):
    """A network from samples (B, C, n) to stems (B, S, C, n) with one STFT and one inverse in it.

    It takes `frames_base` + k * `frames_step` frames (step 0: that many alone) and was trained with
    `trained_frames`. `short_samples`: how many samples fewer than hops between its frames the
    package wants, where it pads a window itself. `transform` says what methods named in `taps` do;
    torch's own is seen when it is called. Its graph sees the lowest `bins`, 0 for all. `fold`:
    whether torch's exporter may fold constants. `used`: the stems taken from it, all if empty;
    `rest`: one more stem, what is left of the mix.
    """

    network: nn.Module
    sources: tuple[str, ...]
    trained_frames: int
    hop_samples: int = 1024
    frames_base: int = 8
    frames_step: int = 1
    short_samples: int = 0
    taps: Taps = TORCH
    transform: StftDomain | None = None
    bins: int = 0
    hybrid: bool = False
    fold: bool = True
    used: tuple[str, ...] = ()
    rest: Rest | None = None

    @property
    def stems(self) -> tuple[str, ...]:
        """Those that are taken from this file."""
        return self.used or self.sources

    @cached_property
    def stft(self) -> StftDomain:
        """The transform, with the frames that the graph takes."""
        found = self.transform or self._seen()
        return replace(
            found, values="complex", bins=self.bins or found.bins, frames_base=self.frames_base,
            frames_step=self.frames_step,
        )  # fmt: skip

    def _seen(self) -> StftDomain:
        seen = seen_transform(self._first.call)
        return StftDomain(
            seen.fft, seen.hop, seen.window, seen.centred, scale=seen.scale, edge="reflect"
        )

    @cached_property
    def _first(self) -> Witness:
        """The network at the length at which it is traced."""
        return self.ask(1, self._traced_frames)

    @property
    def _traced_frames(self) -> int:
        """Few, and more than the fewest: a length of its own for every axis."""
        return self.frames_base + self.frames_step * -(-TRACED // max(1, self.frames_step))

    def ask(self, batch: int, frames: int, seed: int = 0) -> Witness:
        """The package's network on noise of so many frames, as near as it takes them."""
        mix = noise(batch, self.channels, self.samples(frames) - self.short_samples, seed)
        return witness(self.network, self.taps, mix)

    def samples(self, frames: int) -> int:
        """The window of so many frames."""
        made = self.transform
        if made is not None:
            return (frames - 1) * made.hop_samples + made.fft_samples + 2 * made.first_sample
        return (frames - 1) * self.hop_samples

    def traceable(self) -> Traceable:
        """Raises UnsupportedGraphError."""
        found, stft = self._first, self.stft
        module = Lifted(
            self.network, self.taps, self.channels, len(self.sources), stft.kept_bins,
            found.spec.shape[2], stft.hop_samples, self.hybrid,
        )  # fmt: skip
        feeds = {name: torch.from_numpy(value) for name, value in self._feeds(found).items()}
        outputs = (STEMS, WAVES) if self.hybrid else (STEMS,)
        return Traceable(module.eval(), feeds, outputs, self._axes(), self.fold)

    def _axes(self) -> dict[str, dict[int, str]]:
        time = {3: "frames"} if self.frames_step else {}
        samples = {2: "samples"} if self.frames_step else {}
        axes = {SPEC: {0: "batch"} | time, STEMS: {0: "batch"} | time}
        if self.hybrid:
            longer = {3: "samples"} if self.frames_step else {}
            axes |= {MIX: {0: "batch"} | samples, WAVES: {0: "batch"} | longer}
        return axes

    def _feeds(self, found: Witness) -> dict[str, Audio]:
        spec = np.ascontiguousarray(found.spec[:, :, : self.stft.kept_bins])
        return {SPEC: spec, MIX: found.mix} if self.hybrid else {SPEC: spec}

    def parities(self, session: Session) -> tuple[Parity, ...]:
        """At the traced size, at another batch and length, and at the trained length."""
        sizes = [(1, self._traced_frames), (2, self._traced_frames), (1, self.trained_frames)]
        if self.frames_step:
            sizes[1] = (2, self._traced_frames + 3 * self.frames_step)
        found = []
        for batch, frames in dict.fromkeys(sizes):
            heard = self.ask(batch, frames, seed=frames)
            expected = {STEMS: heard.spectra[:, :, : self.stft.kept_bins]}
            if self.hybrid:
                expected[WAVES] = heard.samples
            answers = session.run_several(tuple(expected), self._feeds(heard))
            found += [
                parity(output, batch, frames, got, values)
                for got, (output, values) in zip(answers, expected.items(), strict=True)
            ]
        return tuple(found)

    def domain(self) -> Domain:
        """As the engine serves it."""
        if not self.hybrid:
            return self.stft
        base = self.samples(self.frames_base)
        step = self.frames_step * self.stft.hop_samples
        return HybridDomain(self.stft, WaveformDomain(base, step))

    def spec(self, name: str) -> ModelSpec:
        """Raises SpecError."""
        domain = self.domain()
        grids = Grids(domain, self.rate_hz, self.stft.hop_samples)
        trained = self.samples(self.trained_frames)
        return self.described(
            name=name,
            stems=(*self.sources, self.rest.stem) if self.rest else self.sources,
            method="one_pass",
            domain=domain,
            live=grids.live(trained),
            offline=grids.offline(trained),
            ports=(Port("spec", SPEC, "B (C ri) F T"), Port("spec_stems", STEMS, "B (S C ri) F T")),
            answer="spectrum",
            rest=self.rest,
            context="reflect",
        )
