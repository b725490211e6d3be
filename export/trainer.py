"""One training run's state and its step: teacher forcing with optional own context, EMA, resume."""

import copy
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from export import checkpoint
from export.losses import masked_l1
from export.masks import draw_masks
from export.nade import Nade, Signal
from export.options import TrainOptions


class Trainer:
    """Model, its weight average, optimiser and random state."""

    def __init__(self, model: Nade, options: TrainOptions, description: str) -> None:
        self.model, self.options, self.description = model, options, description
        self.average = copy.deepcopy(model).eval().requires_grad_(False)
        self.optimiser = torch.optim.Adam(model.parameters(), lr=options.learning_rate)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.step, self.elapsed_s = 0, 0.0
        self.best = -1e9  # the best validation so far, mean SDR in dB

    def train_step(self, batch: Any) -> dict[str, float]:
        """One optimiser step. Returns loss, gradient norm, learning rate."""
        self.model.train()
        loss = self.loss(batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.options.clip)
        rate = self._set_rate()
        if torch.isfinite(norm):
            self.optimiser.step()
            self._update_average()
        self.step += 1
        return {"loss": loss.item(), "norm": norm.item(), "rate": rate}

    def loss(self, batch: Any) -> Tensor:
        """Masked waveform L1 on stems (B, S, C, T), an array."""
        stems = torch.from_numpy(batch)
        masked = self._masks(stems)
        with torch.no_grad():
            given = stems if self.model.conditional else None
            signal = self.model.encode(stems.sum(1), given, ~masked)
            context = self._context(signal) if self.model.conditional else None
        with self._autocast():
            raw = self.model.predict(signal, context, masked)
        estimate = self.model.chosen_waveforms(signal, raw.float(), masked)
        return masked_l1(estimate, stems, masked)

    def _masks(self, stems: Tensor) -> Tensor:
        batch, count = stems.shape[:2]
        if not self.model.conditional:
            return torch.ones(batch, count, dtype=torch.bool)
        return draw_masks(batch, count, self.generator)

    def _context(self, signal: Signal) -> Tensor:
        """True stems, or for some items a random blend with the average model's own estimates.

        The blend factor is uniform, and 1 in three of four draws, per stem: Gibbs steps see mostly
        the model's own work, known stems are the truth, so training sees both and what is between.
        """
        context = signal.stems
        assert context is not None
        own, blend = self._blend(context)
        if not own.any():
            return context
        part = _items(signal, own)
        with self._autocast():
            raw = self.average.predict(part, None, torch.ones(blend.shape[:2], dtype=torch.bool))
        return blended(context, own, blend, self.average.state(part, raw.float()))

    def _blend(self, context: Tensor) -> tuple[Tensor, Tensor]:
        """Which items (B,) get own context, and their blend factors (b, S, 1, ...)."""
        own = torch.rand(len(context), generator=self.generator) < self.options.own_context
        shape = (int(own.sum()), context.shape[1], *([1] * (context.dim() - 2)))
        return own, (torch.rand(shape, generator=self.generator) * 4).clamp(max=1.0)

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.options.bfloat16)

    def _set_rate(self) -> float:
        rate = self.options.learning_rate * schedule(
            self.step, self.elapsed_s / (60 * self.options.minutes), self.options
        )
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        return rate

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.options.ema, (1 + self.step) / (10 + self.step))
        pairs = zip(
            self.average.state_dict().values(), self.model.state_dict().values(), strict=True
        )
        for kept, new in pairs:
            if kept.dtype.is_floating_point:
                kept.lerp_(new, 1 - decay)
            else:
                kept.copy_(new)

    def save(self, path: Path) -> None:
        """Write everything that resuming needs."""
        checkpoint.save(
            path,
            {
                "description": self.description,
                "model": self.model.state_dict(),
                "ema": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "rng": self.generator.get_state(),
                "torch_rng": torch.get_rng_state(),
                "step": self.step,
                "elapsed_s": self.elapsed_s,
                "best": self.best,
            },
        )

    def resume(self, path: Path) -> None:
        """Go on from `save`'s file. Raises CheckpointError where the model differs."""
        state: dict[str, Any] = checkpoint.load(path)
        if state["description"] != self.description:
            raise checkpoint.CheckpointError(
                f"{path} holds {state['description']}, this run is {self.description}: "
                "give another --out, or the configuration that made it"
            )
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["rng"])
        torch.set_rng_state(state["torch_rng"])
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.best = state.get("best", -1e9)


def schedule(step: int, progress: float, options: TrainOptions) -> float:
    """Learning-rate factor: linear warm-up, constant until `hold`, then cosine to `final_rate`."""
    warm = min(1.0, (step + 1) / max(1, options.warmup_steps))
    fall = min(1.0, max(0.0, (progress - options.hold) / max(1e-6, 1 - options.hold)))
    cosine = 0.5 * (1 + math.cos(math.pi * fall))
    return warm * (options.final_rate + (1 - options.final_rate) * cosine)


def blended(context: Tensor, own: Tensor, blend: Tensor, estimate: Tensor) -> Tensor:
    """`context` with its items `own` moved by `blend` towards `estimate`."""
    context = context.clone()
    context[own] = torch.lerp(context[own], estimate, blend.expand_as(estimate))
    return context


def _items(signal: Signal, chosen: Tensor) -> Signal:
    phase = None if signal.phase is None else signal.phase[chosen]
    stems = None if signal.stems is None else signal.stems[chosen]
    return Signal(signal.mix[chosen], stems, phase, signal.samples)
