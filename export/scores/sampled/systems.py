"""What is scored of a diffusion model: means of samples, raw or as masks of the mix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engines.types import Audio
from export.scores.evaluation.systems import Exported, Run, file_digest
from export.scores.peers import Row, Task
from export.scores.sampled.chains import Last
from export.scores.sampled.setting import Setting

_LAST = Last()


@dataclass(frozen=True)
class Outcome:
    """How many samples are averaged, and the FFT of the masks made of them; 0: none are made."""

    samples: int = 1
    remask_fft: int = 0

    @property
    def name(self) -> str:
        """As it ends in tables."""
        mean = f", mean of {self.samples}" if self.samples > 1 else ""
        return mean + (", remasked" if self.remask_fft else "")


class HasRowsOfModel:
    """A system with the rows of a model, which fits any songs."""

    model: Exported

    def rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows that it brings into the table."""
        return Run(self.model, 1).rows(truth)

    def more_rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """None."""
        return ()

    def fits(self, truth: tuple[str, ...]) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class Sampled(HasRowsOfModel):
    """`first` gives all stems but those in `extracted`, which are `second`'s: an ensemble."""

    model: Exported
    first: Setting
    outcome: Outcome = Outcome()
    second: Setting | None = None
    extracted: tuple[str, ...] = ()
    seed: int = 0

    @property
    def name(self) -> str:
        """As in tables; what an ensemble is made of is in the choice."""
        return ("ensemble" if self.second else self.first.name) + self.outcome.name

    @property
    def identity(self) -> dict[str, Any]:
        """What its result depends on, beside code and clip."""
        second = None if self.second is None else vars(self.second)
        return {"model": file_digest(self.model.path), "device": self.model.device,
                "first": vars(self.first), "second": second, "extracted": self.extracted,
                "outcome": vars(self.outcome), "seed": self.seed}  # fmt: skip

    def estimate(self, task: Task, place: str) -> dict[Row, Audio]:
        """Answers to the task's rows. Raises EngineError."""
        chains = _LAST.of(self.model, place, task.mix, self.seed)
        stems = chains.mean(self.first, self.outcome.samples)
        if self.second is not None:
            other, names = chains.mean(self.second, self.outcome.samples), self.model.spec.stems
            taken = [names.index(name) for name in self.extracted]
            stems[taken] = other[taken]
        return self.answers(task, chains.finished(stems, self.outcome.remask_fft))

    def answers(self, task: Task, stems: Audio) -> dict[Row, Audio]:
        """Those of the task's rows that stems (S, C, T) and what they leave of the mix make up."""
        return answers(self.model, task, stems)

    @property
    def network_rows(self) -> int:
        """Rows that go through the network for one window."""
        settings = [self.first, *([self.second] if self.second else [])]
        return self.outcome.samples * sum(one.network_rows(self.model.spec) for one in settings)


def answers(model: Exported, task: Task, stems: Audio) -> dict[Row, Audio]:
    """Of stems (S, C, T) that are called as the model's."""
    residual = task.mix - stems.sum(axis=0)
    return Run(model, 1).answers(task, np.concatenate([stems, residual[None]]))
