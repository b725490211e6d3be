"""A licence in a few words; as the commands show it: cli/test_models.py."""

from __future__ import annotations

import pytest

from daw_bridge.files.licences import (
    TERMS_LETTERS,
    USE_LETTERS,
    of_all,
    strictest,
    terms,
    use,
)


@pytest.mark.parametrize(
    ("licence", "words", "word"),
    [
        ("MIT", "MIT", "MIT"),
        ("", "not stated", "not stated"),
        ("Weights: non-commercial use only (research), because", "non-commercial use only",
         "non-commercial"),
        ("CC BY-NC 4.0, see there", "CC BY-NC 4.0", "non-commercial"),
        ("non commercial", "non commercial", "non-commercial"),
        ("Not for commercial use", "Not for commercial use", "non-commercial"),
        ("Code MIT; weights CC BY-NC-SA", "weights CC BY-NC-SA", "non-commercial"),
        ("MIT (weights: non-commercial)", "non-commercial", "non-commercial"),
        ("MIT (nc: MIT; free: MIT)", "MIT", "MIT"),
        ("not stated in the file", "not stated in the file", "not stated"),
        ("unknown", "unknown", "not stated"),
        ("Weights: free for any use, under MIT", "free for any use", "any use"),
    ],
)  # fmt: skip
def test_words(licence: str, words: str, word: str) -> None:
    assert (terms(licence), use(licence)) == (words, word)


def test_long_ones_are_cut() -> None:
    assert len(terms("x" * 99)) == TERMS_LETTERS and len(use("x" * 99)) == USE_LETTERS


def test_the_strictest_counts() -> None:
    rows = ["", "CC BY-NC 4.0", "GPL-3.0", "MIT"]
    for row, licence in enumerate(rows):
        assert strictest(reversed(rows[row:])) == licence
    assert strictest(["MIT", "Weights: free for any use, under MIT"]) == "MIT"
    assert strictest(["CC BY 4.0", "CC BY-SA 4.0"]) == "CC BY-SA 4.0"
    for unstated in ("not stated in the file", "not stated in the files", "Unknown", "none"):
        assert strictest([unstated, "CC BY-NC 4.0"]) == unstated
    for bound in (
        "non commercial",
        "Code MIT; weights CC BY-NC-SA",
        "MIT (weights: noncommercial)",
    ):
        assert strictest(["GPL-3.0", bound]) == bound
    words = of_all({"song": "Weights: non-commercial use only (research)", "spleeter": "MIT"})
    assert words == "non-commercial use only (song: non-commercial use only; spleeter: MIT)"
    assert use(words) == "non-commercial"
