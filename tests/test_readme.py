"""The README says what the code does."""

from __future__ import annotations

import re
import shlex

import pytest

from daw_bridge.cli import build_parser
from tests.readme_tables import README, render


def test_tables_are_the_codes() -> None:
    text = README.read_text()
    assert render(text) == text, "run python -m tests.readme_tables"


def shell_lines() -> list[str]:
    """Every `daw-bridge ...` line in the README's shell blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), flags=re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("daw-bridge ")]


@pytest.mark.parametrize("line", shell_lines())
def test_commands_in_the_readme_parse(line: str) -> None:
    assert build_parser().parse_args(shlex.split(line)[1:]).run


def test_readme_shows_commands() -> None:
    assert len(shell_lines()) >= 5
