"""Ray: a cluster of machines, or this one, as a pool of workers with warm models.

Ray is imported here alone. What it starts by itself on this machine listens on loopback.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from daw_bridge import __version__
from daw_bridge.errors import BadValue, NoPool, WorkerLost
from daw_bridge.files.pools import Song
from daw_bridge.files.pools.actor import SongActor
from daw_bridge.files.pools.messages import event_of, request_text
from daw_bridge.files.pools.patience import Patience
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.types import JobEvent, StemWritten
from engines.load import list_models
from engines.providers import PROVIDERS

RAY = "ray"
_POLL_S = 1.0
"""So often progress is asked for."""
_STORE_BYTES = 80 << 20
"""Ray's memory for objects, where we start it: only text crosses."""
_LOCAL = "127.0.0.1"
_NICENESS = "RAY_worker_niceness"
"""What Ray adds to the niceness of workers. It adds 15 unless told otherwise: beside any other
program that computes, they then get a thirtieth of a core."""


def address_of(pool: str) -> str:
    """The address for Ray in `ray`, `ray://auto`, `ray://HOST:PORT`. Raises BadValue."""
    if pool == RAY:
        return os.environ.get("RAY_ADDRESS", "") or "local"
    if pool.startswith("ray://") and len(pool) > len("ray://"):
        return "auto" if pool == "ray://auto" else pool
    raise BadValue(
        f"--pool {pool}", "ray, ray://auto or ray://HOST:PORT",
        "`ray` starts Ray on this machine, `ray://auto` takes the one that runs here.",
    )  # fmt: skip


@contextmanager
def cluster(address: str, cores: int) -> Iterator[Cluster]:
    """A connection to Ray; `local` starts one on this machine with so many cores.

    Ray prints what happens to its nodes to `sys.stdout`: that is standard error meanwhile. Raises
    NoPool.
    """
    try:
        import ray
    except ImportError as error:
        raise NoPool(
            "the Python package ray is not installed", "it, for --pool ray",
            "In daw-bridge's folder: pip install '.[cluster]'. One machine needs --jobs alone.",
        ) from error  # fmt: skip
    own: dict[str, Any] = {}
    if address == "local":
        own = {"num_cpus": cores, "object_store_memory": _STORE_BYTES, "include_dashboard": False,
               "_node_ip_address": _LOCAL}  # fmt: skip
        os.environ.setdefault(_NICENESS, "0")
    try:
        ray.init(address=address, logging_level=logging.WARNING, log_to_driver=False, **own)
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        raise NoPool(
            f"Ray at {address} ({type(error).__name__}: {_first(error)})", "a cluster that answers",
            "Check the address, that Ray and Python have the same versions there, and, where the "
            "cluster wants a token, that RAY_AUTH_MODE is token and RAY_AUTH_TOKEN is its token.",
        ) from error  # fmt: skip
    try:
        with redirect_stdout(sys.stderr):
            yield Cluster(ray)
    finally:
        ray.shutdown()


def _first(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), "")


