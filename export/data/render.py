"""Render multi-track MIDI to aligned stems with the `fluidsynth` command and free SoundFonts (for
patch sets `timidity`, for guitars as physical models `dawdreamer`, and the library `sonivox`).

Writes `bands/<split>/<song>/{drums,bass,guitar,piano,other}.flac` (16 bit, 44.1 kHz, stereo, all
of one length; silent stems are left out and listed) and `song.json`. Every stem has its own
SoundFont, velocities, reverb, width and gain, drawn from (seed, song): the same command gives the
same songs, and with --seed N others beside them, in folders `<song>-N`. Finished songs are skipped,
so a stopped run goes on where it was. Each song is made in a `.partial-*` folder and renamed when
whole.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from tqdm import tqdm

from export.data import licences
from export.data.casting import AS_WRITTEN, Cast, draw_cast
from export.data.errors import DataError
from export.data.midi import (
    STEMS,
    MidiLibrary,
    MidiRecord,
    Song,
    Stem,
    excerpt,
    paced,
    read_song,
    seconds_played,
)
from export.data.playing import MISSING, render_stem, require_synthesiser
from export.data.soundfonts import find_soundfonts
from export.data.voices import RATE_HZ, audible, draw_voice, placed

BAND: tuple[Stem, ...] = ("drums", "bass", "guitar", "piano")


@dataclass(frozen=True)
class RenderOptions:
    """What one run renders. `rate_jitter` is the largest relative change of the render rate,
    `tempo_jitter` of the tempo (at the same pitch), `transpose` the largest shift in semitones;
    the `test` split is never transposed. `sources` of the MIDI library, () for all; `soundfonts` as
    `find_soundfonts` has their names, () for those free for any use, without effect on `test`.
    `recast`: the chance that an instrument's part is played by another, see casting.py.

    Raises DataError("bad-options").
    """

    split: str
    seed: int = 0
    rate_jitter: float = 0.0
    min_seconds: float = 60.0
    max_seconds: float = 150.0
    whole_band: bool = False
    transpose: int = 2
    tempo_jitter: float = 0.0
    sources: tuple[str, ...] = ()
    soundfonts: tuple[str, ...] = ()
    recast: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.transpose <= 12:
            raise DataError("bad-options", f"transpose {self.transpose}; expected 0 to 12")
        if not (0 <= self.rate_jitter < 0.5 and 0 <= self.tempo_jitter < 0.5):
            raise DataError("bad-options", f"jitters {self.rate_jitter}, {self.tempo_jitter}; "
                            "expected 0 to 0.5")  # fmt: skip
        if not 0 <= self.recast <= 1:
            raise DataError("bad-options", f"recast {self.recast}; expected 0 to 1")

    def folder(self, record: MidiRecord) -> str:
        """The name of a song's folder: other seeds' songs lie beside those of seed 0."""
        return f"{record.song_id}-{self.seed}" if self.seed else record.song_id


def song_rng(seed: int, song_id: str) -> np.random.Generator:
    """The generator of one song, from the seed and the song's name alone."""
    digest = hashlib.sha256(song_id.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def song_speed(record: MidiRecord, options: RenderOptions) -> float:
    """How fast a song is played, from a generator of its own: songs without jitter stay as drawn
    before there was one."""
    if options.tempo_jitter == 0:
        return 1.0
    rng = song_rng(options.seed, f"tempo of {record.song_id}")
    return 1 + float(rng.uniform(-1, 1)) * options.tempo_jitter


def song_cast(record: MidiRecord, options: RenderOptions) -> Cast:
    """Who plays what, from a generator of its own."""
    if options.recast == 0:
        return AS_WRITTEN
    return draw_cast(song_rng(options.seed, f"cast of {record.song_id}"), options.recast)


def choose_excerpt(song: Song, rng: np.random.Generator, options: RenderOptions) -> Song:
    """The busiest of eight random excerpts: the one where the least present stem plays longest.

    Raises DataError("song-unfit") if a whole band is wanted and a stem plays under 20 % of it.
    """
    longest = min(options.max_seconds, song.seconds)
    seconds = float(rng.uniform(min(options.min_seconds, longest), longest))
    starts = rng.uniform(0, max(song.seconds - seconds, 0.0), 8)
    best, best_score = None, (-1.0, -1.0)
    for start in starts:
        part = excerpt(song, float(start), seconds)
        played = [seconds_played(part)[stem] for stem in BAND]
        if (score := (min(played), sum(played))) > best_score:
            best, best_score = part, score
    assert best is not None
    if options.whole_band and best_score[0] < 0.2 * seconds:
        raise DataError("song-unfit", "not all of drums, bass, guitar and piano play enough")
    if not best.notes:
        raise DataError("song-unfit", "no notes in any excerpt tried")
    return best


def render_song(
    library: MidiLibrary, record: MidiRecord, out: Path, options: RenderOptions
) -> float:
    """Render one song into `out/<split>/<song>` and return its seconds of audio.

    The folder appears whole or not at all. Raises DataError as its parts do.
    """
    rng = song_rng(options.seed, record.song_id)
    fonts = find_soundfonts(options.split, options.soundfonts)
    written = read_song(library.read(record.file), song_cast(record, options))
    song = paced(written, speed := song_speed(record, options))
    part = choose_excerpt(song, rng, options)
    vary = options.split != "test"
    rate_hz = RATE_HZ * (1 + float(rng.uniform(-1, 1)) * options.rate_jitter)
    transpose = int(rng.integers(-options.transpose, options.transpose + 1)) if vary else 0
    voices = {stem: draw_voice(rng, stem, fonts, transpose, vary) for stem in STEMS}
    folder = out / options.split
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as name:
        made = Path(name) / options.folder(record)
        made.mkdir(mode=0o755)
        played = {note.stem for note in part.notes}
        stems = {s: render_stem(part, s, voices[s], rate_hz, made) for s in STEMS if s in played}
        heard = {s: placed(a, s, voices[s]) for s, a in stems.items() if audible(a)}
        if len(heard) < 2 or (options.whole_band and not set(BAND) <= set(heard)):
            raise DataError("song-unfit", f"only {', '.join(heard) or 'nothing'} can be heard")
        gain = common_gain(heard, float(rng.uniform(0.5, 0.95)))
        for stem, audio in heard.items():
            soundfile.write(made / f"{stem}.flac", audio * gain, RATE_HZ, "PCM_16")
        seconds = len(next(iter(heard.values()))) / RATE_HZ
        note = song_note(record, options, rate_hz, seconds, gain) | {
            "speed": speed,
            "licences": licences.note(record.source, {voices[s].soundfont for s in heard}),
            "stems": {s: asdict(voices[s]) for s in heard},
            "omitted": [s for s in STEMS if s not in heard],
        }
        (made / "song.json").write_text(json.dumps(note, indent=1))
        settle(made, folder / made.name)
    return seconds


def settle(made: Path, place: Path) -> None:
    """Move a finished song to its place, unless another run has put it there meanwhile."""
    try:
        made.rename(place)
    except OSError:
        if not (place / "song.json").is_file():
            raise


def common_gain(stems: Mapping[Any, NDArray[np.float32]], peak: float) -> np.float32:
    """The gain for all stems of a song that puts the louder of mix and stems at `peak`."""
    mix = np.sum(list(stems.values()), axis=0)
    loudest = max(float(np.max(np.abs(audio))) for audio in (mix, *stems.values()))
    return np.float32(peak / loudest)


def song_note(
    record: MidiRecord, options: RenderOptions, rate_hz: float, seconds: float, gain: np.float32
) -> dict[str, object]:
    """What a song's `song.json` says of the song and of the run."""
    return {
        **asdict(record),
        "options": asdict(options),
        "rate_hz": RATE_HZ,
        "rendered_at_hz": rate_hz,
        "seconds": seconds,
        "gain": float(gain),
    }


def song_order(library: MidiLibrary, options: RenderOptions) -> list[MidiRecord]:
    """The split's songs in seeded order, those with guitar and piano first.

    Raises DataError("source-missing") if the library has no songs of a source asked for.
    """
    rng = np.random.default_rng(options.seed)
    records = [r for r in library.records if r.split == options.split and r.seconds >= 20]
    if options.sources:
        have = {record.source for record in library.records}
        if missing := [source for source in options.sources if source not in have]:
            raise DataError("source-missing", f"no songs of {', '.join(missing)} in the MIDI "
                            f"library; it has {', '.join(sorted(have))}")  # fmt: skip
        records = [record for record in records if record.source in options.sources]
    shuffled = [records[i] for i in rng.permutation(len(records))]
    return sorted(shuffled, key=lambda r: not (r.guitar and r.piano))


def finished_seconds(out: Path, split: str) -> dict[str, float]:
    """Seconds of each finished song of a split."""
    notes = (out / split).glob("[!.]*/song.json")
    return {p.parent.name: float(json.loads(p.read_text())["seconds"]) for p in notes}


SongMaker = Callable[[MidiLibrary, MidiRecord, Path, RenderOptions], float]
"""What renders one song, as `render_song` does."""


def render_split(
    library: MidiLibrary,
    out: Path,
    options: RenderOptions,
    hours: float,
    jobs: int = 1,
    make: SongMaker | None = None,
) -> int:
    """Render songs until `hours` of audio are there; return how many songs were passed over.

    `make` renders one; None: `render_song`, by stems. A song that cannot be read or rendered is
    named on the progress bar and passed over; where the songs come to an end before the hours do,
    that is said there.
    """
    done = finished_seconds(out, options.split)
    todo = (r for r in song_order(library, options) if options.folder(r) not in done)
    wanted_s, passed = hours * 3600, 0
    bar = tqdm(total=round(wanted_s), initial=round(sum(done.values())), unit="s", desc="audio")
    have = sum(done.values())
    if have >= wanted_s:
        bar.close()
        return 0
    with bar, ThreadPoolExecutor(jobs) as pool:
        for record, future in _in_flight(
            pool, todo, jobs, lambda record: (make or render_song)(library, record, out, options)
        ):
            try:
                seconds = future.result()
            except DataError as error:
                if error.code in ("soundfont-missing", *MISSING):
                    raise
                passed += 1
                bar.write(f"passed over {record.file}: {error}", file=sys.stderr)
                continue
            have += seconds
            bar.update(round(seconds))
            if have >= wanted_s:
                break
        else:
            bar.write(f"{have / 3600:.2f} of {hours:g} hours: there are no more songs", sys.stderr)
    return passed


def _in_flight(
    pool: ThreadPoolExecutor,
    todo: Iterator[MidiRecord],
    jobs: int,
    make: Callable[[MidiRecord], float],
) -> Iterator[tuple[MidiRecord, Future[float]]]:
    """Keep `jobs` songs rendering and yield each as it ends."""
    running: dict[Future[float], MidiRecord] = {}
    while True:
        while len(running) < jobs and (record := next(todo, None)) is not None:
            running[pool.submit(make, record)] = record
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future


def require_synthesisers(options: RenderOptions) -> None:
    """Raises DataError as `require_synthesiser` does, before rendering begins."""
    for font in find_soundfonts(options.split, options.soundfonts):
        require_synthesiser(font)
