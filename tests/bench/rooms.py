"""The plan of the house in numbers: rooms, arrows between them, circles, sizes, documents.

    python -m tests.bench.rooms
    python -m tests.bench.rooms ../another-checkout --json

A room is what lies directly in a package: a folder or a module (`__init__` and `__main__` are the
doors). An arrow says that one room imports from another, however often, be it for types alone. A
circle is a set of rooms, or of files, that all lead to each other. Floors: a room stands above all
that it imports, a circle is one place. Upward are arrows against the order of import-linter's
layers in pyproject.toml; `-`: it has none for this package.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.bench.tools import described

PACKAGES = ("daw_bridge", "export", "engines")
Graph = Mapping[str, set[str]]


def modules(root: Path, package: str) -> dict[str, Path]:
    """Dotted name -> file of every module; a package's `__init__` has the package's name."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


def read(path: Path) -> str:
    """A text file."""
    return path.read_text(encoding="utf-8")


def imported(tree: ast.AST, known: Iterable[str]) -> set[str]:
    """Those of the known modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & {*known}
            found |= {node.module or ""} if inner - {*known} else set()
    return found & {*known}


def file_graph(root: Path, package: str) -> dict[str, set[str]]:
    """Module -> the package's modules that it imports."""
    known = modules(root, package)
    trees = {name: ast.parse(read(path)) for name, path in known.items()}
    return {name: imported(tree, known) - {name} for name, tree in trees.items()}


def room(module: str) -> str:
    """`daw_bridge.live.ring` -> `live`; the package's own doors have none."""
    name = [*module.split("."), ""][1]
    return "" if name == "__main__" else name


def room_graph(files: Graph) -> dict[str, set[str]]:
    """Room -> rooms that it imports from."""
    found: dict[str, set[str]] = {room(name): set() for name in files if room(name)}
    for name, targets in files.items():
        if here := room(name):
            found[here] |= {room(target) for target in targets} - {here, ""}
    return found


def circles(graph: Graph) -> list[list[str]]:
    """Sets of two or more places that all lead to each other, the largest first."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = graph[waiting.pop()] - seen
            seen |= new
            waiting += new
        return seen

    leads_to = {one: reached(one) for one in graph}
    round_trips = {frozenset(o for o in leads_to[one] if one in leads_to[o]) for one in graph}
    return sorted((sorted(one) for one in round_trips if one), key=lambda one: (-len(one), one))


def floors(graph: Graph) -> int:
    """How many rooms stand on each other at most, every circle taken as one place."""
    place = {one: circle[0] for circle in circles(graph) for one in circle}
    merged: dict[str, set[str]] = {}
    for one, targets in graph.items():
        here = place.get(one, one)
        merged.setdefault(here, set()).update({place.get(t, t) for t in targets} - {here})
    height: dict[str, int] = {}
    for one in TopologicalSorter(merged).static_order():
        height[one] = 1 + max((height[below] for below in merged[one]), default=0)
    return max(height.values(), default=0)


def layers(root: Path, package: str) -> dict[str, int]:
    """Room -> its layer by import-linter's contract, 0 on top; empty where there is none."""
    linter = tomllib.loads(read(root / "pyproject.toml"))["tool"].get("importlinter", {})
    for contract in linter.get("contracts", []):
        if contract.get("containers") == [package]:
            rows = [re.split(r"[ |:()]+", layer) for layer in contract["layers"]]
            return {name: index for index, row in enumerate(rows) for name in row}
    return {}


def plan(root: Path, package: str) -> dict[str, Any]:
    """The numbers of one package."""
    files = file_graph(root, package)
    rooms, order = room_graph(files), layers(root, package)
    arrows = [(one, other) for one, targets in rooms.items() for other in targets]
    upward = [f"{a} -> {b}" for a, b in arrows if order.get(a, -1) > order.get(b, 1 << 30)]
    rounds, file_rounds = circles(rooms), circles(files)
    return {
        "rooms": len(rooms),
        "folders": len({path.parent for path in modules(root, package).values()}),
        "files": len(files),
        "floors": floors(rooms),
        "arrows between rooms": len(arrows),
        "arrows upward": sorted(upward) if order else "-",
        "arrows within circles": sum(a in c and b in c for c in rounds for a, b in arrows),
        "circles of rooms": rounds,
        "circles of files": file_rounds,
        "lines": sum(len(read(path).splitlines()) for path in modules(root, package).values()),
    }


def functions(root: Path) -> list[tuple[int, str]]:
    """(lines from `def` to the end, where) of every function, the longest first."""
    found = []
    for name, path in (pair for package in PACKAGES for pair in modules(root, package).items()):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                found.append((node.end_lineno - node.lineno + 1, f"{name}.{node.name}"))
    return sorted(found, key=lambda one: (-one[0], one[1]))


def documents(root: Path) -> dict[str, float]:
    """Size in KB (1000 bytes) of README.md, of each package's Markdown and of docs/."""
    found = {"README.md": (root / "README.md").stat().st_size / 1000}
    for folder in (*PACKAGES, "tests", "max_patches", "docs"):
        if sizes := [path.stat().st_size for path in (root / folder).rglob("*.md")]:
            found[f"{folder}/**/*.md"] = sum(sizes) / 1000
    return found


def house(root: Path) -> dict[str, Any]:
    """All the numbers of a checkout."""
    plans = {package: plan(root, package) for package in PACKAGES}
    by_length = functions(root)
    tenths = quantiles([length for length, _ in by_length], n=10)
    return {
        **plans,
        "lines outside tests": sum(one["lines"] for one in plans.values()),
        "lines per function: median, 90 %": f"{tenths[4]:.0f}, {tenths[8]:.0f}",
        "longest functions": by_length[:10],
        "documents, KB": documents(root),
    }


def shown(name: str, value: Any) -> str:
    """One line, or one for each item of a list: its count first."""
    items = [value] if not isinstance(value, list) else [len(value), *value]
    words = [" ".join(map(str, one)) if isinstance(one, list | tuple) else one for one in items]
    return f"{name:<34}{words[0]}" + "".join(f"\n{'':36}{word}" for word in words[1:])


def main() -> None:
    """Print them."""
    parser = described(__doc__)
    parser.add_argument("root", type=Path, nargs="?", default=Path(__file__).parents[2])
    parser.add_argument("--json", action="store_true", help="one JSON object")
    args = parser.parse_args()
    found = house(args.root)
    if args.json:
        print(json.dumps(found, indent=1))
        return
    for part, numbers in found.items():
        if isinstance(numbers, dict):
            print("\n".join([part, *(shown(f"  {name}", one) for name, one in numbers.items())]))
        else:
            print(shown(part, numbers))


if __name__ == "__main__":
    main()
