"""Separates a folder of songs while it is killed outright again and again, then goes on.

    python -m tests.bench.kill_library --kills 30
    python -m tests.bench.kill_library --kills 30 --jobs 1          one process alone
    python -m tests.bench.kill_library --model song --seconds 5     a shipped model

Each time `separate --resume` is started, and after a random time the run, or one of its workers,
gets SIGKILL. A run whose worker was killed goes on to the next kill. At the end it runs once more,
undisturbed. Says whether each song has the samples of a run that nobody killed, whether anything is
left of those that were, how many songs were made, and how many of them more than once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from daw_bridge.files.leftovers import maker_of
from tests.bench.tools import described
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[2]
END_S = 30.0
"""So long may what is left of a killed run take to clean up."""


def command(model: str, songs: Path, out: Path, jobs: int, steps: int) -> list[str]:
    """A run that goes on where the last one was killed."""
    own = ["--model", model, "--steps", str(steps), "-o", str(out), "--resume", "--json"]
    many = ["--jobs", str(jobs), "--threads", str(jobs)]
    return [sys.executable, "-m", "daw_bridge", "separate", str(songs), *own, *many]


class Library:
    """A folder of songs, what is made of it, and what the runs have said."""

    def __init__(self, folder: Path, args: list[str], chance: random.Random, longest_s: float):
        self._folder, self._args = folder, args
        self._chance, self._longest_s = chance, longest_s
        self.told: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()

    def disturbed(self) -> None:
        """One run that is killed at a random moment, itself or a worker of it."""
        with self._started() as process:
            time.sleep(self._chance.uniform(0.2, self._longest_s))
            worker = self._waited(process) if self._chance.random() < 0.5 else None
            if worker is not None:
                with suppress(ProcessLookupError):  # it may just have ended
                    os.kill(worker, signal.SIGKILL)
                self.killed["workers"] += 1
                time.sleep(self._chance.uniform(0, self._longest_s))
            process.kill()
            self.killed["runs"] += 1
            self._hear(process)

    def undisturbed(self) -> int:
        """One run to its end; its exit code."""
        with self._started() as process:
            self._hear(process)
        return process.returncode

    def _started(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._args, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
        )

    def _waited(self, process: subprocess.Popen[str]) -> int | None:
        """A worker that makes a song, waited for; None where the run has none, or is done."""
        until = time.monotonic() + END_S
        while (worker := self._worker(process.pid)) is None and process.poll() is None:
            if time.monotonic() > until:
                break
            time.sleep(0.01)
        time.sleep(self._chance.uniform(0, 0.3))
        return worker

    def _worker(self, run: int) -> int | None:
        """A worker of the run that makes a song at this moment."""
        songs = [path.stem for path in self._folder.parent.joinpath("in").iterdir()]
        makers = {maker_of(self._folder / song) for song in songs} - {None, run}
        return self._chance.choice(sorted(one for one in makers if one)) if makers else None

    def _hear(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):  # else it was killed in the middle of it
                event = json.loads(line)
                self.told[event.get("code") or event["event"]] += 1


def samples(folder: Path) -> dict[str, list[str]]:
    """The hashes of each song's files, by its record."""
    records = sorted(folder.glob("*/daw-bridge.json"))
    found = {one.parent.name: json.loads(one.read_text()) for one in records}
    return {
        song: [file["samples_sha256"] for file in record["files"]]
        for song, record in found.items() if record["complete"]
    }  # fmt: skip


def left_behind(folder: Path) -> list[str]:
    """What killed runs have left, once their workers have had time to see that they are alone."""
    until = time.monotonic() + END_S
    while left := [one.name for one in folder.iterdir() if one.name.startswith(".")]:
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return left


def main() -> int:
    """1 where a song is not as it must be, or something is left."""
    parser = described(__doc__)
    parser.add_argument("--songs", type=int, default=6, help="how many songs")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a song")
    parser.add_argument("--kills", type=int, default=10, help="how many runs are killed")
    parser.add_argument("--longest", type=float, default=4.0, help="seconds a run lives, at most")
    parser.add_argument("--jobs", type=int, default=2, help="songs at a time")
    parser.add_argument("--steps", type=int, default=200, help="refinement steps")
    parser.add_argument("--model", default="", help="a model's name; default: a tiny one")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    args = parser.parse_args()
    with TemporaryDirectory(prefix="daw-bridge-kills-") as name:
        folder = Path(name)
        model = args.model or str(folder / "tiny.onnx")
        if not args.model:
            make_model(folder / "tiny.onnx", conditional=True)
        for path in (folder / "in", folder / "out", folder / "whole"):
            path.mkdir()
        for k in range(args.songs):
            save(folder / "in" / f"song{k}.wav", noise(2, int(args.seconds * 44100), k))
        return _tried(folder, model, args.kills, args.longest, args.jobs, args.steps, args.seed)


def _tried(
    folder: Path, model: str, kills: int, longest_s: float, jobs: int, steps: int, seed: int
) -> int:
    whole = command(model, folder / "in", folder / "whole", 1, steps)
    subprocess.run(whole, check=True, cwd=ROOT, capture_output=True)
    args = command(model, folder / "in", folder / "out", jobs, steps)
    library = Library(folder / "out", args, random.Random(seed), longest_s)
    for _ in range(kills):
        library.disturbed()
    code = library.undisturbed()
    same = samples(folder / "out") == samples(folder / "whole")
    left = left_behind(folder / "out")
    songs = len(samples(folder / "whole"))
    told = library.told
    print(f"SIGKILL: {library.killed['runs']} runs, {library.killed['workers']} workers; then exit "
          f"code {code}; {songs} songs, samples {'equal' if same else 'DIFFER'}; "
          f"{len(left)} leftovers; skipped {told['skipped']} times, made anew after a record "
          f"{told['remade']} times")  # fmt: skip
    return int(code != 0 or not same or bool(left))


if __name__ == "__main__":
    sys.exit(main())
