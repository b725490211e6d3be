"""A fixed Wiener filter: of each frequency every stem has its share of the mean power, always.

It knows what instruments sound like on average and hears nothing. Whoever does not reach it has
learnt nothing that separates. The spectra are those of a diffusion model's own file, which come
from mixtures alone, or are measured on stems.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from engines.spec import StftDomain
from engines.stft import make_stft
from engines.types import Audio
from export.scores.evaluation.sets import Place, read
from export.scores.evaluation.systems import Exported, Run
from export.scores.peers import Row, Task
from export.scores.sampled.systems import HasRowsOfModel, answers

Powers = NDArray[np.float64]
FFT = 1024
_WINDOW = "sqrt_hann_periodic"


@dataclass(frozen=True, eq=False)
class FixedWiener(HasRowsOfModel):
    """powers (S, bins) of the stems of a model, whose rows it has."""

    name: str
    model: Exported
    powers: Powers

    @property
    def identity(self) -> dict[str, Any]:
        """What its result depends on, beside code and clip."""
        return {"wiener": hashlib.sha256(self.powers.tobytes()).hexdigest()}

    def estimate(self, task: Task, place: str) -> dict[Row, Audio]:
        """Answers to the task's rows."""
        return answers(self.model, task, filtered(task.mix, self.powers))


def filtered(mix: Audio, powers: Powers) -> Audio:
    """mix (C, T), powers (S, bins) -> stems (S, C, T), which sum to it."""
    shares = (powers / np.maximum(powers.sum(axis=0), 1e-30)).astype(np.float32)
    fft = 2 * (powers.shape[1] - 1)
    stft = make_stft(StftDomain(fft, fft // 2, _WINDOW), mix.shape[-1], 0)
    first, end = stft.needed(0, mix.shape[-1])
    spectra = stft.forward(mix)[None] * shares[:, None, None]
    return stft.inverse(spectra[..., first:end, :], 0, mix.shape[-1])


def own_powers(path: Path) -> Powers | None:
    """Those in a model's file, of its labels in their order; None where it has none."""
    for one in onnx.load(path, load_external_data=False).graph.initializer:
        if one.name.endswith("gains.spectra"):
            powers: Powers = numpy_helper.to_array(one).astype(np.float64)[:-1]
            return powers if powers.shape[1] > 1 else None
    return None


def measured(places: Sequence[Place], model: Exported) -> Powers:
    """Mean power of the model's stems over clips, each clip's mix as loud as the others'."""
    spec = model.spec
    total = np.zeros((len(spec.stems), FFT // 2 + 1))
    for place in places:
        rows = Run(model, 1).rows(place.stems)
        task = read(place, spec.rate_hz, spec.channels, rows)
        stft = make_stft(StftDomain(FFT, FFT // 2, _WINDOW), task.mix.shape[-1], 0)
        level = max(float(np.square(task.mix).mean()), 1e-12)
        for number, stem in enumerate(spec.stems):
            if stem in task.stems:
                spectra = np.abs(stft.forward(task.stems[stem])) ** 2
                total[number] += spectra.reshape(-1, spectra.shape[-1]).mean(axis=0) / level
    return total
