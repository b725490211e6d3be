"""Real clips and voices, decoded once into a cache of int16 arrays that training maps.

Reads, with the loaders of `layouts/`, `musdb18-7` (MUSDB18 as published, or a folder a song),
`remixed-cc0` (a folder a song, files by name) and `mir1k-voices` (MIR-1K as published, or a file a
singer), and writes, at 44.1 kHz,

    cache/clips/<split>/<song>/<stem>@<speed>.npy     (samples, 2) int16
    cache/voices/train/<singer>/vocals@<speed>.npy    (samples, 1) int16

Full scale is 1.0; a song above it is turned down as a whole. Training songs and voices come at
five speeds, as if played at a wrong sample rate, for models that must bear other rates. About
eight clips of `musdb18-7/train` are the `valid` split: whole artists, chosen by hash. A song
without all four stems (one of `remixed-cc0`) is kept for remixing only, and without its `other`,
which may contain what has no stem of its own.

The MIR-1K voices are 16 kHz mono: nothing is above VOICE_BAND_HZ. Whoever mixes them must
low-pass the whole mix there (`sampler.py` does), or a model learns that singers have no treble.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray
from tqdm import tqdm

from export.data.errors import DataError
from export.data.layouts import Song, artist, mir1k, musdb18, plain
from export.data.layouts.musdb18_hq import songs_in
from export.data.tracks import Take, read_as_is

RATE_HZ = 44100
#: Folders of the data, and their licences for models: MUSDB18 non-commercial, CC0, research.
SETS = ("musdb18-7", "remixed-cc0", "mir1k-voices")
SONG_STEMS = ("drums", "bass", "other", "vocals")
SPEEDS = (0.86, 0.93, 1.0, 1.08, 1.16)
VALIDATION_CLIPS = 8
#: What the slowest copy of a 16 kHz recording still holds in full: 0.86 * 0.9 * 8 kHz.
VOICE_BAND_HZ = 6190.0


@dataclass(frozen=True)
class Source:
    """One song or singer on disk and where its cache belongs: `clips/train`, `voices/train`..."""

    folder: str
    name: str
    files: tuple[tuple[str, Path | Take], ...]
    speeds: tuple[float, ...] = (1.0,)
    trim: bool = False


def read_audio(file: Path | Take, speed: float = 1.0) -> NDArray[np.float32]:
    """A whole file, (samples, channels) float32 at 44.1 kHz, played `speed` times as fast.

    Raises DataError("audio-unreadable"), ("formats-missing").
    """
    audio, rate_hz = read_as_is(file if isinstance(file, Take) else Take(file))
    if rate_hz * speed == RATE_HZ:
        return audio
    return np.asarray(soxr.resample(audio, rate_hz * speed, RATE_HZ, "HQ"), np.float32)


def validation_songs(songs: Iterable[str], count: int = VALIDATION_CLIPS) -> frozenset[str]:
    """At least `count` songs (all, if there are fewer): whole artists, those with the fewest songs
    first, so that no artist is most of the set, then by hash of the artist's name."""
    songs = sorted(songs)
    counts = Counter(artist(song) for song in songs)

    def key(name: str) -> tuple[int, str]:
        return counts[name], hashlib.sha256(name.encode()).hexdigest()

    chosen: list[str] = []
    for name in sorted(counts, key=key):
        if len(chosen) >= count:
            break
        chosen += [song for song in songs if artist(song) == name]
    return frozenset(chosen)


def find_sources(data: Path, sets: Iterable[str] = SETS) -> list[Source]:
    """These sets under `data`, as they belong in the cache. Raises DataError("data-missing")."""
    makers = {"musdb18-7": _musdb, "remixed-cc0": _cc0, "mir1k-voices": _voices}
    return [source for name in SETS if name in sets for source in makers[name](data / name)]


def _musdb(root: Path) -> list[Source]:
    songs = musdb18.find(_folder(root))
    songs = songs or [song for part in ("train", "test") for song in songs_in(root, part)]
    train = [song.name for song in songs if song.split != "test"]
    valid = validation_songs(train)
    return [_source(song, "test" if song.split == "test" else _part(song, valid)) for song in songs]


def _part(song: Song, valid: frozenset[str]) -> str:
    return "valid" if song.name in valid else "train"


def _source(song: Song, part: str) -> Source:
    """A song of MUSDB18; only what is trained on comes at several speeds."""
    takes = tuple(one.takes[0] for one in song.parts)
    speeds = SPEEDS if part == "train" else (1.0,)
    return Source(f"clips/{part}", song.name, tuple(zip(SONG_STEMS, takes, strict=True)), speeds)


def _cc0(root: Path) -> list[Source]:
    return [
        Source("clips/train", song.name, _sure(song), SPEEDS) for song in plain.find(_folder(root))
    ]


def _sure(song: Song) -> tuple[tuple[str, Take], ...]:
    """The stems of a song by name; `other` only where it has all four.

    Raises DataError("data-missing") where a stem is several files.
    """
    if more := [part for part in song.parts if len(part.takes) > 1]:
        files = ", ".join(take.path.name for take in more[0].takes)
        raise DataError("data-missing", f"{song.name}: {files} are one stem; expected one file for "
                        "each; use `prepare` and `train --data`")  # fmt: skip
    named = {min(part.stems) if len(part.stems) == 1 else "other": part for part in song.parts}
    if not named.keys() >= set(SONG_STEMS):
        named.pop("other", None)
    return tuple((stem, named[stem].takes[0]) for stem in SONG_STEMS if stem in named)


