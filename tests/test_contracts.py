"""Each floor holds: an import that digs through it breaks its contract.

One wrong import for every pair of neighbouring floors, of rooms on one floor, and of what is
forbidden, is written into a copy of the packages; lint-imports must name them all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
Dig = tuple[str, str]
"""(importer, imported)"""


def floors(contract: dict[str, Any]) -> Iterator[Dig]:
    """From each floor to the one above it, and between the rooms of one floor."""
    for container in contract["containers"]:
        rooms = [[f"{container}.{one.strip()}" for one in floor.split("|")]
                 for floor in contract["layers"]]  # fmt: skip
        for above, below in pairwise(rooms):
            yield from ((low, high) for low in below for high in above)
        for floor in rooms:
            yield from permutations(floor, 2)


def independent(contract: dict[str, Any]) -> Iterator[Dig]:
    """Between all pairs."""
    for pattern in contract["modules"]:
        parent = pattern.removesuffix(".*")
        folders = sorted((ROOT / parent.replace(".", "/")).glob("*/__init__.py"))
        yield from permutations([f"{parent}.{one.parent.name}" for one in folders], 2)


def forbidden(contract: dict[str, Any]) -> Iterator[Dig]:
    """From each source to all that it must not know."""
    for source in contract["source_modules"]:
        yield from ((source, one) for one in contract["forbidden_modules"])


def protected(contract: dict[str, Any]) -> Iterator[Dig]:
    """From every package but the allowed ones, and from the neighbours of these."""
    for allowed in contract["allowed_importers"]:
        room, name = (ROOT / allowed.replace(".", "/")).parent, allowed.rpartition(".")[2]
        others = [one.stem for one in room.glob("[a-z]*") if one.stem not in (name, "README")]
        inside = [f"{allowed.rpartition('.')[0]}.{one}" for one in others]
        outside = ["engines", "export", *(f"daw_bridge.{one}" for one in ("cli", "live", "server"))]
        yield from product((*inside, *outside), contract["protected_modules"])


KINDS = {
    "layers": floors,
    "independence": independent,
    "forbidden": forbidden,
    "protected": protected,
}


def digs() -> list[Dig]:
    return [dig for one in SETTINGS["contracts"] for dig in KINDS[one["type"]](one)]


def file_of(root: Path, module: str) -> Path:
    path = root / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def lint(root: Path) -> str:
    command = [sys.executable, "-c", LINT]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    return done.stdout


def test_every_wrong_import_is_found(tmp_path: Path) -> None:
    for package in SETTINGS["root_packages"]:
        keep = shutil.ignore_patterns("__pycache__", "*.onnx", "*.wav", "*.toml", "*.md")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=keep)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert " 0 broken" in lint(tmp_path)
    wanted = digs()
    for importer, imported in wanted:
        with file_of(tmp_path, importer).open("a") as file:
            file.write(f"\nimport {imported}\n")
    found = lint(tmp_path)
    missed = [dig for dig in wanted if f"{dig[0]} -> {dig[1]} (l." not in found]
    assert not missed and " 0 kept" in found and len(wanted) > 50
