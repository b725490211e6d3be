"""The boundary around work for others: a defect in it is logged and answered, and ends nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from daw_bridge.errors import Internal

LOG = logging.getLogger(__name__)


def contained(what: str, work: Callable[[], None], *about: object) -> Internal | None:
    """Do `work`; an error that is none of ours is logged with its trace and returned.

    `what` is completed with `about`, as in logging, only where something fails.

    The only broad `except` of the server: used once per message, so that a defect of ours costs
    one answer and not everybody's session. Our own errors are handled by `work` itself.
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
