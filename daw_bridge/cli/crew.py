"""Who separates the songs of one command line: this process, several here, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

from daw_bridge.errors import BadValue
from daw_bridge.files.places import Place, Url
from daw_bridge.files.pools import Pool, Song, shares
from daw_bridge.files.pools.cluster import address_of, cluster, packed
from daw_bridge.files.pools.pool import WorkerPool
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.runner import JobRunner, cores
from daw_bridge.files.types import OnEvent


@dataclass(frozen=True)
class Crew:
    """`workers` songs at a time; `pool(on_event, most)` makes what runs them, `most` may wait."""

    workers: int
    pool: Callable[[OnEvent, int], Pool]
    notices: tuple[tuple[str, str], ...] = ()


def refuse_places(pool: str, given: Sequence[Place], out_dir: Place) -> None:
    """Raise BadValue for a URL without a pool, or a pipe with one."""
    places = [*given, out_dir]
    urls = [one for one in places if isinstance(one, Url)]
    if urls and not pool:
        raise BadValue(
            f"{urls[0]} without --pool", "files of this machine",
            "Files in a store are separated by a pool: --pool ray.",
        )  # fmt: skip
    if pool and any(str(one) == "-" for one in places):
        raise BadValue(f"- with --pool {pool}", "files", "Leave out --pool: a pipe is one song.")


@contextmanager
def crew_of(songs: Sequence[Song], jobs: int | None, pool: str) -> Iterator[Crew]:
    """The crew for these songs; `jobs` None: not said. Raises BadValue, NoPool."""
    threads = songs[0].integer("threads") if songs else 0
    if pool:
        with _of_cluster(songs, jobs or 0, pool, threads) as crew:
            yield crew
        return
    workers, each = shares(1 if jobs is None else jobs, len(songs), threads)
    notices = _fewer(1 if jobs is None else jobs, workers, len(songs))
    yield Crew(workers, partial(_here, workers, each), notices)


def _here(workers: int, threads: int, on_event: OnEvent, most: int) -> Pool:
    if workers == 1:
        # Songs in a store need a pool, so there are none here.
        return cast(Pool, JobRunner(on_event, max_queue=most))
    return WorkerPool(on_event, workers, threads, most, lambda closed: WorkerProcess(threads))


@contextmanager
def _of_cluster(songs: Sequence[Song], jobs: int, pool: str, threads: int) -> Iterator[Crew]:
    _refuse_projects(songs)
    device = _first_text(songs, "device")
    with cluster(address_of(pool), threads or cores(0)) as found:
        nodes = found.cores
        workers, each = packed(jobs, len(songs), threads, nodes)

        def make(on_event: OnEvent, most: int) -> Pool:
            start = partial(found.start, each, device)
            return WorkerPool(on_event, workers, each, most, start)

        room = f"{_count(len(nodes), 'node')}, {_count(sum(nodes), 'core')}"
        words = f"Ray: {room}; {_count(workers, 'song')} at a time, each on {_count(each, 'core')}"
        yield Crew(workers, make, (("pool", words), *_fewer(jobs, workers, len(songs))))


def _first_text(songs: Sequence[Song], name: str) -> str:
    if not songs:
        return ""
    one = songs[0]
    return (one.request if isinstance(one, StoredSong) else one).text(name)


def _refuse_projects(songs: Sequence[Song]) -> None:
    """A project names the files where they lie; in a store that is nowhere for a DAW."""
    if songs and isinstance(songs[0], StoredSong) and _first_text(songs, "project"):
        raise BadValue(
            "--project with files in a store", "files of this machine", "Leave one of the two out."
        )


def _fewer(jobs: int, workers: int, songs: int) -> tuple[tuple[str, str], ...]:
    """(code, words) where there are not so many cores as songs at a time were asked for."""
    if workers >= min(jobs, songs):
        return ()
    there = f"{'is' if workers == 1 else 'are'} {_count(workers, 'core')}"
    return (("jobs", f"--jobs {jobs}, and there {there} to use: {workers} at a time"),)


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"
