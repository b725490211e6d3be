"""MIDI libraries of songs of our own: what `arrangements` and `compose` share.

A library is `<song>.mid` and `index.jsonl`, as `render` reads it. Finished songs are
kept, so a stopped run goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from tqdm import tqdm

from export.common.files import replacing
from export.data.errors import DataError
from export.data.midi import read_song, seconds_played

#: Four-bar progressions: semitones above the key and the chord's kind, one chord a bar.
MAJOR = (
    "0 7 9m 5", "0 9m 5 7", "0 5 0 7", "9m 5 0 7", "0 4m 5 7", "0 2m 5 0", "5 7 0 9m", "0 5 2m 7",
    "2m 7 0 0", "0 10 5 0", "0 7 5 0", "5 0 7 9m", "0 9m 2m 7", "4m 9m 2m 7", "0 2 5 5m",
    "5 5m 0 0",
)  # fmt: skip
MINOR = (
    "0m 8 3 10", "0m 10 8 7", "0m 5m 0m 7", "0m 3 10 5m", "0m 8 5m 7", "0m 0m 5m 7", "8 10 0m 0m",
    "0m 10 8 10", "5m 0m 8 7", "0m 2m7b5 7 0m", "3 10 0m 8", "0m 7m 8 10",
)  # fmt: skip

#: Song `number` as its MIDI file and its title.
Make = Callable[[int], tuple[bytes, str]]


def split_degree(degree: str) -> tuple[int, str]:
    """A degree of a progression, e.g. "2m7b5", as semitones above the key and the chord's kind."""
    steps = degree.rstrip("m") if degree.isalnum() and "m7" not in degree else degree.split("m")[0]
    return int(steps), degree[len(steps) :]


def enriched(rng: np.random.Generator, steps: int, kind: str, rich: float) -> str:
    """The chord's kind, with chance `rich` with a seventh, sixth or ninth."""
    if kind in ("", "m") and rng.random() < rich:
        kind += "7" if kind == "m" or steps in (7, 2) else str(rng.choice(("M7", "6", "9")))
    return kind


def split_of(number: int) -> str:
    """Of twelve songs one is `valid` and one `test`."""
    return {0: "valid", 6: "test"}.get(number % 12, "train")


def index_line(data: bytes, name: str, title: str, source: str, split: str) -> dict[str, object]:
    """The song's line of `index.jsonl`."""
    song = read_song(data)
    played = seconds_played(song)
    return {
        "file": f"{name}.mid",
        "title": title,
        "source": source,
        "seconds": round(song.seconds, 1),
        "guitar": int(played["guitar"] > 10),
        "piano": int(played["piano"] > 10),
        "split": split,
    }


def make_library(out: Path, source: str, seed: int, songs: int, make: Make) -> int:
    """Make songs 0 .. songs - 1 and the index; return how many were passed over.

    The index is written last, from the songs that are there. A song that `make` raises a DataError
    for is named and passed over, but where something is missing ("...-missing") that ends it.
    """
    out.mkdir(parents=True, exist_ok=True)
    passed = 0
    for number in tqdm(range(songs), unit="song", desc="songs", disable=None):
        name = f"{source}-{seed}-{number:04d}"
        path = out / f"{name}.json"
        if path.is_file():
            continue
        try:
            data, title = make(number)
        except DataError as error:
            if error.code.endswith("-missing"):
                raise
            tqdm.write(f"passed over song {number}: {error}", file=sys.stderr)
            passed += 1
            continue
        _write(path.with_suffix(".mid"), data)
        line = json.dumps(index_line(data, name, title, source, split_of(number)))
        _write(path, line.encode())
    lines = [path.read_text("utf-8") for path in sorted(out.glob(f"{source}-*.json"))]
    _write(out / "index.jsonl", ("\n".join(lines) + "\n").encode())
    return passed


def _write(path: Path, data: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(data)
