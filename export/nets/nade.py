"""O-NADE conditioning around any network: orderless autoregression over stems.

The network sees the mixture and, for every stem that is given, that stem; it estimates the stems
that are masked. Inputs (docs/research/sources.md, O-NADE): a masked stem's input is zero, and one
flag per stem says whether it is masked (`flag_hot` holds the polarity). This file knows domains
(waveform, STFT magnitude with the mixture's phase) but no architecture.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines import spec
from engines.errors import SpecError
from export.nets import families
from export.nets.stft import HANN, masked_inverse, stft


@dataclass(frozen=True)
class WaveformDomain:
    """Input lengths the network accepts: base + k * step samples.

    The output is `length_lost_samples` shorter than the input (unpadded convolutions), else equal.
    """

    length_base_samples: int
    length_step_samples: int
    length_lost_samples: int = 0

    def valid_length(self, samples: int) -> int:
        """The least accepted input length whose output holds `samples`."""
        over = max(0, samples + self.length_lost_samples - self.length_base_samples)
        return self.length_base_samples + -(-over // self.length_step_samples) * (
            self.length_step_samples
        )


@dataclass(frozen=True)
class StftDomain:
    """Zero-padded STFT with a window of engines.spec.WINDOWS; see nets/stft.py. It is centred, or
    causal where `synthesis_samples` is above 0.

    Raises ValueError where the engine's own domain would refuse the values.
    """

    fft_samples: int
    hop_samples: int
    window: str = HANN
    synthesis_samples: int = 0

    def __post_init__(self) -> None:
        try:
            _ = self.engines
        except SpecError as error:
            raise ValueError(f"{error.seen}, expected {error.expected}") from None

    @property
    def engines(self) -> spec.StftDomain:
        """The same as the engine has it."""
        fft, hop, window, synthesis = self.sizes
        if not synthesis:
            return spec.StftDomain(fft, hop, window)
        return spec.StftDomain(fft, hop, window, False, synthesis_samples=synthesis)

    @property
    def sizes(self) -> tuple[int, int, str, int]:
        """fft_samples, hop_samples, window and synthesis_samples: the last arguments of nets.stft's
        functions."""
        return self.fft_samples, self.hop_samples, self.window, self.synthesis_samples


class Core(Protocol):
    """What a family builds. Trailing axes `...`: (samples,) or (bins, frames).

    forward(mix (B, C, ...), given (B, S, C, ...) | None, flags (B, S) | None) -> (B, S, C, ...):
    waveforms, or masks on the mixture's magnitude. `given` and `flags` are None exactly when the
    configuration is not conditional.
    """

    domain: WaveformDomain | StftDomain

    def __call__(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor: ...


def flag_planes(flags: Tensor, like: Tensor) -> Tensor:
    """Flags (B, S) or (B, S, T) as planes (B, S, ...) over the trailing axes of `like` (B, C, ...).

    Where `like` has been padded on the right to more than T, the last flags go on.
    """
    if flags.dim() == 3:
        flags = F.pad(flags, (0, like.shape[-1] - flags.shape[-1]), mode="replicate")
    return widened(flags, like.dim()).expand(-1, -1, *like.shape[2:])


def widened(marks: Tensor, rank: int) -> Tensor:
    """(B, S) or, over time, (B, S, T) with axes of length 1 for what lies between, of that rank."""
    between = [1] * (rank - marks.dim())
    return marks.reshape(*marks.shape[:2], *between, *marks.shape[2:])


@dataclass(frozen=True)
class Signal:
    """A window in the network's own domain.

    mix (B, C, ...) and, while training or where stems are known, stems (B, S, C, ...): waveforms
    or magnitudes, zero where they were not asked for. phase: the mixture's complex spectrum,
    (B, C, frames, bins), or None in the waveform domain.
    """

    mix: Tensor
    stems: Tensor | None
    phase: Tensor | None
    samples: int


class Nade(nn.Module):
    """A family's network under O-NADE conditioning (or its one-pass twin without).

    `flag_axis`: flags (B, S), a stem being given or not in a whole window ("stem"), or (B, S, T),
    T the network's own time, so that a stem may be given in part of it ("time").
    """

    def __init__(
        self, family: str, config: Any, flag_hot: str = "masked", flag_axis: str = "stem"
    ) -> None:
        super().__init__()
        for name, value, known in (
            ("flag_hot", flag_hot, spec.FLAG_HOTS),
            ("flag_axis", flag_axis, spec.FLAG_AXES),
        ):
            if value not in known:
                raise families.BadConfig(
                    f"{name} is {value!r}, expected {' or '.join(map(repr, known))}"
                )
        self.family, self.config = family, config
        self.flag_hot, self.flag_axis = flag_hot, flag_axis
        self.conditional: bool = config.conditional
        self.core = families.build(family, config)
        self.domain: WaveformDomain | StftDomain = self.core.domain

    def flags(self, masked: Tensor) -> Tensor:
        """masked (B, S) or (B, S, T) bool -> flags float32 in this model's polarity, alike."""
        hot = masked if self.flag_hot == "masked" else ~masked
        return hot.to(torch.float32)

    def forward(
        self, mix: Tensor, given: Tensor | None = None, flags: Tensor | None = None
    ) -> Tensor:
        """The exported graph: raw network inputs to raw outputs, see Core."""
        return self.core(mix, given, flags)

    def encode(
        self, mix: Tensor, stems: Tensor | None = None, wanted: Tensor | None = None
    ) -> Signal:
        """Waveforms mix (B, C, T), stems (B, S, C, T) -> the network's domain.

        wanted (B, S) bool: only these stems are transformed, the others are zero.
        """
        if isinstance(self.domain, WaveformDomain):
            return Signal(mix, stems, None, mix.shape[-1])
        spectrum = self._stft(mix)
        magnitude = spectrum.abs().transpose(-1, -2).contiguous()
        given = None
        if stems is not None:
            wanted = torch.ones(stems.shape[:2], dtype=torch.bool) if wanted is None else wanted
            given = magnitude.new_zeros(*stems.shape[:2], *magnitude.shape[1:])
            if wanted.any():  # an FFT of nothing is an error
                given[wanted] = self._stft(stems[wanted]).abs().transpose(-1, -2)
        return Signal(magnitude, given, spectrum, mix.shape[-1])

    def predict(self, signal: Signal, context: Tensor | None, masked: Tensor) -> Tensor:
        """One network call: raw estimates (waveforms or masks), every stem, (B, S, C, ...).

        `context` holds every stem's present estimate; masked says which are hidden, (B, S) bool, or
        (B, S, T) where that changes within the window.
        """
        if not self.conditional:
            return self.call(signal.mix, None, None)
        if context is None:
            shape = (signal.mix.shape[0], masked.shape[1], *signal.mix.shape[1:])
            context = signal.mix.new_zeros(shape)
        keep = widened((~masked).to(context.dtype), context.dim())
        return self.call(signal.mix, context * keep, self.flags(masked))

    def call(self, mix: Tensor, given: Tensor | None, flags: Tensor | None) -> Tensor:
        if not isinstance(self.domain, WaveformDomain):
            return self.core(mix, given, flags)
        samples = mix.shape[-1]
        extra = self.domain.valid_length(samples) - samples
        pad = (extra // 2, extra - extra // 2)
        given = None if given is None else F.pad(given, pad)
        if flags is not None and flags.dim() == 3:
            flags = F.pad(flags, pad, mode="replicate")
        return centre_trim(self.core(F.pad(mix, pad), given, flags), samples)

    def state(self, signal: Signal, raw: Tensor) -> Tensor:
        """Raw estimates as context for the next call: waveforms, or mask * mixture magnitude."""
        return raw if signal.phase is None else raw * signal.mix.unsqueeze(1)

    def decode(self, signal: Signal, state: Tensor) -> Tensor:
        """Context-domain estimates (B, S, C, ...) -> waveforms (B, S, C, T)."""
        if signal.phase is None:
            return state
        return self.waveforms(signal, state / signal.mix.clamp(min=1e-8).unsqueeze(1))

    def waveforms(self, signal: Signal, raw: Tensor) -> Tensor:
        """Raw estimates -> waveforms (B, S, C, T)."""
        every = torch.ones(raw.shape[:2], dtype=torch.bool)
        return self.chosen_waveforms(signal, raw, every).unflatten(0, raw.shape[:2])

    def chosen_waveforms(self, signal: Signal, raw: Tensor, chosen: Tensor) -> Tensor:
        """Waveforms (n, C, T) of the n stems where chosen (B, S) bool is set, in row order."""
        if signal.phase is None:
            return raw[chosen]
        assert isinstance(self.domain, StftDomain)
        phase = signal.phase[chosen.nonzero()[:, 0]]
        return masked_inverse(raw[chosen], phase, signal.samples, *self.domain.sizes)

    def _stft(self, signal: Tensor) -> Tensor:
        assert isinstance(self.domain, StftDomain)
        return stft(signal, *self.domain.sizes)


def centre_trim(signal: Tensor, samples: int) -> Tensor:
    """The middle `samples` of the last axis; an odd extra sample is lost on the right."""
    extra = signal.shape[-1] - samples
    if extra < 0:
        raise ValueError(f"{signal.shape[-1]} samples cannot be trimmed to {samples}")
    return signal[..., extra // 2 : extra // 2 + samples]
