"""What status says, as metrics: names, kinds, units, and no number left out."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from daw_bridge.server.sockets.metric_families import (
    STREAM,
    every_metric,
    families,
    metrics_of,
    value_of,
)
from daw_bridge.wire.health import Level, StreamHealth
from daw_bridge.wire.replies import StatusReply
from tests.rigs.wire import info

HEALTH = StreamHealth(
    2, 48000, 4800, (Level("drums", -6.0, -18.5),), load=0.25, late=3, windows=9, failures=1,
    callback_p999_us=250.0, io_state="waits", hears=("song",),
)  # fmt: skip
STATUS = StatusReply("1.2.3", 'a "song"\n', (info(),), (HEALTH,), 1, 2, dropped_replies=7)


def shown(status: StatusReply, dropped: int = 0) -> dict[tuple[str, ...], float]:
    """(name, label values in order of their names) -> value, as Prometheus reads the text."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Once:
        def collect(self) -> object:
            return families(status, dropped)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())  # type: ignore[arg-type]
    found = text_string_to_metric_families(generate_latest(registry).decode())
    return {
        (one.name, *(one.labels[name] for name in sorted(one.labels))): one.value
        for family in found for one in family.samples
    }  # fmt: skip


def test_values_are_in_the_units_of_prometheus() -> None:
    found = shown(STATUS, dropped=4)
    assert found["dawbridge_info", 'a "song"\n', "1.2.3"] == 1
    assert found["dawbridge_dropped_replies_total",] == 7
    assert found["dawbridge_dropped_scrapes_total",] == 4
    assert (found["dawbridge_jobs",], found["dawbridge_clients",]) == (1, 2)
    assert found["dawbridge_stream_latency_seconds", "2"] == 0.1
    assert found["dawbridge_stream_callback_p999_seconds", "2"] == 0.00025
    assert found["dawbridge_stream_late_blocks_total", "2"] == 3
    assert found["dawbridge_stream_failed_windows_total", "2"] == 1
    assert found["dawbridge_stream_output_rms_dbfs", "drums", "2"] == -18.5


def test_every_number_of_status_is_a_metric() -> None:
    text = {"str", "tuple[str, ...]"}
    for record in (StatusReply, StreamHealth, Level):
        told = {one.field for one in metrics_of(record, STREAM)}
        left = {one.name for one in fields(record) if str(one.type) not in text} - told
        assert left == {
            StatusReply: {"TYPE", "streams", "health"}, StreamHealth: {"TYPE", "stream", "levels"},
            Level: set(),
        }[record] - {"TYPE"}  # fmt: skip


def test_names_are_as_prometheus_has_them() -> None:
    rows = every_metric()
    names = [one.name for one, _ in rows]
    assert len(set(names)) == len(names)
    for one, _ in rows:
        assert one.counts == one.name.endswith("_total")
        assert not one.name.endswith(("_us", "_ms", "_db", "_hz", "_samples"))
        assert one.text and one.name.startswith("dawbridge_")


def test_the_text_is_as_a_checker_of_prometheus_wants_it() -> None:
    """Help and type before the samples, once for each metric; no suffix of another kind's."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Once:
        def collect(self) -> object:
            return families(STATUS, 0)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Once())  # type: ignore[arg-type]
    begun: list[str] = []
    for line in generate_latest(registry).decode().splitlines():
        if line.startswith("# HELP "):
            _, _, name, text = line.split(" ", 3)
            assert name not in begun and text
            begun.append(name)
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == begun[-1] and kind in ("counter", "gauge")
            assert (kind == "counter") == name.endswith("_total")
            assert not name.endswith(("_count", "_sum", "_bucket"))
            assert not set(name.split("_")) & {"counter", "gauge", "ms", "us", "milliseconds"}
        else:
            assert re.match(r"\w+", line)[0] == begun[-1]  # type: ignore[index]
    assert len(begun) == len(every_metric())


def test_alerts_do_not_mix_two_servers() -> None:
    page = Path(__file__).parents[4] / "docs" / "guide" / "service.md"
    for labels in re.findall(r" on \((.*?)\)", page.read_text(encoding="utf-8")):
        assert "instance" in labels.split(", ")


def test_a_server_without_streams_has_its_own_metrics_alone() -> None:
    names = {name for name, *_ in shown(StatusReply("1", "song", (), (), 0, 0))}
    assert "dawbridge_internal_errors_total" in names
    assert not any(name.startswith("dawbridge_stream") for name in names)


def test_the_alerts_of_the_guide_are_yaml_and_name_metrics_that_there_are() -> None:
    page = Path(__file__).parents[4] / "docs" / "guide" / "service.md"
    blocks = re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    [scrape, alerts] = map(yaml.safe_load, blocks)
    assert scrape["scrape_configs"][0]["job_name"] == "daw-bridge"
    rules = alerts["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"dawbridge_\w+", rule["expr"])}
    assert len(rules) > 4 and named <= {one.name for one, _ in every_metric()}
    assert all({"alert", "expr"} <= set(rule) for rule in rules)


@pytest.mark.parametrize("field", ["load", "windows", "late_samples"])
def test_what_has_no_other_unit_is_as_status_says(field: str) -> None:
    assert value_of(HEALTH, field) == getattr(HEALTH, field)
