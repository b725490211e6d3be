"""What a band of `compose` plays, bar by bar: chords as guitars and pianos grip them, riffs of
drums, basses, guitars, pianos and others. Times are in beats (crotchets) from the bar's start.

A riff is drawn once and then plays every bar that it is asked for, so that a section sounds like
one. `RIFFS` names those of each stem with how often they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

#: Open strings of a guitar, MIDI pitches.
STRINGS = (40, 45, 50, 55, 59, 64)
#: Semitones above the root.
KINDS = {
    "": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "m7": (0, 3, 7, 10), "M7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9), "9": (0, 4, 7, 10, 2), "m7b5": (0, 3, 6, 10), "sus4": (0, 5, 7),
}  # fmt: skip
MAJOR_SCALE, MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
KICK, SNARE, RIM, CLAP, CLOSED, OPEN, RIDE, CRASH = 36, 38, 37, 39, 42, 46, 51, 49
TOMS = (50, 48, 45, 43)
MUTED_BEATS = 0.2


@dataclass(frozen=True)
class Hit:
    """One note: `beat` and `beats` (length) in beats; `bend` in semitones that it is bent up from
    below at its start, as guitarists do."""

    beat: float
    beats: float
    pitch: int
    velocity: int
    bend: float = 0.0


@dataclass(frozen=True)
class Bar:
    """A bar's chord and place: `root` is a pitch class (0-11), `kind` of KINDS, `scale` pitch
    classes of the key, `number` counts within a section of `of` bars."""

    beats: int
    root: int
    kind: str
    scale: tuple[int, ...]
    number: int
    of: int

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes of the chord, the root first."""
        return tuple((self.root + step) % 12 for step in KINDS[self.kind])


Riff = Callable[[Bar], list[Hit]]


def above(pitch_class: int, lowest: int) -> int:
    """The first pitch of a class from `lowest` on."""
    return lowest + (pitch_class - lowest) % 12


def grip(bar: Bar, fret: int) -> list[int]:
    """Pitches of a chord on the guitar's strings between `fret` and three above it (open strings
    where fret is 0), without what lies under the root."""
    pitches = []
    for string in STRINGS:
        found = [string + f for f in range(fret, fret + 4) if (string + f) % 12 in bar.tones]
        pitches += found[:1]
    roots = [pitch for pitch in pitches if pitch % 12 == bar.root]
    return [pitch for pitch in pitches if not roots or pitch >= roots[0]]


def power(bar: Bar) -> list[int]:
    """Root, fifth and octave on the low strings."""
    root = above(bar.root, STRINGS[0])
    return [root, root + 7, root + 12]


def close(bar: Bar, lowest: int) -> list[int]:
    """The chord in close position within an octave from `lowest` on."""
    return sorted(above(tone, lowest) for tone in bar.tones)


def _rhythm(rng: np.random.Generator, beats: int, density: float, unit: float) -> list[float]:
    """Starts on a grid of `unit`, on beats rather than between; the first is always one."""
    grid = np.arange(0, beats, unit)
    chance = np.where(grid % 1 == 0, density, density * 0.7)
    starts = [float(t) for t in grid[rng.random(len(grid)) < chance]]
    return starts if starts and starts[0] == 0 else [0.0, *starts]


def _lengths(starts: list[float], beats: int) -> list[float]:
    return [b - a for a, b in zip(starts, [*starts[1:], float(beats)], strict=True)]


def _loud(rng: np.random.Generator, beat: float, base: int = 84) -> int:
    accent = 10 if beat % 2 == 0 else 0
    return int(np.clip(base + accent + rng.normal(0, 7), 20, 127))


# Guitars


def strum(rng: np.random.Generator) -> Riff:
    """Down- and upstrokes over a grip; an upstroke takes the high strings only."""
    unit = float(rng.choice((0.5, 0.5, 0.25)))
    fret, spread = int(rng.choice((0, 0, 0, 3, 5, 7))), float(rng.uniform(0.01, 0.045))
    shape = float(rng.uniform(0.35, 0.95))
    muted, ring = rng.random() < 0.2, float(rng.uniform(0.5, 1.0))
    rhythms: dict[int, list[float]] = {}

    def play(bar: Bar) -> list[Hit]:
        starts = rhythms.setdefault(bar.number % 2, _rhythm(rng, bar.beats, shape, unit))
        hits = []
        for start, length in zip(starts, _lengths(starts, bar.beats), strict=True):
            down = round(start / unit) % 2 == 0
            pitches = grip(bar, fret) if down else grip(bar, fret)[-4:][::-1]
            beats = MUTED_BEATS if muted else length * ring
            hits += [
                Hit(start + n * spread, beats, pitch, _loud(rng, start, 84 if down else 70))
                for n, pitch in enumerate(pitches)
            ]
        return hits

    return play


