"""`daw-bridge ctl watch` with a real server."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.ctl import watch
from daw_bridge.cli.ctl.watch import ENTER, LEAVE, ScreenView, Watched
from daw_bridge.client import Client
from daw_bridge.wire.replies import StatusReply, StreamHealth
from tests.rigs.server import Running, program, serving

POSIX = pytest.mark.skipif(os.name != "posix", reason="a terminal as on POSIX")
Ctl = Callable[..., str]


@pytest.fixture
def streaming(running: Running) -> Iterator[Client]:
    """A client with stream 1 open."""
    with running.client() as client, client.stream(44100, 2):
        yield client


def test_json_is_the_status_and_every_message(streaming: Client, ctl: Ctl) -> None:
    found = [json.loads(one) for one in ctl("watch", "--seconds", "1.5", "--json").splitlines()]
    assert found[0]["type"] == "status.reply" and found[0]["streams"][0]["stream"] == 1
    meters = [one for one in found if one["type"] == "meters"]
    assert len(meters) > 3 and {one["stream"] for one in meters} == {1}
    seldom = ctl("watch", "--seconds", "1.2", "--json", "--every", "30").splitlines()
    assert sum(json.loads(one)["type"] == "meters" for one in seldom) == 1


def test_values_that_others_set_are_told(
    streaming: Client, running: Running, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    draw = watch.JsonView.draw

    def draw_and_set(self: watch.JsonView, *args: Any) -> None:
        streaming.set({"bypass": 1})
        draw(self, *args)

    monkeypatch.setattr(watch.JsonView, "draw", draw_and_set)
    assert main(["ctl", "watch", "--seconds", "1", "--json", "--server", running.endpoint]) == 0
    found = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert {"bypass": 1} in [one.get("values") for one in found]


def test_lines_in_a_pipe(running: Running, streaming: Client, ctl: Ctl) -> None:
    lines = ctl("watch", "--seconds", "1.5", "--every", "0.5").splitlines()
    assert 1 <= len(lines) <= 4
    assert all(one.startswith("stream 1: load 0%, late 0, drums silent") for one in lines)
    assert ctl("watch", "--seconds", "0.3", "--stream", "7") == "no stream is open\n"


@pytest.mark.parametrize("flag", ["--every=-1", "--seconds=nan"])
def test_times_that_are_none(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ctl", "watch", flag]) == 2
    assert "bad_value" in capsys.readouterr().err


def test_it_ends_with_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as running:
        command = ["ctl", "watch", "--server", running.endpoint, "--timeout", "0.3", "--json"]

        def status_and_stop(self: Client, status: Any = Client.status) -> StatusReply:
            found: StatusReply = status(self)
            running.server.stop()
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Client, "status", status_and_stop)
            assert main(command) == 2
    assert "no_answer" in capsys.readouterr().err


def test_one_stream_of_several() -> None:
    def health(stream: int, late: int = 0) -> StreamHealth:
        return StreamHealth(stream, 48000, 0, late=late)

    status = StatusReply("0.1.0", "song", (), (health(1), health(2)), 0, 0)
    one = Watched(2, status)
    assert one.now.health == (health(2),)
    assert not one.takes(health(1, 5)) and one.takes(health(2, 7))
    assert one.now.health == (health(2, 7),)
    both = Watched(0, status)
    assert both.takes(health(1, 5)) and set(both.now.health) == {health(1, 5), health(2)}


class Terminal:
    """A terminal of a few letters."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None: ...


def test_the_screen_is_cut_to_the_terminal_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setattr(watch, "rows", lambda stream: 3)
    out: Any = Terminal()
    status = StatusReply("0.1.0", "song", (), (), 0, 0)
    with pytest.raises(KeyboardInterrupt), ScreenView(out, 1.0) as view:
        for now_s in (5.0, 5.5, 6.0):
            view.draw(status, now_s)
        raise KeyboardInterrupt
    assert out.text.startswith(ENTER) and out.text.endswith(LEAVE)
    drawn = out.text[len(ENTER) : -len(LEAVE)].split("\x1b[H")[1:]
    assert drawn == ["daw-bridge 0.1.0, m\x1b[K\n\x1b[K\n... 3 lines more\x1b[K\x1b[J"] * 2


@POSIX
@pytest.mark.usefixtures("heard_signals")
def test_ctrl_c_restores_a_real_terminal(running: Running, streaming: Client) -> None:
    import pty

    ours, theirs = pty.openpty()
    code = (
        "import os, sys; os.dup2(int(sys.argv[1]), 1); sys.argv[1:2] = []; "
        "from daw_bridge.cli import main; sys.exit(main())"
    )
    words = ("ctl", "watch", "--server", running.endpoint)
    calm = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
    os.set_inheritable(theirs, True)
    with program(
        sys.executable, "-c", code, str(theirs), *words, environment=calm, pass_fds=(theirs,)
    ) as process:
        os.close(theirs)
        text = b""
        while b"drums" not in text:
            text += os.read(ours, 65536)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        give_up = time.monotonic() + 20
        while not text.endswith(LEAVE.encode()) and time.monotonic() < give_up:
            text += os.read(ours, 65536)
        assert process.wait(20) == 130, process.stderr.read()
    os.close(ours)
    assert text.startswith(ENTER.encode()) and text.endswith(LEAVE.encode())
