"""`daw-bridge ctl separate` with a real server."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from daw_bridge.cli import main
from daw_bridge.client import Client
from tests.rigs.server import Running, program
from tests.rigs.sounds import load, noise, save

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
LONG_SAMPLES = 3_000_000

Separate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def separate(running: Running, capsys: pytest.CaptureFixture[str]) -> Separate:
    """Runs the action; exit code and what was printed."""

    def act(*words: object) -> tuple[int, str, str]:
        command = ["ctl", "separate", *map(str, words), "--server", running.endpoint]
        code = main(command)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return act


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(one) for one in text.splitlines()]


def test_words_are_those_of_separate(separate: Separate, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 9000))
    code, out, err = separate(song, "-o", tmp_path / "out", "--stems", "drums")
    assert code == 0, err
    made = [tmp_path / "out" / "song" / f"{one}.wav" for one in ("drums", "residual")]
    assert list(map(Path, out.splitlines())) == made and all(one.is_file() for one in made)
    assert "song.wav: done in" in err


def test_json_has_every_event_and_the_file(separate: Separate, tmp_path: Path) -> None:
    songs = [save(tmp_path / f"{one}.wav", noise(2, 9000)) for one in ("a", "b")]
    code, out, _ = separate(*songs, "-o", tmp_path / "out", "--json", "--format", "flac-16")
    found = lines(out)
    assert code == 0
    assert found[0]["type"] == "separate.reply" and found[0]["file"] == str(songs[0])
    assert found[-1] == {"type": "summary", "done": 2, "failed": 0, "exit_code": 0}
    ended = [one["file"] for one in found if one["type"] == "job.done"]
    assert ended == [str(one) for one in songs]
    assert any(one["type"] == "job.progress" and one["fraction"] == 1.0 for one in found)
    paths = [Path(one["path"]) for one in found if one["type"] == "job.stem"]
    assert paths and all(one.suffix == ".flac" and one.is_file() for one in paths)


def test_what_fails_does_not_keep_the_others(separate: Separate, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 9000))
    code, out, err = separate(tmp_path / "none.wav", song, "-o", tmp_path / "out")
    assert code == 1 and "1 done, 1 not done" in err and "none.wav" in err
    assert (tmp_path / "out" / "song" / "residual.wav").is_file()
    code, out, _ = separate(song, "-o", tmp_path / "out", "--json")
    assert code == 1 and lines(out)[-2]["code"] == "file_exists"
    assert separate(song, "-o", tmp_path / "out", "--force")[0] == 0


def test_a_partial_file_and_one_that_clips_have_the_exit_codes_of_separate(
    separate: Separate, tmp_path: Path
) -> None:
    loud = save(tmp_path / "loud.wav", noise(2, 9000, level=3.0))
    assert separate(loud, "-o", tmp_path / "out", "--format", "flac-16")[0] == 3
    whole = save(tmp_path / "whole.wav", noise(2, 9000)).read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    assert separate(tmp_path / "cut.wav", "-o", tmp_path / "out", "--partial")[0] == 4


def test_paths_are_found_from_here_and_several_stems_may_be_known(
    separate: Separate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for k, name in enumerate(("song", "kick", "snare")):
        save(Path(f"{name}.wav"), noise(2, 9000, seed=k))
    known = ("--known", "kick=kick.wav", "--known", "snare=snare.wav")
    code, _, err = separate("song.wav", "-o", "out", *known)
    assert code == 0, err
    for name in ("kick", "snare"):
        assert (load(Path("out/song") / f"{name}.wav") == load(Path(f"{name}.wav"))).all()


def test_options_that_the_server_refuses(separate: Separate, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 9000))
    code, out, _ = separate(song, "-o", tmp_path / "out", "--model", "none", "--json")
    assert code == 1
    assert [one["code"] for one in lines(out) if one["type"] == "job.fail"] == ["model_not_found"]


def nothing_is_left(running: Running, folder: Path) -> bool:
    with running.client() as client:
        give_up = time.monotonic() + 20
        while client.status().jobs and time.monotonic() < give_up:
            time.sleep(0.05)
        return client.status().jobs == 0 and not folder.exists()


@POSIX
@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_and_nothing_is_left(
    running: Running, tmp_path: Path, number: signal.Signals
) -> None:
    song = save(tmp_path / "song.wav", noise(2, LONG_SAMPLES))
    out = tmp_path / "out"
    words = ("ctl", "separate", str(song), "-o", str(out), "--json", "--server", running.endpoint)
    with program(sys.executable, "-m", "daw_bridge", *words) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["type"] == "separate.reply"
        process.send_signal(number)
        found = lines(process.stdout.read())
        assert process.wait(20) == 128 + number
    assert found[-2]["type"] == "job.fail" and found[-2]["code"] == "cancelled"
    assert nothing_is_left(running, out)


def test_a_file_cancels_where_no_signal_can_be_sent(
    separate: Separate, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song, stop = save(tmp_path / "song.wav", noise(2, LONG_SAMPLES)), tmp_path / "stop"
    submit = Client.submit

    def submit_and_stop(self: Client, *where: Any, **options: Any) -> Any:
        job = submit(self, *where, **options)
        stop.touch()
        return job

    monkeypatch.setattr(Client, "submit", submit_and_stop)
    flags = ("-o", tmp_path / "out", "--stop-file", stop, "--json")
    code, out, _ = separate(song, *flags)
    assert code == 130 and lines(out)[-1]["failed"] == 1
    assert nothing_is_left(running, tmp_path / "out")
    code, out, _ = separate(song, *flags)
    assert code == 130 and [one["type"] for one in lines(out)] == ["job.fail", "summary"]


@POSIX
def test_who_stops_reading_cancels(running: Running, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, LONG_SAMPLES))
    out = tmp_path / "out"
    words = ("ctl", "separate", str(song), "-o", str(out), "--json", "--server", running.endpoint)
    with program(sys.executable, "-m", "daw_bridge", *words) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(20) == 141
    assert nothing_is_left(running, out)
