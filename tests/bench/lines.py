"""Lines per file and per function of the serving folders: `python -m tests.bench.lines`."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("engines", "daw_bridge")


def function_lines(path: Path) -> list[int]:
    """Lines of every function and method in a file, from `def` to its last line."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [
        node.end_lineno - node.lineno + 1
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def row(name: str, lengths: list[int]) -> str:
    """One Markdown row: count, median, 90th percentile, largest."""
    ninety = statistics.quantiles(lengths, n=10)[-1]
    median = statistics.median(lengths)
    return f"| {name} | {len(lengths)} | {median:.0f} | {ninety:.0f} | {max(lengths)} |"


def main() -> None:
    """Print the table."""
    print("| what | count | median | p90 | max |\n|---|---|---|---|---|")
    for folder in FOLDERS:
        files = sorted((ROOT / folder).rglob("*.py"))
        print(row(f"{folder}: lines per file", [len(f.read_text().splitlines()) for f in files]))
        print(row(f"{folder}: lines per function", [n for f in files for n in function_lines(f)]))


if __name__ == "__main__":
    main()
