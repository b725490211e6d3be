"""engines.providers: the table of devices holds what everything else makes of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import onnxruntime
import pytest

from engines.providers import (
    AUTO,
    CPU,
    DEVICES,
    PACKAGES,
    PROVIDERS,
    Provider,
    named,
    of_session,
)

EVERY = pytest.mark.parametrize("row", PROVIDERS, ids=[row.name for row in PROVIDERS])
ROOT = Path(__file__).parents[2]


def test_devices_in_their_order() -> None:
    names = "auto cpu cuda coreml dml openvino migraphx tensorrt"
    assert " ".join(DEVICES) == names
    assert named(AUTO) is None and named("tpu") is None and of_session("none") is None
    assert len(set(PACKAGES)) == len(PACKAGES)


@EVERY
def test_a_row_is_whole(row: Provider) -> None:
    assert named(row.name) is row and of_session(row.ort_name) is row
    assert row.ort_name in onnxruntime.get_all_providers()
    assert row.title and row.place and row.package in PACKAGES and row.systems
    assert row is CPU or row.needs
    assert not (row.on_cpu and row.joins)


@EVERY
def test_nothing_asks_for_less_than_float32(row: Provider) -> None:
    for name, value in (*row.options, *row.environment):
        low = any(part in name.lower() for part in ("fp16", "int8", "tf32"))
        assert not low or value == "0", name
        assert value not in ("FP16", "BF16", "INT8", "ALL", "NeuralNetwork"), name


@EVERY
def test_the_number_of_threads_is_told_where_onnxruntime_does_not(row: Provider) -> None:
    told = row.options_for(3)
    assert dict(row.options).items() <= told.items()
    assert ("3" in told.values()) == bool(row.threads_option)


@EVERY
def test_the_guide_lists_it(row: Provider) -> None:
    guide = (ROOT / "docs/guide/install.md").read_text()
    (line,) = [one for one in guide.splitlines() if one.startswith(f"| `{row.name}` ")]
    assert f"`{row.package}" in line and row.systems in line
    assert (row.tested or "untested") in line


def test_the_table_needs_no_onnxruntime() -> None:
    """Help and the lists of options are made of it."""
    code = "import sys; sys.modules['onnxruntime'] = None; import daw_bridge.settings.parameters"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)
