"""MIR-1K: `Wavfile/<singer>_<song>_<clip>.wav`, 16 kHz, music to the left, the voice to the right.

From the loader of `mirdata` (mir_1k.py). The music of a karaoke tape is everything but the voice,
known as a sum. A folder named `mir1k-voices` with one file of each singer's voice, which the models
of this project learnt from, is read as well. Untested on the real set.
"""

from __future__ import annotations

from pathlib import Path

from export.data.layouts import DataSet, Part, Song
from export.data.licences import Licence
from export.data.stems import EVERYTHING
from export.data.terms import RESTRICTED
from export.data.tracks import Take, is_audio

SET = DataSet("MIR-1K", Licence("for research", RESTRICTED), "MIR lab, Taiwan; Zenodo 3532216")
VOICES = "mir1k-voices"
VOCALS = frozenset({"vocals"})


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`."""
    clips = sorted((folder / "Wavfile").glob("[!.]*.wav"))
    if not clips and folder.name == VOICES:
        return voices_in(folder)
    return [
        Song(
            path.stem,
            SET,
            (Part(EVERYTHING - VOCALS, (Take(path, 0, 0),)), Part(VOCALS, (Take(path, 0, 1),))),
            "",
            path.stem.split("_")[0],
        )
        for path in clips
    ]


def voices_in(folder: Path) -> list[Song]:
    """Every audio file of a folder is a voice; they are for training only."""
    files = [path for path in sorted(folder.iterdir()) if is_audio(path)]
    return [Song(p.stem, SET, (Part(VOCALS, (Take(p),)),), "train", p.stem) for p in files]
