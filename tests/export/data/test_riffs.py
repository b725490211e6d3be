"""Riffs: grips that a hand can hold, bars that are filled, every riff in every metre."""

from __future__ import annotations

import numpy as np
import pytest

from export.data import riffs
from export.data.riffs import KINDS, MAJOR_SCALE, STRINGS, Bar

MAKERS = sorted(
    {(stem, maker) for stem, made in riffs.RIFFS.items() for maker, _ in made},
    key=lambda item: (item[0], item[1].__name__),
)


def bar(root: int = 0, kind: str = "", beats: int = 4, number: int = 0) -> Bar:
    return Bar(beats, root, kind, MAJOR_SCALE, number, 8)


def test_an_open_c_and_an_open_e_minor_are_gripped_as_guitarists_do() -> None:
    assert riffs.grip(bar(0), 0) == [48, 52, 55, 60, 64]
    assert riffs.grip(bar(4, "m"), 0) == [40, 47, 52, 55, 59, 64]


@pytest.mark.parametrize("fret", range(8))
@pytest.mark.parametrize("kind", KINDS)
def test_a_grip_is_a_hand_wide_and_begins_with_its_root(kind: str, fret: int) -> None:
    for root in range(12):
        chord = bar(root, kind)
        pitches = riffs.grip(chord, fret)
        assert pitches == sorted(pitches) and {p % 12 for p in pitches} <= set(chord.tones)
        reach = [range(s + fret, s + fret + 4) for s in STRINGS]
        assert all(any(p in frets for frets in reach) for p in pitches)
        roots = [p for p in pitches if p % 12 == root]
        assert not roots or pitches[0] == roots[0]
        assert len(pitches) >= 2


@pytest.mark.parametrize(("stem", "maker"), MAKERS)
@pytest.mark.parametrize("beats", [3, 4])
def test_a_riff_fills_any_bar_from_its_start_and_not_beyond(
    stem: str, maker: riffs.Maker, beats: int
) -> None:
    for seed in range(20):
        riff = maker(np.random.default_rng(seed))
        for number in range(8):
            hits = riff(bar(7, "m7", beats, number))
            assert hits and min(hit.beat for hit in hits) <= 0.5
            assert max(hit.beat for hit in hits) < beats + 0.3  # the last string of a stroke
            assert all(hit.beats > 0 and 1 <= hit.velocity <= 127 for hit in hits)
            assert all(20 <= hit.pitch <= 108 for hit in hits)


@pytest.mark.parametrize("maker", [riffs.pick, riffs.hold, riffs.block, riffs.broken,
                                   riffs.pad, riffs.offbeat])  # fmt: skip
def test_chords_are_made_of_their_tones(maker: riffs.Maker) -> None:
    for seed in range(10):
        riff = maker(np.random.default_rng(seed))
        for root in range(12):
            chord = bar(root, "m")
            allowed = {*chord.tones, (root + 7) % 12}
            assert {hit.pitch % 12 for hit in riff(chord)} <= allowed


def test_a_section_keeps_its_rhythm_over_two_bars() -> None:
    """But for a stroke's spread, which goes with the strings that a chord has."""
    for seed in range(10):
        riff = riffs.bass(np.random.default_rng(seed))
        bars = [riff(bar(root, number=n)) for n, root in enumerate((0, 5, 7, 0))]
        assert [h.beat for h in bars[0]] == [h.beat for h in bars[2]]
        assert [h.beat for h in bars[1]] == [h.beat for h in bars[3]]
        assert bars[0][0].pitch % 12 == 0 and bars[1][0].pitch % 12 == 5


def test_drums_crash_at_the_start_and_play_the_backbeat() -> None:
    for seed in range(10):
        riff = riffs.drums(np.random.default_rng(seed))
        first, second = riff(bar(number=0)), riff(bar(number=1))
        assert riffs.CRASH in [h.pitch for h in first]
        assert riffs.CRASH not in [h.pitch for h in second]
        backbeat = [h.beat for h in second if h.pitch in (riffs.SNARE, riffs.RIM, riffs.CLAP)]
        assert 2.0 in backbeat or {1.0, 3.0} <= set(backbeat)


def test_every_stem_draws_each_of_its_riffs() -> None:
    rng = np.random.default_rng(0)
    drawn = {riffs.draw_riff(rng, "guitar").__qualname__ for _ in range(200)}
    # solo is a line
    assert drawn == {f"{name}.<locals>.play" for name in
                     ("strum", "pick", "chug", "low_riff", "line", "hold", "offbeat")}  # fmt: skip
