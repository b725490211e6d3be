"""Network families, found by scanning this folder: one file per family.

A family file holds
- `Config`: a frozen dataclass of plain values (numbers, strings, flags, tuples), always with
  `stems`, `channels` and `conditional`;
- `DOMAIN`: "waveform" or "stft";
- `build(config) -> torch.nn.Module`, whose `forward(mix, given, flags)` has the shapes of
  `export.nade.Core`.
"""

import dataclasses
import importlib
import pkgutil
from types import ModuleType
from typing import Any


class UnknownFamily(Exception):
    """No file of that name lies in export/families."""


def names() -> list[str]:
    """Every family in this folder, sorted."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def family(name: str) -> ModuleType:
    """The module of one family. Raises UnknownFamily."""
    if name not in names():
        raise UnknownFamily(f"no family {name!r}; there are {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")


def config_from(name: str, values: dict[str, Any]) -> Any:
    """A family's Config from plain values (as JSON or TOML give them: lists become tuples)."""
    return family(name).Config(**{key: _frozen(value) for key, value in values.items()})


def config_values(config: Any) -> dict[str, Any]:
    """The inverse of `config_from`: a dictionary fit for JSON."""
    return dataclasses.asdict(config)


def _frozen(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return tuple(_frozen(item) for item in value)
    return value
