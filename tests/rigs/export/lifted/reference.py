"""A package's network with weights from a seed: how its file is made, its own transforms, and what
its package does with a whole clip.

What a package only needs for reading files is stood in for by empty modules.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from engines.grid import Grid
from engines.types import Audio
from export.__main__ import main as export
from export.graphs.lifting.request import Request, load_package, subjects
from tests.rigs.export.lifted.procedures import Network, Procedure

RATE_HZ = 44100
SEED = 0
Steps = list[tuple[str, Procedure]]


@dataclass(frozen=True)
class Reference:
    """A network and its package.

    `make` writes its ONNX file and the description beside it. `network`: its own, with its own
    transforms. It is given `short` samples fewer than a window has. `steps` lead from daw-bridge's
    procedure, with the package's network in it, to the package's; `command` is the package itself.
    """

    name: str
    make: Callable[[Path], None]
    network: Callable[[], Network]
    steps: Callable[[Procedure, Grid], Steps]
    command: Network
    short: int = 0


def stood_in(*names: str) -> None:
    """Empty modules for those that are not there."""
    for name in names:
        try:
            importlib.import_module(name)
        except (ImportError, OSError):
            sys.modules[name] = ModuleType(name)


def asked(network: Any, region: Audio) -> Audio:
    """(C, n) -> (S, C, m): one pass in torch."""
    with torch.no_grad():
        made = network(torch.from_numpy(region[None].copy()))
    found: Audio = made.reshape(-1, region.shape[0], made.shape[-1]).numpy()
    return found


def lifted(package: str, model: str, path: Path) -> None:
    """`python -m export lift`, in this process. Raises SystemExit."""
    arguments = ["lift", package, model, "--seed", str(SEED), "-o", str(path)]
    if code := export(arguments):
        raise SystemExit(f"python -m export {' '.join(arguments)} ended with {code}")


@cache
def subject(package: str, model: str) -> Any:
    """What was lifted, with the same weights."""
    return subjects(package, Request(model, seed=SEED))[0]


def network_of(package: str, model: str) -> Network:
    """The package's own."""
    return partial(asked, subject(package, model).network)


def needs(package: str) -> str:
    """What pip installs for it."""
    return load_package(package).NEEDS


def one_thread() -> None:
    """For torch."""
    torch.set_num_threads(1)