def _voices(root: Path) -> list[Source]:
    songs = mir1k.find(_folder(root)) or mir1k.voices_in(root)
    voices = ((song.name, part.takes[0]) for song in songs for part in song.parts
              if part.stems == mir1k.VOCALS)  # fmt: skip
    return [
        Source("voices/train", name, (("vocals", take),), SPEEDS, trim=True)
        for name, take in voices
    ]


def _folder(root: Path) -> Path:
    if not root.is_dir():
        raise DataError("data-missing", f"{root} is not a folder; give its parent's with --data")
    return root


def without_silences(
    audio: NDArray[np.float32], rate_hz: int = RATE_HZ, longest_s: float = 0.4
) -> NDArray[np.float32]:
    """A voice, (samples, channels), with each silence longer than `longest_s` cut down to it.

    Silent is 45 dB below the loudest 50 ms; cuts lie in the middle of silences, with 10 ms fades.
    """
    step = rate_hz // 20
    count = len(audio) // step
    blocks = audio[: count * step].reshape(count, -1)
    level = np.sqrt(np.mean(blocks.astype(np.float64) ** 2, axis=1))
    margin = max(round(longest_s * 20 / 2), 1)
    near = np.convolve(level > level.max() * 10 ** (-45 / 20), np.ones(2 * margin + 1), "same") > 0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], near.astype(np.int8), [0]))))
    return np.concatenate(
        [_faded(audio[a * step : b * step], rate_hz // 100) for a, b in edges.reshape(-1, 2)]
    )


def _faded(audio: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    ramp = np.linspace(0, 1, min(length, len(audio)), dtype=np.float32)[:, None]
    out = audio.copy()
    out[: len(ramp)] *= ramp
    out[len(out) - len(ramp) :] *= ramp[::-1]
    return out


def cache_source(source: Source, cache: Path) -> None:
    """Decode one source into the cache; its folder appears whole or not at all.

    Raises DataError("no-audio") for a song without a stem.
    """
    if not source.files:
        raise DataError("no-audio", f"{source.name} has no stems ({', '.join(SONG_STEMS)}); "
                        "give them, or take its folder away")  # fmt: skip
    target = cache / source.folder
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=target) as name:
        made = Path(name) / source.name
        made.mkdir(mode=0o755)
        for speed in source.speeds:
            audio = {stem: read_audio(path, speed) for stem, path in source.files}
            if source.trim:
                audio = {stem: without_silences(part) for stem, part in audio.items()}
            peak = max(float(np.max(np.abs(part), initial=0.0)) for part in audio.values())
            length = max(len(part) for part in audio.values())
            for stem, part in audio.items():
                whole = np.pad(part, ((0, length - len(part)), (0, 0))) / max(peak, 1.0)
                np.save(made / f"{stem}@{speed:.2f}.npy", np.round(whole * 32767).astype(np.int16))
        made.rename(target / source.name)


def make_cache(data: Path, cache: Path, sets: Iterable[str] = SETS) -> None:
    """Cache every source of these sets not there yet, with a progress bar."""
    sources = [s for s in find_sources(data, sets) if not (cache / s.folder / s.name).is_dir()]
    for source in tqdm(sources, unit="song", desc="caching"):
        cache_source(source, cache)


class CachedSong:
    """One cached song or singer: its stems at its speeds, read window by window."""

    def __init__(self, folder: Path) -> None:
        names = [path.stem.rsplit("@", 1) for path in sorted(folder.glob("*@*.npy"))]
        self.folder = folder
        self.stems = frozenset(stem for stem, _ in names)
        self.speeds = tuple(sorted({float(speed) for _, speed in names}))

    def samples(self, stem: str, speed: float = 1.0) -> int:
        """Length of a stem at 44.1 kHz."""
        return int(self._map(stem, speed).shape[0])

    def read(self, stem: str, start: int, samples: int, speed: float = 1.0) -> NDArray[np.float32]:
        """(channels, samples) float32 from `start`; zeros beyond the end."""
        part = self._map(stem, speed)[start : start + samples]
        out = np.zeros((part.shape[1], samples), np.float32)
        np.multiply(part.T, np.float32(1 / 32767), out=out[:, : len(part)])
        return out

    def _map(self, stem: str, speed: float) -> NDArray[np.int16]:
        path = self.folder / f"{stem}@{speed:.2f}.npy"
        try:
            mapped = np.load(path, mmap_mode="r")
        except FileNotFoundError:
            text = f"{path} was there at the start and is gone; make the cache again and resume"
            raise DataError("cache-changed", text) from None
        return np.asarray(mapped)


def cached_songs(cache: Path, folder: str) -> list[CachedSong]:
    """The songs of `clips/train`, `voices/train`, ... Raises DataError("cache-missing")."""
    songs = sorted(p for p in (cache / folder).glob("[!.]*") if p.is_dir())
    if not songs:
        command = f"python -m export clips --data DATA --cache {cache}"
        raise DataError("cache-missing", f"nothing in {cache / folder}; run: {command}")
    return [CachedSong(path) for path in songs]
