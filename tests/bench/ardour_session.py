"""Ardour plays and records stems for minutes on end while parameters move, for the record.

    python -m tests.bench.ardour_session --minutes 10
    python -m tests.bench.ardour_session --minutes 1 --moves 100 --period 1024 --model band.onnx

Starts `jackd -d dummy`, `daw-bridge serve --io jack` and Ardour (`ardour7-lua`), which plays noise
from a track of the session template and records the stems, the residual and the dry mix. Meanwhile
an OSC client moves parameters `--moves` times a second: seed and number of refinement steps, and a
fader, which stays at 0 dB, so that what was recorded still sums to the dry mix. Says: late blocks,
cycles that JACK lost (xruns), and how far the sum is from the dry mix, the dry mix from the song.
A model has the stems of the template: drums, bass, other, vocals.
"""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from pythonosc.udp_client import SimpleUDPClient

from daw_bridge.cli.ping.measure import level_db
from daw_bridge.client import Client
from engines.types import Audio
from max_patches.generate.ardour.template import DRY, FILE, RECORDED
from tests.bench.tools import described
from tests.rigs.ardour import ArdourSession, Take, beside, lag
from tests.rigs.jack import JackServer
from tests.rigs.serve import ServeProcess

RATE_HZ = 48000
QUIET = RATE_HZ // 2
PIECE_S, NEAR = 1, RATE_HZ
"""The takes are compared with the song in pieces: JACK may lose a cycle in minutes of recording."""
NULL_DB = -100.0
TAIL_S = 2.0
"""Ardour rolls for so long after the song: the stems come later."""


class Mover:
    """Moves parameters over OSC until it is closed. Use it with `with`; `sent` counts."""

    def __init__(self, port: int, moves_per_s: float) -> None:
        self._client = SimpleUDPClient("127.0.0.1", port)
        self._every_s = 1 / moves_per_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="moves", daemon=True)
        self.sent = 0

    def __enter__(self) -> Mover:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        for turn in itertools.count():
            if self._stopping.wait(self._every_s):
                return
            name, value = (
                ("refine/seed", turn), ("refine/steps", 1 + turn % 2), ("stem/drums/gain", 0.0)
            )[turn % 3]  # fmt: skip
            self._client.send_message(f"/dawbridge/{name}", value)
            self.sent += 1


def noise(seconds: float) -> Audio:
    """Stereo, quiet at both ends."""
    song = np.zeros((2, round(seconds * RATE_HZ)), np.float32)
    inner = song[:, QUIET:-QUIET]
    inner[:] = 0.1 * np.random.default_rng(0).standard_normal(inner.shape, np.float32)
    return song


def report(session: ArdourSession, song: Audio) -> None:
    """How far the sum of the takes is from the dry take, and that from the song."""
    takes = session.takes()
    later = lag(takes[DRY], song, 1.0)
    heard = {one: beside(takes[one], song, later) for one in RECORDED}
    total = np.sum([heard[one] for one in RECORDED if one != DRY], axis=0)
    print(f"sum of the takes less the dry take: {level_db(total - heard[DRY]):.1f} dBFS")
    lags, nulls = zip(*pieces(heard[DRY], song), strict=True)
    found = sorted({later + one for one in lags})
    print(f"the takes lie {', '.join(map(str, found))} samples later than the song")
    whole = sum(one < NULL_DB for one in nulls)
    print(f"dry take less the song at that place, {PIECE_S} s each: below {NULL_DB:g} dBFS in "
          f"{whole} of {len(nulls)}; a lost cycle spoils one and moves those after it")  # fmt: skip


def pieces(heard: Audio, song: Audio) -> list[tuple[int, float]]:
    """For each piece of the song: how many samples later it was heard, and the level of what is
    left of it when taken from that, dB re full scale."""
    found = []
    length = PIECE_S * RATE_HZ
    for start in range(QUIET, song.shape[-1] - QUIET - length, length):
        piece, wide = song[:, start : start + length], _around(heard, start, length)
        later = lag(Take(wide[:1], 0), piece[:1], 1.0)
        near = wide[:, later : later + length]
        same = near.shape == piece.shape
        found.append((later - NEAR, level_db(near - piece) if same else 0.0))
    return found


def _around(audio: Audio, start: int, length: int) -> Audio:
    """The samples there and NEAR more at both ends, zeros where there are none."""
    padded = np.pad(audio, ((0, 0), (NEAR, NEAR)))
    return padded[:, start : start + length + 2 * NEAR]


def main() -> None:
    """Measure, and print it."""
    parser = described(__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--model", default="song")
    parser.add_argument("--moves", type=float, default=100.0, help="parameters set each second")
    parser.add_argument("--period", type=int, default=2048, help="JACK's block, samples")
    parser.add_argument("--folder", type=Path, default=None, help="where the session is made")
    given = parser.parse_args()
    song = noise(given.minutes * 60)
    flags = ["--io", "jack", "--device", "cpu", "--model", given.model]
    with (
        TemporaryDirectory(prefix="daw-bridge-ardour-", dir=given.folder) as folder,
        JackServer(RATE_HZ, given.period, outputs=2) as jack,
        ServeProcess(*flags, environment=jack.env) as serve,
        Client(serve.endpoint, 30) as client,
    ):
        session = ArdourSession(Path(folder) / "session", FILE, RATE_HZ)
        session.import_song(song)
        with Mover(serve.ready()["osc_port"], given.moves) as mover:
            session.record(jack, given.minutes * 60 + TAIL_S)
        health = client.status().health[0]
        print(f"{mover.sent} parameters set in {given.minutes:g} minutes and what came around them")
        print(f"late blocks: {health.late} of {health.blocks}; xruns: {health.xruns}")
        report(session, song)


if __name__ == "__main__":
    main()
