"""`daw-bridge ctl wait`: for scripts that have just started the server."""

from __future__ import annotations

import argparse
import time

from daw_bridge.cli.ctl.lines import as_json, say
from daw_bridge.cli.ctl.reach import connect, endpoint, no_answer, timeout_of
from daw_bridge.errors import BadFile, NoAnswer
from daw_bridge.wire.replies import HelloReply

WAITS_S = 60.0
PAUSE_S = 0.1
TRY_S = 0.5
"""One try; the file of ports, which may be an older server's, is read anew before each."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None beside those of `ctl`."""


def run(args: argparse.Namespace) -> int:
    """Return once it answers. Raises NoAnswer, BadFile when `--timeout` (60 s) is over."""
    waits_s = timeout_of(args, WAITS_S)
    limit_s = time.monotonic() + waits_s
    while (found := _found(args, limit_s, waits_s)) is None:
        time.sleep(PAUSE_S)
    say(as_json(found) if hasattr(args, "json") else f"{found.server} {found.server_version}")
    return 0


def _found(args: argparse.Namespace, limit_s: float, waits_s: float) -> HelloReply | None:
    """The server; None while there is time left to try again."""
    left_s = limit_s - time.monotonic()
    try:
        with connect(args, min(TRY_S, max(PAUSE_S, left_s))) as client:
            return client.server
    except BadFile:
        if left_s <= 0:
            raise
    except NoAnswer as error:
        if left_s <= 0:
            raise no_answer(endpoint(args), waits_s) from error
    return None
