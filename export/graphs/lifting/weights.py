"""Checkpoints from a user's disk: numbers and names, and nothing that runs."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import safetensors
import torch
from torch import Tensor, nn

from export.common.errors import FileRefused
from export.graphs.errors import WeightsRefused

#: Where packages keep a network's values in a checkpoint, the first that is there.
_PLACES = ("state", "state_dict", "model_state_dict", "model", "ema")


def read_checkpoint(path: Path, allowed: Sequence[Any] = ()) -> Any:
    """What torch saved, where it is made of numbers, names and what is `allowed`; of a file whose
    name ends in .safetensors its tensors by name.

    Raises WeightsRefused, FileRefused.
    """
    if not path.is_file():
        raise FileRefused(f"{path}, which is no file", "a checkpoint", "check the path")
    if is_safetensors(path):
        return read_safetensors(path)[0]
    try:
        with torch.serialization.safe_globals(list(allowed)):
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        first = str(error).strip().splitlines()[0]
        action = "do not trust the file; ask where it came from for one with its values alone"
        raise WeightsRefused(f"{path}: {first}", "numbers and names", action) from error
    except (RuntimeError, EOFError, KeyError, zipfile.BadZipFile) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsRefused(f"{path}: {first}", "a whole checkpoint", "fetch it again") from error


def is_safetensors(path: Path) -> bool:
    """By its name."""
    return path.suffix == ".safetensors"


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors by name, and what else the file says: each value as JSON where it is JSON.

    Raises WeightsRefused.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in sorted(file.keys())}
            said = file.metadata() or {}
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsRefused(f"{path}: {error}", "a whole checkpoint", "fetch it again") from error
    return tensors, {name: _plain(text) for name, text in said.items()}


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def state_of(value: Any, path: Path) -> dict[str, Tensor]:
    """The values of a network in what was read. Raises WeightsRefused."""
    for place in _PLACES:
        if isinstance(value, Mapping) and isinstance(value.get(place), Mapping):
            value = value[place]
    names = isinstance(value, Mapping) and bool(value)
    if not names or not all(isinstance(one, Tensor) for one in value.values()):
        raise WeightsRefused(f"{path} without a network's values", "tensors by name", "check it")
    return {str(name).removeprefix("module."): one.float() if one.is_floating_point() else one
            for name, one in value.items()}  # fmt: skip


def fill(network: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Gives a network its values. Raises WeightsRefused where they are another network's."""
    try:
        network.load_state_dict(dict(state))
    except RuntimeError as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        action = "check the model's name, and its sizes: --config"
        raise WeightsRefused(
            f"{path}: {' '.join(lines[1:3])[:300]}", "its values", action
        ) from error
