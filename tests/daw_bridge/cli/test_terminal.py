"""What terminals, logs and pipes are shown."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.cli.terminal import Bar, Marks, can_draw_over, clock, columns, cut, shown
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model

ROOT = Path(__file__).parents[3]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "can"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": ""}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
    ],
)
def test_a_bar_needs_escape_codes(
    environment: dict[str, str], can: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daw_bridge.cli.terminal.os.name", "posix")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert can_draw_over(Terminal()) is can
    assert not can_draw_over(io.StringIO())


def test_a_width_is_the_streams_own_or_what_columns_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "31")
    assert columns(io.StringIO()) == 31


@pytest.mark.parametrize("width", [0, 1, 2, 11, 40])
def test_a_bar_never_wraps(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daw_bridge.cli.terminal.columns", lambda stream: width)
    err = Terminal()
    bar = Bar(err)
    bar.erase()
    assert err.getvalue() == ""
    bar.draw(0.5, "  separate \u97f3\u697d\u97f3\u697d.wav")
    bar.erase()
    bar.erase()
    start, line, end = err.getvalue().split("\r\x1b[K")
    assert (start, end) == ("", "")
    assert len(line) <= max(0, width - 1)


def test_letters_are_counted_as_wide_as_they_are() -> None:
    assert cut("\u97f3\u697d.wav", 3) == "\u97f3"
    assert cut("e\u0301te", 2) == "e\u0301t"
    assert cut("abc", 9) == "abc"


def test_a_name_cannot_steer_the_terminal() -> None:
    assert shown("a\x1b[2Jb\rc", Terminal()) == "a\\x1b[2Jb\\x0dc"
    assert shown("a\x1b[2J", io.StringIO()) == "a\x1b[2J"  # a program gets the name itself
    ascii_only = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert shown("caf\xe9 \udce9", ascii_only) == "caf\\xe9 \\udce9"


def test_a_log_gets_a_line_every_ten_seconds_and_at_quarters() -> None:
    marks = Marks(0.0)
    told = [(s, f) for s, f in [(0.5, 0.3), (2, 0.3), (3, 0.4), (11.9, 0.49), (12, 0.49), (13, 0.6),
                                (14, 0.8), (15, 1.0)] if marks.due(f, s)]  # fmt: skip
    assert told == [(2, 0.3), (12, 0.49), (13, 0.6), (14, 0.8)]


def test_clock() -> None:
    assert [clock(s) for s in (0.2, 75.4, 3725.0)] == ["0:00", "1:15", "1:02:05"]


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is POSIX's")
@pytest.mark.parametrize(
    ("environment", "escapes"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ],
)
def test_a_real_terminal_of_thirty_columns(
    tmp_path: Path, environment: dict[str, str], escapes: bool
) -> None:
    """Paths go into a pipe; the terminal has the bar, or lines, and no line wraps."""
    import fcntl
    import pty
    import struct
    import termios

    make_model(tmp_path / "tiny.onnx", domain="stft")
    save(tmp_path / "a song with a long name.wav", noise(2, 20_000))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 30, 0, 0))
    kept = {
        name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")
    }
    command = [sys.executable, "-m", "daw_bridge", "separate", "a song with a long name.wav"]
    process = subprocess.Popen(
        [*command, "--model", "tiny.onnx", "--threads", "1"], cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment},
        stdin=theirs, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    out, _ = process.communicate(timeout=100)
    os.close(theirs)
    shown = _all_of(ours)
    os.close(ours)
    assert process.returncode == 0 and len(out.splitlines()) >= 3
    assert ("\x1b" in shown) is escapes and "done in" in shown
    bars = [part.split("\r")[0] for part in shown.split("\x1b[K") if part.startswith("[")]
    assert bool(bars) is escapes and all(len(bar) <= 29 for bar in bars)


def _all_of(terminal: int) -> str:
    """What was written to the other side, which is closed."""
    parts = []
    try:
        while data := os.read(terminal, 65536):
            parts.append(data)
    except OSError:  # Linux says so at the end
        pass
    return b"".join(parts).decode()
