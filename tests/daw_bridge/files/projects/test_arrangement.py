"""Where tracks lie, in seconds that are samples; tempo and names from tags."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.files.projects.arrangement import Arrangement, one_line


def arrangement(rate_hz: int = 44100, bpm: str = "") -> Arrangement:
    tags = (("bpm", bpm),) if bpm else ()
    return Arrangement("song", rate_hz, 2, 0, 1, (), tags)


@given(st.integers(0, 2**35), st.sampled_from([8000, 11025, 44100, 48000, 96000, 192000, 768000]))
def test_seconds_are_the_sample_in_text_and_as_a_double(frames: int, rate_hz: int) -> None:
    text = arrangement(rate_hz).seconds(frames)
    assert "e" not in text.lower()
    assert abs(Decimal(text) * rate_hz - frames) < Decimal("1e-7")
    assert round(float(text) * rate_hz) == frames and abs(float(text) * rate_hz - frames) < 1e-3


@pytest.mark.parametrize(
    ("text", "bpm"),
    [("120", 120.0), ("97.5", 97.5), ("97,5", 97.5), ("", None), ("fast", None), ("0", None),
     ("nan", None), ("inf", None), ("-120", None), ("9999", None)],
)  # fmt: skip
def test_a_tempo_is_a_number_that_a_daw_takes(text: str, bpm: float | None) -> None:
    assert arrangement(bpm=text).bpm == bpm


def test_names_are_one_line_of_characters() -> None:
    assert one_line("a\nb\r\n\tc\u2028d\0e") == "a b c d e"
    assert one_line("\ud800x\ufffe") == "x"
    assert one_line("Ünïcode 👩‍🎤 \"&<>'`") == "Ünïcode 👩‍🎤 \"&<>'`"
    assert one_line("\n") == "untitled"
