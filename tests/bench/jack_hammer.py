"""Hammers libjack's message functions: none of its callbacks may be freed while it calls them.

    python -m tests.bench.jack_hammer --seconds 60 --runs 10
    python -m tests.bench.jack_hammer --fresh --runs 5      sets them anew each time, as was done
                                                         once: now and then that one crashes

One thread asks for the library without end, two make connections that fail, so that libjack calls
its error function. Each run is a process of its own. Says how many died, and of what.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from daw_bridge.ports.jack.library import load_jack, open_client
from tests.bench.tools import described
from tests.rigs.jack import JackServer

PAUSE_S = 2e-5


def load(over: threading.Event, fresh: bool) -> None:
    """Ask for the library; `fresh`: as if it had not been loaded before."""
    while not over.is_set():
        jack = load_jack()
        if fresh:
            jack.set_error_function(lambda message: None)
            jack.set_info_function(lambda message: None)
        time.sleep(PAUSE_S)


def fail(over: threading.Event, server: str, failed: list[int]) -> None:
    """Make connections that fail; counts them in `failed`."""
    client, error = open_client("hammer", server), load_jack().JackError
    count = 0
    while not over.is_set():
        try:
            client.connect("no:port", "no:other")
        except error:
            count += 1
    client.close()
    failed.append(count)


def hammer(server: str, seconds: float, fresh: bool) -> int:
    """One run; how many connections failed."""
    over, failed = threading.Event(), list[int]()
    work: list[Callable[[], None]] = [lambda: load(over, fresh)]
    work += 2 * [lambda: fail(over, server, failed)]
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    over.set()
    for thread in threads:
        thread.join()
    return sum(failed)


def run_all(args: argparse.Namespace) -> int:
    """Every run in its own process; how many of them died."""
    died = 0
    for number in range(1, args.runs + 1):
        with JackServer(48000, 1024) as jack:
            command = [sys.executable, "-m", "tests.bench.jack_hammer", "--server", jack.name]
            command += ["--seconds", str(args.seconds), *["--fresh"] * args.fresh]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        died += done.returncode != 0
        said = done.stdout.strip() or done.stderr.strip()[-200:]
        print(f"run {number}: exit {done.returncode}, {said}", flush=True)
    print(f"{died} of {args.runs} runs of {args.seconds:g} s died")
    return int(died > 0)


def main() -> int:
    """1 where a run has died."""
    parser = described(__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="length of a run")
    parser.add_argument("--runs", type=int, default=1, help="how many, one after the other")
    parser.add_argument("--fresh", action="store_true", help="set the functions anew each time")
    parser.add_argument("--server", default="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if not args.server:
        return run_all(args)
    print(f"{hammer(args.server, args.seconds, args.fresh)} failed connections")
    return 0


if __name__ == "__main__":
    sys.exit(main())
