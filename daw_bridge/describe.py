"""Errors of the engines and of the bridge in the same words, for people and for clients."""

from __future__ import annotations

from daw_bridge.errors import BridgeError
from engines.errors import EngineError

OurError = BridgeError | EngineError


def describe(error: OurError) -> str:
    """What was seen, what was expected, what to do; without the code."""
    action = error.action[:1].upper() + error.action[1:]
    return f"{error.seen}; expected {error.expected}. {action.rstrip('.')}."
