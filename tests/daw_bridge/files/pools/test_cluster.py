"""Ray as a pool: what it is asked for, and what is said when it does not give it."""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, NoPool, WorkerLost
from daw_bridge.files.places import Url
from daw_bridge.files.pools import cluster as module
from daw_bridge.files.pools import patience
from daw_bridge.files.pools.cluster import Cluster, absolute, address_of, cluster, packed
from daw_bridge.files.pools.pool import WorkerPool
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten
from tests.rigs.hand_ray import HandRay, RayTaskError, installed
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

NAME = "RAY_worker_niceness"


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> HandRay:
    return installed(monkeypatch, HandRay())


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SeparateRequest:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    save(tmp_path / "song.wav", noise(2, 30_000))
    monkeypatch.chdir(tmp_path)
    options = [("model", "tiny.onnx"), ("threads", 1)]
    return request_from(Path("song.wav"), Path("out"), options)


def open_now() -> bool:
    return False


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    assert address_of("ray") == "local" and address_of("ray://auto") == "auto"
    assert address_of("ray://head:10001") == "ray://head:10001"
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    assert address_of("ray") == "10.0.0.1:6379"
    for bad in ("dask", "ray:head", "ray://"):
        with pytest.raises(BadValue, match="ray, ray://auto or ray://HOST:PORT"):
            address_of(bad)


def test_how_nice_workers_are_is_the_users(ray: HandRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "7")
    with cluster("local", 3):
        assert os.environ[NAME] == "7"
    monkeypatch.delenv(NAME)
    with cluster("auto", 3):
        assert NAME not in os.environ  # that Ray runs already


def test_its_own_ray_is_on_loopback_alone(
    ray: HandRay, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAME, "")  # so that it is as before in the end
    monkeypatch.delenv(NAME)
    with cluster("local", 3) as found:
        assert os.environ[NAME] == "0"  # its workers wait for no other program
        assert ray.inits[0]["_node_ip_address"] == "127.0.0.1"
        assert ray.inits[0]["num_cpus"] == 3 and not ray.inits[0]["include_dashboard"]
        assert found.cores == [2, 0]
        print("while it runs")
    with cluster("ray://head:10001", 3):
        assert set(ray.inits[1]) == {"address", "logging_level", "log_to_driver"}
    out, err = capsys.readouterr()
    assert "while it runs" in err and out.count("\n") == 2  # JSON lines on stdout stay JSON


def test_no_ray(monkeypatch: pytest.MonkeyPatch, ray: HandRay) -> None:
    ray.refusal = ConnectionError("ray client connection timeout\nmore")
    says = r"ray://a:1 \(ConnectionError: ray client connection timeout"
    with pytest.raises(NoPool, match=says), cluster("ray://a:1", 1):
        pass
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(NoPool, match="package ray is not installed"), cluster("local", 1):
        pass


def test_a_worker_gets_its_cores_and_a_gpu(ray: HandRay) -> None:
    for device, gpus in (("auto", 0), ("cpu", 0), ("grpc://host:1", 0), ("cuda", 1)):
        worker = Cluster(ray).start(3, device, 0.0, open_now)
        assert ray.actors[-1].options == {
            "num_cpus": 3, "num_gpus": gpus, "max_concurrency": 3, "max_restarts": 0
        }  # fmt: skip
        worker.cancel()
        worker.end()
        worker.end()