def pick(rng: np.random.Generator) -> Riff:
    """Broken chords over a grip, every note ringing on; the thumb has the first."""
    unit = float(rng.choice((0.5, 0.25, 1 / 3)))
    fret, order = int(rng.choice((0, 0, 2, 5, 7))), rng.permutation(5)
    up_and_down, ring = rng.random() < 0.5, float(rng.uniform(1.0, 3.0))

    def play(bar: Bar) -> list[Hit]:
        pitches = grip(bar, fret)
        upper = pitches[1:] or pitches
        path = [*upper, *upper[-2:0:-1]] if up_and_down else [upper[n % len(upper)] for n in order]
        return [
            Hit(n * unit, ring, pitches[0] if n == 0 else path[(n - 1) % len(path)],
                _loud(rng, n * unit, 78))
            for n in range(round(bar.beats / unit))
        ]  # fmt: skip

    return play


def chug(rng: np.random.Generator) -> Riff:
    """Power chords in a rhythm, short between accents that ring."""
    unit = float(rng.choice((0.5, 0.5, 0.25)))
    density, accents = float(rng.uniform(0.5, 1.0)), float(rng.uniform(0.1, 0.6))
    rhythms: dict[int, list[tuple[float, bool]]] = {}

    def play(bar: Bar) -> list[Hit]:
        drawn = [(s, bool(rng.random() < accents)) for s in _rhythm(rng, bar.beats, density, unit)]
        strokes = rhythms.setdefault(bar.number % 2, drawn)
        lengths = _lengths([start for start, _ in strokes], bar.beats)
        return [
            Hit(start, length * 0.95 if rings else min(length, unit) * 0.5, pitch,
                _loud(rng, start, 100 if rings else 86))
            for (start, rings), length in zip(strokes, lengths, strict=True)
            for pitch in (power(bar) if rings else power(bar)[:2])
        ]  # fmt: skip

    return play


