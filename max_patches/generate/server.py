"""`dawbridge.server`: starts and stops `daw-bridge serve` from Max, and shows its log."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.settings.names import COMMAND_FILE
from max_patches.generate.addresses import PORT, command
from max_patches.generate.canvas import Patch

SCRIPT = "dawbridge.server.js"
SOURCE = Path(__file__).parent / SCRIPT


def server() -> Patch:
    """`start`, with flags of `daw-bridge serve` if wanted, and `stop`."""
    patch = Patch(44, 24)
    patch.title(
        "dawbridge.server",
        "Runs daw-bridge serve in a process of its own. start, or start --io jack, with any flag "
        "of daw-bridge serve; stop. It ends with the patch.",
        40,
    )
    told = patch.inlet(2, 8, 1, "start [flags], stop")
    node = patch.obj(2, 11, f"node.script {SCRIPT} @autostart 1 @watch 0")
    split = patch.obj(2, 14, "route running log", 24)
    patch.chain(told, node, split, patch.outlet(2, 18, 1, "1: the server runs, 0: it does not"))
    patch.cord(split, 1, patch.outlet(14, 18, 2, "its log, line by line"))
    patch.note(5, 18, "runs?")
    patch.note(17, 18, "log")
    return patch


def script() -> str:
    """The file that node.script runs."""
    names = {"COMMAND_FILE": COMMAND_FILE, "OSC_PORT": str(PORT), "QUIT": command("quit")}
    text = SOURCE.read_text(encoding="utf-8")
    for name, value in names.items():
        text = text.replace(f"@{name}@", value)
    return text
