"""Who separates the songs of one command line: this process, several here, or a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import cast

from daw_bridge.errors import BadValue
from daw_bridge.files.places import Place, Url
from daw_bridge.files.pools import MakePool, Pool, Song, shares
from daw_bridge.files.pools.cluster import address_of, cluster, packed
from daw_bridge.files.pools.pool import WorkerPool
from daw_bridge.files.pools.process import WorkerProcess
from daw_bridge.files.pools.stored import StoredSong
from daw_bridge.files.runner import JobRunner, cores
from daw_bridge.files.types import OnEvent


@dataclass(frozen=True)
class Hands:
    """What was asked for: `jobs` songs at a time, 0 for one on each core, None: not said; `pool` of
    a cluster. `hung_s`: so long a worker may make no progress, 0: for ever.
    """

    jobs: int | None = None
    pool: str = ""
    hung_s: float = 0.0


@dataclass(frozen=True)
class Crew:
    """`workers` songs at a time; `pool(on_event, most)` makes what runs them, `most` may wait."""

    workers: int
    pool: MakePool
    notices: tuple[tuple[str, str], ...] = ()


def refuse_places(pool: str, given: Sequence[Place], out_dir: Place) -> None:
    """Raise BadValue for a URL without a pool, a pipe with one, or a pool that is none."""
    places = [*given, out_dir]
    urls = [one for one in places if isinstance(one, Url)]
    if urls and not pool:
        raise BadValue(
            f"{urls[0]} without --pool", "files of this machine",
            "Files in a store are separated by a pool: --pool ray.",
        )  # fmt: skip
    if pool and any(str(one) == "-" for one in places):
        raise BadValue(f"- with --pool {pool}", "files", "Leave out --pool: a pipe is one song.")
    if pool:
        address_of(pool)


def several(songs: Sequence[Song], hands: Hands) -> bool:
    """Whether workers are started for these songs, each with its own. Raises BadValue."""
    if hands.pool:
        _refuse_projects(songs)
        return len(songs) > 1
    jobs, threads = 1 if hands.jobs is None else hands.jobs, _threads(songs)
    return shares(jobs, len(songs), threads)[0] > 1


@contextmanager
def crew_of(songs: Sequence[Song], hands: Hands) -> Iterator[Crew]:
    """The crew for these songs. Raises BadValue, NoPool."""
    threads = _threads(songs)
    if hands.pool:
        with _of_cluster(songs, hands, threads) as crew:
            yield crew
        return
    jobs = 1 if hands.jobs is None else hands.jobs
    workers, each = shares(jobs, len(songs), threads)
    make = partial(_here, workers, each, hands.hung_s)
    yield Crew(workers, make, _fewer(jobs, workers, len(songs)))


def _here(workers: int, threads: int, hung_s: float, on_event: OnEvent, most: int) -> Pool:
    if workers == 1:
        # Songs in a store need a pool, so there are none here.
        return cast(Pool, JobRunner(on_event, max_queue=most))
    return WorkerPool(on_event, workers, threads, most, partial(WorkerProcess, threads, hung_s))


@contextmanager
def _of_cluster(songs: Sequence[Song], hands: Hands, threads: int) -> Iterator[Crew]:
    device, jobs = _first_text(songs, "device"), hands.jobs or 0
    with cluster(address_of(hands.pool), threads or cores(0)) as found:
        nodes = found.cores
        workers, each = packed(jobs, len(songs), threads, nodes)

        def make(on_event: OnEvent, most: int) -> Pool:
            start = partial(found.start, each, device, hands.hung_s)
            return WorkerPool(on_event, workers, each, most, start)

        room = f"{_count(len(nodes), 'node')}, {_count(sum(nodes), 'core')}"
        words = f"Ray: {room}; {_count(workers, 'song')} at a time, each on {_count(each, 'core')}"
        yield Crew(workers, make, (("pool", words), *_fewer(jobs, workers, len(songs))))


def _threads(songs: Sequence[Song]) -> int:
    return songs[0].integer("threads") if songs else 0


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
