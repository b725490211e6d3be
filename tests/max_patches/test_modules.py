"""Each module of the generator has tests of its own, or a neighbour's; it reads settings only."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from max_patches.generate.package import FOLDER

GENERATOR = FOLDER.parent / "generate"
HERE = Path(__file__).parent
#: What draws a patch is tested on the patch that it has drawn.
NEIGHBOURS = {
    "buffer": "test_checks.py",
    "buffer_help": "test_addresses.py",
    "client": "test_checks.py",
    "client_help": "test_addresses.py",
    "controls": "test_addresses.py",
    "geometry": "test_checks.py",
    "overview": "test_checks.py",
    "live": "test_checks.py",
    "live_help": "test_addresses.py",
    "server_help": "test_addresses.py",
    "icon": "test_package.py",
}
MODULES = [one.stem for one in sorted(GENERATOR.glob("[a-z]*.py"))]
#: Of Pure Data: all of them on what they have drawn, and in Pd itself.
PD_MODULES = [f"pd/{one.stem}" for one in sorted((GENERATOR / "pd").glob("[a-z]*.py"))]
MAY = {"max_patches", "py2max", "PIL", "matplotlib", "daw_bridge"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_tests(module: str) -> None:
    assert (HERE / f"test_{module}.py").is_file() != (module in NEIGHBOURS)
    assert (HERE / NEIGHBOURS.get(module, f"test_{module}.py")).is_file()


def test_the_modules_of_pure_data_have_tests() -> None:
    assert (HERE / "test_pd_package.py").is_file() and (HERE / "test_pd_running.py").is_file()


@pytest.mark.parametrize("module", MODULES + PD_MODULES)
def test_the_generator_reads_the_tables_and_no_more(module: str) -> None:
    found = set()
    for node in ast.walk(ast.parse((GENERATOR / f"{module}.py").read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    outside = {one for one in found if one.split(".")[0] not in sys.stdlib_module_names}
    assert {one.split(".")[0] for one in outside} <= MAY
    ours = {one for one in outside if one.split(".")[0] == "daw_bridge"}
    assert all(one == "daw_bridge" or one.startswith("daw_bridge.settings") for one in ours)
