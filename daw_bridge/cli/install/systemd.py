"""systemd units: what stands in them, and where they cannot work."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from daw_bridge.errors import BadFile, FileInTheWay, NotAllowed

USER, SYSTEM = "systemd", "systemd-system"
UNITS = {USER: "systemd/user/daw-bridge.service", SYSTEM: "systemd/system/daw-bridge.service"}
"""Program -> its unit, below the folder of settings."""
CONFIG = "serve.toml"
PW_JACK = "pw-jack"

_WANTED_BY = {USER: "default.target.wants", SYSTEM: "multi-user.target.wants"}
_HOMES = ("/home", "/root", "/run/user")
"""What ProtectHome hides from the system's service."""


def filled(text: bytes, name: str, home: Path) -> bytes:
    """A unit or its options with the command that starts it, and where its options lie."""
    marks = {
        "@COMMAND@": " ".join(map(quoted, command(name))),
        "@CONFIG@": quoted(str(home / CONFIG)),
        "@CONFIG_FOLDER@": str(home).replace("%", "%%"),
    }
    found = text.decode()
    for mark, value in marks.items():
        found = found.replace(mark, value)
    return found.encode()


def command(name: str) -> list[str]:
    """What starts daw-bridge: this Python's, for live audio on PipeWire through its JACK."""
    ours = [sys.executable, "-m", "daw_bridge"]
    pw_jack = pipewire() if name == USER else None
    return ours if pw_jack is None else [pw_jack, *ours]


def pipewire() -> str | None:
    """The path of `pw-jack` where PipeWire runs; None: JACK is reached as it is."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    runs = bool(runtime) and (Path(runtime) / "pipewire-0").exists()
    return shutil.which(PW_JACK) if runs else None


def quoted(word: str) -> str:
    """A word of ExecStart: systemd expands % and $, and takes quotes and backslashes away."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if set(plain) & set(" \t\\\"';") else plain


def told(name: str) -> str:
    """What a user should know of how it was made."""
    if name == SYSTEM:
        return ""
    if pipewire() is not None:
        return f"JACK is reached through PipeWire ({PW_JACK})."
    return (
        "JACK is reached as it is. With PipeWire, and no JACK library of its own: install "
        f"{PW_JACK} (Debian: pipewire-jack), log in, and install the unit again."
    )


def check(name: str, folder: Path, *, own_folder: bool, removing: bool) -> None:
    """Whether it can be installed, or removed. `own_folder`: the user has named it (--dest).

    Raises NotAllowed, BadFile, FileInTheWay.
    """
    unit = folder / UNITS[name]
    link = unit.parent / _WANTED_BY[name] / unit.name
    user = " --user" if name == USER else ""
    if removing and link.is_symlink():
        raise FileInTheWay(
            f"{link}: the service is still enabled", "one that is disabled",
            f"systemctl{user} disable --now daw-bridge, then uninstall again.",
        )  # fmt: skip
    if name != SYSTEM or own_folder:
        return
    if not os.access(folder, os.W_OK):
        raise NotAllowed(
            f"{folder}, which this user may not write", "root",
            f"sudo {sys.executable} -m daw_bridge install {SYSTEM}",
        )  # fmt: skip
    if not removing:
        _check_python()


def _check_python() -> None:
    """Raise BadFile if the service could not see this Python: home folders are hidden from it."""
    ours = (sys.executable, os.path.realpath(sys.executable), __file__)
    hidden = [one for one in ours if one.startswith(tuple(f"{home}/" for home in _HOMES))]
    if hidden:
        raise BadFile(
            f"a Python or a daw-bridge in a home folder ({hidden[0]})",
            "one that the system's service can see",
            "python3 -m venv /opt/daw-bridge, install daw-bridge into it with /opt/daw-bridge/bin/"
            f"pip, and run /opt/daw-bridge/bin/daw-bridge install {SYSTEM} as root.",
        )
