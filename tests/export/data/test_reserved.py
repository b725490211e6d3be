"""The two songs that are kept for measuring: no way leads them into training."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.commands.train import prepared_folders
from export.data.config import PREPARED
from export.data.errors import DataError
from export.data.layouts import find_songs
from export.data.prepare import INDEX, PrepareOptions, prepare
from export.data.prepared import prepared_songs, require_terms
from export.data.reserved import is_reserved, require_free
from tests.rigs.export.songs import tone, write

BAND = ("bass", "drums", "guitar", "piano", "other")
ARTISTS = {"sectoid": "Composed and performed by Sectoid", "muldjord": "Muldjord"}


def packages(root: Path) -> Path:
    """Songs of Debian's packages by their names, a tone for each file."""
    for number, (pack, song) in enumerate(
        (("sectoid", "Feelings"), ("sectoid", "Metal madness"), ("muldjord", "mutilated_mime"),
         ("muldjord", "armygeddon"))
    ):  # fmt: skip
        for place, file in enumerate(("guitar", "song")):
            write(root / "songs" / pack / song / f"{file}.ogg", tone(2 * number + place, 0.3))
        ini = f"[song]\nname = x\nartist = {ARTISTS[pack]}\n"
        (root / "songs" / pack / song / "song.ini").write_text(ini)
    return root


def test_they_are_test_songs_and_their_packages_licences_are_known(tmp_path: Path) -> None:
    _, songs = find_songs(packages(tmp_path))
    assert {song.name: (song.split, song.set.licence.terms) for song in songs} == {
        "Feelings": ("test", "permissive"), "Metal madness": ("", "permissive"),
        "mutilated_mime": ("test", "copyleft"), "armygeddon": ("", "copyleft"),
    }  # fmt: skip


@pytest.mark.parametrize("told", ["", "artist = \n", "artist = Somebody\n"])
@pytest.mark.parametrize("listed", [False, True])
def test_they_are_known_by_their_packages_whoever_their_files_name(
    tmp_path: Path, told: str, listed: bool
) -> None:
    root, out = packages(tmp_path / "packages"), tmp_path / "data"
    for ini in root.rglob("song.ini"):
        ini.write_text(f"[song]\nname = x\n{told}")
    if listed:
        (root / "songs.toml").write_text('valid = ["Feelings"]\nset = "Mine"\n')
    assert {song.name: song.split for song in find_songs(root)[1]} == {
        "Feelings": "test", "Metal madness": "", "mutilated_mime": "test", "armygeddon": "",
    }  # fmt: skip
    prepare([root], out, PrepareOptions(valid=None if listed else 0))
    names = [song.name for song in prepared_songs(out, "train", BAND)]
    assert names == ["Metal madness", "armygeddon"]
    if listed:
        with pytest.raises(DataError, match="Feelings"):
            prepared_songs(out, "valid", BAND)


def test_of_the_game_an_unnamed_song_is_held_by_its_name_alone(tmp_path: Path) -> None:
    (packages(tmp_path) / "songs" / "sectoid").rename(tmp_path / "songs" / "others")
    for ini in tmp_path.rglob("song.ini"):
        ini.write_text("[song]\n")
    splits = {song.name: song.split for song in find_songs(tmp_path)[1]}
    assert splits["Feelings"] == "test" and splits["Metal madness"] == ""
    for artist, song in (("Feelings", "Feelings (Frets on Fire)"), ("", "mutilated_mime")):
        with pytest.raises(DataError, match="kept for measuring"):
            require_free(artist, song, "train", "Frets on Fire")
        require_free(artist, song, "train", "own songs")
    require_free("Somebody", "Feelings", "train", "Frets on Fire")


def test_songs_of_the_same_name_are_anyones() -> None:
    assert is_reserved("Sectoid", "Feelings") and is_reserved("Muldjord - www", "Mutilated Mime")
    assert is_reserved("by Sectoid", "Feelings (Frets on Fire)")
    assert not is_reserved("Somebody", "Feelings") and not is_reserved("Sectoid", "War of freedom")
    require_free("Sectoid", "Feelings", "test")
    with pytest.raises(DataError, match="kept for measuring"):
        require_free("Sectoid", "Feelings", "train")


@pytest.mark.parametrize("way", ["songs.toml", "moved"])
def test_training_refuses_them_however_they_came_there(tmp_path: Path, way: str) -> None:
    root, out = packages(tmp_path / "packages"), tmp_path / "data"
    if way == "songs.toml":
        (root / "songs.toml").write_text('valid = ["Feelings"]\n')
    prepare([root], out, PrepareOptions(valid=None if way == "songs.toml" else 0, test=True))
    if way == "moved":
        (out / "test" / "Feelings").rename(out / "train" / "Feelings")
        index = json.loads((out / INDEX).read_text())
        index["songs"]["train"].append("Feelings")
        (out / INDEX).write_text(json.dumps(index))
    split = "valid" if way == "songs.toml" else "train"
    with pytest.raises(DataError, match="Feelings") as told:
        prepared_songs(out, split, BAND)
    assert told.value.code == "test-song"


def test_what_is_free_for_any_use_learns_from_sectoid_alone(tmp_path: Path) -> None:
    root = packages(tmp_path / "packages")
    prepare([root / "songs" / "sectoid"], tmp_path / "free", PrepareOptions(valid=0))
    require_terms(tmp_path / "free", "permissive")
    prepare([root], tmp_path / "all", PrepareOptions(valid=0))
    with pytest.raises(DataError, match="CC-BY-SA"):
        require_terms(tmp_path / "all", "permissive")
    names = [song.name for song in prepared_songs(tmp_path / "all", "train", BAND)]
    assert names == ["Metal madness", "armygeddon"]


def test_a_setup_names_the_prepared_songs_that_it_reads(tmp_path: Path) -> None:
    data = {"kind": "sampler", "cache": tmp_path}
    assert prepared_folders(data, None) == []
    assert prepared_folders(data, tmp_path / "own") == [tmp_path / "own"]
    for share in ("prepared_share", "prepared_stem_share"):
        assert prepared_folders(data | {share: 0.1}, None) == [tmp_path / PREPARED]
