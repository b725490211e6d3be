"""Songs of our own as MIDI, from nothing but chance: free for any use, as many as are wanted.

Writes a MIDI library as `render` reads it. A song is an intro, verses, choruses and a
bridge, each over a common chord progression in a drawn key, tempo, metre and swing. Drums, a bass,
none to two guitars, a piano and up to two others play riffs (`riffs.py`) drawn for each kind of
section; any of them may rest in one. Nobody plays exactly on the beat. Everything is drawn from
(seed, number): the same command gives the same songs.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import mido
import numpy as np

from export.data.midi import DRUM_CHANNEL
from export.data.riffs import MAJOR_SCALE, MINOR_SCALE, Bar, Hit, Riff, draw_riff
from export.data.songbook import MAJOR, MINOR, enriched, make_library, split_degree

TICKS_PER_BEAT = 480
#: Kinds of section in their order, and their bars.
FORM = (
    ("intro", 4), ("verse", 8), ("chorus", 8), ("verse", 8), ("chorus", 8), ("bridge", 8),
    ("chorus", 8),
)  # fmt: skip
#: How many play each stem, drawn from these; and in how many kinds of section they do.
PLAYERS = {
    "drums": (1,) * 9 + (0,),
    "bass": (1,) * 9 + (0,),
    "guitar": (0, 1, 1, 1, 1, 2, 2, 2, 2),
    "piano": (0, 1, 1),
    "other": (0, 1, 1, 2),
}
SECTION_SHARE = 0.8
#: General MIDI programs; those named more often are drawn more often.
PROGRAMS = {
    "drums": (0, 8, 16, 24, 25, 32, 40),
    "bass": (32, 33, 33, 34, 34, 35, 36, 38, 39),
    "guitar": (24, 25, 25, 26, 27, 27, 28, 29, 29, 30, 30),
    "piano": (0, 0, 1, 2, 3, 4, 5),
    "other": (*range(8, 24), *range(40, 96)),
}
#: Half tones that a channel's pitch bend spans up and down, as synthesisers begin.
BEND_RANGE = 2.0
PITCHES = range(21, 109)


@dataclass(frozen=True)
class Part:
    """Who plays: a stem, its General MIDI program and channel, place and level (0-127), and a
    riff for each kind of section in which it plays."""

    stem: str
    program: int
    channel: int
    pan: int
    volume: int
    riffs: tuple[tuple[str, Riff], ...]


@dataclass(frozen=True)
class Score:
    """One song: beats a minute, how late the second half of a beat is (in beats, 0 straight), how
    unsteady its players are (in beats), its bars by section and its parts."""

    tempo: int
    swing: float
    loose: float
    sections: tuple[tuple[str, tuple[Bar, ...]], ...]
    parts: tuple[Part, ...]

    @property
    def title(self) -> str:
        """Metre, tempo and who plays."""
        players = ", ".join(f"{part.stem} {part.program}" for part in self.parts)
        return f"{self.sections[0][1][0].beats}/4 at {self.tempo}: {players}"


def draw_score(rng: np.random.Generator) -> Score:
    """A song."""
    beats = 3 if rng.random() < 0.12 else 4
    key, minor = int(rng.integers(12)), bool(rng.random() < 0.45)
    rich = float(rng.choice((0.0, 0.0, 0.2, 0.7)))
    kinds = {kind: _bars(rng, count, beats, key, minor, rich) for kind, count in FORM}
    swing = float(rng.choice((0.0, 0.0, 0.0, rng.uniform(0.05, 1 / 6))))
    return Score(
        tempo=int(rng.integers(66, 176)),
        swing=swing,
        loose=float(rng.uniform(0.0, 0.03)),
        sections=tuple((kind, kinds[kind]) for kind, _ in FORM),
        parts=_parts(rng),
    )


def _bars(
    rng: np.random.Generator, count: int, beats: int, key: int, minor: bool, rich: float
) -> tuple[Bar, ...]:
    table = MINOR if minor else MAJOR
    degrees = " ".join(str(rng.choice(table)) for _ in range(count // 4)).split()
    scale = tuple((key + step) % 12 for step in (MINOR_SCALE if minor else MAJOR_SCALE))
    bars = []
    for number, degree in enumerate(degrees):
        steps, kind = split_degree(degree)
        kind = enriched(rng, steps, kind, rich)
        bars.append(Bar(beats, (key + steps) % 12, kind, scale, number, count))
    return tuple(bars)


def _parts(rng: np.random.Generator) -> tuple[Part, ...]:
    """Two at least, each on a channel of its own."""
    stems = [s for s, counts in PLAYERS.items() for _ in range(int(rng.choice(counts)))]
    stems = stems if len(stems) > 1 else ["bass", "guitar"]
    channels = iter(channel for channel in range(16) if channel != DRUM_CHANNEL)
    return tuple(
        _part(rng, stem, DRUM_CHANNEL if stem == "drums" else next(channels)) for stem in stems
    )


def _part(rng: np.random.Generator, stem: str, channel: int) -> Part:
    kinds = dict.fromkeys(kind for kind, _ in FORM)
    playing = [kind for kind in kinds if rng.random() < SECTION_SHARE] or ["verse", "chorus"]
    return Part(
        stem=stem,
        program=int(rng.choice(PROGRAMS[stem])),
        channel=channel,
        pan=int(np.clip(64 + rng.normal(0, 24), 0, 127)),
        volume=int(rng.integers(80, 120)),
        riffs=tuple((kind, draw_riff(rng, stem)) for kind in playing),
    )


def played(rng: np.random.Generator, score: Score, part: Part) -> list[Hit]:
    """All notes of a part, in beats from the song's start, as unsteadily as the song has it."""
    riffs = dict(part.riffs)
    hits: list[Hit] = []
    start = 0.0
    for kind, bars in score.sections:
        for bar in bars:
            for hit in riffs[kind](bar) if kind in riffs else []:
                late = score.swing if 0.4 < hit.beat % 1 < 0.6 else 0.0
                beat = start + hit.beat + late + float(rng.normal(0, score.loose))
                hits.append(replace(hit, beat=max(beat, 0.0)))
            start += bar.beats
    return [hit for hit in hits if hit.pitch in PITCHES]


