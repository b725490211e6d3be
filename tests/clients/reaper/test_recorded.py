"""Recorded stems, moved earlier by what the server says: they null with the song where it lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.client.stream import ClientStream
from tests.rigs.reaper import RATE, Reaper, item, track
from tests.rigs.server import Running, serving
from tests.rigs.sounds import Array, load, noise, save

pytestmark = pytest.mark.lua

MOVE = "Move recorded stems earlier by the latency"
BLOCK = 512
STARTS_S = 2.0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with serving((tmp_path,)) as one:
        yield one


@pytest.fixture
def reaper(tmp_path: Path, running: Running) -> Reaper:
    return Reaper(tmp_path, running.endpoint)


@pytest.fixture
def stream(running: Running) -> Iterator[ClientStream]:
    with running.client() as client, client.stream(
        RATE, 2, mode="live", block_samples=BLOCK
    ) as one:  # fmt: skip
        yield one


def recorded(stream: ClientStream, mix: Array, folder: Path) -> list[Path]:
    """A file for each stem, recorded while the mix was played from their beginning on."""
    heard = [stream.process(mix[:, at : at + BLOCK]) for at in range(0, mix.shape[1], BLOCK)]
    return [
        save(folder / f"{name}.wav", np.concatenate([one[name] for one in heard], axis=1))
        for name in stream.outputs
    ]


def start(one: dict[str, Any]) -> float:
    return float(one["values"]["D_POSITION"])


def test_moved_stems_null_with_the_song(
    reaper: Reaper, stream: ClientStream, tmp_path: Path
) -> None:
    mix = noise(2, 40 * BLOCK)
    paths = recorded(stream, mix, tmp_path)
    seconds = mix.shape[1] / RATE
    tracks = [track(item(path, seconds, D_POSITION=STARTS_S), name=path.stem) for path in paths]
    found = reaper.run(MOVE, tracks)
    assert not found["messages"] and found["undo"] == ["Move recorded stems earlier by the latency"]
    items = [one["items"][0] for one in found["tracks"]]
    late_s = {STARTS_S - start(one) for one in items}
    late = round(late_s.pop() * RATE)
    assert not late_s and late == stream.latency_samples
    total = sum(load(Path(one["takes"][0]["file"])) for one in items)
    np.testing.assert_allclose(total[:, late:], mix[:, : mix.shape[1] - late], atol=1e-6)
    assert late > 0 and not total[:, :late].any()


def test_what_was_moved_is_not_moved_again(reaper: Reaper, stream: ClientStream) -> None:
    once = reaper.run(MOVE, [track(item(Path("a.wav"), D_POSITION=5.0))])["tracks"][0]["items"][0]
    again = item(Path("a.wav"), D_POSITION=start(once)) | {"ext": once["ext"]}
    other = item(Path("b.wav"), D_POSITION=5.0)
    found = reaper.run(MOVE, [track(other, again)])
    (message,) = found["messages"]
    assert "moved already" in message and f"{stream.latency_samples} samples" in message
    assert [start(one) for one in found["tracks"][0]["items"]] == [5.0, start(once)]
    assert not found["undo"]


def test_what_would_begin_before_the_project_is_cut(reaper: Reaper, stream: ClientStream) -> None:
    late_s = stream.latency_samples / RATE
    take = {"values": {"D_STARTOFFS": 0.25, "D_PLAYRATE": 2.0}}
    mine = item(Path("a.wav"), D_POSITION=late_s / 4, D_LENGTH=1.0, D_SNAPOFFSET=0.001, take=take)
    (moved,) = reaper.run(MOVE, [track(mine)])["tracks"][0]["items"]
    assert start(moved) == 0.0 and moved["values"]["D_SNAPOFFSET"] == 0.0
    assert moved["values"]["D_LENGTH"] == pytest.approx(1.0 - 0.75 * late_s)
    offset = moved["takes"][0]["values"]["D_STARTOFFS"]
    assert offset == pytest.approx(0.25 + 2.0 * 0.75 * late_s)


@pytest.mark.parametrize(
    ("values", "take", "words"),
    [
        ({"C_LOCK": 1.0}, {}, "is locked"),
        ({"D_LENGTH": 1e-4}, {}, "before the project's beginning"),
        ({}, {"marks": [[0.0, 0.0, 0.0]]}, "stretch markers"),
        ({}, {"envelopes": 1}, "envelopes"),
    ],
)
def test_items_that_cannot_be_moved(
    reaper: Reaper, stream: ClientStream, values: dict[str, float], take: dict[str, Any], words: str
) -> None:
    found = reaper.run(MOVE, [track(item(Path("a.wav"), take=take, **values))])
    assert words in found["messages"][0] and not found["undo"]


def test_without_items_or_a_live_stream(reaper: Reaper, running: Running) -> None:
    assert "no live stream" in reaper.run(MOVE, [])["messages"][0]
    with running.client() as client:
        for _ in range(2):
            client.stream(RATE, 2, mode="live", block_samples=BLOCK)
        assert "several live streams" in reaper.run(MOVE, [])["messages"][0]
    running.server.stop()
    assert reaper.run(MOVE, [])["messages"]


def test_without_items(reaper: Reaper, stream: ClientStream) -> None:
    assert "Select the items" in reaper.run(MOVE, [track()])["messages"][0]
