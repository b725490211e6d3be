"""Runs `--io device` with a model until its input ends: the smallest server, for real JACK tests.

Prints one JSON line when it runs (latency, outputs, block), then its counters for every line it
reads and at the end.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from daw_bridge.live.stream import LiveStream
from daw_bridge.ports import AudioOptions, load_port
from engines.load import load_model
from engines.stream import stream_settings


def main() -> None:
    """Serve until stdin ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--out-map", default="")
    parser.add_argument("--in-map", default="")
    args = parser.parse_args()
    options = AudioOptions(
        rate_hz=0, block_samples=0, channels=2, in_map=args.in_map, out_map=args.out_map
    )
    port = load_port("device").prepare(options)
    model = load_model(args.model)
    settings = stream_settings(model.spec, port.rate_hz, port.channels, known=port.known)
    live = LiveStream(model, settings, port.block_samples)
    port.connect(live)
    live.control.start()
    port.start()
    ready = {
        "latency": live.latency_samples,
        "outputs": live.outputs,
        "rate": port.rate_hz,
        "block": port.block_samples,
        "text": port.describe(),
    }
    print(json.dumps(ready), flush=True)
    for _ in sys.stdin:
        report(live)
    port.stop()
    live.control.stop()
    report(live)


def report(live: LiveStream) -> None:
    """The counters, and the code of the fault, if there is one."""
    fault = live.control.fault.code if live.control.fault else ""
    print(json.dumps(asdict(live.control.counters) | {"fault": fault}), flush=True)


if __name__ == "__main__":
    main()
