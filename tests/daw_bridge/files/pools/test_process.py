"""One worker process: what it answers, and what is said when it does not."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.errors import WorkerLost
from daw_bridge.files.pools import process as module
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.types import Done, Failed, Progress, StemWritten
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model


@pytest.fixture
def song(tmp_path: Path) -> SeparateRequest:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    save(tmp_path / "song.wav", noise(2, 30_000))
    return request_from(
        tmp_path / "song.wav", tmp_path / "out", [("model", str(tmp_path / "tiny.onnx"))]
    )


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    """One in which a library prints: that must not be taken for an event."""
    prints = "worker; real = worker.serve; worker.serve = lambda *a: (print('hello'), real(*a)); "
    with pytest.MonkeyPatch.context() as patch:
        start = module._START.replace("pools.worker import main; ", f"pools import {prints}")
        patch.setattr(module, "_START", start.replace("main()", "worker.main()"))
        made = WorkerProcess(1)
    yield made
    made.end()


def test_songs_one_after_another_in_one_process(
    worker: WorkerProcess, song: SeparateRequest
) -> None:
    for number, folder in ((3, "a"), (4, "b")):
        one = SeparateRequest(song.source, song.out_dir / folder, values=song.values)
        events = list(worker.events(one, number))
        assert events[-1] == Done(number) and {event.req for event in events} == {number}
        assert sum(isinstance(event, StemWritten) for event in events) == 5
    bad = SeparateRequest(song.out_dir / "none.wav", song.out_dir, values=song.values)
    last = list(worker.events(bad, 5))[-1]
    assert isinstance(last, Failed) and last.code == "bad_file"


def test_signals_are_for_the_pool(worker: WorkerProcess, song: SeparateRequest) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(worker.pid, number)
    assert list(worker.events(song, 1))[-1] == Done(1)
    assert os.getsid(worker.pid) == worker.pid  # a terminal's Ctrl-C does not reach it


def test_a_killed_one_is_lost(worker: WorkerProcess, song: SeparateRequest) -> None:
    with pytest.raises(WorkerLost, match=f"{worker.pid} ended before its song was done: signal 9"):
        for event in worker.events(song.changed({"refine/steps": 4096}), 1):
            if isinstance(event, Progress) and event.stage == "separate":
                os.kill(worker.pid, signal.SIGKILL)
    worker.cancel()  # and nothing happens


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; sys.exit(3)", "exit code 3"),
        ("print('hello')", "exit code|signal"),
        ("print('\"ready\"', flush=True); input(); print('hello')", "a line 'hello'"),
        ("print('\"ready\"', flush=True); input(); print('{\"event\": ')", "a line '{"),
    ],
)
def test_what_is_no_worker(
    song: SeparateRequest, monkeypatch: pytest.MonkeyPatch, code: str, says: str
) -> None:
    monkeypatch.setattr(module, "_START", code)
    with pytest.raises(WorkerLost, match=says):
        list(WorkerProcess(1).events(song, 1))


def test_no_process_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerLost, match="no process can be started"):
        WorkerProcess(1)


def test_a_worker_knows_its_share_of_the_cores(
    song: SeparateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "7")  # the user's word
    asked = "os.environ['OPENBLAS_NUM_THREADS'] + os.environ['OMP_NUM_THREADS']"
    answer = f"{{'event': 'Failed', 'req': 0, 'code': 'x', 'message': {asked}}}"
    says = f"print(json.dumps({answer}))"
    monkeypatch.setattr(
        module, "_START", f"import json, os; print('\"ready\"', flush=True); input(); {says}"
    )
    worker = WorkerProcess(3)
    assert list(worker.events(song, 1)) == [Failed(1, "x", "37")]
    worker.end()
