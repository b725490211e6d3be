"""What is asked of a package, and how a package is asked: a file in `packages/` for each.

Such a module has `MODELS` (the names that it knows), `NEEDS` (what pip installs for it) and
`load(request)`, which answers the subjects to be lifted: one, or one for each file of a model that
is in several. It imports its package inside `load`.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

from export.common.errors import UsageError
from export.graphs.errors import PackageMissing
from export.graphs.lifting import packages
from export.graphs.lifting.subject import NOT_STATED, UNTRAINED, Subject


@dataclass(frozen=True)
class Request:
    """A model of a package: its checkpoints, or a seed for weights that nobody trained.

    `config` is a file that says how large the network is, `sizes` are single values of it;
    `frames` is the length of a window, 0 for the one that it was trained with.
    """

    model: str
    weights: tuple[Path, ...] = ()
    seed: int | None = None
    config: Path | None = None
    frames: int = 0
    sizes: dict[str, Any] = field(default_factory=dict)

    @property
    def training(self) -> str:
        """What is known of how the weights were made."""
        return NOT_STATED if self.seed is None else UNTRAINED.format(seed=self.seed)


class Package(Protocol):
    """What a module in `packages/` has."""

    MODELS: tuple[str, ...]
    NEEDS: str

    def load(self, request: Request, /) -> tuple[Subject, ...]:
        """The networks to be lifted. Raises ExportError."""


def package_names() -> list[str]:
    """Every package, in alphabetical order, as pip names them."""
    found = pkgutil.iter_modules(packages.__path__)
    return sorted(one.name.replace("_", "-") for one in found)


def load_package(name: str) -> Package:
    """The module of one package. Raises UsageError."""
    if name not in package_names():
        known = ", ".join(package_names())
        raise UsageError(f"package {name!r}", f"one of {known}", "correct the name")
    module = f"{packages.__name__}.{name.replace('-', '_')}"
    return cast(Package, importlib.import_module(module))


def subjects(name: str, request: Request) -> tuple[Subject, ...]:
    """The networks to be lifted, from one package.

    Raises UsageError for a model that it has not, or for neither weights nor a seed; ExportError.
    """
    package = load_package(name)
    if request.model not in package.MODELS:
        seen = f"model {request.model!r} of {name}"
        raise UsageError(seen, f"one of {', '.join(package.MODELS)}", "correct the name")
    if bool(request.weights) == (request.seed is not None):
        seen = "both weights and a seed" if request.weights else "neither weights nor a seed"
        action = "give --weights FILE with what was trained, or --seed N to try the way only"
        raise UsageError(seen, "one of them", action)
    return package.load(request)


def imported(module: str, needs: str) -> Any:
    """A module of a third-party package. Raises PackageMissing, which says what pip installs."""
    try:
        return importlib.import_module(module)
    except (
        ImportError,
        OSError,
    ) as error:  # OSError: a library beside it that is for another torch
        seen = f"{module.partition('.')[0]}: {error}"
        raise PackageMissing(seen, "the package installed", f"pip install {needs}") from error
