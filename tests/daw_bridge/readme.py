"""daw_bridge/README.md's tables, rendered from the code: `python -m tests.daw_bridge.readme`."""

from __future__ import annotations

import re
from pathlib import Path

import daw_bridge
from daw_bridge.errors import error_codes
from daw_bridge.settings.parameters import STREAM_PARAMETERS, markdown_table

README = Path(daw_bridge.__file__).parent / "README.md"


def errors_table() -> str:
    """Every code and what it means."""
    rows = [f"| `{code}` | {meaning} |\n" for code, meaning in error_codes().items()]
    return "| code | meaning |\n| --- | --- |\n" + "".join(rows)


def render(text: str) -> str:
    """The text with each table as the code says."""
    tables = {"parameters": markdown_table(STREAM_PARAMETERS), "errors": errors_table()}
    for marker, table in tables.items():
        parts = re.split(rf"(<!-- /?{marker} -->\n)", text)
        if len(parts) != 5:
            raise ValueError(f"README.md has {len(parts)} parts around {marker!r}, expected 5")
        parts[2] = table
        text = "".join(parts)
    return text


if __name__ == "__main__":
    README.write_text(render(README.read_text()))
