"""Every `python -m export` line of the documents is a command line that parses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from export.__main__ import build_parser

ROOT = Path(__file__).parents[2]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/README.md"), *(ROOT / "docs").rglob("*.md")})
EXPORT = "python -m export "


def shell_lines(text: str) -> Iterator[str]:
    """The commands of shell blocks: joined, split at &&, with variables of the block put in."""
    for block in re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL):
        variables: dict[str, str] = {}
        for line in block.replace("\\\n", " ").splitlines():
            for name, value in variables.items():
                line = re.sub(rf"\${name}\b", lambda _, value=value: value, line)
            if found := re.fullmatch(r'([A-Z])="(.*)"', line.strip()):
                variables[found[1]] = found[2]
            else:
                yield from (part.strip() for part in line.split("  #")[0].split("&&"))


def inline(text: str) -> Iterator[str]:
    """Commands in the running text; what leaves something out with ... or [] is left alone."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for code in re.findall(r"`([^`]+)`", prose):
        if not re.search(r"\.\.\.|\[|;", code):
            yield code


LINES = [
    (path.relative_to(ROOT).as_posix(), line)
    for path in PAGES
    for text in [path.read_text(encoding="utf-8")]
    for line in (*shell_lines(text), *inline(text))
    if line.startswith(EXPORT)
]


@pytest.mark.parametrize(("path", "line"), LINES)
def test_it_parses(path: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(line.removeprefix(EXPORT))
    try:
        assert build_parser(words).parse_args(words).run
    except SystemExit as stop:
        said = capsys.readouterr()
        helped = stop.code == 0 and "usage: python -m export" in said.out
        assert helped or "arguments are required" in said.err, said.err  # the text says the rest


def test_there_are_lines() -> None:
    assert len(LINES) >= 40