def hold(rng: np.random.Generator) -> Riff:
    """A chord a bar or half a bar, as a grip or a power chord, left to ring."""
    halves, fret, strong = rng.random() < 0.3, int(rng.choice((0, 3, 5, 7))), rng.random() < 0.4

    def play(bar: Bar) -> list[Hit]:
        pitches = power(bar) if strong else grip(bar, fret)
        starts = [0.0, float(bar.beats // 2)] if halves else [0.0]
        return [
            Hit(start + n * 0.02, length, pitch, _loud(rng, start, 88))
            for start, length in zip(starts, _lengths(starts, bar.beats), strict=True)
            for n, pitch in enumerate(pitches)
        ]

    return play


def offbeat(rng: np.random.Generator) -> Riff:
    """Short high chords between the beats."""
    lowest, every = int(rng.integers(52, 64)), float(rng.choice((1.0, 1.0, 2.0)))
    beats = float(rng.uniform(0.15, 0.45))

    def play(bar: Bar) -> list[Hit]:
        return [
            Hit(float(start) + 0.5 * min(every, 1), beats, pitch, _loud(rng, 1, 82))
            for start in np.arange(0, bar.beats, every)
            for pitch in close(bar, lowest)
        ]

    return play


# Lines: riffs and melodies, of any instrument


def line(
    rng: np.random.Generator, lowest: int, highest: int, density: float, chordal: float,
    bends: float = 0.0, doubled: float = 0.0,
) -> Riff:  # fmt: skip
    """A melody that walks the scale and mostly meets a chord tone on the beat. Of four bars two
    rhythms; `bends` and `doubled` are shares of notes that are bent, or have a third or sixth."""
    unit = float(rng.choice((0.5, 0.5, 0.25, 1 / 3, 1.0)))
    now = int(rng.integers(lowest, highest + 1))
    below = int(rng.choice((3, 4, 8, 9, 12)))
    rhythms: dict[int, list[float]] = {}

    def play(bar: Bar) -> list[Hit]:
        nonlocal now
        starts = rhythms.setdefault(bar.number % 2, _rhythm(rng, bar.beats, density, unit))
        hits = []
        for start, length in zip(starts, _lengths(starts, bar.beats), strict=True):
            now = int(np.clip(now + rng.normal(0, 3), lowest, highest))
            on_chord = rng.random() < (chordal if start % 1 == 0 else chordal * 0.5)
            classes = bar.tones if on_chord else (*bar.scale, *bar.tones)
            now = min((above(c, now - 6) for c in classes), key=lambda pitch: abs(pitch - now))
            bend = float(rng.choice((1, 2))) if rng.random() < bends else 0.0
            hits.append(Hit(start, length * 0.95, now, _loud(rng, start, 92), bend))
            if rng.random() < doubled:
                hits.append(Hit(start, length * 0.95, now - below, _loud(rng, start, 80)))
        return hits

    return play


def low_riff(rng: np.random.Generator) -> Riff:
    """A riff of one bar or two, over each chord's root, on the low strings."""
    unit = float(rng.choice((0.5, 0.5, 0.25)))
    steps, density = (0, 0, 0, 3, 5, 7, 10, 12), float(rng.uniform(0.5, 0.9))
    drawn: dict[int, list[tuple[float, int]]] = {}

    def play(bar: Bar) -> list[Hit]:
        fresh = [(s, int(rng.choice(steps))) for s in _rhythm(rng, bar.beats, density, unit)]
        notes = drawn.setdefault(bar.number % 2, fresh)
        root = above(bar.root, STRINGS[0])
        lengths = _lengths([start for start, _ in notes], bar.beats)
        return [
            Hit(start, length * 0.8, root + step, _loud(rng, start, 92))
            for (start, step), length in zip(notes, lengths, strict=True)
        ]

    return play


def solo(rng: np.random.Generator) -> Riff:
    """A guitar's lead with bends and double stops."""
    lowest = int(rng.integers(52, 62))
    return line(rng, lowest, lowest + 22, float(rng.uniform(0.3, 0.9)), 0.7, 0.15, 0.12)


def melody(rng: np.random.Generator) -> Riff:
    """A tune."""
    lowest = int(rng.integers(55, 68))
    return line(rng, lowest, lowest + 17, float(rng.uniform(0.2, 0.7)), 0.75, 0.0, 0.05)


# Keys and the rest


def block(rng: np.random.Generator) -> Riff:
    """Chords of the right hand in a rhythm, mostly with the root in the left."""
    unit, lowest = float(rng.choice((0.5, 1.0, 1.0))), int(rng.integers(53, 65))
    density, left = float(rng.uniform(0.3, 1.0)), rng.random() < 0.7
    rhythms: dict[int, list[float]] = {}

    def play(bar: Bar) -> list[Hit]:
        starts = rhythms.setdefault(bar.number % 2, _rhythm(rng, bar.beats, density, unit))
        hits = [
            Hit(start, length * 0.9, pitch, _loud(rng, start, 78))
            for start, length in zip(starts, _lengths(starts, bar.beats), strict=True)
            for pitch in close(bar, lowest)
        ]
        if left:
            root = above(bar.root, 33)
            hits += [Hit(0.0, bar.beats * 0.95, pitch, 80) for pitch in (root, root + 12)]
        return hits

    return play


def broken(rng: np.random.Generator) -> Riff:
    """Arpeggios over an octave or two, held by the pedal or not."""
    unit = float(rng.choice((0.5, 0.25, 0.25, 1 / 3)))
    lowest, octaves = int(rng.integers(40, 62)), int(rng.integers(1, 3))
    ring, falls = float(rng.choice((0.9, 2.0, 4.0))), rng.random() < 0.4

    def play(bar: Bar) -> list[Hit]:
        path = [p + 12 * n for n in range(octaves) for p in close(bar, lowest)]
        path = [*path, *path[-2:0:-1]] if falls else path
        return [
            Hit(n * unit, unit * ring, path[n % len(path)], _loud(rng, n * unit, 76))
            for n in range(round(bar.beats / unit))
        ]

    return play


def pad(rng: np.random.Generator) -> Riff:
    """A chord held through the bar."""
    lowest = int(rng.integers(48, 67))

    def play(bar: Bar) -> list[Hit]:
        return [Hit(0.0, bar.beats * 1.0, p, _loud(rng, 1, 76)) for p in close(bar, lowest)]

    return play


# Bass


def bass(rng: np.random.Generator) -> Riff:
    """Roots in a rhythm, with fifths, octaves or steps to the next as drawn."""
    unit, density = float(rng.choice((0.5, 0.5, 1.0, 0.25))), float(rng.uniform(0.2, 1.0))
    steps = ((0,), (0, 0, 7), (0, 0, 12), (0, 0, 7, 12, 10), (0, 2, 4, 7, 9))
    chosen, lowest = steps[int(rng.integers(len(steps)))], int(rng.integers(28, 36))
    drawn: dict[int, list[tuple[float, int]]] = {}

    def play(bar: Bar) -> list[Hit]:
        fresh = [
            (s, 0 if s == 0 else int(rng.choice(chosen)))
            for s in _rhythm(rng, bar.beats, density, unit)
        ]
        notes = drawn.setdefault(bar.number % 2, fresh)
        root = above(bar.root, lowest)
        lengths = _lengths([start for start, _ in notes], bar.beats)
        return [
            Hit(start, length * 0.9, root + _in_chord(step, bar), _loud(rng, start, 96))
            for (start, step), length in zip(notes, lengths, strict=True)
        ]

    return play


def _in_chord(step: int, bar: Bar) -> int:
    """A third as the chord has it."""
    return 3 if step == 4 and 3 in KINDS[bar.kind] else step


# Drums


def drums(rng: np.random.Generator) -> Riff:
    """Kick, snare and cymbals of one pattern; a crash begins a section, toms may end it."""
    cymbal = int(rng.choice((CLOSED, CLOSED, RIDE, OPEN)))
    unit = float(rng.choice((0.5, 0.5, 0.25, 1.0)))
    snare = int(rng.choice((SNARE, SNARE, SNARE, RIM, CLAP)))
    half, ghosts, fill = rng.random() < 0.2, float(rng.choice((0, 0, 0.15))), rng.random() < 0.6
    kicks = np.concatenate([[1.0], rng.random(31)])
    busy = float(rng.uniform(0.1, 0.4))

    def play(bar: Bar) -> list[Hit]:
        backbeats = [2.0] if half or bar.beats == 3 else [1.0, 3.0]
        quavers = np.arange(0, bar.beats, 0.5)
        hits = [Hit(b, 0.2, KICK, _loud(rng, b, 100)) for b, k in
                zip(quavers.tolist(), kicks, strict=False) if k > 1 - busy]  # fmt: skip
        hits += [Hit(b, 0.2, snare, _loud(rng, b, 102)) for b in backbeats]
        hits += [Hit(b, 0.1, SNARE, 35) for b in (quavers + 0.25) if rng.random() < ghosts]
        ends = fill and bar.number == bar.of - 1
        until = bar.beats - (1 if ends else 0)
        hits += [Hit(b, 0.2, cymbal, _loud(rng, b, 76)) for b in np.arange(0, until, unit).tolist()]
        if ends:
            hits += [Hit(until + n / 4, 0.2, tom, 96 + 4 * n) for n, tom in enumerate(TOMS)]
        return hits + ([Hit(0.0, 1.0, CRASH, 105)] if bar.number == 0 else [])

    return play


Maker = Callable[[np.random.Generator], Riff]
#: (riff, how often against the others) of each stem.
RIFFS: dict[str, tuple[tuple[Maker, float], ...]] = {
    "drums": ((drums, 1),),
    "bass": ((bass, 1),),
    "guitar": ((strum, 4), (pick, 3), (chug, 3), (low_riff, 2), (solo, 3), (hold, 1), (offbeat, 1)),
    "piano": ((block, 4), (broken, 4), (melody, 2), (offbeat, 1)),
    "other": ((pad, 4), (melody, 4), (broken, 1), (offbeat, 1)),
}


def draw_riff(rng: np.random.Generator, stem: str) -> Riff:
    """A riff for a stem."""
    makers, shares = zip(*RIFFS[stem], strict=True)
    chances = np.array(shares) / sum(shares)
    maker: Maker = makers[int(rng.choice(len(makers), p=chances))]
    return maker(rng)
