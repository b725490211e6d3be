"""Stops the server again and again, each time by two signals within microseconds.

    python -m tests.bench.stop_hammer --stops 100
    python -m tests.bench.stop_hammer --stops 100 --early 3     also while it is starting

Every start is a process of its own with a tiny model. Half of the stops have their second signal
some milliseconds after the first. Says the exit codes, the longest stop, and how many hung.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.tools import described
from tests.rigs.server import PORTS
from tests.rigs.tiny_models import make_model

HANGS_AFTER_S = 30.0
NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ROOT = Path(__file__).parents[2]


def stop_one(model: Path, chance: random.Random, early_s: float) -> tuple[str, float]:
    """Start a server, stop it; its exit code as text, or `hung`, and the seconds that it took."""
    command = [sys.executable, "-m", "daw_bridge", "serve", "--model", str(model), "--json"]
    command += PORTS
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, cwd=ROOT) as process:
        if early_s:
            time.sleep(chance.uniform(0, early_s))
        else:
            assert process.stdout is not None and process.stdout.readline()
        began = time.monotonic()
        process.send_signal(chance.choice(NUMBERS))
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, 0.2))
        process.send_signal(chance.choice(NUMBERS))
        try:
            code = process.wait(HANGS_AFTER_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return "hung", HANGS_AFTER_S
        return str(code), time.monotonic() - began


def main() -> int:
    """1 where one has hung."""
    parser = described(__doc__)
    parser.add_argument("--stops", type=int, default=100, help="how many starts and stops")
    parser.add_argument("--early", type=float, default=0.0, metavar="SECONDS",
                        help="stop so soon after the start, at most")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of when and which signals are sent")
    args = parser.parse_args()
    for number in NUMBERS:  # a job in a shell's background ignores SIGINT, and so would the servers
        signal.signal(number, signal.default_int_handler)
    chance, codes, longest_s = random.Random(args.seed), Counter[str](), 0.0
    with TemporaryDirectory(prefix="daw-bridge-stops-") as folder:
        make_model(Path(folder) / "tiny.onnx")
        for _ in range(args.stops):
            code, took_s = stop_one(Path(folder) / "tiny.onnx", chance, args.early)
            codes[code] += 1
            longest_s = max(longest_s, took_s)
    said = ", ".join(f"{code}: {count}" for code, count in sorted(codes.items()))
    print(f"{args.stops} stops, exit codes {said}; the longest took {longest_s:.2f} s; "
          f"{codes['hung']} hung")  # fmt: skip
    return int(codes["hung"] > 0)


if __name__ == "__main__":
    sys.exit(main())
