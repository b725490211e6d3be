"""Render multi-track MIDI to a file for each tag: what `render --by tags` makes.

`tags/<split>/<song>/<leaf>.flac` (16 bit, 44.1 kHz, stereo, all of one length) and `song.json`, of
the leaves of export/common/tags.py; `untagged.flac` is what no tag means. The parts of a drum kit
have one SoundFont, room and gain, as they have in a song; every other part has its own. At most
MOST_PARTS: those that play longest.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from export.common.tags import LEAF_NAMES, PARENTS, UNTAGGED, leaf_of
from export.data import licences
from export.data.errors import DataError
from export.data.midi import (
    MidiLibrary,
    MidiRecord,
    Performance,
    Song,
    excerpt,
    paced,
    read_song,
    seconds_played,
)
from export.data.playing import render_stem
from export.data.render import (
    RenderOptions,
    common_gain,
    settle,
    song_cast,
    song_note,
    song_rng,
    song_speed,
)
from export.data.soundfonts import find_soundfonts, playing_stem
from export.data.voices import RATE_HZ, StemVoice, audible, faded, playing_rms, widened

#: Of a song no more parts are rendered than these, the most played.
MOST_PARTS = 12
#: Loudness while a part plays, in dB against the drum kit, and how far it may be from that.
LEVEL_DB = {"bass": -1.0, "tuned": -4.0}
SPREAD_DB = 5.0
PLACES = 8
Audio = NDArray[np.float32]


def render_tags(
    library: MidiLibrary, record: MidiRecord, out: Path, options: RenderOptions
) -> float:
    """Render one song into `out/<split>/<song>` and return its seconds of audio.

    The folder appears whole or not at all. Raises DataError as its parts do, "bad-options" for a
    whole band, which is of stems.
    """
    if options.whole_band:
        raise DataError("bad-options", "a whole band is of stems; leave --whole-band out")
    rng = song_rng(options.seed, f"tags of {record.song_id}")
    written = read_song(library.read(record.file), song_cast(record, options), leaf_of)
    song = paced(written, speed := song_speed(record, options))
    part, names = choose_parts(song, rng, options)
    rate_hz = RATE_HZ * (1 + float(rng.uniform(-1, 1)) * options.rate_jitter)
    voices = draw_voices(rng, names, options)
    folder = out / options.split
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as name:
        made = Path(name) / options.folder(record)
        made.mkdir(mode=0o755)
        raw = {s: render_stem(part, s, voices[s], rate_hz, made) for s in names}
        heard = placed_parts({s: audio for s, audio in raw.items() if audible(audio)}, voices)
        if len(heard) < 2:
            raise DataError("song-unfit", f"only {', '.join(heard) or 'nothing'} can be heard")
        gain = common_gain(heard, float(rng.uniform(0.5, 0.95)))
        for stem, audio in heard.items():
            soundfile.write(made / f"{stem}.flac", audio * gain, RATE_HZ, "PCM_16")
        seconds = len(next(iter(heard.values()))) / RATE_HZ
        note = song_note(record, options, rate_hz, seconds, gain) | {
            "by": "tags",
            "speed": speed,
            "licences": licences.note(record.source, {voices[s].soundfont for s in heard}),
            "stems": {s: asdict(voices[s]) for s in heard},
        }
        (made / "song.json").write_text(json.dumps(note, indent=1))
        settle(made, folder / made.name)
    return seconds


def choose_parts(
    song: Song, rng: np.random.Generator, options: RenderOptions
) -> tuple[Song, tuple[str, ...]]:
    """Of some excerpts the one in which most parts play for a tenth of it, and its parts.

    Raises DataError("song-unfit") where nothing plays.
    """
    longest = min(options.max_seconds, song.seconds)
    seconds = float(rng.uniform(min(options.min_seconds, longest), longest))
    best, most = None, 0
    for start in rng.uniform(0, max(song.seconds - seconds, 0.0), PLACES):
        part = excerpt(song, float(start), seconds)
        count = sum(played >= seconds / 10 for played in seconds_played(part).values())
        if best is None or count > most:
            best, most = part, count
    assert best is not None
    played = seconds_played(best)
    known = [name for name in (*LEAF_NAMES, UNTAGGED) if played.get(name, 0) > 0]
    if not known:
        raise DataError("song-unfit", "no notes in any excerpt tried")
    kept = sorted(known, key=lambda name: -played[name])[:MOST_PARTS]
    return best, tuple(name for name in known if name in kept)


def draw_voices(
    rng: np.random.Generator, names: tuple[str, ...], options: RenderOptions
) -> dict[str, StemVoice]:
    """How each part sounds; the parts of the kit sound alike."""
    fonts = playing_stem(find_soundfonts(options.split, options.soundfonts), "other")
    vary = options.split != "test"
    transpose = int(rng.integers(-options.transpose, options.transpose + 1)) if vary else 0
    kit = _voice(rng, fonts, 0)
    return {name: kit if in_kit(name) else _voice(rng, fonts, transpose) for name in names}


def _voice(rng: np.random.Generator, fonts: tuple[Path, ...], transpose: int) -> StemVoice:
    return StemVoice(
        soundfont=str(fonts[int(rng.integers(len(fonts)))]),
        performance=Performance(float(rng.uniform(0.75, 1.15)), transpose),
        reverb=bool(rng.random() < 0.6),
        room=float(rng.uniform(0.1, 0.8)),
        reverb_level=float(rng.uniform(0.2, 0.9)),
        chorus=bool(rng.random() < 0.2),
        width=float(rng.uniform(0.5, 1.3)),
        gain_db=float(rng.uniform(-SPREAD_DB, SPREAD_DB)),
    )


def in_kit(name: str) -> bool:
    """Whether a part is one of the drum kit's."""
    return name in PARENTS["drums"]


def placed_parts(raw: dict[str, Audio], voices: dict[str, StemVoice]) -> dict[str, Audio]:
    """Audible parts (samples, 2) with their widths and levels; the kit's with one gain."""
    kit = [audio for name, audio in raw.items() if in_kit(name)]
    kit_rms = playing_rms(np.sum(kit, axis=0)) if kit else 1.0
    found = {}
    for name, audio in raw.items():
        loudness = kit_rms if in_kit(name) else playing_rms(audio)
        group = "bass" if name in PARENTS["bass"] else "tuned"
        usual_db = 0.0 if in_kit(name) else LEVEL_DB[group]
        level = 10 ** ((usual_db + voices[name].gain_db) / 20) / loudness
        found[name] = faded(widened(audio, voices[name].width) * np.float32(level))
    return found
