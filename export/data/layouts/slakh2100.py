"""Slakh2100: `{train,validation,test}/Track00001/{metadata.yaml, stems/S00.flac}`.

From `slakh-utils` (README.md, submixes.py, midi_inst_values): metadata.yaml names each stem's
instrument class (`inst_class`, General MIDI's), whether it `is_drum` and whether it was rendered
(`audio_rendered`); the files sum to the mix as they are. `omitted`, the duplicates that the redux
split takes out, is left out; without split folders the songs' numbers tell the split. Nobody
sings: choirs are among the strings. Untested on the real set.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from export.data.errors import DataError
from export.data.layouts import DataSet, Song, folders, one_sum
from export.data.licences import Licence
from export.data.terms import RESTRICTED
from export.data.tracks import Take

SET = DataSet(
    "Slakh2100",
    Licence("CC-BY-4.0, as its publishers say; made from MIDI transcriptions of songs", RESTRICTED),
    "MERL and Northwestern University; Zenodo 4599666",
)
SPLIT_OF = {"train": "train", "validation": "valid", "test": "test"}
#: The last track of each split, where there are no folders for them.
LAST = ((1500, "train"), (1875, "valid"), (2100, "test"))
#: As it is distributed, and as its own converter makes it.
ENDINGS = (".flac", ".wav")
CLASSES = {
    "Drums": "drums", "Bass": "bass", "Guitar": "guitar", "Piano": "piano", "Organ": "keys",
    "Synth Lead": "keys", "Synth Pad": "keys", "Strings": "strings",
    "Strings (continued)": "strings", "Brass": "winds", "Reed": "winds", "Pipe": "winds",
}  # fmt: skip


def find(folder: Path) -> list[Song]:
    """See `export.data.layouts`. Classes that CLASSES lacks (mallets, effects) are `other`."""
    found = [_song(song, _split(number)) for song in _tracks(folder) if (number := _number(song))]
    for part, split in SPLIT_OF.items():
        if (folder / part).is_dir():
            found += [_song(song, split) for song in _tracks(folder / part)]
    return found


def _tracks(root: Path) -> list[Path]:
    return [song for song in folders(root) if (song / "metadata.yaml").is_file()]


def _number(song: Path) -> int:
    """Of `Track00017`: 17; 0 for another name."""
    text = song.name.removeprefix("Track")
    return int(text) if text.isdigit() else 0


def _split(number: int) -> str:
    return next((split for last, split in LAST if number <= last), "train")


def _song(song: Path, split: str) -> Song:
    path = song / "metadata.yaml"
    try:
        about: Any = yaml.safe_load(path.read_text("utf-8"))
        stems = {str(name): (_stem(one), bool(one.get("audio_rendered", True)))
                 for name, one in about["stems"].items()}  # fmt: skip
        root = song / str(about.get("audio_dir", "stems"))
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        text = f"{path} is not as slakh-utils describes it ({error!r})"
        raise DataError("layout", text) from None
    takes = []
    for name, (stem, rendered) in sorted(stems.items()):
        files = [file for end in ENDINGS if (file := root / f"{name}{end}").is_file()]
        if files:
            takes.append((frozenset({stem}), Take(files[0])))
        elif rendered:
            raise DataError("layout", f"{song} has no {name}, which its metadata.yaml calls "
                            "rendered; unpack the set again")  # fmt: skip
    return Song(song.name, SET, one_sum(takes), split, song.name, pads=True)


def _stem(about: Any) -> str:
    return "drums" if about.get("is_drum") else CLASSES.get(about["inst_class"], "other")
