"""Addresses that only this machine can reach."""

from __future__ import annotations

import pytest

from daw_bridge.wire.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_of_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",
        "::",
        "192.0.2.1",
        "::ffff:192.0.2.1",
        "128.0.0.1",
        "127.0.0.1.example",
        "Localhost.",
    ],
)
def test_reachable_from_elsewhere_or_unknown(host: str) -> None:
    assert not is_loopback(host)
