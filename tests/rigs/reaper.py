"""Our scripts for REAPER, run by Lua in a stand-in of REAPER (reaper_api.lua)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from daw_bridge.settings.names import COMMAND_FILE

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "daw_bridge" / "clients" / "reaper" / "Scripts" / "DawBridge"
RUNS_WITHIN_S = 110
RATE = 44100
COMMAND = """\
import sys
from daw_bridge.cli import main
words = sys.argv[2:]
if words[0] == "ctl":
    words[1:1] = ["--server", sys.argv[1]]
sys.exit(main(words))
"""


class Reaper:
    """A project folder, and our scripts as they are installed; `endpoint`: the server's."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.folder, self.scripts = folder, folder / "Scripts" / "DawBridge"
        shutil.copytree(SCRIPTS, self.scripts)
        own = folder / "daw bridge.py"
        own.write_text(COMMAND)
        self.command([sys.executable, str(own), endpoint])

    def command(self, words: list[str]) -> None:
        """What `daw-bridge install reaper` writes."""
        (self.scripts / COMMAND_FILE).write_text(json.dumps({"command": words}))

    def run(self, action: str, tracks: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """The project afterwards, and what was said; `more` of the stand-in's state."""
        state = self.folder / "state.json"
        state.write_text(json.dumps({"tracks": tracks, "folder": str(self.folder), **more}))
        done = subprocess.run(
            ["lua5.4", str(ROOT / "tests/rigs/reaper_api.lua"), str(state),
             str(self.scripts / f"daw-bridge_{action}.lua")],
            capture_output=True, text=True, check=False, timeout=RUNS_WITHIN_S,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert (found["open"], found["depth"], found["refresh"]) == (0, 0, 0), found
        return found


def item(path: Path, seconds: float = 1.0, take: Any = None, **values: float) -> dict[str, Any]:
    """A selected item that plays a file of `seconds`."""
    source = {"file": str(path), "length_s": seconds, "rate_hz": RATE}
    own = {"name": path.stem, "source": source, "values": {}, **(take or {})}
    return {"selected": True, "values": {"D_LENGTH": seconds, **values}, "take": own}


def track(
    *items: dict[str, Any], name: str = "guitar", depth: int = 0, **more: Any
) -> dict[str, Any]:
    """A track; `more` of what the stand-in knows of it, such as selected=True."""
    return {"name": name, "items": list(items), "values": {"I_FOLDERDEPTH": depth}, **more}
