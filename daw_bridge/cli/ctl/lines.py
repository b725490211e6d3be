"""What `daw-bridge ctl` prints: an answer as a line of JSON, or words."""

from __future__ import annotations

import json
import sys
from typing import Any

from daw_bridge.cli.terminal import shown
from daw_bridge.settings.parameters import Value
from daw_bridge.wire.records import encode
from daw_bridge.wire.replies import Reply


def as_json(reply: Reply, **more: Any) -> str:
    """The answer as ZeroMQ has it: `type`, and its fields; before them those of `more`."""
    return json.dumps({"type": reply.TYPE, **more, **encode(reply)})


def say(text: str) -> None:
    """Print it, at once: whoever reads may be a program that waits for it."""
    if text:
        print(shown(text, sys.stdout), flush=True)


def plain(value: Value) -> str:
    """A value without more digits than it has: -6.0 -> -6."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
