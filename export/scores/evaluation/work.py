"""Runs every system on every clip, keeping each score in a file: what is done is not done again."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from tqdm import tqdm

import engines
import export
from engines.types import Audio
from export.common.files import replacing
from export.common.songs import stamps
from export.scores.errors import ScoreError
from export.scores.evaluation.clip_scores import Scores, check_museval, score
from export.scores.evaluation.listened import listened
from export.scores.evaluation.rows import label, ordered, total, truth_of
from export.scores.evaluation.sets import Place, read
from export.scores.evaluation.systems import PeerRun, Run, System
from export.scores.peers import Row, Task

#: Code on which scores depend, below the packages' folders.
_CODE = ("common/songs.py", "common/metrics.py", "graphs/separation.py", "scores/peers",
         "scores/listening", "scores/sampled", "scores/evaluation/clip_scores.py",
         "scores/evaluation/listened.py", "scores/evaluation/rows.py",
         "scores/evaluation/systems.py", "scores/evaluation/work.py")  # fmt: skip


@dataclass(frozen=True)
class Result:
    """One system on one clip. `rows` are scores by row; a row that it cannot answer is missing.

    `seconds_per_second`: wall time spent for a second of audio; `processor_s_per_s`: processor
    time of all threads.
    """

    system: System
    place: Place
    seconds_per_second: float
    processor_s_per_s: float
    rows: dict[str, Scores]


@dataclass(frozen=True)
class Work:
    """Where and at what rate: results lie in `folder`, audio is (channels, samples) at rate_hz.

    `code`: a digest of what computes the scores; results of other code are not used again.
    `check_museval`: each new SDR of a model is compared with museval's own. `listen`: the figures
    of `listened` are taken, too.
    """

    folder: Path
    rate_hz: int
    channels: int
    code: str
    check_museval: bool = False
    listen: bool = False

    def run(
        self, places: Sequence[Place], systems: Sequence[System], jobs: int = 1
    ) -> list[Result]:
        """All results, in order of clips, then systems. Ctrl-C loses the one being made.

        With several jobs, clips are first scored in as many processes; results are the same.
        Raises EngineError, ExportError.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if jobs > 1:
            self._in_processes(places, systems, jobs)
        found: list[Result] = []
        units = sum(system.fits(place.stems) for place in places for system in systems)
        with tqdm(total=units, unit="run") as bar:
            for place in places:
                able = [system for system in systems if system.fits(place.stems)]
                found += self.score_clip(place, able, bar)
        return found

    def _in_processes(self, places: Sequence[Place], systems: Sequence[System], jobs: int) -> None:
        """Leaves every clip's results in the folder. Raises ScoreError where a process dies."""
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, context, _die_quietly) as pool:
            futures = [pool.submit(_score, self, place, systems) for place in places]
            try:
                for future in tqdm(as_completed(futures), total=len(futures), unit="clip"):
                    future.result()
            except BrokenProcessPool as error:
                raise ScoreError("a process died", "enough memory", "use fewer --jobs") from error
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def score_clip(self, place: Place, systems: Sequence[System], bar: tqdm) -> list[Result]:
        """Results of one clip, read where they are there; `bar` counts them."""
        rows = rows_of(place, systems)
        task: Task | None = None
        found = []
        for system in systems:
            file = self._file(place, system)
            record = _stored(file, rows)
            if record is None:
                bar.set_postfix_str(f"{place.name[:24]}: {system.name}")
                task = task or read(place, self.rate_hz, self.channels, rows)
                record = self._measure(task, place, system)
                with replacing(file) as temporary:
                    temporary.write_text(json.dumps(record, allow_nan=False), "utf-8")
            kept = {
                name: record["rows"][name] for name in map(label, rows) if name in record["rows"]
            }
            times = record["seconds_per_second"], record["processor_s_per_s"]
            found.append(Result(system, place, *times, kept))
            bar.update()
        return found

    def _measure(self, task: Task, place: Place, system: System) -> dict[str, Any]:
        started = perf_counter(), process_time()
        estimates = system.estimate(task, place.name)
        spent = perf_counter() - started[0], process_time() - started[1]
        seconds = task.mix.shape[-1] / self.rate_hz
        rows = scores_of(task, estimates, self.check_museval and isinstance(system, Run))
        if self.listen:
            for row, heard in listened(system, task, place, estimates).items():
                rows[row] |= heard
        return {
            "place": place.name,
            "system": system.name,
            "seconds_per_second": spent[0] / seconds,
            "processor_s_per_s": spent[1] / seconds,
            "asked": [label(row) for row in task.rows],
            "rows": rows,
        }

    def _file(self, place: Place, system: System) -> Path:
        """Where a result lies; its name says all that it depends on."""
        values = [
            self.code,
            self.rate_hz,
            self.channels,
            system.identity,
            str(place.song),
            place.start_s,
            place.seconds,
            place.stems,
            place.without,
            stamps(place.song, place.stems),
            self.listen,
        ]
        text = json.dumps(values, sort_keys=True)
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.json"


def _die_quietly() -> None:
    """Ctrl-C ends a worker without a traceback; the parent says what there is to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _score(work: Work, place: Place, systems: Sequence[System]) -> None:
    """One clip, in a process of its own."""
    able = [system for system in systems if system.fits(place.stems)]
    work.score_clip(place, able, tqdm(disable=True))


def rows_of(place: Place, systems: Sequence[System]) -> tuple[Row, ...]:
    """What is scored in a clip: what its systems tell apart; without a model, every stem."""
    rows = [row for system in systems for row in system.rows(place.stems)]
    rows += [row for system in systems for row in system.more_rows(place.stems)]
    if all(isinstance(system, PeerRun) for system in systems):
        rows += [(stem,) for stem in place.stems]
    return ordered(rows, place.stems)


def _stored(file: Path, rows: tuple[Row, ...]) -> dict[str, Any] | None:
    """What a file holds, where it answers all rows that are asked for now."""
    if not file.is_file():
        return None
    record: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return record if {label(row) for row in rows} <= set(record["asked"]) else None


def scores_of(task: Task, estimates: dict[Row, Audio], check: bool = False) -> dict[str, Scores]:
    """Scores by row; None in them for stems below -60 dBFS.

    All true stems are handed on with the rows: museval leaves out frames in which any is silent.
    """
    if not estimates:
        return {}
    truth = [total(task.stems, truth_of(row)) for row in estimates]
    if check:
        check_museval(np.stack([*estimates.values()]), np.stack(truth), task.rate_hz)
    stems = np.stack([*truth, *task.stems.values()])
    found = np.stack([*estimates.values(), *task.stems.values()])
    scored = score(found, stems, task.mix, task.rate_hz)
    return dict(zip(map(label, estimates), scored, strict=False))


def code_digest() -> str:
    """Of the code that scores depend on."""
    root = Path(export.__file__).parent
    files = [file for name in _CODE for file in _files(root / name)]
    digest = hashlib.sha256()
    for file in (*files, *_files(Path(engines.__file__).parent)):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(path.rglob("*.py"))
