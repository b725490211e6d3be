"""The options of many songs at a time: rows like those of a job, but of the whole batch."""

from __future__ import annotations

from daw_bridge.settings.parameter import Parameter

JOBS = Parameter(
    "jobs", "i", 1, "Songs that are separated at a time, each by a process of its own; 0 takes one "
    "for each core, and so does --pool where this is not given. They share the cores (--threads), "
    "and each needs memory for its model. A song whose process dies is tried once more.",
    "", 0, 4096, cli_flag="--jobs",
)  # fmt: skip
POOL = Parameter(
    "pool", "s", "", "Separate on the machines of a Ray cluster: ray://HOST:PORT, its client port "
    "(10001); ray://auto, the Ray that runs on this machine; ray, one that is started on this "
    "machine, on loopback. Songs and output folder lie where every node finds them, or are URLs "
    "that fsspec knows (s3://...). Needs the extra `cluster`.", cli_flag="--pool",
)  # fmt: skip
HUNG_AFTER = Parameter(
    "hung_after", "i", 900, "With --jobs or --pool: a worker that makes no progress for so long is "
    "taken for hung: it is ended, and its song tried once more. 0: it is waited for.",
    "s", 0, 86400, cli_flag="--hung-after",
)  # fmt: skip
POOL_PARAMETERS = (JOBS, POOL, HUNG_AFTER)
