"""dawbridge.server.js starts and stops daw-bridge serve, shows its log, and says what is missing.

Run by Node, with a stand-in for Max's side of it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.settings.names import COMMAND_FILE
from daw_bridge.wire.osc_packets import build_message
from max_patches.generate.package import FOLDER
from max_patches.generate.server import SCRIPT
from tests.rigs.node_for_max import NodeForMax
from tests.rigs.server import model_file

pytestmark = [pytest.mark.node, pytest.mark.usefixtures("heard_signals")]
ROOT = Path(__file__).parents[2]
ENDS_WITHIN_S = 30.0
FAKE = """
import json, pathlib, signal, sys, time
print("fake says", *sys.argv[1:], flush=True)
signal.signal(signal.SIGINT, lambda *_: (print("fake ends", flush=True), sys.exit(0)))
ready = pathlib.Path(sys.argv[sys.argv.index("--ready-file") + 1])
part = ready.with_suffix(".part")
part.write_text(json.dumps({"osc_port": 17999}))
part.rename(ready)
pathlib.Path(sys.argv[1]).write_text(str(ready))
time.sleep(60)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's script."""
    (tmp_path / "DawBridge" / "javascript").mkdir(parents=True)
    shutil.copy(FOLDER / "javascript" / SCRIPT, tmp_path / "DawBridge" / "javascript")
    return tmp_path / "DawBridge"


def runs_by(package: Path, *words: object) -> None:
    """What `daw-bridge install max` writes."""
    (package / COMMAND_FILE).write_text(json.dumps({"command": [str(one) for one in words]}))


def node(package: Path, **environment: str) -> NodeForMax:
    return NodeForMax(package / "javascript" / SCRIPT, package.parent, **environment)


@pytest.fixture
def fake(package: Path) -> Iterator[tuple[NodeForMax, Path]]:
    """A server that is none, and where it writes its ready file's name."""
    (package / "fake.py").write_text(FAKE)
    runs_by(package, sys.executable, package / "fake.py", package / "ready-file")
    with node(package) as script:
        script.wait_for("running", 0)
        yield script, package / "ready-file"


def gone(path: Path) -> bool:
    give_up = time.monotonic() + ENDS_WITHIN_S
    while path.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    return not path.exists()


def test_it_starts_with_flags_shows_the_log_and_stops(fake: tuple[NodeForMax, Path]) -> None:
    script, named = fake
    script.tell("start", "--io", "jack", "--rate", 48000)
    (said,) = [one for one in script.wait_for("running", 1) if "fake says" in str(one[-1])]
    assert str(said[1]).split()[3:5] == ["serve", "--ready-file"]
    assert str(said[1]).endswith("--io jack --rate 48000")
    script.tell("stop")
    told = script.wait_for("running", 0)
    assert ["log", "fake ends"] in told and ["log", "the server has ended (0)"] in told
    assert gone(Path(named.read_text()).parent)


def test_it_starts_once(fake: tuple[NodeForMax, Path]) -> None:
    script, _ = fake
    script.tell("start")
    script.wait_for("running", 1)
    script.tell("start")
    script.wait_for("log", "the server runs already")


def test_the_server_ends_with_the_patch(fake: tuple[NodeForMax, Path]) -> None:
    script, named = fake
    script.tell("start")
    script.wait_for("running", 1)
    script.close()
    assert gone(Path(named.read_text()).parent)


def test_stop_without_a_server_says_so(fake: tuple[NodeForMax, Path]) -> None:
    script, _ = fake
    script.tell("stop")
    script.wait_for("log", "the server does not run")
    script.wait_for("running", 0)


def test_a_server_that_ends_by_itself_is_told(package: Path) -> None:
    runs_by(package, sys.executable, "-c", "print('no such device'); raise SystemExit(3)")
    with node(package) as script:
        script.wait_for("running", 0)
        script.tell("start")
        told = script.wait_for("running", 0)
    assert told == [["log", "no such device"], ["log", "the server has ended (3)"], ["running", 0]]


def test_a_command_that_is_missing_is_told_with_what_to_do(package: Path) -> None:
    runs_by(package, package / "no" / "daw-bridge")
    with node(package) as script:
        script.tell("start")
        script.wait_for("log", "was not found. Install daw-bridge, then run")
        script.wait_for("running", 0)


def test_without_a_file_it_looks_on_the_path_and_says_so(package: Path) -> None:
    found = package / "bin" / "daw-bridge"
    found.parent.mkdir()
    found.write_text("#!/bin/sh\necho found on the path\n")
    found.chmod(0o755)
    with node(package, PATH=os.pathsep.join([str(found.parent), os.environ["PATH"]])) as script:
        script.wait_for("running", 0)
        script.tell("start")
        script.wait_for("log", f"{COMMAND_FILE} is not in the package")
        script.wait_for("log", "found on the path")
        script.wait_for("running", 0)


@pytest.mark.parametrize("text", ["{", '{"command": []}', '{"command": "daw-bridge"}', "[]"])
def test_a_damaged_file_is_told(package: Path, text: str) -> None:
    (package / COMMAND_FILE).write_text(text)
    with node(package) as script:
        script.wait_for("running", 0)
        script.tell("start")
        script.wait_for("log", 'run "daw-bridge install max" again')
        script.wait_for("running", 0)


def test_the_real_server_starts_answers_and_ends(package: Path) -> None:
    runs_by(package, sys.executable, "-m", "daw_bridge")
    flags = ("--osc-port", 0, "--zmq-port", 0, "--pub-port", 0, "--http-port", 0, "--device", "cpu",
             "--model", model_file())  # fmt: skip
    with node(package, PYTHONPATH=os.pathsep.join([str(ROOT), *sys.path])) as script:
        script.wait_for("running", 0)
        script.tell("start", *flags)
        port = listening_port(script.wait_for("running", 1))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.settimeout(ENDS_WITHIN_S)
            end.sendto(build_message("/dawbridge/sync", (7,)), ("127.0.0.1", port))
            assert end.recv(5096).startswith(b"/dawbridge/synced")
        script.tell("stop")
        assert ["log", "the server has ended (0)"] in script.wait_for("running", 0)


def listening_port(told: list[list[object]]) -> int:
    (line,) = [str(one[-1]) for one in told if "listens at port" in str(one[-1])]
    return int(line.split()[-1])
