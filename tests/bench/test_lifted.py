"""The bench of other people's separators, with a tiny one and no package."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.grid import Grid
from engines.types import Audio
from export.graphs.lift import LiftOptions, write
from export.graphs.lifting.request import imported
from tests.bench import lifted
from tests.rigs.export.lifted.procedures import Procedure, one_piece, silent_ends
from tests.rigs.export.lifted.reference import Reference, Steps, asked
from tests.rigs.export.separators import Between, subject

RATE_HZ = 44100
Run = Callable[..., str]


def tiny(louder: float = 1.0) -> Reference:
    """A network of one window of a second; its package gives it the clip in one piece."""
    found = subject(Between, rate_hz=RATE_HZ)
    network = partial(asked, found.network)

    def steps(ours: Procedure, grid: Grid) -> Steps:
        return [("the clip in one piece", Procedure(network, one_piece, silent_ends))]

    def command(mix: Audio) -> Audio:
        return network(mix) * np.float32(louder)

    def make(path: Path) -> None:
        write([found], path, LiftOptions())

    return Reference("tiny", make, lambda: network, steps, command)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Two songs of two stems, a quarter of a second each."""
    rng = np.random.default_rng(0)
    for song in ("one", "two"):
        (tmp_path / "songs" / song).mkdir(parents=True)
        for stem in ("drums", "bass"):
            noise = 0.1 * rng.standard_normal((RATE_HZ // 4, 2))
            soundfile.write(tmp_path / "songs" / song / f"{stem}.wav", noise, RATE_HZ, "FLOAT")
    return tmp_path / "songs"


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], songs: Path, tmp_path: Path
) -> Run:
    def runs(*arguments: object, reference: Reference | None = None) -> str:
        monkeypatch.setitem(lifted.REFERENCES, "tiny", reference or tiny())
        given = ["--songs", songs, "--folder", tmp_path / "runs", "--models", "tiny", *arguments]
        given += ["--seconds", 0.4, "--rounds", 1]
        monkeypatch.setattr(sys, "argv", ["lifted", *map(str, given)])
        lifted.main()
        return capsys.readouterr().out

    return runs


def left_db(text: str) -> float:
    """What of the difference no part explains."""
    found = re.search(r"not explained: +(-?[0-9.]+|-inf) dB", text)
    assert found, text
    return float(found.group(1))


def test_everything_is_measured_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = run()
    assert re.search(r"\d\d whole windows: at most \d\.\de-0[5-9] of the peak", text)
    assert "the clip in one piece:" in text and left_db(text) < -80
    assert re.search(r"served, load 0\.\d\d: no fault", text)
    assert " 0 late" in text and "the same samples as in one piece" in text
    assert re.search(r"ours / torch \d+\.\d\d", text)
    assert re.search(r"streaming over network and transforms \d+\.\d", text)
    monkeypatch.setattr(lifted, "PARTS", dict.fromkeys(lifted.PARTS))  # nothing to call any more
    again = run()
    assert again.count("\n") > 12 and text.endswith(again.split("make tiny\n")[1])


def test_a_difference_that_no_part_explains_is_seen(run: Run) -> None:
    assert -25 < left_db(run("--parts", "make", "clip", reference=tiny(louder=1.1))) < -15


def test_a_window_that_is_another_ends_the_run(run: Run) -> None:
    reference = tiny()
    network = reference.network()
    wrong = replace(reference, network=lambda: lambda region: 1.001 * network(region))
    with pytest.raises(SystemExit, match="not as its package has it"):
        run("--parts", "make", "windows", reference=wrong)


def test_a_package_that_is_not_there_is_said(run: Run) -> None:
    def make(path: Path) -> None:
        imported("nowhere_at_all", "nowhere==1")

    assert "pip install nowhere==1" in run("--parts", "make", reference=replace(tiny(), make=make))
