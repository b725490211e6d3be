"""Each module of these rooms has a test file of its own, or a neighbour whose tests are its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import daw_bridge

FOLDER = Path(daw_bridge.__file__).parent
HERE = Path(__file__).parent
ROOMS = ("client", "server", "wire")
NEIGHBOURS = {
    # Records without a method: whatever carries them checks them.
    "wire/requests": "wire/test_zmq_requests.py",
    "wire/replies": "wire/test_zmq_replies.py",
    "server/session/events": "server/session/test_session.py",
    # A stream's parameters and changes, as the session's answers show them.
    "server/session/streams": "server/session/test_values.py",
    "server/session/state": "server/session/test_values.py",
}
MODULES = [
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for room in ROOMS
    for path in sorted((FOLDER / room).rglob("*.py"))
    if path.name != "__init__.py"
]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_tests(module: str) -> None:
    path = Path(module)
    own = HERE / path.parent / f"test_{path.name}.py"
    tests = HERE / NEIGHBOURS[module] if module in NEIGHBOURS else own
    assert "\ndef test_" in tests.read_text(encoding="utf-8")
    assert own.is_file() != (module in NEIGHBOURS)


def test_neighbours_are_of_modules_that_there_are() -> None:
    assert set(NEIGHBOURS) <= set(MODULES)
