"""Render multi-track MIDI to aligned stems with the `fluidsynth` command and free SoundFonts.

    python -m export.data.render --midi ../shared/data/midi.tar.xz --out bands --hours 5

writes `bands/<split>/<song>/{drums,bass,guitar,piano,other}.flac` (16 bit, 44.1 kHz, stereo, all
of one length; silent stems are left out and listed) and `song.json`. Every stem has its own
SoundFont, velocities, reverb, width and gain, drawn from (seed, song): the same command gives the
same songs. Finished songs are skipped, so a stopped run goes on where it was. Each song is made in
a `.partial-*` folder and renamed when whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from tqdm import tqdm

from export.data.errors import DataError
from export.data.midi import (
    STEMS,
    MidiLibrary,
    MidiRecord,
    Performance,
    Song,
    Stem,
    excerpt,
    read_song,
    seconds_played,
    stem_file,
)
from export.data.soundfonts import find_soundfonts

RATE_HZ = 44100
#: Below this RMS, at fluidsynth's own level, a stem counts as silent.
SILENT_RMS = 1e-4
#: A stem's loudness while it plays, in dB against the drums. General MIDI files leave drums some
#: 10 dB below a record's; each stem is brought to this level, plus its drawn gain.
LEVEL_DB: dict[Stem, float] = {"drums": 0, "bass": 0, "guitar": -3, "piano": -3, "other": -3}
BAND: tuple[Stem, ...] = ("drums", "bass", "guitar", "piano")
#: Sounds a stem may be given instead of the file's own.
PROGRAMS: dict[Stem, tuple[int, ...]] = {
    "drums": (0, 8, 16, 24, 25, 32, 40),
    "bass": (32, 33, 34, 35, 36, 37, 38, 39),
    "guitar": (24, 25, 26, 27, 28, 29, 30),
    "piano": (0, 1, 2, 3, 4, 5),
    "other": (),
}


@dataclass(frozen=True)
class RenderOptions:
    """What one run renders; `rate_jitter` is the largest relative change of the render rate."""

    split: str
    seed: int = 0
    rate_jitter: float = 0.0
    min_seconds: float = 60.0
    max_seconds: float = 150.0
    whole_band: bool = False


@dataclass(frozen=True)
class StemVoice:
    """How one stem sounds. `width` scales the side signal; `gain_db` is added to LEVEL_DB."""

    soundfont: str
    performance: Performance
    reverb: bool
    room: float
    reverb_level: float
    chorus: bool
    width: float
    gain_db: float


def song_rng(seed: int, song_id: str) -> np.random.Generator:
    """The generator of one song, from the seed and the song's name alone."""
    digest = hashlib.sha256(song_id.encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def draw_voice(
    rng: np.random.Generator, stem: Stem, fonts: tuple[Path, ...], transpose: int, vary: bool
) -> StemVoice:
    """Draw a stem's sound. With `vary` the instrument itself may be exchanged."""
    programs = PROGRAMS[stem]
    exchange = vary and bool(programs) and rng.random() < 0.35
    program = int(rng.choice(programs)) if exchange else None
    return StemVoice(
        soundfont=str(fonts[int(rng.integers(len(fonts)))]),
        performance=Performance(float(rng.uniform(0.75, 1.15)), transpose, program),
        reverb=bool(rng.random() < 0.6),
        room=float(rng.uniform(0.1, 0.8)),
        reverb_level=float(rng.uniform(0.2, 0.9)),
        chorus=bool(rng.random() < 0.2),
        width=float(rng.uniform(0.5, 1.3)),
        gain_db=float(rng.uniform(-4.0, 4.0)),
    )


def fluidsynth_command(
    voice: StemVoice, midi: Path, wav: Path, rate_hz: float, program: str = "fluidsynth"
) -> list[str]:
    """The command that renders one MIDI file to a float WAV file at `rate_hz`."""
    settings = {
        "synth.reverb.active": int(voice.reverb),
        "synth.reverb.room-size": round(voice.room, 3),
        "synth.reverb.level": round(voice.reverb_level, 3),
        "synth.chorus.active": int(voice.chorus),
        "synth.dynamic-sample-loading": 1,
        "synth.sample-rate": round(rate_hz, 2),
        "synth.gain": 0.2,
    }
    options = [part for key, value in settings.items() for part in ("-o", f"{key}={value}")]
    fast = ["-ni", "-q", "-T", "wav", "-O", "float", "-F", str(wav)]
    return [program, *fast, *options, voice.soundfont, str(midi)]


def render_stem(
    song: Song, stem: Stem, voice: StemVoice, rate_hz: float, folder: Path
) -> NDArray[np.float32]:
    """Render one stem: (samples, 2) float32, `round(song.seconds * rate_hz)` samples, at
    fluidsynth's own level.

    Raises DataError("fluidsynth-missing") or DataError("fluidsynth-failed").
    """
    midi, wav = folder / f"{stem}.mid", folder / f"{stem}.wav"
    stem_file(song, stem, voice.performance).save(midi)
    try:
        done = subprocess.run(
            fluidsynth_command(voice, midi, wav, rate_hz), capture_output=True, check=False
        )
    except FileNotFoundError:
        raise DataError("fluidsynth-missing", "install fluidsynth (Debian: fluidsynth)") from None
    text = (done.stderr + done.stdout).decode(errors="replace").strip()[-300:]
    # With a SoundFont it cannot read, fluidsynth plays its default one and exits with 0.
    if done.returncode != 0 or not wav.is_file() or "not a SoundFont" in text:
        raise DataError("fluidsynth-failed", f"exit {done.returncode} on {stem}: {text}")
    audio, _ = soundfile.read(wav, dtype="float32", always_2d=True)
    midi.unlink()
    wav.unlink()
    samples = round(song.seconds * rate_hz)
    fitted = np.zeros((samples, 2), np.float32)
    fitted[: min(samples, len(audio))] = audio[:samples]
    return fitted


def playing_rms(audio: NDArray[np.float32]) -> float:
    """RMS over the half seconds within 30 dB of the loudest one; audio is (samples, 2)."""
    block = RATE_HZ // 2
    blocks = np.array_split(audio, max(len(audio) // block, 1))
    power = np.array([np.mean(part.astype(np.float64) ** 2) for part in blocks])
    return float(np.sqrt(np.mean(power[power >= power.max() * 1e-3])))


def audible(audio: NDArray[np.float32]) -> bool:
    """Whether a stem, at fluidsynth's own level, is more than silence."""
    return float(np.sqrt(np.mean(audio.astype(np.float64) ** 2))) > SILENT_RMS


def placed(audio: NDArray[np.float32], stem: Stem, voice: StemVoice) -> NDArray[np.float32]:
    """Width and level of an audible stem, with 20 ms fades where the excerpt was cut."""
    level = 10 ** ((LEVEL_DB[stem] + voice.gain_db) / 20) / playing_rms(audio)
    mid = audio.mean(axis=1, keepdims=True)
    out = (mid + (audio - mid) * np.float32(voice.width)) * np.float32(level)
    fade = np.linspace(0, 1, min(882, len(out)), dtype=np.float32)[:, None]
    out[: len(fade)] *= fade
    out[len(out) - len(fade) :] *= fade[::-1]
    return out


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
    fonts = find_soundfonts(options.split)
    part = choose_excerpt(read_song(library.read(record.file)), rng, options)
    vary = options.split != "test"
    rate_hz = RATE_HZ * (1 + float(rng.uniform(-1, 1)) * options.rate_jitter)
    transpose = int(rng.integers(-2, 3)) if vary else 0
    voices = {stem: draw_voice(rng, stem, fonts, transpose, vary) for stem in STEMS}
    folder = out / options.split
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as name:
        made = Path(name) / record.song_id
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
        note = _note(record, options, rate_hz, seconds, gain) | {
            "stems": {s: asdict(voices[s]) for s in heard},
            "omitted": [s for s in STEMS if s not in heard],
        }
        (made / "song.json").write_text(json.dumps(note, indent=1))
        made.rename(folder / record.song_id)
    return seconds


def common_gain(stems: dict[Stem, NDArray[np.float32]], peak: float) -> np.float32:
    """The gain for all stems of a song that puts the louder of mix and stems at `peak`."""
    mix = np.sum(list(stems.values()), axis=0)
    loudest = max(float(np.max(np.abs(audio))) for audio in (mix, *stems.values()))
    return np.float32(peak / loudest)


def _note(
    record: MidiRecord, options: RenderOptions, rate_hz: float, seconds: float, gain: np.float32
) -> dict[str, object]:
    return {
        **asdict(record),
        "options": asdict(options),
        "rate_hz": RATE_HZ,
        "rendered_at_hz": rate_hz,
        "seconds": seconds,
        "gain": float(gain),
    }


def song_order(library: MidiLibrary, options: RenderOptions) -> list[MidiRecord]:
    """The split's songs in seeded order, those with guitar and piano first."""
    rng = np.random.default_rng(options.seed)
    records = [r for r in library.records if r.split == options.split and r.seconds >= 20]
    shuffled = [records[i] for i in rng.permutation(len(records))]
    return sorted(shuffled, key=lambda r: not (r.guitar and r.piano))


def finished_seconds(out: Path, split: str) -> dict[str, float]:
    """Seconds of each finished song of a split."""
    notes = (out / split).glob("[!.]*/song.json")
    return {p.parent.name: float(json.loads(p.read_text())["seconds"]) for p in notes}


def render_split(
    library: MidiLibrary, out: Path, options: RenderOptions, hours: float, jobs: int = 1
) -> int:
    """Render songs until `hours` of audio are there; return how many songs were passed over.

    A song that cannot be read or rendered is named on the progress bar and passed over.
    """
    done = finished_seconds(out, options.split)
    todo = (r for r in song_order(library, options) if r.song_id not in done)
    wanted_s, passed = hours * 3600, 0
    bar = tqdm(total=round(wanted_s), initial=round(sum(done.values())), unit="s", desc="audio")
    have = sum(done.values())
    with bar, ThreadPoolExecutor(jobs) as pool:
        for record, future in _in_flight(pool, todo, jobs, library, out, options):
            try:
                seconds = future.result()
            except DataError as error:
                if error.code in ("soundfont-missing", "fluidsynth-missing"):
                    raise
                passed += 1
                bar.write(f"passed over {record.file}: {error}", file=sys.stderr)
                continue
            have += seconds
            bar.update(round(seconds))
            if have >= wanted_s:
                break
    return passed


def _in_flight(
    pool: ThreadPoolExecutor,
    todo: Iterator[MidiRecord],
    jobs: int,
    library: MidiLibrary,
    out: Path,
    options: RenderOptions,
) -> Iterator[tuple[MidiRecord, Future[float]]]:
    """Keep `jobs` songs rendering and yield each as it ends."""
    running: dict[Future[float], MidiRecord] = {}
    while True:
        while len(running) < jobs and (record := next(todo, None)) is not None:
            running[pool.submit(render_song, library, record, out, options)] = record
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line; `--help` has examples."""
    parser = argparse.ArgumentParser(
        prog="python -m export.data.render",
        description="Render multi-track MIDI to aligned stems with fluidsynth.",
        epilog="examples:\n"
        "  python -m export.data.render --midi ../shared/data/midi.tar.xz --out bands --hours 5\n"
        "  python -m export.data.render --midi midi/ --out bands --split test --hours 0.25 \\\n"
        "      --min-seconds 60 --max-seconds 90 --whole-band\n"
        "  python -m export.data.render --midi midi/ --out bands --hours 5 --rate-jitter 0.08",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--midi", type=Path, default=Path("../shared/data/midi.tar.xz"),
        help="archive, or folder it was unpacked into (default: %(default)s)")  # fmt: skip
    add("--out", type=Path, required=True, help="folder for the rendered songs")
    add("--hours", type=float, default=5.0, help="hours of audio wanted in all (default: 5)")
    add("--split", choices=("train", "valid", "test"), default="train",
        help="'test' is rendered with a SoundFont that no other split hears")  # fmt: skip
    add("--seed", type=int, default=0)
    add("--rate-jitter", type=float, default=0.0, metavar="X",
        help="render at 44100*(1+-X) Hz and label it 44100 (default: 0)")  # fmt: skip
    add("--min-seconds", type=float, default=60.0, help="shortest excerpt (default: 60)")
    add("--max-seconds", type=float, default=150.0, help="longest excerpt (default: 150)")
    add("--whole-band", action="store_true",
        help="only songs where drums, bass, guitar and piano all play")  # fmt: skip
    add("--jobs", type=int, default=1, help="songs rendered at a time (default: 1)")
    return parser.parse_args(arguments)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    """Command line entry: 0 done, 1 an error, 130 interrupted."""
    given = parse_arguments(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    options = RenderOptions(
        given.split, given.seed, given.rate_jitter, given.min_seconds, given.max_seconds,
        given.whole_band,
    )  # fmt: skip
    try:
        if shutil.which("fluidsynth") is None:
            raise DataError("fluidsynth-missing", "install fluidsynth (Debian: fluidsynth)")
        passed = render_split(MidiLibrary(given.midi), given.out, options, given.hours, given.jobs)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; finished songs are kept, run the same command to go on", file=sys.stderr)
        return 130
    if passed:
        print(f"{passed} songs were passed over", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
