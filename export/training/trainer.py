"""One training run's state and its step: teacher forcing with optional own context, EMA, resume.

The network, its average and the batches are on the device of the options. What is drawn (masks,
places, blends) is drawn on the processor, so that a seed means the same everywhere; dropout draws
on the device.
"""

import copy
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from export.nets import checkpoint
from export.nets.masks import Masks, draw_masks, draw_since, together
from export.nets.nade import Nade
from export.training import device, losses, weightings
from export.training.epochs import Epoch, Plateau
from export.training.options import OptionError, TrainOptions
from export.training.stopping import Best


class Trainer:
    """Model, its weight average, loss, weighting, optimiser and random state.

    energies (S,): the training data's mean energy of each stem, for weightings that need it.
    Raises LossError, WeightingError, OptionError for choices that do not go together, DeviceError.
    """

    def __init__(
        self, model: Nade, options: TrainOptions, description: str, energies: Tensor | None = None
    ) -> None:
        self.device = device.find(options.device)
        layout = torch.channels_last if options.channels_last else torch.preserve_format
        model.to(self.device, memory_format=layout)  # type: ignore[call-overload]
        self.model, self.options, self.description = model, options, description
        self.average = copy.deepcopy(model).eval().requires_grad_(False)
        stems = model.config.stems
        if options.late_share > 0 and model.conditional and model.flag_axis != "time":
            raise OptionError('late_share needs a model whose setup has flag_axis = "time"')
        if options.translate:
            device.translate(model.core)
        self.criterion = losses.make(model, options)
        self.energies = energies
        self.weighting = weightings.find(options.weighting)(stems, energies)
        self.stem_weights = torch.tensor(options.stem_weight_values(stems)).to(self.device)
        self.epoch, self.plateau = Epoch(stems), Plateau(options.patience)
        self.optimiser = optimiser(model, options)
        half = options.precision == "float16"
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=half)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.step, self.elapsed_s, self.validated_s = 0, 0.0, 0.0
        self.best = Best(options.validate_by, options.stop_patience)

    @property
    def progress(self) -> float:
        """The part of the budget that is used, 0 to 1 and beyond."""
        if self.options.steps:
            return self.step / self.options.steps
        return self.elapsed_s / (60 * self.options.minutes)

    def read(self, batch: Any) -> tuple[Tensor | None, Any]:
        """A batch as the data process sends it -> its groups and tensors, ready for the device."""
        groups = self.criterion.groups(batch)
        return groups, device.pinned(self.criterion.read(batch), self.device)

    def train_step(self, batch: Any) -> dict[str, float]:
        """`learn` from a batch as the data process sends it."""
        return self.learn(*self.read(batch))

    def learn(self, groups: Tensor | None, batch: Any) -> dict[str, float]:
        """One optimiser step from what `read` gives. Returns loss, gradient norm, learning rate."""
        self.model.train()
        batch = device.moved(batch, self.device)
        errors, masked = self.errors(batch, groups)
        loss = self.combined(errors, masked, self.criterion.energies(batch))
        self.optimiser.zero_grad(set_to_none=True)
        self.scaler.scale(loss).backward()
        self.scaler.unscale_(self.optimiser)
        norm = limit_gradients(self.model, self.options.clip)
        rate = self._set_rate()
        if torch.isfinite(norm):
            self.scaler.step(self.optimiser)
            self._update_average()
        self.scaler.update()
        self.step += 1
        self._note(errors.detach().cpu(), masked.cpu())
        return {"loss": loss.item(), "norm": norm.item(), "rate": rate}

    def errors(self, batch: Any, groups: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The loss's errors, and which rows have one, both (B, S), of a batch it has read.

        groups (B, S): see export/batch.py.
        """
        masks = device.moved(self._masks(*self.criterion.size(batch), groups), self.device)
        context = None
        with torch.no_grad():
            signal = self.criterion.encode(batch, masks)
            if self.model.conditional:
                context = self._context(signal, masks.gives.cpu())
        errors = self.criterion.errors(batch, signal, context, masks, self.generator)
        return errors, masks.scored

    def combined(self, errors: Tensor, masked: Tensor, energies: Tensor) -> Tensor:
        """Weighted mean (or sum, if the loss says so) over each item's stems; mean over items.

        errors, masked and the items' energies: (B, S). Each item weighs the same however many
        stems it hides: coconet's S / k.
        """
        count = masked * self.stem_weights
        weighted = errors * count * self.weighting.weights(energies).to(errors.device)
        mean = (weighted.sum(1) / count.sum(1)).mean()
        return mean * errors.shape[1] if self.criterion.sums_stems else mean

    def _note(self, errors: Tensor, masked: Tensor) -> None:
        """Count the step's errors; at an epoch's end tell those that wait for it."""
        self.epoch.add(errors, masked)
        if self.step % self.options.epoch_steps == 0:
            means = self.epoch.close()
            self.weighting.end_epoch(means)
            if self.options.schedule == "plateau":
                self.plateau.end_epoch(float(means.sum()))

    def _masks(self, batch: int, count: int, groups: Tensor | None) -> Masks:
        """Stems that are known only as a sum are hidden, and for the whole window."""
        if not self.model.conditional:
            return Masks(torch.ones(batch, count, dtype=torch.bool), None, groups)
        stems = draw_masks(batch, count, self.generator)
        if self.options.full_share:
            full = torch.rand(batch, 1, generator=self.generator) < self.options.full_share
            stems = stems | full
        since = draw_since(batch, self.options.late_share, self.generator)
        if groups is not None:
            sums = together(groups)
            stems = stems | sums
            since = None if since is None else torch.where(sums.any(1), 0.0, since)
        return Masks(stems, since, groups)

    def _context(self, signal: Any, gives: Tensor) -> Tensor:
        """True stems, or for some items a random blend with the average model's own estimates.
        None are made for items that `gives` (B,) bool says are given nothing.

        The blend factor is uniform, and 1 in three of four draws, per stem: Gibbs steps see mostly
        the model's own work, known stems are the truth, so training sees both and what is between.
        """
        context: Tensor = signal.stems
        own, blend = self._blend(context)
        if not own.any():
            return context
        needed = gives[own]
        steps = [masked[needed] for masked in self._own_steps(*blend.shape[:2])]
        own, blend = own & gives, blend[needed]
        if not own.any():
            return context
        return blended(
            context, own, blend, self.criterion.own_estimates(self.average, signal, own, steps)
        )

    def _own_steps(self, batch: int, stems: int) -> list[Tensor]:
        """The stems (batch, stems) bool that each step of an own context hides: all in the first,
        drawn as in training in up to own_steps - 1 more, whose number is drawn for the batch."""
        steps = [torch.ones(batch, stems, dtype=torch.bool)]
        if self.options.own_steps > 1:
            more = int(torch.randint(self.options.own_steps, (), generator=self.generator))
            steps += [draw_masks(batch, stems, self.generator) for _ in range(more)]
        return [device.moved(masked, self.device) for masked in steps]

    def _blend(self, context: Tensor) -> tuple[Tensor, Tensor]:
        """Which items (B,) get own context, and their blend factors (b, S, 1, ...)."""
        own = torch.rand(len(context), generator=self.generator) < self.options.own_context
        shape = (int(own.sum()), context.shape[1], *([1] * (context.dim() - 2)))
        return own, (torch.rand(shape, generator=self.generator) * 4).clamp(max=1.0)

    def _set_rate(self) -> float:
        factor = schedule(self.step, self.progress, self.options)
        fallen = self.plateau.factor if self.options.schedule == "plateau" else 1.0
        rate = self.options.learning_rate * factor * fallen
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        return rate

    @torch.no_grad()
    def _update_average(self) -> None:
        decay = min(self.options.ema, (1 + self.step) / (10 + self.step))
        as_is = {f"core.{name}" for name in getattr(self.model.core, "as_is", ())}
        news = self.model.state_dict()
        for name, kept in self.average.state_dict().items():
            new = news[name]
            if kept.dtype.is_floating_point and name not in as_is:
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
                "optimiser_name": self.options.optimiser,
                "weighting": {"name": self.options.weighting, **self.weighting.state()},
                "energies": self.energies,
                "epoch": self.epoch.state(),
                "plateau": self.plateau.state(),
                "rng": self.generator.get_state(),
                "torch_rngs": device.random_state(self.device),
                "scaler": self.scaler.state_dict(),
                "step": self.step,
                "elapsed_s": self.elapsed_s,
                "validated_s": self.validated_s,
                "best": self.best.state(),
            },
        )

    def resume(self, path: Path) -> None:
        """Go on from `save`'s file. Raises CheckpointError where the model differs."""
        state: dict[str, Any] = checkpoint.load(path)
        wanted = ("description", "model", "ema", "optimiser", "rng", "step", "elapsed_s")
        if missing := [name for name in wanted if name not in state]:
            raise checkpoint.CheckpointError(
                f"{path} has no {', '.join(missing)}: weights alone, to begin with (--init)"
            )
        common = checkpoint.common_description(state["description"], self.description)
        if common is None:
            raise checkpoint.CheckpointError(
                f"{path} holds {state['description']}, this run is {self.description}: "
                "give another --out, or the configuration that made it"
            )
        self.description = common
        if (made := state.get("optimiser_name", "adam")) != self.options.optimiser:
            raise checkpoint.CheckpointError(
                f"{path} was trained with {made}, this run with {self.options.optimiser}: "
                "give another --out or the same --optimiser"
            )
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["ema"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.generator.set_state(state["rng"])
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        if "torch_rngs" in state:
            device.set_random_state(state["torch_rngs"], self.device)
            self.validated_s = state["validated_s"]
            self.best.restore(state["best"])
            self._restore_scaler(state["scaler"])
        else:  # written before there were devices
            torch.set_rng_state(state["torch_rng"])
            self.validated_s = self.elapsed_s
            self.best.restore({"by": "sdr", "score": state.get("best", -1e9), "waited": 0})
        if "epoch" in state:  # as every checkpoint since there are weightings
            self.epoch.restore(state["epoch"])
            self.plateau.restore(state["plateau"])
            self._restore_weighting(state)

    def _restore_scaler(self, state: dict[str, Any]) -> None:
        """The loss's scale, where this run and the one before have one."""
        if state and self.scaler.is_enabled():
            self.scaler.load_state_dict(state)

    def _restore_weighting(self, state: dict[str, Any]) -> None:
        """The weighting as it was; a run that goes on with another one starts that afresh."""
        if state["weighting"]["name"] != self.options.weighting:
            return
        self.energies = state["energies"]
        self.weighting = weightings.find(self.options.weighting)(
            self.model.config.stems, self.energies
        )
        self.weighting.restore(state["weighting"])


def limit_gradients(model: Nade, limit: float) -> Tensor:
    """Scales gradients to a norm of at most `limit`; returns the norm that was, scalar float32.

    A family made of `independent` networks has each one limited on its own; the norm returned is
    then that of all together.
    """
    independent = getattr(model.core, "independent", None)
    parts = [model] if independent is None else independent()
    norms = [torch.nn.utils.clip_grad_norm_(part.parameters(), limit) for part in parts]
    return torch.stack(norms).norm()


def optimiser(model: Nade, options: TrainOptions) -> torch.optim.Optimizer:
    """Adam with torch's defaults, or SGD with momentum 0.9."""
    if options.optimiser == "sgd":
        return torch.optim.SGD(model.parameters(), lr=options.learning_rate, momentum=0.9)
    return torch.optim.Adam(model.parameters(), lr=options.learning_rate)


def schedule(step: int, progress: float, options: TrainOptions) -> float:
    """Learning-rate factor: linear warm-up, then (cosine) constant until `hold` of the budget and
    a cosine to `final_rate`, or (plateau) constant; see epochs.Plateau."""
    warm = min(1.0, (step + 1) / max(1, options.warmup_steps))
    if options.schedule == "plateau":
        return warm
    fall = min(1.0, max(0.0, (progress - options.hold) / max(1e-6, 1 - options.hold)))
    cosine = 0.5 * (1 + math.cos(math.pi * fall))
    return warm * (options.final_rate + (1 - options.final_rate) * cosine)


def blended(context: Tensor, own: Tensor, blend: Tensor, estimate: Tensor) -> Tensor:
    """`context` with its items `own` moved by `blend` towards `estimate`."""
    context = context.clone()
    blend = blend.to(context.device).expand_as(estimate)
    context[own] = torch.lerp(context[own], estimate, blend)
    return context
