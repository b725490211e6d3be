"""Plans of stereo streams, from a server's own defaults."""

from __future__ import annotations

from daw_bridge.server.options import ServerOptions
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import StreamPlan


def sync_plan(rate_hz: int = 44100, known: tuple[str, ...] = (), **values: Value) -> StreamPlan:
    """Of a lossless stream; values by name, with `__` for `/`."""
    return StreamPlan(rate_hz, 2, "sync", "live", known, 0, _changed(values))


def live_plan(block: int = 256, known: tuple[str, ...] = (), **values: Value) -> StreamPlan:
    """Of a live stream at 44.1 kHz; values by name, with `__` for `/`."""
    return StreamPlan(44100, 2, "live", "live", known, block, _changed(values))


def _changed(values: dict[str, Value]) -> tuple[tuple[str, Value], ...]:
    changes = {name.replace("__", "/"): value for name, value in values.items()}
    return tuple((ServerOptions.of().planned | changes).items())
