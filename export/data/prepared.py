"""Songs of a folder that `prepare` made, read window by window, as stems of a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from export.data.errors import DataError
from export.data.prepare import read_index
from export.data.reserved import require_free
from export.data.rows import Rows, rows_of
from export.data.shape import Audio
from export.data.song_folder import note_of
from export.data.terms import ORDER, Terms
from export.data.tracks import RATE_HZ


@dataclass(frozen=True)
class PreparedSong:
    """A song: the files of its parts, and the rows of the network's stems that they are.

    `samples` at 44.1 kHz; `edge_hz`: above it its recording holds nothing, None: it holds all.
    """

    name: str
    files: tuple[Path, ...]
    rows: Rows
    samples: int
    edge_hz: float | None

    @property
    def sounding(self) -> tuple[int, ...]:
        """The rows that some file of the song is in."""
        return tuple(sorted(set(self.rows.places)))

    def read(self, row: int, start: int, samples: int) -> Audio:
        """(2, samples) float32 of a row, a sum where it is known so; zeros beyond the end.

        Raises DataError("data-changed").
        """
        out = np.zeros((2, samples), np.float32)
        for file, place in zip(self.files, self.rows.places, strict=True):
            if place != row:
                continue
            try:
                part, _ = soundfile.read(file, samples, start, dtype="float32", always_2d=True)
            except (soundfile.LibsndfileError, OSError) as error:
                text = f"{file} was there at the start and cannot be read now ({error}); prepare"
                raise DataError("data-changed", f"{text} again and resume") from None
            out[:, : len(part)] += part.T
        return out


def prepared_songs(data: Path, split: str, stems: tuple[str, ...]) -> list[PreparedSong]:
    """The songs of a split, by name.

    Raises DataError("not-prepared"), ("bad-stems"), ("test-song") for a song that is kept for
    measuring, in a split other than test.
    """
    names: list[str] = read_index(data)["songs"].get(split, [])
    return [_song(data / split / name, split, stems) for name in sorted(names)]


def _song(folder: Path, split: str, stems: tuple[str, ...]) -> PreparedSong:
    note = note_of(folder)
    require_free(str(note.get("artist", "")), folder.name, split, str(note.get("set", "")))
    files = tuple(folder / part["file"] for part in note["parts"])
    rows = rows_of([frozenset(part["stems"]) for part in note["parts"]], stems)
    rate_hz = int(note["source_rate_hz"])
    edge_hz = None if rate_hz >= 0.9 * RATE_HZ else 0.9 * rate_hz / 2
    return PreparedSong(folder.name, files, rows, int(note["samples"]), edge_hz)


def require_terms(data: Path, least: str) -> None:
    """Raises DataError("terms") where the data allows less than the setup promises."""
    index = read_index(data)
    promised: Terms | None = next((terms for terms in ORDER if terms == least), None)
    if promised is None or ORDER.index(index["terms"]) <= ORDER.index(promised):
        return
    sets = [
        f"{name} ({words}: {terms})"
        for name, row in index["sets"].items()
        for words, terms in row["licences"].items()
        if ORDER.index(terms) > ORDER.index(promised)
    ]
    raise DataError("terms", f"this setup learns from {promised} data only, and {data} holds "
                    f"{'; '.join(sets)}; prepare a folder without it, or say in songs.toml what "
                    "the licence is")  # fmt: skip
