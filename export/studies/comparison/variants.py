"""The variants of a comparison, from one TOML file.

stems, rate_hz             of all variants
[train], [data]            training options and data of all variants, as in a setup
[families.NAME]            that family's configuration
[[variant]]                name, family, about; model and train: what differs from the above
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import torch

from export.common.errors import ExportError
from export.nets import families
from export.nets.nade import Nade
from export.training.options import TrainOptions, checked

DEFAULT = Path(__file__).with_name("variants.toml")
TOP = {"stems", "rate_hz", "train", "data", "families", "variant"}
NEEDED = ("stems", "rate_hz", "train", "data", "families")
#: What a setup says of its data, and does not do.
SAID = ("sets", "terms")
OWN = {"name", "family", "about", "model", "train"}


class VariantError(ExportError):
    """The file of variants is wrong, or holds none of that name."""

    code = "export_variant"


@dataclass(frozen=True)
class Variant:
    """One training to compare. `setup` is what training takes; `options` its [train] table."""

    name: str
    about: str
    setup: dict[str, Any]
    options: TrainOptions

    @property
    def folder(self) -> str:
        """Name of the run's folder: another one as soon as anything about the variant changes."""
        setup = {key: value for key, value in self.setup.items() if key not in SAID}
        text = json.dumps([setup, self.options.identity()], sort_keys=True)
        return f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    @property
    def config(self) -> Any:
        """The family's configuration."""
        return families.config_from(self.setup["family"], self.setup["model"])

    def parameters(self) -> int:
        """Weights of the network, counted without making them."""
        with torch.device("meta"):
            model = Nade(self.setup["family"], self.config)
        return sum(weight.numel() for weight in model.parameters())


def load(path: Path, changes: dict[str, Any]) -> tuple[Variant, ...]:
    """All variants of a file, `changes` being laid over every [train] table.

    Raises VariantError; OptionError for training options that cannot be.
    """
    try:
        file = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VariantError(f"{path}: {error}") from None
    _known(path, file, TOP)
    if missing := [name for name in NEEDED if name not in file]:
        raise VariantError(f"{path}: no {', '.join(missing)}")
    rows = file.get("variant", [])
    names = [row.get("name") for row in rows]
    if not names or len(set(names)) != len(names):
        raise VariantError(f"{path}: variants are {names}, expected different names")
    return tuple(_variant(path, file, row, changes) for row in rows)


def _variant(
    path: Path, file: dict[str, Any], row: dict[str, Any], changes: dict[str, Any]
) -> Variant:
    _known(path, row, OWN)
    if row.get("family") not in file["families"]:
        known = ", ".join(file["families"])
        seen = f"variant {row.get('name')} is of family {row.get('family')!r}"
        raise VariantError(f"{path}: {seen}, expected one of {known}")
    model = file["families"][row["family"]] | row.get("model", {})
    train = file["train"] | row.get("train", {}) | changes
    setup = {
        "family": row["family"], "stems": file["stems"], "rate_hz": file["rate_hz"],
        "model": model, "data": file["data"],
    }  # fmt: skip
    variant = Variant(row["name"], row.get("about", ""), setup, checked(train))
    try:
        _ = variant.config
    except (families.BadConfig, families.UnknownFamily) as error:
        raise VariantError(f"{path}: variant {variant.name}: {error}") from None
    return variant


def _known(path: Path, table: dict[str, Any], names: set[str]) -> None:
    unknown = sorted(set(table) - names)
    if unknown:
        expected = ", ".join(sorted(names))
        raise VariantError(f"{path}: {', '.join(unknown)} is not known, expected {expected}")


def chosen(variants: Sequence[Variant], patterns: Sequence[str]) -> tuple[Variant, ...]:
    """Those whose name matches one of the patterns (* and ?), or all. Raises VariantError."""
    if not patterns:
        return tuple(variants)
    for pattern in patterns:
        if not any(fnmatchcase(variant.name, pattern) for variant in variants):
            known = ", ".join(variant.name for variant in variants)
            raise VariantError(f"no variant is called {pattern}; there are {known}")
    return tuple(
        variant for variant in variants if any(fnmatchcase(variant.name, p) for p in patterns)
    )
