"""The audio ports are the folders that have one, found without importing them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import daw_bridge
from daw_bridge.settings.ports import port_names

FOLDER = Path(daw_bridge.__file__).parent / "ports"


def test_every_folder_with_a_port_is_one() -> None:
    assert port_names() == ("device", "jack", "reastream")
    assert all((FOLDER / name / "port.py").is_file() for name in port_names())


def test_naming_them_imports_none() -> None:
    code = (
        "import sys; from daw_bridge.settings.ports import port_names; port_names()\n"
        "print([name for name in sys.modules if name.startswith('daw_bridge.ports')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
