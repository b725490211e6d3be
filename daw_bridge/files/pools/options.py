"""The options of many songs at a time: rows like those of a job, but of the whole batch."""

from __future__ import annotations

from daw_bridge.settings.parameter import Parameter

JOBS = Parameter(
    "jobs", "i", 1, "Songs that are separated at a time, each by a process of its own; 0 takes one "
    "for each core. They share the cores (--threads), and each needs memory for its model. A song "
    "whose process dies is tried once more.", "", 0, 256, cli_flag="--jobs",
)  # fmt: skip
POOL_PARAMETERS = (JOBS,)
