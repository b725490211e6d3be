"""Which model generates: the one that was named, or the only one that can."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.errors import BadValue
from engines.errors import EngineError
from engines.load import find_model, list_models, read_tree
from engines.methods.diffusion.generator import generates
from engines.spec import ModelSpec


def chosen(name: str) -> tuple[Path, ModelSpec]:
    """The model's file and description; "" for the one installed model that can generate.

    Raises BadValue for a model that cannot, with those that can, and EngineError.
    """
    if name:
        path, spec = find_model(name), read_tree(name).spec
        if generates(spec):
            return path, spec
        seen = f"--model {name}, which only separates (method {spec.method})"
        raise _none(seen, able())
    can = able()
    if len(can) != 1:
        raise _none("no --model", can)
    return find_model(can[0]), read_tree(can[0]).spec


def able() -> tuple[str, ...]:
    """Names of the installed models that can generate."""
    return tuple(name for name in list_models() if _is_able(name))


def _is_able(name: str) -> bool:
    try:
        return generates(read_tree(name).spec)
    except EngineError:
        return False  # whoever loads it says what is wrong


def _none(seen: str, can: tuple[str, ...]) -> BadValue:
    if can:
        return BadValue(seen, "a model that generates: " + ", ".join(can), "Name one.")
    return BadValue(
        seen, "a diffusion model that generates; none is installed",
        "Train one, or name its file with --model.",
    )  # fmt: skip
