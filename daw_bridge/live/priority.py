"""Real-time priority for one thread: the one that runs a live model, and nothing else of ours.

JACK gives its own threads their priority, and PortAudio's systems theirs. Where other programs keep
the core, that of the whole process (`chrt`) is better: see docs/measured/live.md.
"""

from __future__ import annotations

import os

from daw_bridge.errors import NotAllowed


def take_priority(level: int) -> None:
    """Run the calling thread at this real-time priority (1 to 98, round robin); 0: as it is.

    Raises NotAllowed where the system does not permit or know it.
    """
    if not level:
        return
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(level))  # 0: this thread
    except (AttributeError, OSError) as error:
        why = getattr(error, "strerror", None) or "this system has no such priorities"
        raise NotAllowed(
            f"--priority {level} ({why})",
            "Linux, and the right to real-time priority",
            "Join the group `audio` of your distribution (it sets rtprio in limits.d), or leave "
            "--priority out.",
        ) from error
