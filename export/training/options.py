"""Training options: one table for the command line, the TOML setups and the defaults."""

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from export.common.errors import ExportError
from export.common.fields import misfit
from export.training.device import DEVICES, PRECISIONS

LEAST = {
    "batch": 1, "epoch_steps": 1, "patience": 1, "own_steps": 1, "workers": 1, "stop_patience": 0,
    "slice_minutes": 0, "threads": 1,
}  # fmt: skip


class OptionError(ExportError):
    """A value that cannot be; the message says what was seen and what is expected."""

    code = "export_option"


def _option(
    default: Any, text: str, choices: tuple[str, ...] | None = None, later: bool = False
) -> Any:
    """`later`: an option that was added when there were runs already; see TrainOptions.identity."""
    return field(default=default, metadata={"help": text, "choices": choices, "later": later})


@dataclass(frozen=True)
class TrainOptions:
    """Everything a run of `python -m export train` can be told, beside model and data tables.

    Raises OptionError.
    """

    batch: int = _option(8, "items per step")
    optimiser: str = _option("adam", "adam, or sgd with momentum 0.9", choices=("adam", "sgd"))
    learning_rate: float = _option(1e-3, "peak learning rate")
    schedule: str = _option(
        "cosine",
        "learning rate: cosine towards the budget's end, or plateau (a tenth of it when the mean "
        "unweighted training error of an epoch has not fallen for `patience` epochs)",
        choices=("cosine", "plateau"),
    )
    warmup_steps: int = _option(50, "steps of linear warm-up")
    hold: float = _option(0.4, "fraction of the budget before the cosine decay starts")
    final_rate: float = _option(0.02, "cosine: learning rate at the end, as a fraction of the peak")
    patience: int = _option(7, "plateau: epochs without a lower error")
    epoch_steps: int = _option(200, "steps called an epoch, by weighting dwa and schedule plateau")
    clip: float = _option(5.0, "gradient norm limit")
    ema: float = _option(0.999, "decay of the weight average that is validated and exported")
    loss: str = _option("waveform", "file in export/training/losses (without .py)")
    weighting: str = _option(
        "unit", "weights of the stems' errors: file in export/training/weightings"
    )
    stem_weights: str = _option(
        "", "more such weights, as 1,1,2,1; relative: a loss is divided by those of its stems"
    )
    filter_silent: bool = _option(False, "draw again the items in which any stem is silent")
    own_context: float = _option(0.5, "probability that given stems are the model's own estimates")
    own_steps: int = _option(
        1, "own estimates are those after 1 to so many Gibbs steps, drawn for a batch", later=True
    )
    full_share: float = _option(
        0.0, "share of items that hide every stem, beside those that are drawn so", later=True
    )
    late_share: float = _option(
        0.0,
        "share of items that hide stems only from some place on (flag_axis = time)",
        later=True,
    )
    equaliser_db: float = _option(
        0.0, "range of each stem's random equaliser; losses of bands only"
    )
    sigma_log_mean: float = _option(
        -1.8, "loss denoising: mean of the noise levels' natural logarithm", later=True
    )
    sigma_log_sd: float = _option(1.6, "loss denoising: its standard deviation", later=True)
    label_gain_db: float = _option(
        0.1,
        "loss denoising: how much better the true label must be than none; best.pt is kept of such "
        "networks alone, and training ends where it is not reached by half of the budget",
        later=True,
    )
    precision: str = _option(
        "auto",
        "of matrix products and convolutions (float16 with a scaled loss; auto: bfloat16 where the "
        "device has instructions for it, else float32)",
        choices=("auto", *PRECISIONS),
    )
    device: str = _option(
        "cpu", "where the network is trained and validated", choices=DEVICES, later=True
    )
    translate: bool = _option(
        False,
        "have torch.compile translate the network first: minutes at the start, then faster steps; "
        "needs a C++ compiler",
        later=True,
    )
    channels_last: bool = _option(False, "convolutions' weights in channels-last order", later=True)
    workers: int = _option(
        1, "data processes; the batches are the same with any number of them", later=True
    )
    minutes: float = _option(10.0, "budget in minutes, over all resumed runs")
    steps: int = _option(0, "budget in optimiser steps, over all resumed runs, instead of minutes")
    clock: str = _option(
        "wall", "what minutes count: wall, or cpu (fair on a busy machine)", choices=("wall", "cpu")
    )
    threads: int = _option(1, "CPU threads")
    seed: int = _option(0, "seed of weights, masks and data")
    validate_minutes: float = _option(3.0, "minutes between validations")
    validate_by: str = _option(
        "si_sdri",
        "score that best.pt and stopping go by: mean SI-SDRi, or median SDR, over the clips at one "
        "step, the mean of the stems",
        choices=("si_sdri", "sdr"),
        later=True,
    )
    stop_patience: int = _option(
        0, "end after so many validations without a better score; 0: never", later=True
    )
    slice_minutes: float = _option(
        0.0,
        "train for so many minutes by the wall clock, save and end with status 75 if the budget is "
        "not used up; the same command goes on; 0: the whole budget",
        later=True,
    )
    log_seconds: float = _option(10.0, "seconds between log lines")

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value, choices = getattr(self, item.name), item.metadata["choices"]
            if choices and value not in choices:
                raise OptionError(f"{item.name} is {value!r}, expected {' or '.join(choices)}")
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise OptionError(f"{name} is {getattr(self, name)}, expected at least {least}")
        if self.steps < 0 or (self.steps == 0 and self.minutes <= 0):
            raise OptionError(f"steps {self.steps}, minutes {self.minutes}: expected a budget")

    def identity(self) -> dict[str, Any]:
        """What tells runs apart, for the names of their folders.

        Later options count where they are not at their defaults, and the precision of old runs is
        called as it was then (auto is called bfloat16, whatever it is here), so that a new option
        does not give every run a new name.
        """
        values = {
            item.name: value
            for item in dataclasses.fields(self)
            if (value := getattr(self, item.name)) != item.default or not item.metadata["later"]
        }
        if self.precision != "float16":
            values["bfloat16"] = values.pop("precision") != "float32"
        return values

    def stem_weight_values(self, stems: int) -> list[float]:
        """`stem_weights` as numbers, or ones. Raises OptionError."""
        if not self.stem_weights:
            return [1.0] * stems
        try:
            values = [float(number) for number in self.stem_weights.split(",")]
        except ValueError:
            values = []
        if len(values) != stems or min(values) <= 0:
            raise OptionError(
                f"stem_weights is {self.stem_weights!r}, expected {stems} numbers > 0"
            )
        return values


