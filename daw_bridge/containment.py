"""The boundary around work for clients: a bug in it is logged and answered, and stops nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from daw_bridge.errors import Internal

LOG = logging.getLogger(__name__)


def contained(what: str, work: Callable[[], None], *about: object) -> Internal | None:
    """Do `work`; log an unexpected error with its traceback, and return it.

    `what` is formatted with `about`, as in logging, only if something fails.

    The server's only broad `except`. It wraps one message at a time, so a bug costs one answer and
    not everybody's session. `work` handles the errors of daw_bridge.errors itself.
    """
    try:
        work()
    except Exception as error:
        name = what % about
        LOG.exception("%s failed", name)
        return Internal(
            f"{name} failed: {type(error).__name__}: {error}",
            "no such error",
            "Please report it with the server's log, which has the details.",
        )
    return None
