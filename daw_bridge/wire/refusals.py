"""The error for a message that does not follow the protocol."""

from __future__ import annotations

from daw_bridge.errors import BadMessage

_MAX_SHOWN = 60


def bad(seen: str, expected: str) -> BadMessage:
    """A BadMessage that points to the protocol's description."""
    return BadMessage(seen, expected, "See docs/reference/osc.md and docs/reference/zeromq.md.")


def shown(value: object) -> str:
    """An untrusted value, shortened for an error message."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 3] + "..."