def add_options(parser: argparse.ArgumentParser) -> None:
    """One flag per field of TrainOptions; unset flags leave the setup's value."""
    for item in dataclasses.fields(TrainOptions):
        flag = "--" + item.name.replace("_", "-")
        text = f"{item.metadata['help']} (default {item.default})"
        kind = type(item.default)
        action: dict[str, Any] = {"type": kind, "choices": item.metadata["choices"]}
        if kind is bool:
            action = {"action": argparse.BooleanOptionalAction}
        parser.add_argument(flag, default=None, help=text, **action)


def options_from(setup: dict[str, Any], given: Mapping[str, Any]) -> TrainOptions:
    """The setup's [train] table with the values that are given (not None) over it.

    Raises OptionError.
    """
    values = dict(setup.get("train", {}))
    for item in dataclasses.fields(TrainOptions):
        if given.get(item.name) is not None:
            values[item.name] = given[item.name]
    return checked(values)


def checked(values: dict[str, Any]) -> TrainOptions:
    """Options from a [train] table. Raises OptionError, also for names there are not."""
    if "bfloat16" in values:
        raise OptionError('bfloat16 is now precision = "bfloat16" or "float32"')
    if wrong := misfit(TrainOptions, values):
        raise OptionError(wrong)
    return TrainOptions(**values)
