"""The plan of the house, counted on a small house whose plan is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.bench.rooms import circles, floors, functions, house, layers, main, plan

FILES = {
    "daw_bridge/__init__.py": "",
    "daw_bridge/__main__.py": "from daw_bridge.cli import main\n",
    "daw_bridge/cli.py": "from daw_bridge.live import ring, Lane\nimport daw_bridge.errors\n",
    "daw_bridge/live/__init__.py": "from daw_bridge.live.lane import Lane\n",
    "daw_bridge/live/lane.py": "from daw_bridge.live import ring\n\n\nclass Lane:\n    pass\n",
    "daw_bridge/live/ring.py": "def late():\n    from daw_bridge import wire\n    return wire\n",
    "daw_bridge/wire.py": "import numpy\nfrom daw_bridge.live.lane import Lane\n",
    "daw_bridge/errors.py": "class Wrong(Exception):\n    pass\n",
    "export/common.py": "async def slow():\n    pass\n",
    "engines/__init__.py": "",
    "README.md": "x" * 1500,
    "docs/guide/jack.md": "y" * 250,
    "pyproject.toml": """
[[tool.importlinter.contracts]]
type = "layers"
containers = ["daw_bridge"]
layers = ["cli", "wire", "live | errors"]

[[tool.importlinter.contracts]]
type = "layers"
containers = ["daw_bridge.live"]
layers = ["lane", "ring"]

[[tool.importlinter.contracts]]
type = "layers"
containers = ["export"]
layers = ["common"]
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_rooms_arrows_and_circles(root: Path) -> None:
    found = plan(root, "daw_bridge")
    assert (found["rooms"], found["folders"], found["files"]) == (4, 2, 8)
    assert found["arrows between rooms"] == 4
    assert found["arrows within circles"] == 2
    assert found["arrows upward"] == ["live -> wire"]
    assert found["floors"] == 2  # live and wire are one place, above errors
    assert found["circles of rooms"] == [["live", "wire"]]
    assert found["circles of files"] == [
        ["daw_bridge.live.lane", "daw_bridge.live.ring", "daw_bridge.wire"]
    ]


def test_layers_come_from_the_contract_about_the_whole_package(root: Path) -> None:
    assert layers(root, "daw_bridge") == {"cli": 0, "wire": 1, "live": 2, "errors": 2}
    assert layers(root, "export") == {"common": 0}
    assert plan(root, "engines")["arrows upward"] == "-"


def test_circles_are_apart_and_floors_count_them_as_one_place() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": {"e"}, "e": {"d"}, "f": set[str]()}
    assert circles(graph) == [["b", "c"], ["d", "e"]]
    assert floors(graph) == 3


def test_the_longest_functions_and_the_documents(root: Path) -> None:
    assert functions(root) == [(3, "daw_bridge.live.ring.late"), (2, "export.common.slow")]
    assert house(root)["documents, KB"] == {"README.md": 1.5, "docs/**/*.md": 0.25}


def test_it_prints_this_house_and_another(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["rooms", "--json"])
    main()
    found = json.loads(capsys.readouterr().out)
    assert {"daw_bridge", "export", "engines"} < set(found)
    assert found["engines"]["circles of files"] == []
    monkeypatch.setattr(sys, "argv", ["rooms", str(root)])
    main()
    printed = capsys.readouterr().out
    assert f"{'  arrows upward':34}1\n{'':36}live -> wire\n" in printed
    assert f"{'  README.md':34}1.5\n" in printed
