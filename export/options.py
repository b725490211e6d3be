"""Training options: one table for the command line, the TOML presets and the defaults."""

import argparse
import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent / "presets"


class OptionError(SystemExit):
    """A value that cannot be; the message says what was seen and what is expected."""


def _option(default: Any, text: str, choices: tuple[str, ...] | None = None) -> Any:
    return field(default=default, metadata={"help": text, "choices": choices})


@dataclass(frozen=True)
class TrainOptions:
    """Everything a run of `python -m export.train` can be told, beside model and data tables.

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
    loss: str = _option("waveform", "file in export/losses (without .py)")
    weighting: str = _option("unit", "weights of the stems' errors: file in export/weightings")
    stem_weights: str = _option(
        "", "more such weights, as 1,1,2,1; relative: a loss is divided by those of its stems"
    )
    filter_silent: bool = _option(False, "draw again the items in which any stem is silent")
    own_context: float = _option(0.5, "probability that given stems are the model's own estimates")
    late_share: float = _option(
        0.0,
        "share of items that hide stems only from some place on (flag_axis = time)",
    )
    equaliser_db: float = _option(
        0.0, "range of each stem's random equaliser; loss = bands or bands_sdr only"
    )
    bfloat16: bool = _option(True, "matrix products and convolutions in bfloat16")
    minutes: float = _option(10.0, "budget in minutes, over all resumed runs")
    steps: int = _option(0, "budget in optimiser steps, over all resumed runs, instead of minutes")
    clock: str = _option(
        "wall", "what minutes count: wall, or cpu (fair on a busy machine)", choices=("wall", "cpu")
    )
    threads: int = _option(1, "CPU threads")
    seed: int = _option(0, "seed of weights, masks and data")
    validate_minutes: float = _option(3.0, "minutes between validations")
    log_seconds: float = _option(10.0, "seconds between log lines")

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            value, choices = getattr(self, item.name), item.metadata["choices"]
            if choices and value not in choices:
                raise OptionError(f"{item.name} is {value!r}, expected {' or '.join(choices)}")
        for name in ("batch", "epoch_steps", "patience"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} is {getattr(self, name)}, expected at least 1")
        if self.steps < 0 or (self.steps == 0 and self.minutes <= 0):
            raise OptionError(f"steps {self.steps}, minutes {self.minutes}: expected a budget")

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


def load_preset(name: str) -> dict[str, Any]:
    """A preset's tables: by name from export/presets, or a path to a TOML file."""
    path = Path(name) if name.endswith(".toml") else PRESETS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in PRESETS.glob("*.toml")))
        raise SystemExit(f"no preset {name!r}; there are {known}, or give a path ending in .toml")
    return tomllib.loads(path.read_text("utf-8"))


def add_options(parser: argparse.ArgumentParser) -> None:
    """One flag per field of TrainOptions; unset flags leave the preset's value."""
    for item in dataclasses.fields(TrainOptions):
        flag = "--" + item.name.replace("_", "-")
        text = f"{item.metadata['help']} (default {item.default})"
        kind = type(item.default)
        action: dict[str, Any] = {"type": kind, "choices": item.metadata["choices"]}
        if kind is bool:
            action = {"action": argparse.BooleanOptionalAction}
        parser.add_argument(flag, default=None, help=text, **action)


def options_from(preset: dict[str, Any], arguments: argparse.Namespace) -> TrainOptions:
    """The preset's [train] table with the command line's values over it. Raises OptionError."""
    values = dict(preset.get("train", {}))
    for item in dataclasses.fields(TrainOptions):
        given = getattr(arguments, item.name, None)
        if given is not None:
            values[item.name] = given
    return checked(values)


def checked(values: dict[str, Any]) -> TrainOptions:
    """Options from a [train] table. Raises OptionError, also for names there are not."""
    known = [item.name for item in dataclasses.fields(TrainOptions)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise OptionError(f"no option {', '.join(unknown)}; there are {', '.join(known)}")
    return TrainOptions(**values)
