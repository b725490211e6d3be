"""`--device`: a device of this machine, or a remote engine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from daw_bridge.errors import EngineGone, NoRemote
from daw_bridge.remote.connection import Connection
from daw_bridge.remote.load import connection_to, load_model, probe_device
from engines.errors import DeviceError
from tests.daw_bridge.remote.test_window_form import separated
from tests.rigs.stream_tools import noise

NOBODY = "grpc://127.0.0.1:1"


def test_devices_of_this_machine_are_as_ever(models: dict[str, Path], device: str) -> None:
    model = load_model(models["plain"], "cpu", 2)
    assert model.provider == "CPUExecutionProvider"
    there = load_model(models["plain"], device)
    assert there.provider == device
    mix = noise(2, 3000)
    assert (separated(there, mix) == separated(model, mix)).all()
    with pytest.raises(DeviceError):
        load_model(models["plain"], "no device")


def test_nobody_there(models: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection.wait_until_there, "__defaults__", (0.5,))
    for attempt in (lambda: load_model(models["plain"], NOBODY), lambda: probe_device(NOBODY)):
        with pytest.raises(EngineGone, match=r"127\.0\.0\.1:1: UNAVAILABLE"):
            attempt()


def test_without_the_packages(monkeypatch: pytest.MonkeyPatch, models: dict[str, Path]) -> None:
    monkeypatch.setitem(sys.modules, "tritonclient.grpc", None)
    with pytest.raises(NoRemote, match="extra `remote`"):
        load_model(models["plain"], NOBODY)
    assert load_model(models["plain"], "cpu")
    probe_device("cpu")


def test_one_connection_for_all(device: str) -> None:
    assert connection_to(device) is connection_to(device)
    probe_device(device)
