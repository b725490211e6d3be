"""The README's reference tables, rendered from the code and the shipped models' cards.

`python -m tests.readme_tables` writes them.
"""

from __future__ import annotations

import re
from pathlib import Path

import engines
from daw_bridge.cli.commands import command_names, load_command
from daw_bridge.settings.parameters import SERVER_PARAMETERS, STREAM_PARAMETERS, markdown_table
from engines.spec import Cell, read_spec

README = Path(__file__).parent.parent / "README.md"
SHIPPED = sorted((Path(engines.__file__).parent / "models").glob("*.onnx"))


def commands_table() -> str:
    """The commands and what each is for."""
    rows = [f"| `daw-bridge {name}` | {load_command(name).HELP} |\n" for name in command_names()]
    return "| command | what it does |\n| --- | --- |\n" + "".join(rows)


def figures_table(model: Path) -> str:
    """The figures of a model's card."""
    if not (figures := read_spec(model).figures):
        raise ValueError(f"{model.name} has a card without figures: python -m export.card fills it")
    header, *rows = figures
    lines = [" | ".join(map(str, header)), "|".join(["---"] * len(header))]
    lines += [" | ".join(map(_cell, row)) for row in rows]
    return f"| {lines[0]} |\n|{lines[1]}|\n" + "".join(f"| {line} |\n" for line in lines[2:])


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def tables() -> dict[str, str]:
    """Marker -> Markdown of every table that the README takes from the code."""
    return {
        "commands": commands_table(),
        "parameters": markdown_table(STREAM_PARAMETERS),
        "options": markdown_table(SERVER_PARAMETERS),
        **{f"quality of {model.stem}": figures_table(model) for model in SHIPPED},
    }


def render(text: str) -> str:
    """The README's text with each table replaced by what the code says."""
    for marker, table in tables().items():
        pattern = rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)"
        text, count = re.subn(
            pattern, lambda m, table=table: m[1] + table + m[2], text, flags=re.DOTALL
        )
        if count != 1:
            raise ValueError(f"README.md has {count} places marked {marker!r}, expected 1")
    return text


if __name__ == "__main__":
    README.write_text(render(README.read_text()))
