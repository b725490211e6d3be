"""Music of games: which tracks of which packages, what the cache says, and their licences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.data import game_music
from export.data.accompaniments import accompaniments
from export.data.errors import DataError
from export.data.game_music import PACKAGES, Package
from tests.rigs.export.bands import RATE_HZ, noise


def write(package: Package, packages: Path, name: str, seconds: float) -> Path:
    """A recording of a package, unpacked below a folder."""
    path = packages / package.name / package.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, noise(0, seconds), RATE_HZ)
    return path


def test_tracks_are_copied_once_with_their_licence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package, cache = PACKAGES[0], tmp_path / "cache"
    path = write(package, tmp_path / "deb", "inner/A Song.ogg", 31.0)
    command = ["game-music", "--packages", str(tmp_path / "deb"), "--cache", str(cache)]
    assert main(command) == 0
    folder = cache / "accompaniment/train" / f"{package.name}-A_Song"
    assert (folder / "accompaniment.ogg").read_bytes() == path.read_bytes()
    note = json.loads((folder / "track.json").read_text("utf-8"))
    assert note["licence"] == {"licence": package.licence.licence, "terms": "copyleft"}
    assert (note["package"], note["file"]) == (package.name, "A Song.ogg")
    assert "1 tracks, 0.01 h; GPL-2 [copyleft]" in capsys.readouterr().out
    assert [track.path.parent for track in accompaniments(cache)] == [folder]
    assert main(command) == 0
    assert "0 tracks new" in capsys.readouterr().out


def test_short_tracks_and_those_left_out_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = PACKAGES[1]
    for name, seconds in (("long", 30.5), ("short", 29.0), ("sung", 31.0)):
        write(package, tmp_path, f"{name}.ogg", seconds)
    monkeypatch.setitem(game_music.LEFT_OUT, package.name, ("sung",))
    assert [track.path.stem for track in game_music.find_tracks(tmp_path)] == ["long"]


def test_installed_packages_are_found_from_the_root(tmp_path: Path) -> None:
    package = PACKAGES[0]
    moved = tmp_path / "root" / package.folder
    moved.parent.mkdir(parents=True)
    write(package, tmp_path, "a.ogg", 30.5).parent.rename(moved)
    assert [track.path.parent for track in game_music.find_tracks(tmp_path / "root")] == [moved]


def test_no_package_and_no_audio_are_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["game-music", "--packages", str(tmp_path), "--cache", str(tmp_path / "c")]) == 1
    assert "[packages-missing]" in capsys.readouterr().err
    write(PACKAGES[0], tmp_path, "a.ogg", 30.5).write_bytes(b"no audio")
    with pytest.raises(DataError, match="audio-unreadable"):
        game_music.find_tracks(tmp_path)


def test_every_package_has_a_licence_and_none_is_called_free_for_any_use() -> None:
    names = [package.name for package in PACKAGES]
    assert names == sorted(set(names)) and set(game_music.LEFT_OUT) <= set(names)
    for package in PACKAGES:
        assert package.licence.licence.startswith(("GPL-", "CC-BY-SA-"))
        assert package.licence.terms == "copyleft"


@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_a_window_is_the_track_at_44_1_khz_and_silence_beyond_its_end(
    tmp_path: Path, rate_hz: int
) -> None:
    folder = tmp_path / "accompaniment/train/a"
    folder.mkdir(parents=True)
    tone = 0.5 * np.sin(2 * np.pi * 441 * np.arange(rate_hz) / rate_hz)
    soundfile.write(folder / "accompaniment.wav", np.stack([tone, -tone], 1), rate_hz, "FLOAT")
    (folder / "track.json").write_text("{}")
    (track,) = accompaniments(tmp_path)
    assert track.samples == RATE_HZ
    window = track.read(RATE_HZ - 1000, 3000)
    wanted = 0.5 * np.sin(2 * np.pi * 0.01 * np.arange(RATE_HZ - 1000, RATE_HZ))
    np.testing.assert_allclose(window[0, 100:900], wanted[100:900], atol=0.02)
    np.testing.assert_array_equal(window[0], -window[1])
    assert window.shape == (2, 3000) and not window[:, 1100:].any()


def test_a_cache_without_tracks_says_what_makes_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"export game-music.*\[accompaniment-missing\]"):
        accompaniments(tmp_path)
    (tmp_path / "accompaniment/train/a").mkdir(parents=True)
    (tmp_path / "accompaniment/train/a/track.json").write_text("{}")
    with pytest.raises(DataError, match="accompaniment-missing"):
        accompaniments(tmp_path)
