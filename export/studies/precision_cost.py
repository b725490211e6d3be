"""Processor seconds of a training step by precision and layout, side by side.

The setup's network, loss and batch on noise, in turns of one step each, after one that is not
counted: medians, and their ratio to the first precision. No data is needed.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from export.nets import families
from export.nets.nade import Nade
from export.training.device import described, find
from export.training.options import TrainOptions
from export.training.trainer import Trainer


def trainer_of(
    setup: dict[str, Any], options: TrainOptions, precision: str, channels_last: bool
) -> Trainer:
    """A trainer of the setup's network."""
    config = families.config_from(setup["family"], setup.get("model", {}))
    model = Nade(setup["family"], config, flag_axis=setup.get("flag_axis", "stem"))
    chosen = dataclasses.replace(options, precision=precision, channels_last=channels_last)
    return Trainer(model, chosen, "")


def batch_of(trainer: Trainer, seconds: float, rate_hz: int, seed: int) -> Any:
    """What the data process would send of a batch of noise."""
    config = trainer.model.config
    shape = (trainer.options.batch, config.stems, config.channels, round(seconds * rate_hz))
    noise = 0.1 * np.random.default_rng(seed).standard_normal(shape, np.float32)

    class Noise:
        def batch(self, step: int) -> np.ndarray:
            return noise

    return trainer.criterion.source(Noise)().batch(0)


def lines(
    setup: dict[str, Any], options: TrainOptions, precisions: Sequence[str], rounds: int
) -> Iterator[str]:
    """What a step costs, a line for each precision and layout; the first is what others are
    compared with."""
    torch.set_num_threads(options.threads)
    trainers = [
        trainer_of(setup, options, name, last) for name in precisions for last in (False, True)
    ]
    batch = batch_of(trainers[0], setup["data"]["seconds"], setup["rate_hz"], 0)
    times: list[list[float]] = [[] for _ in trainers]
    for _ in tqdm(range(rounds + 1), unit="round", disable=None):
        for trainer, found in zip(trainers, times, strict=True):
            start = time.process_time()
            trainer.train_step(batch)
            found.append(time.process_time() - start)
    first = statistics.median(times[0][1:])
    for trainer, found in zip(trainers, times, strict=True):
        took = statistics.median(found[1:])
        words = described(find(trainer.options.device), trainer.options.precision)
        order = "channels last" if trainer.options.channels_last else "channels first"
        yield f"{took:8.3f} s, {took / first:6.2f} of the first: {order}, {words}"
