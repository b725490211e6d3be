"""What `daw-bridge serve` makes of its flags and its environment before the server has them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from daw_bridge.cli.commands.serve import allowed_folder, say_whose_files
from daw_bridge.client import Client
from daw_bridge.wire.secret import SECRET_VARIABLE
from tests.rigs.server import PORTS, WAIT_S, OscEnd, model_file, program


def test_serve_takes_the_secret_from_the_environment() -> None:
    command = (sys.executable, "-m", "daw_bridge", "serve", *PORTS, "--model", model_file())
    known = {**os.environ, SECRET_VARIABLE: "correct horse battery"}
    with program(*command, "--json", environment=known) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with OscEnd(ready["osc_port"]) as end:
            end.send("/dawbridge/quit")
            end.wait("/dawbridge/fail")  # cut: it is not larger than the question
            assert process.poll() is None
        endpoint = f"tcp://127.0.0.1:{ready['zmq_port']}"
        with Client(endpoint, timeout_s=WAIT_S, secret=known[SECRET_VARIABLE]) as client:
            client.quit()
        assert process.wait(20) == 0


def test_a_quoted_tilde_is_a_home_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert allowed_folder("~/Music") == tmp_path / "Music"
    assert f"{tmp_path / 'Music'}: no such folder yet" in caplog.text
    (tmp_path / "Music").mkdir()
    caplog.clear()
    assert allowed_folder("~/Music") == tmp_path / "Music" and not caplog.text


@pytest.mark.parametrize("user", [0, 1000])
def test_a_server_says_which_files_and_when_it_runs_as_root(
    user: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    caplog.set_level("INFO")
    say_whose_files(("/home/ada", "/tmp"))
    assert "/home/ada, /tmp" in caplog.text
    assert ("running as root" in caplog.text) is (user == 0)
