"""Plain tables for a terminal, and tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Left-aligned columns under a header, two spaces apart; numbers to the right."""
    cells = [list(row) for row in rows]
    numeric = [
        bool(cells) and all(isinstance(row[k], int | float | None) for row in cells)
        for k in range(len(header))
    ]
    lines = [list(header), *([_text(cell) for cell in row] for row in cells)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(header))]
    return "\n".join(_line(line, widths, numeric) for line in lines)


def _line(cells: list[str], widths: list[int], numeric: list[bool]) -> str:
    columns = zip(cells, widths, numeric, strict=True)
    texts = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in columns]
    return "  ".join(texts).rstrip()


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3g}" if isinstance(cell, float) and abs(cell) < 1000 else str(cell)


def markdown(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; None is an empty cell."""
    lines = [list(header), ["---"] * len(header)]
    lines += [[_cell(value) for value in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = f"{value:.2f}" if isinstance(value, float) else str(value)
    return text.replace("\n", " ").replace("|", "\\|")
