"""What `daw-bridge ctl` prints: an answer as a line of JSON, or words."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from daw_bridge.cli.terminal import shown
from daw_bridge.errors import WriteFailed
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


@contextmanager
def printing(args: argparse.Namespace) -> Iterator[None]:
    """What is said goes into the file of `--to`, where one is named. Raises WriteFailed."""
    if not hasattr(args, "to"):
        yield
        return
    try:
        file = Path(args.to).open("w", encoding="utf-8", newline="\n")  # noqa: SIM115
    except OSError as error:
        raise WriteFailed(
            f"--to {args.to} ({error.strerror})", "a file that may be written", "Check it."
        ) from error
    with file, redirect_stdout(file):
        yield


def plain(value: Value) -> str:
    """A value without more digits than it has: -6.0 -> -6."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
