"""Meters as bars of letters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daw_bridge.cli.ctl.meters import HOLD_S, Peaks, bar, level_text, line, screen
from daw_bridge.wire.replies import Level, StatusReply, StreamHealth, StreamInfo

LEVELS = (Level("drums", -6.0, -30.0), Level("residual", -120.0, -120.0))
HEALTH = StreamHealth(1, 48000, 4800, LEVELS, load=0.5, late=2, xruns=3)
INFO = StreamInfo(
    1, "device", "song", ("drums", "residual"), (), 48000, 2, 4800, 1, 1, 0, 0, 0, 0, "", "", "",
)  # fmt: skip


@pytest.mark.parametrize(
    ("rms_db", "peak_db", "expected"),
    [
        (-120.0, -120.0, "------------"),
        (-30.0, -15.0, "######--|---"),
        (-30.0, -30.0, "#####|------"),
        (0.0, 3.0, "###########|"),
    ],
)
def test_bar(rms_db: float, peak_db: float, expected: str) -> None:
    assert bar(rms_db, peak_db, 12) == expected


def test_level_text() -> None:
    assert [level_text(one) for one in (-120.0, -12.34, 0.5)] == [
        "silent",
        "-12.3 dB",
        "0.5 dB over",
    ]


def test_peaks_are_held_and_let_go() -> None:
    peaks, quiet = Peaks(), Level("drums", -40.0, -50.0)
    assert peaks.of(1, quiet) == -40.0
    peaks.take(HEALTH, 10.0)
    peaks.take(replace(HEALTH, levels=(quiet,)), 10.0 + HOLD_S)
    assert peaks.of(1, quiet) == -6.0
    peaks.take(replace(HEALTH, levels=(quiet,)), 10.1 + HOLD_S)
    assert peaks.of(1, quiet) == -40.0
    assert peaks.of(2, quiet) == -40.0


def test_screen_and_line() -> None:
    status = StatusReply("0.1.0", "song", (INFO,), (HEALTH,), 0, 0)
    found = screen(status, Peaks(), 40)
    assert found[2].startswith("stream 1 (device): song") and "load 50%" in found[2]
    assert found[3] == "  drums    [######----|-] -6.0 dB"
    assert found[4] == "  residual [------------] silent"
    assert found[5] == "  xruns 3"
    far = replace(HEALTH, xruns=0, engine="down", engine_missed=7)
    found = screen(replace(status, health=(far,)), Peaks(), 40)
    assert ", engine down, latency" in found[2]
    assert found[5] == "  windows that the engine missed 7"
    assert screen(replace(status, streams=(), health=()), Peaks(), 40)[-1] == "no stream is open"
    assert line(HEALTH, Peaks()) == (
        "stream 1: load 50%, late 2, drums -6.0 dB, residual silent, xruns 3"
    )
