"""What stems may be called, in parameters, on ports and as files."""

from __future__ import annotations

import re

from daw_bridge.errors import BadValue
from engines.spec import RESIDUAL

#: Stem names become addresses, port names and file names: nothing else may be in them.
STEM_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
#: A file beside the scripts of Max and REAPER that says how to run daw-bridge:
#: {"command": ["/path/daw-bridge"]}.
COMMAND_FILE = "daw-bridge-command.json"


def check_names(what: str, names: tuple[str, ...], action: str = "Check the names.") -> None:
    """Raise BadValue where these cannot be the names of stems, each once."""
    bad = [one for one in names if not STEM_NAME.fullmatch(one) or one in (RESIDUAL, "mix")]
    if bad or len(set(names)) != len(names):
        raise BadValue(
            f"{what} {', '.join(names)[:200]}",
            "names of a-z, 0-9, _ and -, each once, none 'residual' or 'mix'",
            action,
        )


def check_known(names: tuple[str, ...]) -> None:
    """Raise BadValue where these cannot be known stems."""
    check_names("known stems", names)
