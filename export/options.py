"""Training options: one table for the command line, the TOML presets and the defaults."""

import argparse
import dataclasses
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRESETS = Path(__file__).parent / "presets"


def _option(default: Any, text: str) -> Any:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class TrainOptions:
    """Everything a run of `python -m export.train` can be told, beside model and data tables."""

    batch: int = _option(8, "items per step")
    learning_rate: float = _option(1e-3, "peak learning rate of Adam")
    warmup_steps: int = _option(50, "steps of linear warm-up")
    hold: float = _option(0.4, "fraction of the time budget before the cosine decay starts")
    final_rate: float = _option(0.02, "learning rate at the end, as a fraction of the peak")
    clip: float = _option(5.0, "gradient norm limit")
    ema: float = _option(0.999, "decay of the weight average that is validated and exported")
    loss: str = _option(
        "waveform", "waveform, bands (same aim, half the time; export/bands.py) or bands_sdr"
    )
    stem_weights: str = _option(
        "", "weights of the stems' losses, as 1,1,2,1; loss = bands... only"
    )
    own_context: float = _option(0.5, "probability that given stems are the model's own estimates")
    equaliser_db: float = _option(0.0, "range of each stem's random equaliser, loss = bands only")
    bfloat16: bool = _option(True, "matrix products and convolutions in bfloat16")
    minutes: float = _option(10.0, "time budget in minutes, over all resumed runs")
    clock: str = _option("wall", "what the budget counts: wall, or cpu (fair on a busy machine)")
    threads: int = _option(1, "CPU threads")
    seed: int = _option(0, "seed of weights, masks and data")
    validate_minutes: float = _option(3.0, "minutes between validations")
    log_seconds: float = _option(10.0, "seconds between log lines")


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
        action: dict[str, Any] = {"type": kind}
        if kind is bool:
            action = {"action": argparse.BooleanOptionalAction}
        parser.add_argument(flag, default=None, help=text, **action)


def options_from(preset: dict[str, Any], arguments: argparse.Namespace) -> TrainOptions:
    """The preset's [train] table with the command line's values over it."""
    values = dict(preset.get("train", {}))
    for item in dataclasses.fields(TrainOptions):
        given = getattr(arguments, item.name, None)
        if given is not None:
            values[item.name] = given
    return TrainOptions(**values)
