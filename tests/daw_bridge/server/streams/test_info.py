"""How a stream describes itself: every count arrives under its own name."""

from __future__ import annotations

import dataclasses

from daw_bridge.live.counters import Counters
from daw_bridge.live.port_status import PortStatus
from daw_bridge.remote.counters import BOUNDS_S, EngineCounts
from daw_bridge.server.streams.info import describe_health
from daw_bridge.wire.replies import Level, StreamHealth
from engines.gains import Meter
from tests.rigs.wire import info

PORT_COUNTS = (
    "discontinuities", "shortfall_samples", "excess_samples", "refused_packets", "dropped_packets",
    "lost_controls",
)  # fmt: skip

ENGINE = {
    "engine": "down", "engine_missed": 3, "engine_calls": 100, "engine_failures": 5,
    "engine_openings": 2, "engine_call_us": 9000.0, "engine_p99_us": 20000.0,
}  # fmt: skip


def test_every_count_arrives_under_its_own_name() -> None:
    names = [one.name for one in dataclasses.fields(Counters)]
    count = Counters(**{name: index + 1 for index, name in enumerate(names)})
    port = PortStatus("JACK", **{name: 50 + index for index, name in enumerate(PORT_COUNTS)})
    port.cycle.add(7000)
    port.hears, port.sends = ("song",), ("song-drums", "")
    found = describe_health(info(), {"drums": Meter(-3.0, -9.0)}, count, port)
    wanted = dataclasses.asdict(count) | {name: getattr(port, name) for name in PORT_COUNTS}
    wanted |= {"late": wanted.pop("late_blocks"), "io_state": "JACK", "cycle_max_us": 7.0}
    del wanted["lost_samples"]  # counted, and not told
    shown = {name: getattr(found, name) for name in wanted}
    assert shown == wanted
    assert (found.stream, found.rate_hz, found.latency_samples) == (2, 48000, 223)
    assert found.levels == (Level("drums", -3.0, -9.0),) and found.cycle_p999_us == 7.0
    assert (found.hears, found.sends) == (("song",), ("song-drums", ""))
    covered = {*wanted, "stream", "rate_hz", "latency_samples", "levels", "cycle_p999_us"}
    covered |= {"hears", "sends"} | ENGINE.keys()
    assert covered == {one.name for one in dataclasses.fields(StreamHealth)}


def test_without_a_port_its_counts_are_nothing() -> None:
    found = describe_health(info(), {}, Counters(load=0.5))
    assert found == StreamHealth(2, 48000, 223, load=0.5)


def test_what_was_counted_of_a_remote_engine() -> None:
    times = [0] * (len(BOUNDS_S) + 1)
    times[BOUNDS_S.index(0.02)] = 100
    counts = EngineCounts(
        False, 100, (("INTERNAL", 2), ("UNAVAILABLE", 3)), 3, 2, tuple(times), 2.0, 0.009, "why"
    )
    found = describe_health(info(), {}, Counters(), engine=counts)
    assert {name: getattr(found, name) for name in ENGINE} == ENGINE
