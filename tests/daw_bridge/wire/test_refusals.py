"""What is said of a message that does not follow the protocol."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.wire.refusals import bad, shown

ROOT = Path(__file__).parents[3]


def test_an_error_points_to_pages_that_there_are() -> None:
    error = bad("three frames", "two")
    assert str(error).startswith("three frames; expected two. See docs/reference/")
    pages = [word.rstrip(".") for word in error.action.split() if word.startswith("docs/")]
    assert len(pages) == 2 and all((ROOT / page).is_file() for page in pages)


def test_long_values_are_shortened() -> None:
    assert shown("drums") == "'drums'"
    assert len(shown("x" * 1000)) == 60 and shown("x" * 1000).endswith("...")
