"""Times as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue
from daw_bridge.files.times import Time, parse_time, time_text


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("0", 0), ("1", 44100), ("1.5", 66150), (".5", 22050), ("90", 3_969_000),
        ("1:30", 3_969_000), ("01:30.5", 3_991_050), ("1:00:00", 158_760_000),
        ("90:00", 238_140_000), ("44100samples", 44100), ("7 Samples", 7), ("1sample", 1),
        ("0.00001134", 1), (" 2 ", 88200),
    ],
)  # fmt: skip
def test_times(text: str, frames: int) -> None:
    time = parse_time("start", text)
    assert time is not None and time.frames(44100) == frames


@pytest.mark.parametrize(
    "text",
    ["-1", "1:60", "1:75", "1:60:00", "1:2:3:4", "abc", "1e3", "nan", "inf", "1,5", "1s", "44100s",
     "1.5samples", "1:", ":30", "\u0661", "9" * 400, "."],
)  # fmt: skip
def test_no_times(text: str) -> None:
    with pytest.raises(BadValue):
        parse_time("start", text)


def test_nothing_given_is_no_time() -> None:
    assert parse_time("start", "") is None and parse_time("end", "  ") is None


@given(st.integers(0, 10**9), st.sampled_from([8000, 44100, 48000, 192000]))
def test_a_sample_written_in_seconds_is_that_sample(frame: int, rate_hz: int) -> None:
    time = parse_time("start", f"{frame / rate_hz:.9f}")
    assert time is not None and time.frames(rate_hz) == frame


def test_a_number_of_osc_has_more_decimals_than_are_read() -> None:
    assert time_text(0.10000000149011612) == "0.100000001490"
    assert parse_time("start", time_text(1e-13)) == Time()
