"""Checkpoints: one file, written whole or not at all, loaded without unpickling code."""

import json
import os
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from export.common.errors import ExportError
from export.nets import families
from export.nets.nade import Nade

FORMAT = 1
#: What torch.load raises for files of other kinds.
_UNREADABLE = (
    OSError, RuntimeError, ValueError, LookupError, EOFError, TypeError, AttributeError,
    pickle.UnpicklingError,
)  # fmt: skip


class CheckpointError(ExportError):
    """A checkpoint cannot be used: the message says what was seen and what was expected."""

    code = "export_checkpoint"


def save(path: Path, state: dict[str, Any]) -> None:
    """Write `state` (tensors, numbers, strings, dicts, lists) atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    torch.save({"format": FORMAT, **state}, partial)
    os.replace(partial, path)  # noqa: PTH105


def load(path: Path) -> dict[str, Any]:
    """The state written by `save`. Raises CheckpointError."""
    if not path.is_file():
        raise CheckpointError(f"{path}: no such checkpoint")
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except _UNREADABLE as error:
        raise CheckpointError(f"{path} is no checkpoint ({type(error).__name__})") from error
    if not isinstance(state, dict):
        raise CheckpointError(f"{path} holds a {type(state).__name__}, expected a checkpoint")
    if state.get("format") != FORMAT:
        raise CheckpointError(f"{path}: format {state.get('format')}, expected {FORMAT}")
    return state


@dataclass(frozen=True)
class Start:
    """The model file whose weights a run began with: its name, and what it says of itself."""

    name: str
    licence: str
    training: str

    def added_to(self, licence: str, training: str) -> tuple[str, str]:
        """Both texts of a model that was trained on from it."""
        said = (licence, self.licence), (training, self.training)
        first, second = (
            f"{new} Trained on from {self.name}: {old or 'not stated'}".lstrip()
            for new, old in said
        )
        return first, second


def start_of(seen: Mapping[str, Any]) -> Start | None:
    """What a description says of the weights that the run began with."""
    return Start(**seen["start"]) if "start" in seen else None


def describe(
    model: Nade,
    stems: tuple[str, ...],
    rate_hz: int,
    level_db: float | None = None,
    start: Start | None = None,
) -> str:
    """What is needed to rebuild a model, as JSON: family, config, stems, rate, its flags.

    `level_db`: the level that the network expects its mix at, where that is known. `start`: the
    model file that it was trained on from.
    """
    # The usual axis is left out, as in the descriptions that were written before there were two.
    axis = {} if model.flag_axis == "stem" else {"flag_axis": model.flag_axis}
    return json.dumps(
        {
            "family": model.family,
            "config": families.config_values(model.config),
            "flag_hot": model.flag_hot,
            **axis,
            "stems": stems,
            "rate_hz": rate_hz,
            **({} if level_db is None else {"level_db": level_db}),
            **({} if start is None else {"start": asdict(start)}),
        }
    )


def common_description(one: str, other: str) -> str | None:
    """What describes both: of one network, stems, rate, level and start; the latter two may be left
    open by one of them.

    None where they differ.
    """
    if one == other:
        return one
    first, second = json.loads(one), json.loads(other)
    whole = first | second
    if whole != second | first or not set(first) ^ set(second) <= {"level_db", "start"}:
        return None
    return next((text for text in (one, other) if json.loads(text) == whole), json.dumps(whole))


def rebuild(description: str) -> Nade:
    """A model with fresh weights from `describe`'s JSON."""
    seen = json.loads(description)
    config = families.config_from(seen["family"], seen["config"])
    return Nade(seen["family"], config, seen["flag_hot"], seen.get("flag_axis", "stem"))


def load_model(path: Path, weights: str = "ema") -> tuple[Nade, dict[str, Any]]:
    """An evaluation-mode model and its description. weights: "ema" or "model"."""
    state = load(path)
    model = rebuild(state["description"])
    model.load_state_dict(state[weights])
    return model.eval(), json.loads(state["description"]) | {"step": state["step"]}