def test_a_song_is_told_as_the_user_gave_it(
    ray: HandRay, song: SeparateRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_S", 0.01)
    worker = Cluster(ray).start(1, "cpu", 0.0, open_now)
    monkeypatch.chdir(Path(__file__).parent)  # another process, another folder
    with contextlib.chdir(tmp_path):
        sent = absolute(song)
        events = list(worker.events(song.changed({"refine/steps": 30}), 7))
    assert isinstance(sent, SeparateRequest) and sent.model == str(tmp_path / "tiny.onnx")
    assert isinstance(events[0], Progress) and events[-1] == Done(7)
    paths = [one.path for one in events if isinstance(one, StemWritten)]
    assert paths[0] == Path("out/song/drums.wav") and len(paths) == 5
    worker.end()


def test_places_that_any_process_finds(song: SeparateRequest, tmp_path: Path) -> None:
    stored = absolute(StoredSong(Path("a.wav"), Url("s3://b/out"), song))
    assert isinstance(stored, StoredSong) and stored.source == tmp_path / "a.wav"
    assert stored.out_dir == Url("s3://b/out")
    known = request_from(Path("a.wav"), Path("o"), [("model", "song"), ("known", "x=k.wav")], "s")
    sent = absolute(known)
    assert isinstance(sent, SeparateRequest)
    assert (sent.model, sent.song, sent.known) == ("song", "s", (("x", tmp_path / "k.wav"),))


def test_a_worker_that_dies_costs_one_more_try(ray: HandRay, song: SeparateRequest) -> None:
    events: queue.SimpleQueue[JobEvent] = queue.SimpleQueue()
    start = partial(Cluster(ray).start, 1, "cpu", 0.0)
    with WorkerPool(events.put, 1, 1, 9, start) as pool:
        pool.submit(song.changed({"refine/steps": 4096}))
        told: list[JobEvent] = []
        killed = 0
        while not told or not isinstance(told[-1], Done | Failed):
            told.append(events.get(timeout=30))
            if "'separate'" in str(told[-1]) and len(ray.actors) > killed:
                ray.actors[-1].die()
                killed = len(ray.actors)
    last = told[-1]
    assert isinstance(last, Failed) and last.code == "worker_lost"
    assert ", ended before its song was done (ActorDiedError)" in last.message
    assert sum(isinstance(one, Notice) and one.code == "again" for one in told) == 1
    assert len(ray.actors) == 2


def test_a_worker_that_hangs_is_ended(
    ray: HandRay, song: SeparateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers, and its song does not get on; and one that does not answer at all."""
    monkeypatch.setattr(module, "_POLL_S", 0.01)
    monkeypatch.setattr(patience, "QUIET_S", 0.1)
    release = threading.Event()
    for dumb in (False, True):
        worker = Cluster(ray).start(1, "cpu", 0.4, open_now)
        actor = ray.actors[-1].object.result()
        actor.separate = lambda text: release.wait(30)
        if dumb:
            actor.progress = lambda: release.wait(30)
        told: list[JobEvent] = []
        with pytest.raises(WorkerLost, match=r"no progress for 0 s, so it was ended"):
            for event in worker.events(song, 1):
                told.append(event)
        assert [one.code for one in told if isinstance(one, Notice)] == ["quiet"]
        assert ray.actors[-1].dead
    release.set()


def test_a_worker_that_does_not_stop_is_ended(
    ray: HandRay, song: SeparateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_POLL_S", 0.01)
    monkeypatch.setattr(patience, "CANCEL_S", 0.2)
    release = threading.Event()
    worker = Cluster(ray).start(1, "cpu", 0.0, open_now)
    ray.actors[-1].object.result().separate = lambda text: release.wait(30)
    worker.cancel()
    with pytest.raises(WorkerLost, match="after it was told to stop"):
        list(worker.events(song, 1))
    release.set()


def test_a_bug_is_no_dead_worker(ray: HandRay, song: SeparateRequest) -> None:
    worker = Cluster(ray).start(1, "cpu", 0.0, open_now)
    ray.actors[-1].object.result().separate = lambda text: 1 / 0
    with pytest.raises(RayTaskError, match="ZeroDivisionError"):
        list(worker.events(song, 1))
    worker.end()


def test_every_node_has_the_same_version(ray: HandRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "__version__", "9.9")
    with pytest.raises(WorkerLost, match=r"has daw-bridge .*; expected|has daw-bridge"):
        Cluster(ray).start(1, "cpu", 0.0, open_now)
    assert ray.actors[-1].dead


def test_who_waits_for_a_worker_may_give_up(ray: HandRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray, "wait", lambda answers, timeout: ([], answers))
    with pytest.raises(WorkerLost, match="the pool was closed"):
        Cluster(ray).start(1, "cpu", 0.0, lambda: True)
    assert ray.actors[-1].dead


def test_songs_find_room_on_the_nodes() -> None:
    assert packed(0, 100, 0, [8, 8]) == (16, 1)
    assert packed(4, 100, 0, [8, 8]) == (4, 4)
    assert packed(3, 100, 0, [8, 8]) == (3, 4)  # 5 would not find room three times
    assert packed(1, 100, 0, [8, 2]) == (1, 8)
    assert packed(0, 3, 0, [8, 0]) == (3, 2)
    assert packed(64, 100, 4, [8, 8]) == (4, 1)
    assert packed(2, 0, 0, [0]) == (1, 1)
