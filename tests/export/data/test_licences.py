"""What the licences of rendered songs allow together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from export.__main__ import main
from export.data import licences
from export.data.errors import DataError
from export.data.soundfonts import SOUNDFONTS
from tests.rigs.export.songs import write_songs


def write_song(folder: Path, source: str, fonts: tuple[str, ...], noted: bool = True) -> None:
    """A song of half an hour; without `noted` as songs were before they had licences."""
    folder.mkdir(parents=True)
    song = {"source": source, "seconds": 1800.0}
    song |= {"stems": {str(i): {"soundfont": f"/some/where/{f}"} for i, f in enumerate(fonts)}}
    if noted:
        song |= {"licences": licences.note(source, fonts)}
    (folder / "song.json").write_text(json.dumps(song))


@pytest.mark.parametrize("noted", [True, False])
def test_the_whole_is_as_free_as_its_least_free_part(tmp_path: Path, noted: bool) -> None:
    write_song(tmp_path / "train" / "a", "freedoom", ("FluidR3_GM.sf2",) * 2, noted)
    found = licences.summary(tmp_path)
    assert (found["songs"], found["hours"], found["terms"]) == (1, 0.5, "permissive")
    assert found["midi"]["freedoom"]["licence"].startswith("BSD-3")
    assert found["soundfonts"]["FluidR3_GM.sf2"]["songs"] == 1
    write_song(tmp_path / "test" / "b", "freedoom", ("TimGM6mb.sf2",), noted)
    assert licences.summary(tmp_path)["terms"] == "copyleft"
    assert licences.summary(tmp_path / "train")["terms"] == "permissive"
    write_song(tmp_path / "train" / "c", "someone", ("FluidR3_GM.sf2",), noted)
    found = licences.summary(tmp_path)
    assert (found["terms"], found["hours"]) == ("restricted", 1.5)


def test_what_is_not_listed_is_restricted() -> None:
    assert licences.of_soundfont("x/mine.sf2").terms == "restricted"
    assert licences.of_source("somewhere").terms == "restricted"
    assert {licences.of_soundfont(f.file).terms for f in SOUNDFONTS} == {"permissive", "copyleft"}


def test_half_made_songs_do_not_count(tmp_path: Path) -> None:
    write_song(tmp_path / "train" / ".partial-x" / "a", "someone", ())
    with pytest.raises(DataError, match="bands-missing"):
        licences.summary(tmp_path)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_song(tmp_path / "bands" / "train" / "a", "freedoom", ("FluidR3_GM.sf2",))
    out = tmp_path / "licences.json"
    assert main(["licences", str(tmp_path / "bands"), "--json", str(out)]) == 0
    assert "free for any use" in capsys.readouterr().out
    assert json.loads(out.read_text())["midi"]["freedoom"]["songs"] == 1
    assert main(["licences", str(tmp_path / "nothing")]) == 1
    assert "bands-missing" in capsys.readouterr().err


def test_prepared_songs_say_their_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    songs = write_songs(tmp_path / "songs", 3)
    (songs / "songs.toml").write_text("set = 'mine'\nlicence = 'GPL-3'\nterms = 'copyleft'")
    assert main(["prepare", str(songs), "-o", str(tmp_path / "data")]) == 0
    capsys.readouterr()
    words = ["licences", str(tmp_path / "data"), "--json", str(tmp_path / "said.json")]
    assert main(words) == 0
    assert "mine: 3 songs, 0.00 h; GPL-3 [copyleft]" in capsys.readouterr().out
    assert json.loads((tmp_path / "said.json").read_text())["terms"] == "copyleft"
