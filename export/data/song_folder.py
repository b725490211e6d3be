"""One song of any layout becomes a folder of FLAC files that training reads.

    <split>/<song>/{song.json, *.flac}          44.1 kHz, 24 bits, one file for each part

A part holds one stem, or a sum of stems. A song's parts have one gain, so that none is above full
scale and their sum is the song.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from export.data.errors import DataError
from export.data.layouts import SPLITS, Part, Song
from export.data.stems import ordered
from export.data.tracks import RATE_HZ, About, Take, about, read

NOTE, VERSION = "song.json", 1
#: A peak below this, -80 dB re full scale, counts as silence.
SILENT_PEAK = 1e-4

#: A rest that is so like the sum of all else is that sum.
ALIKE = 0.9


def checked(song: Song) -> list[About]:
    """What the headers of a song's files say. Raises DataError for what does not go together."""
    takes = [take for part in song.parts for take in part.takes]
    if not takes:
        raise DataError("song-faulty", f"{song.name}: no file of it holds a stem")
    seen = [about(take) for take in takes]
    for take, one in zip(takes, seen, strict=True):
        if one.frames == 0:
            raise DataError("song-faulty", f"{song.name}: {take.path.name} is empty; export it "
                            "again, or take it away")  # fmt: skip
    if song.pads:
        return seen
    for what in ("rate_hz", "frames"):
        if len({getattr(one, what) for one in seen}) > 1:
            word = "rate" if what == "rate_hz" else "length"
            files = ", ".join(_told(take, one) for take, one in zip(takes, seen, strict=True))
            raise DataError("song-faulty", f"{song.name}: its stems differ in {word} ({files}); "
                            "export them from the same start to the same end, or say pad = true "
                            "in songs.toml if they all begin together")  # fmt: skip
    return seen


def _told(take: Take, one: About) -> str:
    return f"{take.path.name} {one.seconds:.3f} s at {one.rate_hz} Hz"


def stamp(song: Song) -> str:
    """Other files, other contents of the parts: another stamp."""
    rows: list[Any] = [VERSION, song.pads, sorted(song.silent or ())]
    for part in song.parts:
        for take in part.takes:
            state = take.path.stat()
            side = [take.side] if take.side else []
            rows.append([ordered(part.stems), str(take.path.resolve()), take.track, take.channel,
                         state.st_size, state.st_mtime_ns, *side])  # fmt: skip
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]


def file_name(part: Part) -> str:
    """The file of a part: its stem, `other` for a sum that has it, else all of them."""
    stems = ordered(part.stems)
    return f"{'other' if 'other' in stems else '+'.join(stems)}.flac"


def mixed(part: Part, song: Song) -> NDArray[np.float32]:
    """(samples, 1 or 2): the sum of a part's takes, the shorter ones followed by silence.

    Raises DataError("song-faulty") where a take is silent that must not be.
    """
    total = np.zeros((0, 1), np.float32)
    for take in part.takes:
        audio = read(take)
        must_sound = song.silent is not None and not part.stems & song.silent
        if must_sound and float(np.max(np.abs(audio), initial=0.0)) < SILENT_PEAK:
            names = ", ".join(ordered(part.stems))
            raise DataError("song-faulty", f"{song.name}: {take.path.name} is silent; take it "
                            f"away, or say silent = [...] in songs.toml ({names})")  # fmt: skip
        if not np.isfinite(audio).all():
            raise DataError("song-faulty", f"{song.name}: {take.path.name} holds values that are "
                            "no numbers; export it again")  # fmt: skip
        channels, length = max(audio.shape[1], total.shape[1]), max(len(audio), len(total))
        wider = [np.broadcast_to(one, (len(one), channels)) for one in (total, audio)]
        total = sum(np.pad(one, ((0, length - len(one)), (0, 0))) for one in wider)  # type: ignore[assignment]
    return total


