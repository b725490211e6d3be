"""MUSDB18 and its 7-second excerpts MUSDB18-7: `{train,test}/Artist - Title.stem.mp4`.

From the loader `musdb` (0.4): five AAC tracks in each file, the mix, drums, bass, other, vocals;
`train` has the validation songs named in its `configs/mus.yaml`. Untested on the real set.
"""

from __future__ import annotations

from pathlib import Path

from export.data.layouts import DataSet, Part, Song, artist
from export.data.licences import Licence
from export.data.stems import EVERYTHING
from export.data.terms import RESTRICTED
from export.data.tracks import Take

SET = DataSet(
    "MUSDB18",
    Licence("academic and non-commercial use, song by song", RESTRICTED),
    "SigSep; Zenodo 1117372, the excerpts with the Python package musdb",
)
SUFFIX = ".stem.mp4"
#: What may sound in each stem.
CONTENTS = {
    "drums": frozenset({"drums"}),
    "bass": frozenset({"bass"}),
    "other": EVERYTHING - {"drums", "bass", "vocals"},
    "vocals": frozenset({"vocals"}),
}
VALIDATION = frozenset({
    "Actions - One Minute Smile", "Clara Berry And Wooldog - Waltz For My Victims",
    "Johnny Lokke - Promises & Lies", "Patrick Talbot - A Reason To Leave",
    "Triviul - Angelsaint", "Alexander Ross - Goodbye Bolero", "Fergessen - Nos Palpitants",
    "Leaf - Summerghost", "Skelpolu - Human Mistakes", "Young Griffo - Pennies",
    "ANiMAL - Rockshow", "James May - On The Line", "Meaxic - Take A Step",
    "Traffic Experiment - Sirens",
})  # fmt: skip


def split_of(part: str, name: str) -> str:
    """The split of a song in `train` or `test`."""
    return "valid" if part == "train" and name in VALIDATION else part


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`."""
    songs = []
    for part in ("train", "test"):
        for path in sorted((folder / part).glob(f"[!.]*{SUFFIX}")):
            name = path.name.removesuffix(SUFFIX)
            parts = (Part(stems, (Take(path, 1 + n),)) for n, stems in enumerate(CONTENTS.values()))
            songs.append(Song(name, SET, tuple(parts), split_of(part, name), artist(name)))
    return songs