class Cluster:
    """Ray, connected: how many cores it has, and workers in it."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray

    @property
    def cores(self) -> list[int]:
        """The cores of each node, 0 for those without."""
        return [int(one["Resources"].get("CPU", 0)) for one in self._ray.nodes() if one["Alive"]]

    def start(
        self, threads: int, device: str, hung_s: float, closed: Callable[[], bool]
    ) -> RayWorker:
        """A worker on `threads` cores of one node, waited for. Raises WorkerLost.

        A device of PROVIDERS that is no CPU counts as one GPU. `hung_s`: so long it may make no
        progress with a song, 0: for ever. `closed()`: whether to give up.
        """
        ray = self._ray
        gpus = int(any(one.name == device and not one.on_cpu for one in PROVIDERS))
        options = {"num_cpus": threads, "num_gpus": gpus, "max_concurrency": 3, "max_restarts": 0}
        actor = ray.remote(SongActor).options(**options).remote()
        hello = actor.hello.remote()
        while not ray.wait([hello], timeout=_POLL_S)[0]:
            if closed():
                ray.kill(actor)
                raise WorkerLost("the pool was closed", "a worker", "Start it again.")
        worker = RayWorker(ray, actor, hello, hung_s)
        worker.check()
        return worker


class RayWorker:
    """An actor in the cluster."""

    def __init__(self, ray: Any, actor: Any, hello: Any, hung_s: float) -> None:
        self._ray, self._actor, self._hello, self._hung_s = ray, actor, hello, hung_s
        self._cancelled = threading.Event()
        self.pid, self.host = 0, ""

    def check(self) -> None:
        """Raise WorkerLost where it is not as we are."""
        version, self.pid, self.host = self._got(self._hello)
        if version != __version__:
            self.end()
            raise WorkerLost(
                f"{self.host} has daw-bridge {version}", f"{__version__}, as here",
                "Install the same version on every node.",
            )  # fmt: skip

    def events(self, request: Song, req: int) -> Iterator[JobEvent]:
        """Have it separate a song; its events, the last one is Done or Failed."""
        sent = absolute(request)
        answer = self._actor.separate.remote(request_text(sent))
        patience, before = Patience(self._hung_s), -1
        while not self._ray.wait([answer], timeout=_POLL_S)[0]:
            count, text = self._progress() or (before, "")
            if self._cancelled.is_set():
                patience.hurry()
            if count != before:
                patience.heard()
                before = count
                yield event_of(text, req)
            yield from patience.notice(req, f"the worker {self._where}")
            if why := patience.over:
                self.end()
                raise self._lost(why)
        for line in self._got(answer):
            yield _as_given(event_of(line, req), request, sent)

    def cancel(self) -> None:
        """Have it stop its song, and take no more; ended where it does not."""
        self._cancelled.set()
        with suppress(self._ray.exceptions.RayError):
            self._actor.cancel.remote()

    def end(self) -> None:
        """It is not used any more."""
        with suppress(self._ray.exceptions.RayError, ValueError):
            self._ray.kill(self._actor)

    def _progress(self) -> tuple[int, str] | None:
        errors = self._ray.exceptions
        try:
            found: tuple[int, str]
            found = self._ray.get(self._actor.progress.remote(), timeout=_POLL_S)
        except errors.RayError:  # late, or dead: who waits for the song finds that out
            return None
        return found

    def _got(self, answer: Any) -> Any:
        errors = self._ray.exceptions
        try:
            return self._ray.get(answer)
        except errors.RayTaskError:  # a bug: its own traceback says more
            raise
        except errors.RayError as error:
            raise self._lost(type(error).__name__) from error

    @property
    def _where(self) -> str:
        return f"of {self.host}, process {self.pid}" if self.host else "in the cluster"

    def _lost(self, why: str) -> WorkerLost:
        return WorkerLost(
            f"the worker {self._where}, ended before its song was done ({why})",
            "it to live until the song is done",
            "Look whether memory ran out there, or the node was stopped.",
        )


def absolute(song: Song) -> Song:
    """The song as another process finds it, in whatever folder that runs."""
    if isinstance(song, StoredSong):
        source = song.source.absolute() if isinstance(song.source, Path) else song.source
        out_dir = song.out_dir.absolute() if isinstance(song.out_dir, Path) else song.out_dir
        return StoredSong(source, out_dir, _absolute(song.request))
    return _absolute(song)


def _absolute(request: SeparateRequest) -> SeparateRequest:
    return replace(
        request.changed({"model": _model(request.model)}),
        source=request.source.absolute(), out_dir=request.out_dir.absolute(),
        song=request.song_name,
        known=tuple((stem, path.absolute()) for stem, path in request.known),
        made=tuple((stem, _model(model)) for stem, model in request.made),
    )  # fmt: skip


def _model(name: str) -> str:
    """An installed model's name, or the path of a file."""
    return name if name in list_models() else str(Path(name).absolute())


def _as_given(event: JobEvent, given: Song, sent: Song) -> JobEvent:
    """An event that names the files as the user does."""
    there, here = sent.out_dir, given.out_dir
    if isinstance(event, StemWritten) and isinstance(event.path, Path) and isinstance(there, Path):
        return replace(event, path=here / event.path.relative_to(there))
    return event


def packed(jobs: int, songs: int, threads: int, nodes: Sequence[int]) -> tuple[int, int]:
    """(songs at a time, threads for each) on nodes of so many cores, as `pools.shares`.

    A song is on one node, so each gets as many cores as so many songs find room with.
    """
    total = min(threads or sum(nodes), sum(nodes))
    workers = max(1, min(jobs or total, songs, total))
    each = total // workers
    while each > 1 and sum(cores // each for cores in nodes) < workers:
        each -= 1
    return workers, max(1, each)
