"""From what was parsed to options: lists are tuples, what was not given is as it was."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import pytest

from export.commands._flags import at_least_one, options_of, say_skipped


@dataclass(frozen=True)
class Options:
    name: str
    steps: tuple[int, ...] = (1, 4)
    limit: int | None = None
    deep: bool = False


def test_options_are_made_of_what_is_named_as_they_are() -> None:
    given = argparse.Namespace(name="a", steps=[2], limit=None, deep=True, other=3)
    assert options_of(Options, given) == Options("a", (2,), None, True)
    assert options_of(Options, argparse.Namespace(name="a", steps=None)) == Options("a")
    assert options_of(Options, given, name="b").name == "b"


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", ""])
def test_a_count_starts_at_one(text: str) -> None:
    assert at_least_one("12") == 12
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        at_least_one(text)


def test_skipped_songs_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert say_skipped(0) == 0 and capsys.readouterr().err == ""
    assert say_skipped(3) == 0 and capsys.readouterr().err == "3 songs were skipped\n"
