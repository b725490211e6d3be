"""REAPER's project, read back by the package `rpp`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import rpp as reader

from daw_bridge.errors import BadValue
from daw_bridge.files.projects.arrangement import Arrangement, Track
from daw_bridge.files.projects.reaper import check_file, rpp


def made(
    title: str = "song", files: Sequence[str] = ("drums.wav", "b.wav"), rate_hz: int = 44100,
    channels: int = 2, start: int = 0, frames: int = 1000, bpm: str = "",
) -> Arrangement:  # fmt: skip
    tracks = tuple(Track(one.split(".")[0], "#009E73", one) for one in files)
    return Arrangement(title, rate_hz, channels, start, frames, tracks, (("bpm", bpm),))


def parsed(arrangement: Arrangement) -> Any:
    return reader.loads(os.fsdecode(rpp(arrangement)))


def line(element: Any, name: str) -> list[str]:
    """The values of the one line of this name."""
    [found] = [one for one in element if isinstance(one, list) and one[0] == name]
    return list(found[1:])


def test_a_folder_holds_the_stems_in_their_order() -> None:
    tracks = parsed(made(files=("drums.wav", "bass.wav", "residual.wav"))).findall("TRACK")
    assert [line(one, "NAME") for one in tracks] == [["song"], ["drums"], ["bass"], ["residual"]]
    assert [line(one, "ISBUS") for one in tracks] == [["1", "1"], ["0", "0"], ["0", "0"],
                                                      ["2", "-1"]]  # fmt: skip
    depths = [int(line(one, "ISBUS")[1]) for one in tracks]
    assert sum(depths) == 0
    for one in tracks:
        assert line(one, "VOLPAN")[:2] == ["1", "0"] and line(one, "MUTESOLO")[0] == "0"


def test_the_song_is_a_muted_track_below_the_folder() -> None:
    mix = Track("mix", "#E5E5E5", "../song.FLAC", 500, 9000, muted=True)
    tracks = parsed(replace(made(start=500), mix=mix)).findall("TRACK")
    assert [line(one, "ISBUS") for one in tracks][-2:] == [["2", "-1"], ["0", "0"]]
    assert [line(one, "MUTESOLO")[0] for one in tracks] == ["0", "0", "0", "1"]
    assert line(tracks[-1], "NAME") == ["mix"]
    assert line(tracks[-1], "PEAKCOL") == [str(0x1000000 | 0xE5E5E5)]
    [item] = tracks[-1].findall("ITEM")
    for name, frames in (("POSITION", 500), ("SOFFS", 500), ("LENGTH", 1000)):
        assert round(float(line(item, name)[0]) * 44100) == frames
    [source] = item.findall("SOURCE")
    assert source.attrib == ["FLAC"] and line(source, "FILE") == ["../song.FLAC"]


def test_one_stem_closes_its_folder() -> None:
    tracks = parsed(made(files=("no_drums.wav",))).findall("TRACK")
    assert [line(one, "ISBUS") for one in tracks] == [["1", "1"], ["2", "-1"]]


def test_items_lie_to_the_sample() -> None:
    project = parsed(made(rate_hz=48000, start=123_457, frames=7_654_321))
    assert line(project, "SAMPLERATE")[:2] == ["48000", "1"]
    for track in project.findall("TRACK")[1:]:
        [item] = track.findall("ITEM")
        assert round(float(line(item, "POSITION")[0]) * 48000) == 123_457
        assert round(float(line(item, "LENGTH")[0]) * 48000) == 7_654_321
        assert line(item, "SOFFS") == ["0"] and line(item, "VOLPAN")[0] == "1"
        assert line(item, "FADEIN")[1] == line(item, "FADEOUT")[1] == "0"
        assert line(item, "PLAYRATE")[0] == "1"


def test_the_tempo_is_the_songs_or_reapers_own() -> None:
    assert line(parsed(made(bpm="97.5")), "TEMPO") == ["97.5", "4", "4"]
    assert line(parsed(made()), "TEMPO") == ["120", "4", "4"]


def test_colours_have_blue_in_front() -> None:
    track = parsed(made()).findall("TRACK")[1]
    assert int(line(track, "PEAKCOL")[0]) == 0x1000000 | 0x73 << 16 | 0x9E << 8


@pytest.mark.parametrize(("channels", "tracks"), [(1, "2"), (2, "2"), (5, "6"), (6, "6")])
def test_tracks_have_room_for_the_channels(channels: int, tracks: str) -> None:
    for one in parsed(made(channels=channels)).findall("TRACK"):
        assert line(one, "NCHAN") == [tracks]


@pytest.mark.parametrize(
    "name",
    ['say "hi"', "it's", 'it\'s "x"', "`tick`", "a & b <c> |d", "Ünïcode 東京", "\udce9t\udce9",
     "> end", "two  blanks"],
)  # fmt: skip
def test_file_names_are_named_as_they_are(name: str) -> None:
    file = f"{name} drums.wav"
    track = parsed(made(title=name, files=(file,))).findall("TRACK")[1]
    [source] = track.findall("ITEM")[0].findall("SOURCE")
    assert source.attrib == ["WAVE"] and line(source, "FILE") == [file]


def test_labels_hold_every_title_on_one_line() -> None:
    title = "a\nb \"c\" 'd' `e`"
    tracks = parsed(made(title=title)).findall("TRACK")
    assert line(tracks[0], "NAME") == ["a b \"c\" 'd' 'e'"]


@pytest.mark.parametrize("name", ["a\nb.wav", "a\rb.wav", "\"'`.wav"])
def test_a_file_name_that_the_text_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(BadValue, match="in a REAPER project"):
        check_file(name)


def test_flac_has_a_source_of_its_own() -> None:
    track = parsed(made(files=("drums.flac",))).findall("TRACK")[1]
    assert track.findall("ITEM")[0].findall("SOURCE")[0].attrib == ["FLAC"]
