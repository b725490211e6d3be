"""`daw-bridge separate --jobs` as it is used: several songs at a time, told as one run."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from daw_bridge.cli import crew, main
from daw_bridge.cli.reports import MANY, TextReporter
from daw_bridge.errors import WorkerLost
from daw_bridge.files.pools import finished, pool
from daw_bridge.files.types import Done, Failed, Progress
from tests.daw_bridge.cli.test_separate import Terminal, everything, start
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

JOBS = ("--jobs", "2", "--threads", "2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    (tmp_path / "in" / "more").mkdir(parents=True)
    for name in ("one", "two", "more/three"):
        save(tmp_path / "in" / f"{name}.wav", noise(2, 30_000, len(name)))
    return tmp_path


def run(folder: Path, *args: str) -> int:
    with contextlib.chdir(folder):
        return main(["separate", "--model", "tiny.onnx", *args])


def test_a_run_and_its_exit_codes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "in" / "bad.wav").write_text("not audio")
    args = ("in", "-r", "-o", "stems", "--format", "flac-16")
    assert run(folder, *args, *JOBS) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 15
    assert "3 done, 1 not done:\n  bad.wav: in/bad.wav cannot be read as audio" in err
    songs = {str(one.parent.relative_to(folder / "stems"))
             for one in (folder / "stems").rglob("daw-bridge.json")}  # fmt: skip
    assert songs == {"one", "two", "more/three"}
    (folder / "in" / "bad.wav").unlink()
    save(folder / "in" / "loud.wav", noise(2, 3000, level=3.0))
    assert run(folder, *args, "--resume", "--jobs", "2", "--threads", "1") == 3
    err = capsys.readouterr().err
    assert err.startswith("model tiny: ")
    assert "\n--jobs 2, and there is 1 core to use: 1 at a time\n" in err
    assert err.count("skipped: ") == 3 and err.endswith("4 done, 0 not done\n")


def test_no_worker_for_songs_that_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ("in", "-r", "-o", "stems", "--resume", *JOBS)
    assert run(folder, "in", "-r", "-o", "stems") == 0
    started: list[object] = []

    def start(*given: object) -> object:
        started.append(given)
        raise WorkerLost("a worker", "none", "Start none.")

    monkeypatch.setattr(crew, "WorkerProcess", start)
    monkeypatch.setattr(pool, "_PAUSE_S", 0.01)
    capsys.readouterr()
    assert run(folder, *args) == 0 and not started
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 15 and err.count("skipped: ") == 3
    assert err.endswith("3 done, 0 not done\n")
    assert run(folder, *args, "--json") == 0 and not started
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in events[:7]] == ["notice", *5 * ["stem"], "done"]
    (folder / "stems" / "one" / "drums.wav").unlink()
    assert run(folder, *args) == 1 and started


def test_a_signal_while_looking_at_what_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    heard_signals: None,
) -> None:  # fmt: skip
    assert run(folder, "in", "-r", "-o", "stems") == 0
    real, pressed = finished._whole, []

    def whole(song: object, proceed: Callable[[], bool]) -> object:
        if not pressed:
            pressed.append(os.kill(os.getpid(), signal.SIGINT))
        while proceed():
            time.sleep(0.01)
        return real(song, proceed)

    monkeypatch.setattr(finished, "_whole", whole)
    monkeypatch.setattr(crew, "WorkerProcess", None)
    capsys.readouterr()
    assert run(folder, "in", "-r", "-o", "stems", "--resume", *JOBS) == 130
    err = capsys.readouterr().err
    assert err.count("[cancelled]") == 3 and "stopped; 0 done, 3 not done" in err


def test_one_song_needs_one_job(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "in/one.wav", "-o", "stems", *JOBS) == 0
    assert "at a time" not in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        run(folder, "in", "-o", "stems", "--jobs", "-1")
    assert "jobs = -1; expected integer 0 to 4096" in capsys.readouterr().err


def test_a_signal_stops_all(folder: Path, heard_signals: None) -> None:
    before = everything(folder)
    process = start(folder, "in", "-r", "-o", "a/b", "--steps", "4096", "--json", *JOBS)
    assert process.stdout is not None
    codes, begun = [], set()
    for line in process.stdout:
        event = json.loads(line)
        codes.append(event.get("code"))
        if event.get("stage") == "separate" and len(begun) < 2:
            begun.add(event["file"])
            if len(begun) == 2:
                process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130 and codes.count("cancelled") == 3
    assert everything(folder) - before <= {"a", "a/b", "a/b/more"}


def test_one_bar_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    now_s = 100.0
    monkeypatch.setattr("daw_bridge.cli.reports.time.monotonic", lambda: now_s)
    shown = {}
    for err in (Terminal(), io.StringIO()):
        now_s = 100.0
        reporter = TextReporter(None, err, [Path(f"{k}.wav") for k in range(4)], several=True)
        now_s = 112.0
        for k in (0, 1):
            reporter.report(Path(f"{k}.wav"), Progress(k, 0.5, "separate", 12.0))
        shown[err.isatty()] = err.getvalue()
    assert (
        shown[True]
        .split("\x1b[K")[-1]
        .startswith("[######------------------]  25%  0 of 4 songs, 2 at work, 0:36 left")
    )
    assert shown[False] == "0 of 4 songs, 1 at work, 1:24 left\n"


def test_what_failed_among_many_is_listed_at_the_end() -> None:
    for songs, several in ((MANY, False), (MANY + 1, False), (2, True)):
        err = io.StringIO()
        files = [Path(f"{k}.wav") for k in range(songs)]
        reporter = TextReporter(None, err, files, several)
        reporter.report(files[0], Failed(0, "bad_file", "no"))
        reporter.report(files[1], Failed(0, "cancelled", "stopped"))
        for file in files[2:]:
            reporter.report(file, Done(1))
        reporter.end(songs - 2, 2, 1)
        listed = err.getvalue().splitlines()[-1] == "  0.wav: no [bad_file]"
        assert listed == (several or songs > MANY)
