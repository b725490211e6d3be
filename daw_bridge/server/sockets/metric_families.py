"""What status knows, as metrics of Prometheus: names, units, and values at one moment.

Every number of `StatusReply` and of `StreamHealth` is a metric: a count, `NAME_total`, unless a row
here says otherwise. Units are those that Prometheus asks for: seconds, hertz, ratios. Levels alone
stay in dB re full scale. A field's text in its record is the metric's help.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from daw_bridge.wire.described import parts_of
from daw_bridge.wire.health import Level, StreamHealth
from daw_bridge.wire.replies import StatusReply, StreamInfo

if TYPE_CHECKING:
    from prometheus_client.core import Metric as Family

SERVER, STREAM, OUTPUT = "dawbridge", "dawbridge_stream", "dawbridge_stream_output"
INFO = f"{SERVER}_info"
STREAM_INFO = f"{STREAM}_info"
INFO_LABELS = ("version", "model")
STREAM_INFO_LABELS = ("stream", "mode", "model", "provider")
ABSENT = "dropped_scrapes"
"""The one count that status does not have: scrapes that were cut off for newer ones."""

_NOW = frozenset({"jobs", "clients", "timed_requests"})
"""Counts that fall, too."""
_CALLED = {"late": "late_blocks", "failures": "failed_windows"}
_GAUGES = {
    "rate_hz": "sample_rate_hertz", "latency_samples": "latency_seconds", "load": "load_ratio",
    "callback_p999_us": "callback_p999_seconds", "callback_max_us": "callback_max_seconds",
    "cycle_p999_us": "cycle_p999_seconds", "cycle_max_us": "cycle_max_seconds",
    "engine_call_us": "engine_call_seconds", "engine_p99_us": "engine_p99_seconds",
    "peak_db": "peak_dbfs", "rms_db": "rms_dbfs",
}  # fmt: skip
_PASSED_ON = frozenset({"stream", "name"})
"""Fields that are labels."""


@dataclass(frozen=True)
class Metric:
    """One metric: the field that it shows, its name, whether it only counts up, its help."""

    field: str
    name: str
    counts: bool
    text: str


@cache
def metrics_of(record: type, prefix: str) -> tuple[Metric, ...]:
    """The metrics of a record: one for each field that is a number, in order."""
    texts = parts_of(record)[1]
    kinds = {one.name: one.type for one in dataclasses.fields(record)}
    numbers = [name for name, kind in kinds.items() if kind in ("int", "float")]
    return tuple(_metric(name, prefix, texts[name]) for name in numbers if name not in _PASSED_ON)


def _metric(field: str, prefix: str, text: str) -> Metric:
    if field in _GAUGES or field in _NOW:
        return Metric(field, f"{prefix}_{_GAUGES.get(field, field)}", False, text)
    return Metric(field, f"{prefix}_{_CALLED.get(field, field)}_total", True, text)


def every_metric() -> tuple[tuple[Metric, tuple[str, ...]], ...]:
    """All of them with their labels, but for those of the process."""
    info = Metric("", INFO, False, "1; what runs, and the model that new streams get.")
    stream = Metric("", STREAM_INFO, False, "1; an open stream, and where its model runs.")
    dropped = Metric(ABSENT, f"{SERVER}_{ABSENT}_total", True,
                     "scrapes that were cut off because newer ones came.")  # fmt: skip
    return (
        (info, INFO_LABELS), (stream, STREAM_INFO_LABELS), (dropped, ()),
        *((one, ()) for one in metrics_of(StatusReply, SERVER)),
        *((one, ("stream",)) for one in metrics_of(StreamHealth, STREAM)),
        *((one, ("stream", "output")) for one in metrics_of(Level, OUTPUT)),
    )  # fmt: skip


def value_of(record: StatusReply | StreamHealth | Level, field: str) -> float:
    """A field in the unit of its metric."""
    value = float(getattr(record, field))
    if field.endswith("_us"):
        return value / 1e6
    if field == "latency_samples":
        return value / float(getattr(record, "rate_hz"))  # noqa: B009 (of StreamHealth alone)
    return value


def families(status: StatusReply, dropped: int) -> Iterator[Family]:
    """The metrics at this moment. `dropped`: scrapes that were cut off."""
    rows: dict[str, list[tuple[tuple[str, ...], float]]] = {}

    def add(found: Iterable[Metric], record: Any, labels: tuple[str, ...]) -> None:
        for one in found:
            rows.setdefault(one.name, []).append((labels, value_of(record, one.field)))

    rows[INFO] = [((status.server_version, status.model), 1.0)]
    rows[STREAM_INFO] = [(_labels(one), 1.0) for one in status.streams]
    rows[f"{SERVER}_{ABSENT}_total"] = [((), float(dropped))]
    add(metrics_of(StatusReply, SERVER), status, ())
    for health in status.health:
        add(metrics_of(StreamHealth, STREAM), health, (str(health.stream),))
        for level in health.levels:
            labels = (str(health.stream), level.name)
            add(metrics_of(Level, OUTPUT), level, labels)
    for one, names in every_metric():
        yield _family(one, names, rows.get(one.name, []))


def _labels(one: StreamInfo) -> tuple[str, ...]:
    return (str(one.stream), one.mode, one.model, one.provider)


def _family(
    one: Metric, labels: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], float]]
) -> Family:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    make = CounterMetricFamily if one.counts else GaugeMetricFamily
    family = make(one.name, one.text[0].upper() + one.text[1:], labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family
