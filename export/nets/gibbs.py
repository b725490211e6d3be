"""Blocked Gibbs sampling over stems, the torch reference (docs/research/sources.md, O-NADE)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from export.nets.nade import Nade


@dataclass(frozen=True)
class Schedule:
    """Annealed masking probability (Yao et al. 2014, as in coconet).

    `estimate`: "last" (published) or "mean": the mean of each stem's draws is what comes out.
    `draw`: stems are masked "independent" of each other (published) or by "count": k of the F
    stems that are not known, k = max(1, rho F rounded) unless rho is 0, each subset alike.
    """

    rho_max: float = 1.0
    rho_min: float = 0.0
    alpha: float = 0.95
    estimate: str = "last"
    draw: str = "independent"

    def rho(self, step: int, steps: int) -> float:
        """Probability that a stem is masked in step 0..steps-1."""
        fall = (self.rho_max - self.rho_min) * step / (self.alpha * steps)
        return max(self.rho_min, self.rho_max - fall)

    def masks(self, rho: float, drawn: Tensor, fixed: Tensor) -> Tensor:
        """Which stems are masked: drawn (B, S) uniform in [0, 1), fixed (B, S) bool -> (B, S)."""
        if self.draw != "count":
            return (drawn < rho) & ~fixed
        free = (~fixed).sum(1, keepdim=True)
        counts = torch.floor(rho * free + 0.5).clamp(min=1) if rho > 0 else 0 * free
        ranks = (drawn + 1.0 * fixed).argsort(1).argsort(1)
        return (ranks < counts) & ~fixed


@dataclass(frozen=True)
class Separation:
    """stems (B, S, C, T) waveforms; network_calls counts the steps that were not empty."""

    stems: Tensor
    network_calls: int


@torch.no_grad()
def separate(
    model: Nade,
    mix: Tensor,
    steps: int = 1,
    seed: int = 0,
    known: Tensor | None = None,
    known_mask: Tensor | None = None,
    schedule: Schedule | None = None,
    full_resets: bool = True,
) -> Separation:
    """mix (B, C, T) -> stems. known (B, S, C, T) where known_mask (B, S) bool is set.

    Masks are independent Bernoulli(rho) per item and stem (or as the schedule's `draw` says); only
    masked stems are replaced; known stems are never masked; a step that masks nothing calls
    nothing. A model without conditioning runs once. A draw that masks every stem returns the whole
    state to the one-call estimate, since the network is deterministic: published, and so the
    default; `full_resets=False` skips such draws after step 0. The network works where its weights
    are; masks are drawn on the processor, so that a seed means the same everywhere.
    """
    schedule = schedule or Schedule()
    batch, stems = mix.shape[0], model.config.stems
    place = next(model.parameters()).device
    signal = model.encode(mix.to(place), None if known is None else known.to(place))
    fixed = torch.zeros(batch, stems, dtype=torch.bool)
    if known_mask is not None:
        fixed = known_mask.cpu()
    state = signal.mix.new_zeros(batch, stems, *signal.mix.shape[1:])
    if signal.stems is not None:
        state = torch.where(_like(fixed, state), signal.stems, state)
    generator = torch.Generator().manual_seed(seed)
    calls = 0
    total, draws = torch.zeros_like(state), torch.zeros(batch, stems)
    for step in range(steps if model.conditional else 1):
        rho = schedule.rho(step, steps) if model.conditional else 1.0
        masked = schedule.masks(rho, torch.rand(batch, stems, generator=generator), fixed)
        if step and not full_resets:
            masked &= ~masked.all(1, keepdim=True)
        if not masked.any():
            continue
        estimate = model.state(signal, model.predict(signal, state, masked.to(place)))
        state = torch.where(_like(masked, state), estimate, state)
        total += torch.where(_like(masked, state), estimate, 0.0)
        draws += masked
        calls += 1
    if schedule.estimate == "mean":
        mean = total / _like(draws, state).clamp(min=1)
        state = torch.where(_like(draws > 0, state), mean, state)
    return Separation(model.decode(signal, state).to(mix.device), calls)


def _like(mask: Tensor, state: Tensor) -> Tensor:
    return mask.reshape(*mask.shape, *([1] * (state.dim() - 2))).to(state.device)
