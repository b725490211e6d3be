"""How a stream describes itself to its clients, and how it does."""

from __future__ import annotations

from dataclasses import replace

from daw_bridge.live.counters import Counters
from daw_bridge.live.port_status import PortStatus
from daw_bridge.remote.counters import EngineCounts, quantile_s
from daw_bridge.settings.plan import StreamPlan
from daw_bridge.wire.replies import Level, StreamHealth, StreamInfo
from engines.gains import Meter
from engines.load import Model
from engines.settings import StreamSettings

_NO_PORT = PortStatus()


def describe_stream(
    stream: int,
    plan: StreamPlan,
    model: Model,
    settings: StreamSettings,
    *,
    outputs: tuple[str, ...],
    latency_samples: int,
    steps: int,
    credit: int,
    folded: tuple[str, ...] = (),
    silent: tuple[str, ...] = (),
) -> StreamInfo:
    """The stream as clients see it. See StreamInfo."""
    return StreamInfo(
        stream=stream,
        mode=plan.mode,
        model=model.spec.name,
        outputs=outputs,
        known=plan.known,
        rate_hz=settings.rate_hz,
        channels=settings.channels,
        latency_samples=latency_samples,
        window_samples=settings.window_samples,
        hop_samples=settings.hop_samples,
        lookahead_samples=settings.lookahead_samples,
        crossfade_samples=settings.crossfade_samples,
        steps=steps,
        seed=settings.seed,
        residual_to=settings.residual_to or "",
        provider=model.provider,
        provider_note=model.provider_note,
        credit=credit,
        folded=folded,
        silent=silent,
        pinned=plan.pinned,
    )


def describe_health(
    info: StreamInfo, meters: dict[str, Meter], count: Counters, port: PortStatus = _NO_PORT,
    engine: EngineCounts | None = None,
) -> StreamHealth:  # fmt: skip
    """How the stream does: levels, load and counts; `port` feeds it, and a remote `engine` runs its
    model. See StreamHealth."""
    health = StreamHealth(
        stream=info.stream,
        rate_hz=info.rate_hz,
        latency_samples=info.latency_samples,
        levels=tuple(Level(name, one.peak_db, one.rms_db) for name, one in meters.items()),
        load=count.load,
        late=count.late_blocks,
        windows=count.windows,
        skipped_windows=count.skipped_windows,
        xruns=count.xruns,
        nonfinite_samples=count.nonfinite_samples,
        nonfinite_windows=count.nonfinite_windows,
        failures=count.failures,
        blocks=count.blocks,
        late_samples=count.late_samples,
        discarded_samples=count.discarded_samples,
        callback_p999_us=count.callback_p999_us,
        callback_max_us=count.callback_max_us,
        cycle_p999_us=port.cycle.p999_us(),
        cycle_max_us=port.cycle.longest_ns / 1000.0,
        io_state=port.state,
        discontinuities=port.discontinuities,
        shortfall_samples=port.shortfall_samples,
        excess_samples=port.excess_samples,
        refused_packets=port.refused_packets,
        dropped_packets=port.dropped_packets,
        lost_controls=port.lost_controls,
        hears=port.hears,
        sends=port.sends,
    )
    return health if engine is None else _with_engine(health, engine)


def _with_engine(health: StreamHealth, engine: EngineCounts) -> StreamHealth:
    return replace(
        health,
        engine="up" if engine.up else "down",
        engine_missed=engine.missed_windows,
        engine_calls=engine.calls,
        engine_failures=engine.failed,
        engine_openings=engine.openings,
        engine_call_us=1e6 * engine.round_trip_s,
        engine_p99_us=1e6 * quantile_s(engine.times, 0.99),
    )
