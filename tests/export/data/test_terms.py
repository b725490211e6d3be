"""What the licence in a model's file lets one do."""

from __future__ import annotations

import pytest

from export.data.terms import terms_of


@pytest.mark.parametrize(
    ("licence", "terms"),
    [
        ("", "restricted"),
        ("CC BY-NC-SA, non-commercial", "restricted"),
        ("Weights: non-commercial use only, although the code is free for any use.", "restricted"),
        ("Weights: free for any use, under the MIT licence like the code.", "permissive"),
        ("Data: free for any use. mine (3 songs).", "permissive"),
        ("Data: free for any use; a copy or adaptation of the data itself stays under the GPL. x",
         "copyleft"),
        ("Data: free for any use. mine. Trained on from nc: CC BY-NC-SA", "restricted"),
        ("Data: free for any use. mine. Trained on from band-free: Weights: free for any use.",
         "permissive"),
        ("Trained on from band-free: Weights: free for any use.", "restricted"),
    ],
)  # fmt: skip
def test_it_is_as_free_as_the_least_free_of_what_it_was_made_of(licence: str, terms: str) -> None:
    assert terms_of(licence) == terms
