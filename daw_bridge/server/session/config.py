"""What the session is started with, and what it is told of the server's counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from daw_bridge.settings.parameters import Value
from daw_bridge.settings.values import Values
from daw_bridge.wire import replies as tell


@dataclass(frozen=True)
class SessionConfig:
    """What the session is started with: parameters by name.

    `planned`: the defaults of new streams. `fixed`: parameters that cannot change. `job_values`:
    the defaults of jobs, beside the model of stream 1.
    """

    planned: Mapping[str, Value]
    fixed: Mapping[str, Value]
    limits: tell.Limits
    job_values: Mapping[str, Value] = field(default_factory=dict)
    secret: str = ""
    begin: Values = ()
    """What acts at once (gains, switches), set when the first stream opens."""


@dataclass(frozen=True)
class Counts:
    """What the server has counted, for the status. See StatusReply."""

    dropped_replies: int = 0
    internal_errors: int = 0
    refused_requests: int = 0
    superseded_requests: int = 0
    timed_requests: int = 0
    late_requests: int = 0
