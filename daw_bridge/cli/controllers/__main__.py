"""`python -m daw_bridge.cli.controllers`: write every layout anew into daw_bridge/clients/."""

from __future__ import annotations

import sys
from pathlib import Path

from daw_bridge.cli.controllers import reaper_osc, touchosc

CLIENTS = Path(__file__).parents[2] / "clients"


def made() -> dict[str, bytes]:
    """Path below daw_bridge/clients -> content of every generated file."""
    return {**touchosc.files(), **reaper_osc.files()}


def main() -> int:
    """Write them."""
    for name, content in made().items():
        path = CLIENTS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
