"""Each layout, as its own loader reads it, on generated folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from export.data import declared
from export.data.errors import DataError
from export.data.layouts import Song, find_songs, layout_names, load_layout
from export.data.layouts.musdb18 import VALIDATION
from export.data.stems import EVERYTHING, ordered
from export.data.terms import ORDER
from tests.rigs.export.songs import tone, write

HELD = "Leaf - Summerghost"


def musdb18(root: Path) -> None:
    pytest.importorskip("av")
    from tests.rigs.export.stem_mp4 import write_stem_mp4

    for part, song in (("train", "A - 1"), ("train", HELD), ("test", "T - 1")):
        write_stem_mp4(root / part / f"{song}.stem.mp4", [tone(n, 0.3) for n in range(5)])


def musdb18_hq(root: Path) -> None:
    for part, song in (("train", "A - 1"), ("train", HELD), ("test", "T - 1")):
        for number, stem in enumerate(("mixture", "drums", "bass", "other", "vocals")):
            write(root / part / song / f"{stem}.wav", tone(number, 0.3))
    (root / "train" / "empty").mkdir()


def moisesdb(root: Path) -> None:
    song = root / "moisesdb_v0.1" / "0123-4567"
    stems = {"drums": ["k", "s"], "guitar": ["g"], "percussion": ["p"], "other": ["o"]}
    for number, (stem, tracks) in enumerate(stems.items()):
        for track in tracks:
            write(song / stem / f"{track}.wav", tone(number, 0.3))
    rows = [
        {"stemName": stem, "tracks": [{"id": one, "extension": "wav"} for one in tracks]}
        for stem, tracks in stems.items()
    ]
    note = {"artist": "AC/DB", "song": "Title", "stems": rows}
    (song / "data.json").write_text(json.dumps(note))


def slakh2100(root: Path) -> None:
    stems = {
        "S00": {"inst_class": "Guitar", "is_drum": False, "audio_rendered": True},
        "S01": {"inst_class": "Drums", "is_drum": True, "audio_rendered": True},
        "S02": {"inst_class": "Chromatic Percussion", "is_drum": False, "audio_rendered": True},
        "S03": {"inst_class": "Bass", "is_drum": False, "audio_rendered": False},
        "S04": {"inst_class": "Guitar", "is_drum": False, "audio_rendered": True},
    }
    for part, song in (
        ("train", "Track00001"),
        ("validation", "Track01501"),
        ("omitted", "Track00002"),
    ):
        for number, (name, stem) in enumerate(stems.items()):
            if stem["audio_rendered"]:
                write(root / part / song / "stems" / f"{name}.flac", tone(number, 0.3)[:, :1])
        note = {"audio_dir": "stems", "stems": stems}
        (root / part / song / "metadata.yaml").write_text(yaml.safe_dump(note))


def frets_on_fire(root: Path) -> None:
    for song, files in {"one": ("guitar", "song"), "two": ("guitar", "rhythm", "drums_1", "song"),
                        "no guitar": ("song",)}.items():  # fmt: skip
        for number, name in enumerate((*files, "crowd")):
            write(root / "songs" / song / f"{name}.ogg", tone(number, 0.3))
        (root / "songs" / song / "song.ini").write_text("[song]\nname = x\nartist = Sectoid\n")


def mir1k(root: Path) -> None:
    for name in ("amy_1_01", "bob_1_01"):
        write(root / "Wavfile" / f"{name}.wav", tone(1, 0.3, 16000), 16000)


def rendered(root: Path) -> None:
    for split in ("train", "valid"):
        for number, stem in enumerate(("drums", "guitar", "other")):
            write(root / split / f"song {split}" / f"{stem}.flac", tone(number, 0.3))
        licences = {"midi": {"source": "composed", "licence": "MIT", "terms": "permissive"},
                    "soundfonts": {"a.sf2": {"licence": "GPL-2", "terms": "copyleft"}}}  # fmt: skip
        note = {"seconds": 0.3, "licences": licences}
        (root / split / f"song {split}" / "song.json").write_text(json.dumps(note))


def plain(root: Path) -> None:
    for number, name in enumerate(("Kick", "Snare", "Bass DI", "Lead Vox", "Audio 01", "mix")):
        write(root / "My Song" / f"{name}.wav", tone(number, 0.3))
    write(root / "valid" / "Held" / "guitar.wav", tone(1, 0.3))
    (root / "pictures").mkdir()


MADE = {
    one.__name__: one
    for one in (musdb18, musdb18_hq, moisesdb, slakh2100, frets_on_fire, mir1k, rendered, plain)
}
#: Songs by layout: name, split, and the stems of its parts (`-`: all but) with their takes.
FOUND = {
    "musdb18": {HELD: "valid", "A - 1": "train", "T - 1": "test"},
    "musdb18_hq": {HELD: "valid", "A - 1": "train", "T - 1": "test"},
    "moisesdb": {"AC-DB - Title (0123-456)": ""},
    "slakh2100": {"Track00001": "train", "Track01501": "valid"},
    "frets_on_fire": {"one": "", "two": ""},
    "mir1k": {"amy_1_01": "", "bob_1_01": ""},
    "rendered": {"song train": "train", "song valid": "valid"},
    "plain": {"My Song": "", "Held": "valid"},
}


def parts_of(song: Song) -> dict[str, int]:
    """Stems of each part, in words, and how many takes are added up in it."""
    return {"+".join(ordered(part.stems)): len(part.takes) for part in song.parts}


def all_but(*stems: str) -> str:
    return "+".join(ordered(EVERYTHING - set(stems)))


PARTS = {
    "musdb18": {"drums": 1, "bass": 1, all_but("drums", "bass", "vocals"): 1, "vocals": 1},
    "musdb18_hq": {"drums": 1, "bass": 1, all_but("drums", "bass", "vocals"): 1, "vocals": 1},
    "moisesdb": {"drums": 2, "guitar": 1, "other": 2},
    "slakh2100": {"guitar": 2, "drums": 1, "other": 1},
    "frets_on_fire": {"guitar": 1, all_but("guitar"): 1},
    "mir1k": {all_but("vocals"): 1, "vocals": 1},
    "rendered": {"drums": 1, "guitar": 1, all_but("drums", "bass", "guitar", "piano", "vocals"): 1},
    "plain": {"drums": 2, "bass": 1, "vocals": 1, all_but("drums", "bass", "vocals"): 1},
}


@pytest.mark.parametrize("layout", layout_names())
def test_a_set_is_found_by_scanning(tmp_path: Path, layout: str) -> None:
    MADE[layout](tmp_path)
    name, songs = find_songs(tmp_path)
    assert name == layout
    assert {song.name: song.split for song in songs} == FOUND[layout]
    first = next(song for song in songs if song.name != HELD)
    assert parts_of(first) == PARTS[layout]
    assert all(take.path.is_file() for song in songs for part in song.parts for take in part.takes)


@pytest.mark.parametrize("layout", layout_names())
def test_a_set_says_where_it_is_from_and_what_it_allows(layout: str) -> None:
    about = load_layout(layout).SET
    assert about.name and about.origin and about.licence.licence and about.licence.terms in ORDER
    words = load_layout(layout).__doc__ or ""
    assert layout in ("plain", "rendered") or "ntested on the real" in words


def test_validation_songs_are_those_of_the_published_loader() -> None:
    assert len(VALIDATION) == 14


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_part_of_musdb_by_itself_is_refused(tmp_path: Path, part: str) -> None:
    """Its test songs would be trained on, and its licence forgotten."""
    musdb18_hq(tmp_path)
    with pytest.raises(DataError, match="give the folder above") as told:
        find_songs(tmp_path / part)
    assert str(tmp_path) in told.value.seen


@pytest.mark.parametrize("file", ["One/Drums/Kick.wav", "Album/Four/Vox.wav", "test/Vox.wav",
                                  "valid/Two/old/deeper/Vox.wav"])  # fmt: skip
def test_audio_that_lies_too_deep_is_no_secret(tmp_path: Path, file: str) -> None:
    write(tmp_path / "One" / "Vox.wav", tone(1, 0.3))
    assert len(find_songs(tmp_path)[1]) == 1
    write(tmp_path / file, tone(2, 0.3))
    with pytest.raises(DataError, match="belongs to no song") as told:
        find_songs(tmp_path)
    assert str((tmp_path / file).parent).split("/deeper")[0] in told.value.seen


def test_a_folder_that_is_left_out_may_hold_anything(tmp_path: Path) -> None:
    write(tmp_path / "One" / "Vox.wav", tone(1, 0.3))
    write(tmp_path / "Album" / "Four" / "Vox.wav", tone(1, 0.3))
    (tmp_path / "songs.toml").write_text("leave_out = ['Album']")
    _, songs = find_songs(tmp_path)
    found = declared.applied(songs, declared.read(tmp_path), tmp_path)
    assert [song.name for song in found] == ["One"]


@pytest.mark.parametrize("name", ["One", "Tune", "Instrumental", "No Vox", "Karaoke", "mix"])
def test_a_mix_among_the_stems_is_not_added_to_them(tmp_path: Path, name: str) -> None:
    song = "One" if name == "One" else "Me - Tune"
    for number, file in enumerate(("drums", "bass", name)):
        write(tmp_path / song / f"{file}.wav", tone(number, 0.3))
    _, (found,) = find_songs(tmp_path)
    assert parts_of(found) == {"drums": 1, "bass": 1}
    assert name == "mix" or "left out" in found.notes[0]
    (tmp_path / "songs.toml").write_text(f"[stems]\n'{name}' = 'guitar'")
    _, (found,) = find_songs(tmp_path)
    assert parts_of(found) == {"drums": 1, "bass": 1, "guitar": 1} and not found.notes


def test_an_instrumental_beside_a_voice_is_the_rest(tmp_path: Path) -> None:
    for number, file in enumerate(("vocals", "Instrumental")):
        write(tmp_path / "One" / f"{file}.wav", tone(number, 0.3))
    _, (found,) = find_songs(tmp_path)
    assert parts_of(found) == {"vocals": 1, all_but("vocals"): 1}


def test_a_game_has_what_its_names_say(tmp_path: Path) -> None:
    frets_on_fire(tmp_path)
    _, songs = find_songs(tmp_path)
    two = next(song for song in songs if song.name == "two")
    assert parts_of(two) == {
        "drums": 1,
        "guitar": 1,
        "bass+guitar": 1,
        all_but("drums", "guitar"): 1,
    }
    assert (two.artist, two.pads) == ("Sectoid", True)
    (tmp_path / "songs" / "two" / "song.ini").write_text("no section, artist")
    assert len(find_songs(tmp_path)[1]) == 2


def test_slakh_without_split_folders_goes_by_number(tmp_path: Path) -> None:
    slakh2100(tmp_path)
    for song in ("train/Track00001", "validation/Track01501"):
        (tmp_path / song).rename(tmp_path / Path(song).name)
    assert {song.name: song.split for song in find_songs(tmp_path)[1]} == FOUND["slakh2100"]


@pytest.mark.parametrize(
    ("layout", "file", "text", "message"),
    [
        ("moisesdb", "moisesdb_v0.1/0123-4567/data.json", "{", "not as MoisesDB"),
        ("moisesdb", "moisesdb_v0.1/0123-4567/data.json", '{"stems": 3}', "not as MoisesDB"),
        ("slakh2100", "train/Track00001/metadata.yaml", "stems: [", "not as slakh-utils"),
        ("slakh2100", "train/Track00001/metadata.yaml", "stems: {S00: {}}", "inst_class"),
        ("rendered", "train/song train/song.json", "{", "render it again"),
    ],
)
def test_broken_metadata_is_named(
    tmp_path: Path, layout: str, file: str, text: str, message: str
) -> None:
    MADE[layout](tmp_path)
    (tmp_path / file).write_text(text)
    with pytest.raises(DataError, match=message):
        find_songs(tmp_path, layout)


def test_a_rendered_stem_that_is_gone_is_an_error(tmp_path: Path) -> None:
    slakh2100(tmp_path)
    (tmp_path / "train/Track00001/stems/S01.flac").unlink()
    with pytest.raises(DataError, match="has no S01"):
        find_songs(tmp_path)


def test_singers_in_a_folder_of_voices(tmp_path: Path) -> None:
    for singer in ("amy", "bob"):
        write(tmp_path / "mir1k-voices" / f"{singer}.flac", tone(1, 0.3, 16000), 16000)
    _, songs = find_songs(tmp_path / "mir1k-voices")
    assert [(song.name, song.split, parts_of(song)) for song in songs] == [
        ("amy", "train", {"vocals": 1}), ("bob", "train", {"vocals": 1})
    ]  # fmt: skip


def test_no_songs_say_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a folder for each song.*tried: .*plain"):
        find_songs(tmp_path)
    with pytest.raises(DataError, match="not a folder"):
        find_songs(tmp_path / "none")
    with pytest.raises(DataError, match=r"no layout 'musdb'; there are .*nearest is musdb18"):
        find_songs(tmp_path, "musdb")
    write(tmp_path / "drums.wav", tone(1, 0.1))
    with pytest.raises(DataError, match=r"holds audio itself.*the folder above"):
        find_songs(tmp_path)
