"""A song on a track of Ardour's goes through `serve --io jack`, and Ardour records its stems.

The stems of a linear model are g_k times the mix, so each take is known to the sample.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.ping.measure import NULL_DB, level_db
from daw_bridge.client import Client
from engines.spec import Preset
from engines.types import Audio
from max_patches.generate.ardour.template import DRY, FILE, FOLDER, RECORDED
from tests.rigs.ardour import ArdourSession, Take, beside, lag
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import GAINS, STEMS, make_model

pytestmark = [pytest.mark.ardour, pytest.mark.timeout(300)]

RATE, PERIOD = 48000, 2048
RESAMPLER = 32
"""Samples that Ardour's ports delay what they play and what they record, together."""
GRID = Preset(window_samples=8192, hop_samples=4096, lookahead_samples=512, crossfade_samples=128)
SONG_S, ROLL_S = 4, 5
QUIET = RATE // 2  # samples of silence at both ends of the song: Ardour fades in when it starts
GAIN = dict(zip((*STEMS, "residual", DRY), (*GAINS, 1 - sum(GAINS), 1.0), strict=True))
BY_CAPTURE = "vocals"  # this track aligns with capture time
TAKES = 8
ACTION = FOLDER / "daw-bridge_line_up.lua"


@dataclass(frozen=True)
class Recorded:
    """A session after a recording in which nothing was lost; `latency` in samples."""

    session: ArdourSession
    song: Audio
    takes: dict[str, Take]
    latency: int
    heard_after: int


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """One for this file. A take in which JACK lost a cycle is made again, as one does."""
    folder = tmp_path_factory.mktemp("ardour")
    make_model(folder / "linear.onnx", live=GRID, rate_hz=RATE)
    song = np.zeros((2, SONG_S * RATE), np.float32)
    noise = np.random.default_rng(20).standard_normal(song[:, QUIET:-QUIET].shape)
    song[:, QUIET:-QUIET] = 0.1 * noise
    flags = ["--model", folder / "linear.onnx", "--device", "cpu", "--io", "jack"]
    with (
        JackServer(RATE, PERIOD, outputs=2) as jack,
        ServeProcess(*flags, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
    ):
        for take in range(TAKES):
            session, (before, after) = record(folder / str(take), song, jack, serve.endpoint)
            if after == before:
                latency = client.status().streams[0].latency_samples
                heard_after = jack.latencies("system:playback_1")["playback"][1]
                return Recorded(session, song, session.takes(), latency, heard_after)
    pytest.fail(f"JACK lost cycles, or stems were late, in each of {TAKES} takes")


def losses(endpoint: str) -> tuple[int, int]:
    """Cycles that JACK has lost, and blocks that were late, since the server has begun."""
    with Client(endpoint, 30) as client:
        while not (health := client.status().health):
            time.sleep(0.1)
    return health[0].xruns, health[0].late


def record(
    folder: Path, song: Audio, jack: JackServer, endpoint: str
) -> tuple[ArdourSession, list[object]]:
    """Play `song` from the track mix of a new session of the template, and record the others.

    Also: what was lost before it rolled, and in all once it had stopped.
    """
    session = ArdourSession(folder, FILE, RATE)
    session.align(BY_CAPTURE, "UseCaptureTime")
    session.import_song(song)
    return session, session.record(jack, ROLL_S, lambda: losses(endpoint))


def test_every_track_has_recorded_its_stem_to_the_sample(recorded: Recorded) -> None:
    assert set(recorded.takes) == {"mix", *RECORDED}
    for track, gain in GAIN.items():
        take = recorded.takes[track]
        there = beside(take, recorded.song, lag(take, recorded.song, gain))
        assert level_db(there - np.float32(gain) * recorded.song) < NULL_DB, track


def test_the_stems_and_the_residual_null_against_the_dry_mix(recorded: Recorded) -> None:
    later = lag(recorded.takes[DRY], recorded.song, 1.0)
    after = dict.fromkeys(GAIN, later)
    after[BY_CAPTURE] = lag(recorded.takes[BY_CAPTURE], recorded.song, GAIN[BY_CAPTURE])
    heard = {one: beside(recorded.takes[one], recorded.song, after[one]) for one in GAIN}
    total = np.sum([heard[one] for one in GAIN if one != DRY], axis=0)
    assert level_db(total - heard[DRY]) < NULL_DB


def test_capture_time_shows_the_latency_that_jack_is_told(recorded: Recorded) -> None:
    """And one period, for audio that comes back to a program is always one period late."""
    later = lag(recorded.takes[BY_CAPTURE], recorded.song, GAIN[BY_CAPTURE])
    assert later == recorded.latency + PERIOD + RESAMPLER


def test_existing_material_takes_the_latency_off_and_that_of_the_speakers(
    recorded: Recorded,
) -> None:
    for track in RECORDED:
        if track != BY_CAPTURE:
            later = lag(recorded.takes[track], recorded.song, GAIN[track])
            assert later == PERIOD - recorded.heard_after, track


def test_the_action_lines_the_stems_up_with_the_song(recorded: Recorded) -> None:
    told = recorded.session.run("ardour_action.lua", {}, ACTION=ACTION)
    assert f"{len(RECORDED) - 1} takes moved" in told
    takes = recorded.session.takes()
    for track in RECORDED:
        if track != BY_CAPTURE:  # not recorded at the same place as the dry mix
            assert lag(takes[track], recorded.song, GAIN[track]) == 0, track
            there = beside(takes[track], recorded.song, 0)
            assert level_db(there - np.float32(GAIN[track]) * recorded.song) < NULL_DB
    again = recorded.session.run("ardour_action.lua", {}, ACTION=ACTION)
    assert "0 takes moved" in again and "not found" not in again
