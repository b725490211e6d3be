"""One worker process: what it answers, and what is said when it does not."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.errors import WorkerLost
from daw_bridge.files.pools import patience
from daw_bridge.files.pools import process as module
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.types import Done, Failed, Notice, Progress, StemWritten
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


QUIET = "import sys, time; print('\"ready\"', flush=True); input(); time.sleep(60)"


def test_one_that_hangs_is_noticed_and_killed(
    song: SeparateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_START", QUIET)
    monkeypatch.setattr(patience, "QUIET_S", 0.2)
    worker = WorkerProcess(1, 1.0)
    told: list[object] = []
    with pytest.raises(WorkerLost, match=r"no progress for 1 s, so it was ended \(--hung-after\)"):
        told.extend(worker.events(song, 3))
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_one_that_hangs_is_told_once_and_waited_for_where_that_is_wanted(
    song: SeparateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = "print(json.dumps({'event': 'Failed', 'req': 0, 'code': 'x', 'message': ''}))"
    late = QUIET.replace("import sys", "import json, sys").replace("60)", f"1.5); {last}")
    monkeypatch.setattr(module, "_START", late)
    monkeypatch.setattr(patience, "QUIET_S", 0.2)
    worker = WorkerProcess(1, 0.0)
    events = list(worker.events(song, 3))
    assert [type(one) for one in events] == [Notice, Failed]
    assert "code='quiet'" in str(events[0]) and f"process {worker.pid}" in str(events[0])
    worker.end()


def test_one_that_hangs_at_its_start_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START", "import time; time.sleep(60)")
    with pytest.raises(WorkerLost, match="no progress for 0 s"):
        WorkerProcess(1, 0.1)
    with pytest.raises(WorkerLost, match="the pool was closed"):
        WorkerProcess(1, 0.0, lambda: True)


def test_one_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_START", "print('\"ready\"', flush=True); " + FOREVER)
    monkeypatch.setattr(module, "_END_S", 0.2)
    worker = WorkerProcess(1)
    worker.end()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


FOREVER = "import time; time.sleep(60)"


def test_one_that_talks_on_is_not_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody hears any more does not fill the pipe that it would wait for."""
    talks = "print('\"ready\"', flush=True); [print('x' * 999) for _ in range(2000)]"
    monkeypatch.setattr(module, "_START", talks)
    worker = WorkerProcess(1)
    began_s = time.monotonic()
    worker.end()
    assert worker._process.returncode == 0 and time.monotonic() - began_s < module._END_S
