"""`serve --io reastream` for a while, with a DAW made up on loopback, for the record.

    python -m tests.bench.reastream_run --seconds 30 --model song --gibbs 2
    python -m tests.bench.reastream_run --seconds 30 --lose 5 --swap 5

Sends the demo song in blocks as a plug-in does, every packet at its time; hears all stems. Says:
declared and measured latency, how far the sum of the outputs is from the delayed input at the end,
what was counted, times of serving a block, and the server's processor time. In the middle third
`--lose` packets are left out and `--swap` pairs exchanged, at random places of a fixed seed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from daw_bridge.cli.demo_run import DEMO_SONG
from daw_bridge.cli.ping.measure import delay_of, null_db
from daw_bridge.client import Client
from daw_bridge.ports.reastream.packets import AudioPacket, decode, split
from engines.types import Audio
from tests.bench.live_soak import material
from tests.bench.tools import described
from tests.rigs.reastream import udp

IDENTIFIER = "song"
QUIET_S = 0.5
END_S = 3.0


def packets(audio: Audio, args: argparse.Namespace) -> tuple[list[tuple[float, bytes]], int]:
    """(when in seconds, datagram) of all that is sent, and how many samples are not."""
    found = [
        ((first + args.block) / args.rate, data)
        for first in range(0, audio.shape[1], args.block)
        for data in split(IDENTIFIER, args.rate, audio[:, first : first + args.block])
    ]
    rng, third = np.random.default_rng(0), len(found) // 3
    places = third + rng.permutation(third - 1)[: args.lose + args.swap]
    for one in places[args.lose :]:
        (a_s, a), (b_s, b) = found[one : one + 2]
        found[one : one + 2] = [(a_s, b), (b_s, a)]
    gone = 0
    for one in sorted(places[: args.lose], reverse=True):
        gone += packet_of(found.pop(one)[1]).samples
    return found, gone


def packet_of(data: bytes) -> AudioPacket:
    """A datagram that is known to be audio."""
    packet = decode(data)
    assert isinstance(packet, AudioPacket)
    return packet


class Daw:
    """What sends and hears."""

    def __init__(self) -> None:
        self.hears, self.sends = udp(), udp()
        self.heard: dict[str, list[Audio]] = {}

    def __enter__(self) -> Daw:
        return self

    def __exit__(self, *error: object) -> None:
        self.hears.close()
        self.sends.close()

    def play(self, datagrams: list[tuple[float, bytes]], port: int) -> None:
        """Every packet at its time, then until nothing comes any more."""
        began = time.monotonic()
        for when, data in datagrams:
            time.sleep(max(0.0, began + when - time.monotonic()))
            self.sends.sendto(data, ("127.0.0.1", port))
            self.listen()
        last = time.monotonic()
        while time.monotonic() - last < QUIET_S:
            last = time.monotonic() if self.listen() else last
            time.sleep(0.005)

    def listen(self) -> int:
        """Take what has come; how many packets that were."""
        for count in range(1 << 20):
            try:
                packet = packet_of(self.hears.recv(65536))
            except BlockingIOError:
                return count
            self.heard.setdefault(packet.identifier, []).append(packet.audio.copy())
        raise AssertionError("no end of packets")

    def total(self) -> Audio:
        """(channels, n): the sum of all outputs."""
        found = {name: one for name, one in self.heard.items() if not name.endswith("-dry")}
        stems = [np.concatenate(one, axis=1) for one in found.values()]
        least = min(one.shape[1] for one in stems)
        total: Audio = np.sum([one[:, :least] for one in stems], axis=0)
        return total


def material_of(args: argparse.Namespace) -> Audio:
    """(2, seconds): the demo song, again and again."""
    song = material(DEMO_SONG, args.rate)
    samples = args.seconds * args.rate
    return np.ascontiguousarray(np.tile(song, -(-samples // song.shape[1]))[:, :samples])


def command(args: argparse.Namespace, port: int, send_port: int) -> list[str]:
    """`daw-bridge serve` that hears and sends at these ports."""
    return [
        sys.executable, "-m", "daw_bridge", "serve", "--io", "reastream", "--json",
        "--osc-port", "0", "--zmq-port", "0", "--pub-port", "0", "--http-port", "0",
        "--rate", str(args.rate),
        "--reastream-id", IDENTIFIER, "--reastream-bind", "127.0.0.1",
        "--reastream-port", str(port), "--reastream-send-port", str(send_port),
        "--reastream-buffer", str(args.buffer), "--model", args.model, "--gibbs", str(args.gibbs),
    ]  # fmt: skip


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run it; the findings as plain values."""
    audio = material_of(args)
    with udp() as probe:
        port = probe.getsockname()[1]
    with Daw() as daw:
        wanted = command(args, port, daw.hears.getsockname()[1])
        with subprocess.Popen(wanted, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            ready = json.loads(server.stdout.readline())
            try:
                datagrams, gone = packets(audio, args)
                before = psutil.Process(server.pid).cpu_times()
                daw.play(datagrams, port)
                after = psutil.Process(server.pid).cpu_times()
                with Client(f"tcp://127.0.0.1:{ready['zmq_port']}") as client:
                    status = client.status()
            finally:
                server.terminate()
    return {
        **findings(args, audio, daw.total(), status.streams[0].latency_samples),
        "samples_not_sent": gone,
        "cores": (sum(after[:2]) - sum(before[:2])) / args.seconds,
        "health": {k: v for k, v in vars(status.health[0]).items() if k != "levels"},
    }


def findings(args: argparse.Namespace, audio: Audio, total: Audio, declared: int) -> dict[str, Any]:
    """Latency and sum of the last END_S seconds."""
    end = audio.shape[1] - round(END_S * args.rate)
    sent, heard = audio[:, end:], total[:, end:]
    measured = delay_of(sent, heard)
    return {
        "declared_samples": declared,
        "measured_samples": measured,
        "null_db": null_db(sent, heard, measured),
    }


def main() -> None:
    """Run and print."""
    parser = described(__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rate", type=int, default=48000)
    parser.add_argument("--block", type=int, default=512, help="the DAW's, samples")
    parser.add_argument("--buffer", type=float, default=50.0, help="ms")
    parser.add_argument("--model", default="song")
    parser.add_argument("--gibbs", type=int, default=2)
    parser.add_argument("--lose", type=int, default=0, help="packets")
    parser.add_argument("--swap", type=int, default=0, help="pairs of packets")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found = run(args)
    print(json.dumps(found, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
