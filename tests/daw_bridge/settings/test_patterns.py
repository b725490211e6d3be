"""settings.patterns: OSC 1.0's patterns, against names of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadValue
from daw_bridge.settings.parameters import STREAM_PARAMETERS
from daw_bridge.settings.patterns import MAX_PATTERN, is_pattern, matching

NAMES = (
    "stem/drums/gain", "stem/bass/gain", "stem/bass/mute", "block/hop", "block/window", "bypass",
)  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("stem/*/gain", ("stem/drums/gain", "stem/bass/gain")),
        ("stem/{drums,bass}/mute", ("stem/bass/mute",)),
        ("stem/{drums,ba*}/{gain,mute}", NAMES[:3]),
        ("stem/????/gain", ("stem/bass/gain",)),
        ("stem/[a-c]*/*", ("stem/bass/gain", "stem/bass/mute")),
        ("stem/[!b]*/gain", ("stem/drums/gain",)),
        ("block/*", ("block/hop", "block/window")),
        ("*", ("bypass",)),  # no star reaches over a slash
        ("*/*", ("block/hop", "block/window")),
        ("bypas[s]", ("bypass",)),
        ("{,by}pass", ("bypass",)),
        ("stem/*/pan", ()),
        ("stem/*", ()),
        ("STEM/*/gain", ()),
        ("b.p*", ()),
    ],
)
def test_what_a_pattern_matches(pattern: str, found: tuple[str, ...]) -> None:
    assert is_pattern(pattern)
    assert matching(pattern, NAMES) == found


@pytest.mark.parametrize(
    "pattern",
    ["stem/{drums/gain", "stem/drums}/gain", "stem/[a/gain", "stem/a]/gain", "{a,{b,c}}", "[{]",
     "{a,b}" * 7, "*" * (MAX_PATTERN + 1)],
)  # fmt: skip
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(BadValue, match="pattern"):
        matching(pattern, NAMES)


def test_no_name_of_ours_is_a_pattern() -> None:
    assert not any(is_pattern(one.name.replace("<name>", "a")) for one in STREAM_PARAMETERS)


@given(st.text("abms*?[]{},!-/", max_size=40))
def test_any_text_is_matched_or_refused(pattern: str) -> None:
    try:
        found = matching(pattern, NAMES)
    except BadValue:
        return
    assert set(found) <= set(NAMES)


def test_many_stars_are_no_work() -> None:
    """With backtracking this would take years: the test's own time limit ends it then."""
    assert matching("*a" * 90 + "b", ["a" * 120]) == ()
