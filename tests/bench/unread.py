"""The server's memory while subscribers read nothing of what is published.

    python -m tests.bench.unread                    8 subscribers, a new one each 2 s
    python -m tests.bench.unread --ears 32 --seconds 120

A client sends blocks as fast as they are answered, and reads the answers; every one is published,
too. Prints the memory each second, with what has been published by then, and at last the growth in
the second half, in which every subscriber's connection is full.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from daw_bridge.client import Client
from tests.bench.flood import BLOCK_SAMPLES, make_ear
from tests.bench.tools import described
from tests.rigs.serve import ServeProcess
from tests.rigs.tiny_models import make_model

APART_S = 2.0


@contextmanager
def published(endpoint: str, samples: int) -> Iterator[list[int]]:
    """Blocks go through meanwhile; the bytes of all answers so far."""
    over, total = threading.Event(), [0]

    def play() -> None:
        block = np.zeros((2, samples), np.float32)
        with Client(endpoint, 60) as client, client.stream(44100, channels=2) as stream:
            while not over.is_set():
                total[0] += stream.process(block).audio.nbytes

    player = threading.Thread(target=play)
    player.start()
    try:
        yield total
    finally:
        over.set()
        player.join()


def watch(model: Path, args: argparse.Namespace) -> float:
    """Prints a line each second; the growth in the second half, MB."""
    seen = []
    with (
        ServeProcess("--model", model, "--device", "cpu", "--meter-rate", 100) as server,
        published(server.endpoint, args.samples) as total,
    ):
        process = psutil.Process(server.process.pid)
        ears, began = [], time.monotonic()
        while (now := time.monotonic() - began) < args.seconds:
            if len(ears) < args.ears and now >= APART_S * len(ears):
                ears.append(make_ear(server.ready()["pub_port"]))
            seen.append(process.memory_info().rss / 1e6)
            print(f"{now:5.0f} s {len(ears):3} subscribers {total[0] / 1e6:8.0f} MB published "
                  f"{seen[-1]:6.0f} MB", flush=True)  # fmt: skip
            time.sleep(1)
        for ear in ears:
            ear.close()
    half = len(seen) // 2
    return max(seen[half:]) - seen[half]


def main() -> int:
    """Print memory over time."""
    parser = described(__doc__)
    parser.add_argument("--ears", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--samples", type=int, default=BLOCK_SAMPLES)
    with tempfile.TemporaryDirectory(prefix="daw-bridge-unread-") as folder:
        model = Path(folder) / "tiny.onnx"
        make_model(model)
        growth = watch(model, parser.parse_args())
    print(f"growth in the second half: {growth:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