def write_song(song: Song, folder: Path) -> None:
    """The song's parts and song.json into a folder that is there.

    Parts that are silent are left out. A song above full scale is done again, turned down.
    """
    seen = checked(song)
    peak, parts, length = _write_parts(song, folder, 1.0)
    gain = 1.0
    if peak > 1.0:
        gain = 0.999 / peak
        _, parts, length = _write_parts(song, folder, gain)
    if not parts:
        raise DataError("song-faulty", f"{song.name}: all of it is silent; take it away")
    note = {
        "name": song.name, "set": song.set.name, "artist": song.artist, "gain": gain,
        "licence": song.set.licence.licence, "terms": song.set.licence.terms,
        "origin": song.set.origin, "samples": length,
        "source_rate_hz": min(one.rate_hz for one in seen), "parts": parts, "stamp": stamp(song),
    }  # fmt: skip
    (folder / NOTE).write_text(json.dumps(note, indent=1) + "\n", "utf-8")


def _write_parts(song: Song, folder: Path, gain: float) -> tuple[float, list[dict[str, Any]], int]:
    """The highest peak, what song.json says of the parts that sound, and the longest one."""
    highest, parts, length = 0.0, [], 0
    sums = Sums()
    for part in song.parts:
        audio = mixed(part, song) * np.float32(gain)
        sums.add("other" in part.stems, audio)
        peak = float(np.max(np.abs(audio), initial=0.0))
        length = max(length, len(audio))
        if peak < SILENT_PEAK:
            continue
        highest = max(highest, peak)
        soundfile.write(folder / file_name(part), np.clip(audio, -1, 1), RATE_HZ, "PCM_24")
        parts.append({"file": file_name(part), "stems": ordered(part.stems)})
    if song.silent is not None and sums.likeness() > ALIKE:
        raise DataError(
            "song-faulty",
            f"{song.name}: its rest is the sum of its other files, so "
            'one of them is a mix; take it away, or say "none" for it in songs.toml',
        )
    return highest, parts, length


class Sums:
    """The rest of a song, and all else of it, as mono sums (samples,)."""

    def __init__(self) -> None:
        self._sums = [np.zeros(0, np.float32), np.zeros(0, np.float32)]

    def add(self, rest: bool, audio: NDArray[np.float32]) -> None:
        """A part's audio (samples, 1 or 2)."""
        mono, before = audio.mean(axis=1), self._sums[rest]
        length = max(len(mono), len(before))
        padded = [np.pad(one, (0, length - len(one))) for one in (mono, before)]
        self._sums[rest] = padded[0] + padded[1]

    def likeness(self) -> float:
        """The correlation of both, over the shorter one's length; 0 where one is silent."""
        length = min(map(len, self._sums))
        one, other = (each[:length].astype(np.float64) for each in self._sums)
        power = float(np.sqrt(np.sum(one**2) * np.sum(other**2)))
        return float(np.sum(one * other)) / power if power else 0.0


def place_of(song: Song, out: Path) -> Path:
    """The song's folder."""
    return out / song.split / song.name.replace("/", "-")


def keep_made(song: Song, out: Path) -> bool:
    """Whether the song is there, made of the same files; one of another split is moved.

    What is no longer the same stays until `make_song` has made it anew. Raises
    DataError("data-changed").
    """
    target = place_of(song, out)
    for split in SPLITS:
        there = out / split / target.name
        if split != song.split and there.is_dir() and not target.is_dir():
            note_of(there)
            target.parent.mkdir(parents=True, exist_ok=True)
            there.rename(target)
    return target.is_dir() and note_of(target)["stamp"] == stamp(song)


def make_song(song: Song, out: Path) -> None:
    """A song's folder, whole or not at all, in place of an earlier one. Raises DataError."""
    target = place_of(song, out)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=target.parent) as name:
        made = Path(name) / "song"
        made.mkdir(mode=0o755)
        write_song(song, made)
        if target.is_dir():
            target.rename(Path(name) / "before")
        made.rename(target)


def note_of(folder: Path) -> dict[str, Any]:
    """A prepared song's song.json. Raises DataError("data-changed")."""
    try:
        note: dict[str, Any] = json.loads((folder / NOTE).read_text("utf-8"))
        return note | {"stamp": note["stamp"], "parts": note["parts"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = f"{folder / NOTE} is not as prepare writes it ({error}); prepare again"
        raise DataError("data-changed", text) from None
