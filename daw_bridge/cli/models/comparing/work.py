"""A comparison from the first look at the folder to the figures of every song."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from daw_bridge.cli.models.comparing import picture
from daw_bridge.cli.models.comparing.figures import (
    SongFigures,
    beside,
    is_same,
    mix_db,
    scores,
    shares,
)
from daw_bridge.cli.models.comparing.lanes import LANES, Lane, Options, rows_of, run
from daw_bridge.cli.models.comparing.songs import Place, Song, find_songs, look
from daw_bridge.cli.models.comparing.sums import Sums
from daw_bridge.cli.terminal import Bar, Marks, can_draw_over
from daw_bridge.errors import BadChannels, BadFile, BadValue, describe
from daw_bridge.files.audio.info import Audio
from daw_bridge.settings.provider import place as device_words
from engines.load import Model, find_model, load_model, name_of, read_spec
from engines.spec import ModelSpec

SUM_DB = 40.0
"""A mix that is nearer than this to the sum of its stems is called that sum."""


@dataclass(frozen=True)
class Asked:
    """Two models (names or paths) over the songs of a folder.

    `options`: what both are told, by the names of separate's; `seconds` from each song's middle, 0
    for all of it; at most `limit` songs, 0 for all; `plot`: where a picture of the first one goes.
    """

    models: tuple[str, str]
    folder: Path
    options: Options = ()
    device: str = "cpu"
    threads: int = 1
    seconds: float = 0.0
    limit: int = 0
    plot: Path | None = None


@dataclass
class Compared:
    """The models' names, the songs that went well, and in words those that did not."""

    labels: tuple[str, str]
    songs: list[SongFigures] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Told:
    """What is said meanwhile, on standard error: a bar on a terminal, lines in a log."""

    def __init__(self, err: TextIO | None = None) -> None:
        self._err = err or sys.stderr
        self._bar = Bar(self._err) if can_draw_over(self._err) else None
        self._marks = Marks(time.monotonic())

    def line(self, words: str) -> None:
        """A line that stays."""
        self.erase()
        print(words, file=self._err, flush=True)

    def show(self, fraction: float, words: str) -> None:
        """How much of all is done, 0 to 1."""
        if self._bar:
            self._bar.draw(fraction, f"  {words}")
        elif self._marks.due(fraction, time.monotonic()):
            self.line(f"{fraction:.0%}  {words}")

    def erase(self) -> None:
        """Make room for other words."""
        if self._bar:
            self._bar.erase()


def compare(asked: Asked, told: Told) -> Compared:
    """Both models over every song; a song that cannot be compared is told and left out.

    Raises BadValue, FileInTheWay, BadFile and EngineError for what no song could be compared with.
    """
    if asked.plot:
        picture.check_place(asked.plot)
    paths = [find_model(name) for name in asked.models]
    specs = [read_spec(path) for path in paths]
    found = Compared(_labels(paths))
    _require_common(found.labels, specs)
    songs = find_songs(asked.folder, tuple(dict.fromkeys([*specs[0].stems, *specs[1].stems])))
    for note in songs.notes:
        told.line(note)
    places = songs.places[: asked.limit or None]
    models = [load_model(path, asked.device, asked.threads) for path in paths]
    for label, model in zip(found.labels, models, strict=True):
        told.line(f"{label}: on {device_words(model.provider)}")
    work = _Work(asked, models, found, told)
    try:
        for k, place in enumerate(places):
            work.take(place, k, len(places))
    finally:
        told.erase()
    return found


def _labels(paths: Sequence[Path]) -> tuple[str, str]:
    a, b = map(name_of, paths)
    return (a, b) if a != b else (f"{a} (1)", f"{b} (2)")


def _require_common(labels: Sequence[str], specs: Sequence[ModelSpec]) -> None:
    first, second = (spec.stems for spec in specs)
    if not any(is_same(stem, first, second) for stem in first):
        a, b = (f"{label} has {', '.join(spec.stems)}"
                for label, spec in zip(labels, specs, strict=True))  # fmt: skip
        raise BadValue(
            f"no stem in common: {a}; {b}", "at least one beside other", "Compare two others."
        )


@dataclass(frozen=True)
class _Work:
    """Song after song into `found`."""

    asked: Asked
    models: Sequence[Model]
    found: Compared
    told: Told

    def take(self, place: Place, k: int, count: int) -> None:
        """The song `k`, from 0, of `count`."""
        words = f"song {k + 1} of {count}: {place.name}"
        self.told.show(k / count, words)
        try:
            one = self._figures(look(place), lambda done: self.told.show((k + done) / count, words))
        except (BadFile, BadChannels) as error:
            self.found.failed.append(f"{place.name}: {describe(error)}")
            self.told.line(f"{words} failed: {describe(error)} [{error.code}]")
            return
        self.found.songs.append(one)
        self.told.line(f"{words}, {one.seconds:.1f} s of audio: {self._took(one)}")
        for note in one.notes:
            self.told.line(f"  {note}")

    def _took(self, one: SongFigures) -> str:
        labels = zip(LANES, self.found.labels, strict=True)
        return ", ".join(f"{label} {one.computing[who]:.1f} s" for who, label in labels)

    def _figures(self, song: Song, show: Callable[[float], None]) -> SongFigures:
        """Raises BadFile, BadChannels."""
        asked = self.asked
        lanes = [Lane(model, song, asked.options, asked.seconds) for model in self.models]
        rows, frames = rows_of(song, lanes), lanes[0].part.frames
        sums, rate_hz = Sums(rows), song.info.rate_hz
        plot = asked.plot if not self.found.songs else None
        kept = picture.Kept(rows, song.info.channels, rate_hz, frames) if plot else None

        def see(audio: Audio) -> None:
            sums.add(audio)
            if kept:
                kept.add(audio)

        for done in run(song, lanes, see):
            show(done)
        if plot and kept:
            self.told.line(f"drawing {plot}")
            picture.draw(plot, kept.signals(), rate_hz, self.found.labels, song.name)
        refused = {label: lane.heard.refused
                   for label, lane in zip(self.found.labels, lanes, strict=True)}  # fmt: skip
        computing = {who: lane.heard.seconds for who, lane in zip(LANES, lanes, strict=True)}
        notes = (*song.notes, *_mix_notes(mix_db(sums) if song.mix else None), *_refused(refused))
        return SongFigures(
            song.name, frames / rate_hz, computing, scores(sums), beside(sums), shares(sums), notes
        )


def _refused(counts: Mapping[str, int]) -> Iterator[str]:
    for label, count in counts.items():
        if count:
            yield f"{label}: {count} windows had no finite estimate; their mix is on the residual"


def _mix_notes(likeness_db: float | None) -> Iterator[str]:
    """A word about a mix that is something else than its stems: that bounds every SDR."""
    if likeness_db is not None and likeness_db < SUM_DB:
        yield (f"the mix is not the sum of the true stems (an SDR of {likeness_db:.1f} dB): they "
               "cannot be met exactly")  # fmt: skip
