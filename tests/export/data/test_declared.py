"""songs.toml: what a musician says of own songs."""

from __future__ import annotations

from pathlib import Path

import pytest

from export.data import declared
from export.data.declared import applied, read
from export.data.errors import DataError
from export.data.layouts import Song, find_songs
from export.data.stems import EVERYTHING
from tests.rigs.export.songs import tone, write

SAYS = """
set = "the band"
licence = "CC-BY-4.0, the band"
terms = "permissive"
valid = ["Two"]
leave_out = ["Sketch"]
silent = ["One/vocals", "winds"]
[stems]
"gtr *" = "guitar"
"One/Audio 03" = "piano"
"Rhythm" = ["bass", "guitar"]
"Left*" = "rest"
"Print" = "none"
"""


def songs_of(root: Path, says: str) -> dict[str, Song]:
    for song in ("One", "Two", "Sketch"):
        for number, file in enumerate(("Gtr 1", "Audio 03", "Rhythm", "Leftovers", "Print")):
            write(root / song / f"{file}.wav", tone(number, 0.2))
    (root / "songs.toml").write_text(says, "utf-8")
    _, found = find_songs(root)
    return {song.name: song for song in applied(found, read(root), root)}


def contents(song: Song) -> dict[str, frozenset[str]]:
    return {take.path.stem: part.stems for part in song.parts for take in part.takes}


def test_it_says_what_files_are_whose_songs_are_and_which_validate(tmp_path: Path) -> None:
    found = songs_of(tmp_path, SAYS)
    assert {name: song.split for name, song in found.items()} == {"One": "", "Two": "valid"}
    one, two = contents(found["One"]), contents(found["Two"])
    assert one["Gtr 1"] == {"guitar"} and one["Rhythm"] == {"bass", "guitar"}
    assert one["Audio 03"] == {"piano"} and "Print" not in one
    known = {"guitar", "bass", "piano"}
    assert one["Leftovers"] == EVERYTHING - known - {"vocals", "winds"}
    assert two["Leftovers"] == two["Audio 03"] == EVERYTHING - {"guitar", "bass", "winds"}
    assert "Audio 03.wav is nobody's name" in found["Two"].notes[0] and not found["One"].notes
    assert (one_set := found["One"].set).name == "the band"
    assert (one_set.licence.licence, one_set.licence.terms) == ("CC-BY-4.0, the band", "permissive")


def test_a_folder_without_it_is_read_by_names(tmp_path: Path) -> None:
    found = songs_of(tmp_path, "")
    assert set(found) == {"One", "Two", "Sketch"}
    assert found["One"].set.licence.terms == "restricted" and not found["One"].pads


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("licence = ", "not a TOML file"),
        ("license = 'x'", "no license; there are set, licence"),
        ("pad = 1", "pad is 1, expected true or false"),
        ("terms = 'free'", "terms are 'free', expected one of permissive"),
        ("valid = [1]", r"valid is \[1\], expected names"),
        ("stems = 3", "stems is 3, expected a table"),
        ("[stems]\na = 'vocls'", "no stem is called 'vocls'; there are drums.*nearest is vocals"),
        ("[stems]\na = ['bass', 3]", "no stem is called 3"),
        ("[stems]\n'Gtr 1' = ['bass', 'rest']", "no stem is called 'rest'"),
        ("[stems]\n'Gtr 1' = [['bass']]", "no stem is called"),
        ("[stems]\n'Gtr 1' = {bass = 1}", "no stem is called"),
        ("[stems]\n'Gtr 1' = []", "'Gtr 1' has no stem"),
        ("[stems]\nRythm = 'guitar'", "no file 'Rythm'; there are .*the nearest is Rhythm"),
        ("[stems]\n'Oen/Rhythm' = 'guitar'", "no file 'Oen/Rhythm'; .*nearest is One/Rhythm"),
        ("silent = ['Oen/vocals']", "no song 'Oen'; there are .*the nearest is One"),
        ("silent = ['rest']", "no stem is called 'rest'"),
        ("valid = ['Too']", r"no song 'Too'; there are .*the nearest is Two"),
    ],
)
def test_a_mistake_is_named_with_what_is_known(tmp_path: Path, says: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as told:
        songs_of(tmp_path, says)
    assert str(tmp_path / declared.NAME) in str(told.value)


def test_accents_are_the_same_in_both_of_their_forms(tmp_path: Path) -> None:
    """Disks have them in two characters, keyboards in one."""
    write(tmp_path / "Ze\u0301" / "Gue\u0301.wav", tone(1, 0.2))
    says = "valid = ['Z\u00e9']\nsilent = ['Z\u00e9/vocals']\n[stems]\n'Z\u00e9/gu\u00e9' = 'bass'"
    (tmp_path / "songs.toml").write_text(says, "utf-8")
    (song,) = applied(find_songs(tmp_path)[1], read(tmp_path), tmp_path)
    assert (song.split, song.silent, contents(song)) == (
        "valid", {"vocals"}, {"Gue\u0301": frozenset({"bass"})}
    )  # fmt: skip


def test_singers(tmp_path: Path) -> None:
    write(tmp_path / "ann.wav", tone(1, 0.2))
    (tmp_path / "songs.toml").write_text("voices = true")
    _, (song,) = find_songs(tmp_path)
    assert (song.name, song.split) == ("ann", "train")
