"""ports.reastream.identifiers: names of inputs and outputs, usual ones and mapped ones."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadChannels
from daw_bridge.ports.reastream.identifiers import in_identifiers, out_identifiers

OUTPUTS = ("drums", "bass", "residual")


def test_inputs_have_the_usual_names_unless_mapped() -> None:
    usual = in_identifiers("", ["drums"], "song")
    assert usual.all == ("song", "song-known-drums")
    mapped = in_identifiers("mix=a, drums=b, bass=c", ["drums"], "song")
    assert mapped.all == ("a", "b", "c") and mapped.known == {"drums": "b", "bass": "c"}
    assert in_identifiers("drums=none", ["drums"], "song").all == ("song",)


def test_packets_find_their_row() -> None:
    found = in_identifiers("", ["drums"], "song")
    assert [found.row(one) for one in ("song", "song-known-drums", "song-drums")] == [0, 1, None]


def test_outputs_are_named_after_the_mix_unless_mapped_or_left_out() -> None:
    assert out_identifiers("", OUTPUTS, "song", ("song",)) == (
        "song-drums", "song-bass", "song-residual", "song-dry",
    )  # fmt: skip
    assert out_identifiers("bass=none,drums=beat,dry=all", OUTPUTS, "song", ("song",)) == (
        "beat", "", "song-residual", "all",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tuba=a", "outputs of this model: drums, bass, residual, dry"),
        ("drums=a,bass=a", "one for each"),
        ("drums=song", "one for each"),
        ("drums=a,drums=b", "each name"),
        ("drums", "name=identifier"),
    ],
)
def test_a_bad_output_map_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadChannels, match=words):
        out_identifiers(text, OUTPUTS, "song", ("song",))
