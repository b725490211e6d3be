"""`daw-bridge ctl wait`: for scripts that have just started the server."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.ctl import wait
from tests.rigs.server import Running


def test_it_reads_the_file_of_ports_until_the_server_in_it_answers(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(wait, "TRY_S", 0.1)
    file = tmp_path / "ready.json"
    file.write_text('{"bind": "127.0.0.1", "zmq_port": 1}')  # of an older server
    now = f'{{"bind": "127.0.0.1", "zmq_port": {running.ready.zmq_port}}}'
    later = threading.Timer(0.5, file.write_text, (now,))
    later.start()
    assert main(["ctl", "wait", "--ready-file", str(file), "--json"]) == 0
    later.join()
    assert json.loads(capsys.readouterr().out)["type"] == "hello.reply"


@pytest.mark.parametrize("flags", ["--zmq-port 1", "--ready-file {folder}/none"])
def test_it_gives_up(
    flags: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(wait, "TRY_S", 0.1)
    where = flags.format(folder=tmp_path).split()
    assert main(["ctl", "wait", *where, "--timeout", "0.3"]) == 2
    assert "running" in capsys.readouterr().err