def midi_bytes(rng: np.random.Generator, score: Score) -> bytes:
    """The song as a Standard MIDI File, a track for each part."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT)
    first = mido.MidiTrack()
    first.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)))
    file.tracks.append(first)
    for part in score.parts:
        file.tracks.append(_track(part, played(rng, score, part)))
    with io.BytesIO() as made:
        file.save(file=made)
        return made.getvalue()


def _track(part: Part, hits: list[Hit]) -> mido.MidiTrack:
    timed: list[tuple[int, int, mido.Message]] = [
        (0, 0, _message(part, "program_change", program=part.program)),
        (0, 0, _message(part, "control_change", control=7, value=part.volume)),
        (0, 0, _message(part, "control_change", control=10, value=part.pan)),
    ]
    for hit in hits:
        timed += _note(part, hit)
    track, now = mido.MidiTrack(), 0
    for tick, _, message in sorted(timed, key=lambda item: item[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    return track


def _note(part: Part, hit: Hit) -> list[tuple[int, int, mido.Message]]:
    """A note's messages; of those at one tick an end comes before a bend and a start last."""
    start = round(hit.beat * TICKS_PER_BEAT)
    end = start + max(round(hit.beats * TICKS_PER_BEAT), 1)
    made = [
        (start, 3, _message(part, "note_on", note=hit.pitch, velocity=hit.velocity)),
        (end, 1, _message(part, "note_off", note=hit.pitch, velocity=0)),
    ]
    if hit.bend:
        steps = 8
        rise = min(end - start, TICKS_PER_BEAT // 2)
        for n in range(steps + 1):
            pitch = -round(8191 * hit.bend / BEND_RANGE * (1 - n / steps))
            made.append((start + rise * n // steps, 2, _message(part, "pitchwheel", pitch=pitch)))
    return made


def _message(part: Part, kind: str, **values: int) -> mido.Message:
    return mido.Message(kind, channel=part.channel, **values)


def compose(seed: int, number: int) -> tuple[bytes, str]:
    """Song `number` as its MIDI file, and its title."""
    rng = np.random.default_rng([seed, number])
    score = draw_score(rng)
    return midi_bytes(rng, score), score.title


def make_songs(out: Path, songs: int, seed: int) -> int:
    """A library of songs 0 .. songs - 1; none is passed over."""
    return make_library(out, "composed", seed, songs, lambda number: compose(seed, number))
