"""How large a network is: from its project's YAML file, or as its package has it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from torch import nn

from export.common.errors import ExportError, FileRefused
from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.weights import fill, read_checkpoint, state_of


class ConfigRefused(ExportError):
    """A file of a network's sizes that is none, or of another network."""

    code = "export_config"


def read_yaml(path: Path) -> dict[str, Any]:
    """A file's mapping: plain values, lists, and tuples as Python's YAML writes them.

    Raises ConfigRefused, FileRefused, PackageMissing.
    """
    yaml = imported("yaml", "pyyaml")

    class Loader(yaml.SafeLoader):  # type: ignore[misc, name-defined]
        pass

    Loader.add_constructor(
        "tag:yaml.org,2002:python/tuple",
        lambda loader, node: tuple(loader.construct_sequence(node)),
    )
    try:
        value = yaml.load(path.read_text("utf-8"), Loader=Loader)
    except OSError as error:
        raise FileRefused.of(error) from error
    except (yaml.YAMLError, ValueError) as error:
        first = str(error).splitlines()[0]
        raise ConfigRefused(f"{path}: {first}", "plain YAML", "correct the file") from error
    if not isinstance(value, dict):
        raise ConfigRefused(f"{path}: no mapping", "sections such as model:", "check the path")
    return value


def made(kind: Any, request: Request, sizes: dict[str, Any], **fixed: Any) -> nn.Module:
    """The network, with its weights or seeded ones, ready to answer.

    Raises ConfigRefused where its package does not take these sizes, and WeightsRefused.
    """
    with torch.random.fork_rng():
        torch.manual_seed(request.seed or 0)
        try:
            network: nn.Module = kind(**{**sizes, **fixed})
        except (TypeError, ValueError, AssertionError, KeyError) as error:
            seen = f"sizes of {request.model}: {error}"
            raise ConfigRefused(seen, "its own", "give its project's file: --config") from error
    for path in request.weights[:1]:
        fill(network, state_of(read_checkpoint(path), path), path)
    for module in network.modules():
        # Rotary embeddings keep those of the first length they see, which would be the only one.
        if hasattr(module, "cache_if_possible"):
            vars(module)["cache_if_possible"] = False
    return network.eval()


def stem_names(names: Any) -> tuple[str, ...]:
    """As daw-bridge has them: small letters, digits, - and _. Raises ConfigRefused."""
    found = tuple(re.sub(r"[^a-z0-9_]+", "-", str(name).lower()).strip("-_") for name in names)
    if not all(found) or len(set(found)) != len(found):
        raise ConfigRefused(f"stems {list(names)}", "a name for each", "correct the file")
    return found
