"""Separates a folder of songs with `--pool ray`, kills workers and runs, and compares the samples.

    python -m tests.bench.ray_library
    python -m tests.bench.ray_library --short      one worker killed, and --resume: a minute
    python -m tests.bench.ray_library --seed 3     other moments

Needs the extra `cluster` and Linux. The script enters namespaces of its own (`unshare`, as root or
with user namespaces) before anything of Ray starts: there is only loopback in them, and what is
left when it ends, or after `--deadline` seconds, ends with them. A run that takes longer than
`--each` seconds is killed, and its trial has failed.
Tried are: a worker killed in its song; `--resume` after that; a run and its Ray killed outright, on
files in a store (file://), and `--resume` after that; Ctrl-C. Each must end with the samples of a
run without a pool and leave nothing unfinished.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from daw_bridge.files.leftovers import maker_of
from tests.bench.kill_library import left_behind, samples
from tests.bench.tools import described
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[2]
INSIDE = "DAW_BRIDGE_RAY_INSIDE"
OnLine = Callable[["Run", dict[str, object]], None]


def enter_namespace(deadline_s: float) -> int:
    """Run this script again where there is no network but loopback; its exit code."""
    alone = ["-n", "-p", "-f", "--mount-proc", "--kill-child"]
    for rights in (alone, ["-r", *alone]):
        if subprocess.run(["unshare", *rights, "true"], check=False).returncode == 0:
            inner = 'ip link set lo up && exec "$@"'
            again = [sys.executable, "-m", "tests.bench.ray_library", *sys.argv[1:]]
            command = ["unshare", *rights, "sh", "-c", inner, "sh", *again]
            inside = {**os.environ, INSIDE: "1"}
            try:
                done = subprocess.run(
                    command, check=False, cwd=ROOT, env=inside, timeout=deadline_s
                )
            except subprocess.TimeoutExpired:
                print(f"not done within {deadline_s:.0f} s (--deadline): all of it was killed")
                return 1
            return done.returncode
    print("no network namespace can be made here")
    return 1


class Run:
    """One `separate`, in a process group of its own, as a terminal would have it.

    After `limit_s` the group is killed, and `late` is what was last heard of it.
    """

    def __init__(self, folder: Path, limit_s: float, *args: str) -> None:
        self.folder, self.codes, self.done = folder, list[object](), 0
        self.late, self._last, self._limit_s = "", "nothing", limit_s
        model = ["--model", str(folder / "tiny.onnx"), "--steps", "100", "--json"]
        environment = {**os.environ, "RAY_TMPDIR": str(folder / "ray"), "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "daw_bridge", "separate", *args, *model], text=True, cwd=folder,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )  # fmt: skip

    def to_the_end(self, on_line: OnLine = lambda run, event: None) -> int:
        """Hear all; the exit code."""
        assert self.process.stdout is not None
        timer = threading.Timer(self._limit_s, self._end)
        timer.start()
        for line in self.process.stdout:
            if not line.endswith("\n"):  # it was killed in the middle of it
                continue
            self._last = line.strip()
            event = json.loads(line)
            self.codes.append(event.get("code"))
            self.done += event["event"] == "done"
            on_line(self, event)
        code = self.process.wait()
        timer.cancel()
        return code

    def _end(self) -> None:
        self.late = f", killed after {self._limit_s:.0f} s, last heard: {self._last}"
        os.killpg(self.process.pid, signal.SIGKILL)


class Trial:
    """Songs, and what a run without a pool makes of them."""

    def __init__(
        self, folder: Path, songs: int, seconds: float, chance: random.Random, limit_s: float
    ) -> None:
        self.folder, self.chance, self.limit_s = folder, chance, limit_s
        make_model(folder / "tiny.onnx", conditional=True)
        (folder / "in").mkdir()
        for k in range(songs):
            save(folder / "in" / f"song{k}.wav", noise(2, int(seconds * 44100), k))
        run = Run(folder, limit_s, "in", "-o", "whole")
        assert run.to_the_end() == 0, f"no samples to compare with{run.late}"
        self.whole = samples(folder / "whole")
        self.bad, self.began = 0, time.monotonic()

    def pooled(self, *args: str) -> Run:
        return Run(
            self.folder, self.limit_s, *args, "--pool", "ray", "--jobs", "2", "--threads", "2"
        )

    def say(self, what: str, run: Run, good: bool, words: str) -> None:
        good = good and not run.late
        self.bad += not good
        took_s, self.began = time.monotonic() - self.began, time.monotonic()
        verdict = "good" if good else "BAD"
        print(f"{what}: {verdict} after {took_s:.0f} s; {words}{run.late}", flush=True)

    def compared(self, out: str) -> tuple[bool, str]:
        """Whether the songs are as without a pool, and nothing is left of what was killed."""
        folder = self.folder / out
        same, left = samples(folder) == self.whole, left_behind(folder)
        words = f"samples {'equal' if same else 'DIFFER'}, {len(left)} leftovers"
        return same and not left, words

    def worker_killed(self) -> None:
        run, killed = self.pooled("in", "-o", "one"), list[int]()

        def kill(run: Run, event: dict[str, object]) -> None:
            songs = [path.stem for path in (self.folder / "in").iterdir()]
            makers = {maker_of(self.folder / "one" / song) for song in songs} - {None}
            if makers and not killed:
                killed.append(sorted(one for one in makers if one)[0])
                os.kill(killed[0], signal.SIGKILL)

        code = run.to_the_end(kill)
        good, words = self.compared("one")
        again = run.codes.count("again")
        self.say("a worker killed", run, good and code == 0 and bool(killed) and again >= 1,
                 f"exit {code}, {again} tried again, {words}")  # fmt: skip
        run = self.pooled("in", "-o", "one", "--resume")
        code, skipped = run.to_the_end(), run.codes.count("skipped")
        self.say("--resume", run, code == 0 and skipped == len(self.whole), f"{skipped} skipped")

    def run_killed(self) -> None:
        source, out = (self.folder / "in").as_uri(), (self.folder / "two").as_uri()
        run = first = self.pooled(source, "-o", out)

        def kill(run: Run, event: dict[str, object]) -> None:
            if run.done == 1:
                time.sleep(self.chance.uniform(0, 2))
                run.process.kill()

        code, done = run.to_the_end(kill), run.done
        complete = len(samples(self.folder / "two"))
        run = self.pooled(source, "-o", out, "--resume")
        last, skipped = run.to_the_end(), run.codes.count("skipped")
        good, words = self.compared("two")
        went_on = code == -9 and not first.late and last == 0 and skipped >= complete
        self.say("a run killed, file://", run, good and went_on,
                 f"exit {code}, {done} told done, {complete} complete; then exit {last}, "
                 f"{skipped} skipped, {words}")  # fmt: skip

    def stopped(self) -> None:
        run, sent = self.pooled("in", "-o", "three/deep"), list[float]()

        def stop(run: Run, event: dict[str, object]) -> None:
            if event.get("stage") == "separate" and not sent:
                sent.append(time.monotonic())
                os.killpg(run.process.pid, signal.SIGINT)  # as Ctrl-C does: to all of the group

        code = run.to_the_end(stop)
        folder = self.folder / "three" / "deep"
        left = left_behind(folder) if folder.exists() else []
        took_s = time.monotonic() - sent[0] if sent else -1.0
        self.say("Ctrl-C", run, code == 130 and not left and bool(sent),
                 f"exit {code} after {took_s:.1f} s, {run.codes.count('cancelled')} cancelled, "
                 f"{len(left)} leftovers")  # fmt: skip


def main() -> int:
    """How many trials have failed."""
    parser = described(__doc__)
    parser.add_argument("--short", action="store_true", help="the first trial alone")
    parser.add_argument("--songs", type=int, default=4, help="how many songs")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a song")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--each", type=float, default=240.0, help="seconds of a run, at most")
    parser.add_argument("--deadline", type=float, default=900.0, help="seconds of all, at most")
    args = parser.parse_args()
    if not os.environ.get(INSIDE):
        return enter_namespace(args.deadline)
    with TemporaryDirectory(prefix="dbr-", ignore_cleanup_errors=True) as name:  # short: sockets
        trial = Trial(Path(name), args.songs, args.seconds, random.Random(args.seed), args.each)
        trial.worker_killed()
        if not args.short:
            trial.run_killed()
            trial.stopped()
        shutil.rmtree(Path(name) / "ray", ignore_errors=True)
        return trial.bad


if __name__ == "__main__":
    sys.exit(main())
