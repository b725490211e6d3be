"""The secret that a server with `--auth-file` wants: its file, or an environment variable."""

from __future__ import annotations

import logging
from pathlib import Path

from daw_bridge.errors import BadKeys
from daw_bridge.wire.private import others_may_use

LOG = logging.getLogger(__name__)

MIN_SECRET_CHARACTERS = 12
MAX_SECRET_BYTES = 255
"""Most that ZeroMQ's PLAIN carries."""
SECRET_VARIABLE = "DAW_BRIDGE_SECRET"
"""An environment variable that may hold the secret instead of a file."""


def read_secret(file: str, text: str = "") -> str:
    """The first line of `file`, or else `text`; "" for neither. Raises BadKeys."""
    if not file and not text:
        return ""
    secret = _first_line(Path(file)) if file else text.strip()
    if len(secret) < MIN_SECRET_CHARACTERS:
        raise BadKeys(
            f"a secret of {len(secret)} characters in {file or SECRET_VARIABLE}",
            f"at least {MIN_SECRET_CHARACTERS} in its first line",
            "Make it longer: it crosses the network unencrypted.",
        )
    check_secret(secret)
    return secret


def check_secret(secret: str) -> None:
    """Raise BadKeys for a secret that ZeroMQ cannot carry."""
    size = len(secret.encode("utf-8", "replace"))
    if size > MAX_SECRET_BYTES:
        raise BadKeys(
            f"a secret of {size} bytes", f"at most {MAX_SECRET_BYTES}", "Make it shorter."
        )


def _first_line(file: Path) -> str:
    """Raises BadKeys."""
    try:
        text = file.read_text(encoding="utf-8-sig")  # Windows' editors put a mark before it
        if others_may_use(file):
            LOG.warning("%s: other users of this machine may read the secret; chmod 600", file)
    except (OSError, UnicodeDecodeError) as error:
        raise BadKeys(f"{file}: {error}", "a readable file", "Check --auth-file.") from error
    return text.partition("\n")[0].strip()
