"""How settings of a sampler are refused: an error that says what to do."""

from __future__ import annotations

from engines.errors import SettingsError

_ACTION = "change the sampler's settings"


def require(holds: bool, seen: str, expected: str, action: str = _ACTION) -> None:
    """Raises SettingsError unless it holds."""
    if not holds:
        raise SettingsError(seen, expected, action)
