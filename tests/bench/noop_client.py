"""A JACK client whose callback does nothing, for comparison; times as JSON when stdin ends.

    python -m tests.bench.noop_client SERVER SOURCE_PORT

It is connected to the port that our server gets its input from, and so runs after the same client.
"""

from __future__ import annotations

import json
import sys
import time

from daw_bridge.live.counters import CallbackTimer
from daw_bridge.live.quiet_interpreter import QuietInterpreter
from daw_bridge.ports.jack.library import open_client


def main() -> None:
    """Serve nothing until stdin ends."""
    server, source = sys.argv[1:]
    client, quiet = open_client("noop", server), QuietInterpreter()
    port, rate_hz = client.inports.register("in"), int(client.samplerate)
    own, cycle = CallbackTimer(), CallbackTimer()

    def process(frames: int) -> None:
        began = time.perf_counter_ns()
        own.add(time.perf_counter_ns() - began)
        cycle.add(round(client.frames_since_cycle_start * 1e9 / rate_hz))

    client.set_process_callback(process)
    quiet.begin()
    client.activate()
    client.connect(source, port.name)
    sys.stdin.read()
    client.deactivate()
    found = {"cycle_p999_us": cycle.p999_us(), "cycle_max_us": cycle.longest_ns / 1000}
    found |= {"callback_p999_us": own.p999_us(), "callback_max_us": own.longest_ns / 1000}
    print(
        json.dumps(
            {name: round(value, 1) for name, value in found.items()} | {"blocks": own.blocks}
        )
    )


if __name__ == "__main__":
    main()
