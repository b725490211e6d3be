"""Tracks for live stems: one for each output that the server sends over ReaStream."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daw_bridge.settings.parameters import Value
from tests.rigs.reaper import Reaper, track
from tests.rigs.reastream import udp
from tests.rigs.server import Running, serving
from tests.rigs.tiny_models import STEMS

pytestmark = pytest.mark.lua

LIVE = "Add tracks for live stems"
NAMES = [f"song-{name}" for name in (*STEMS, "residual", "dry")]
RECEIVES = ["VST: ReaStream (Cockos)"]
RECORD_OUTPUT = 1


@pytest.fixture
def options() -> dict[str, Value]:
    return {}


@pytest.fixture
def running(tmp_path: Path, options: dict[str, Value]) -> Iterator[Running]:
    with udp() as hears:
        usual: dict[str, Value] = {
            "io": "reastream", "reastream_id": "song", "reastream_bind": "127.0.0.1",
            "reastream_port": 0, "reastream_send_port": hears.getsockname()[1],
        }  # fmt: skip
        with serving((tmp_path,), **(options if "io" in options else usual | options)) as one:
            yield one


@pytest.fixture
def reaper(tmp_path: Path, running: Running) -> Reaper:
    return Reaper(tmp_path, running.endpoint)


def names(found: dict[str, Any]) -> list[str]:
    return [one["name"] for one in found["tracks"]]


def test_a_track_for_each_output_receives_under_its_name(reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True), track(name="other")])
    assert names(found) == ["song", "other", "song live stems", *NAMES]
    source, other, _, *receivers = found["tracks"]
    assert source["values"]["B_MAINSEND"] == 0 and source["fx"] == RECEIVES
    assert other["values"]["B_MAINSEND"] == 1 and other["fx"] == []
    assert all(one["fx"] == RECEIVES for one in receivers)
    assert all(one["values"]["I_RECMODE"] == RECORD_OUTPUT for one in receivers)
    assert [one["depth"] for one in found["tracks"]] == [0, 0, 1, 0, 0, 0, 0, 0, -1]
    heard = {one["name"]: one["values"]["B_MAINSEND"] for one in receivers}
    assert heard == {name: int(name != "song-dry") for name in NAMES}  # the stems sum to it
    assert found["undo"] == ["Add tracks for live stems"] and found["floating"] == ["song"]
    (message,) = found["messages"]
    assert "'song': send, identifier song" in message
    assert all(f"    {name}\n" in message for name in NAMES)
    assert "at udp 127.0.0.1" in message


def test_they_go_behind_every_folder_so_that_nothing_goes_round(reaper: Reaper) -> None:
    """The song is a folder that the project's last track leaves open."""
    parent = track(name="song", depth=1, selected=True)
    found = reaper.run(LIVE, [parent, track(name="a", depth=1), track(name="b")])
    depths = [one["depth"] for one in found["tracks"]]
    assert depths[:4] == [1, 1, -2, 1] and sum(depths) == 0


def test_again_adds_only_what_is_missing(reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True)])
    there = [
        track(name="called otherwise", ext=one["ext"]) | {"fx": one["fx"]}
        for one in found["tracks"][2:]
    ]
    source = track(name="song", selected=True, fx=RECEIVES)
    again = reaper.run(LIVE, [source, *there])
    assert len(again["tracks"]) == 1 + len(there) and again["tracks"][0]["fx"] == RECEIVES
    assert "there already" in again["messages"][0] and not again["floating"]
    more = reaper.run(LIVE, [source, *there[1:]])
    assert names(more)[-2:] == ["song live stems", "song-drums"]


@pytest.mark.parametrize("which", [2, 3, 8])
def test_its_own_tracks_are_not_sent_round_and_round(which: int, reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True), track(name="other")])
    there = [
        track(name=one["name"], ext=one["ext"], selected=k == which) | {"fx": one["fx"]}
        for k, one in enumerate(found["tracks"])
    ]
    again = reaper.run(LIVE, there)
    assert (
        "in a loop" in again["messages"][0]
        and "Select the track of the song" in (again["messages"][0])
    )
    assert [one["fx"] for one in again["tracks"]] == [one["fx"] for one in there]
    assert again["tracks"][which]["values"]["B_MAINSEND"] == 1 and not again["undo"]


def test_without_reastream_nothing_is_changed(reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True)], reastream=False)
    assert "no ReaStream" in found["messages"][0] and len(found["tracks"]) == 1
    assert found["tracks"][0]["values"]["B_MAINSEND"] == 1


def test_reastream_under_another_name(reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True)], reastream="ReaStream (8ch)")
    assert found["tracks"][-1]["fx"] == ["ReaStream (8ch)"] and names(found)[-1] == NAMES[-1]


def test_one_track_must_be_selected(reaper: Reaper) -> None:
    both = [track(selected=True), track(selected=True)]
    for tracks in ([track()], both):
        assert "Select one track" in reaper.run(LIVE, tracks)["messages"][0]


@pytest.mark.parametrize("options", [{"known": "drums", "out_map": "drums=d,bass=none,dry=none"}])
def test_maps_and_known_stems_are_heeded(reaper: Reaper) -> None:
    found = reaper.run(LIVE, [track(name="song", selected=True)])
    assert names(found)[2:] == ["d", "song-other", "song-vocals", "song-residual"]
    assert "send, identifier song-known-drums" in found["messages"][0]


@pytest.mark.parametrize("options", [{"io": "none"}])
def test_a_server_without_reastream(reaper: Reaper, running: Running) -> None:
    mine = [track(name="song", selected=True)]
    assert "no live stream" in reaper.run(LIVE, mine)["messages"][0]
    with running.client() as client, client.stream(44100, 2, mode="live", block_samples=512):
        (message,) = reaper.run(LIVE, mine)["messages"]
    assert "does not send over ReaStream" in message and "--io reastream" in message
