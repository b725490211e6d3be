"""cli.logs: a log file has a bound, and a disk that is full stops nothing."""

from __future__ import annotations

import errno
import io
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from daw_bridge.cli.logs import FILE_BYTES, FILES_KEPT, LogFile, set_up
from daw_bridge.errors import WriteFailed


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger without handlers; afterwards as it was."""
    logger = logging.getLogger()
    before, level = logger.handlers[:], logger.level
    yield logger
    for one in logger.handlers:
        one.close()
    logger.handlers[:] = before
    logger.setLevel(level)


def line(handler: logging.Handler, text: str) -> None:
    handler.handle(logging.LogRecord("a", logging.INFO, __file__, 1, text, (), None))


def test_a_log_file_is_put_aside_and_older_ones_go(tmp_path: Path) -> None:
    path = tmp_path / "serve.log"
    handler = LogFile(str(path), most_bytes=1000, kept=2)
    for number in range(200):
        line(handler, f"line {number}")
    handler.close()
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "serve.log", "serve.log.1", "serve.log.2",
    ]  # fmt: skip
    assert all(one.stat().st_size <= 1000 for one in tmp_path.iterdir())
    assert path.read_text().splitlines()[-1].endswith("INFO line 199")
    assert FILE_BYTES * (1 + FILES_KEPT) <= 50_000_000


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes")
def test_log_files_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        handler = LogFile(str(tmp_path / "serve.log"), most_bytes=100, kept=2)
        for number in range(20):
            line(handler, f"line {number}")
        handler.close()
    finally:
        os.umask(before)
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == 3


def test_levels(root: logging.Logger, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "serve.log"
    root.handlers[:] = []  # as in a program
    set_up(str(path), "warning")
    logging.info("told")
    logging.warning("warned")
    assert len(root.handlers) == 2
    for text in (path.read_text(), capsys.readouterr().err):
        assert "WARNING warned" in text and "told" not in text


def test_what_a_client_sends_is_one_line_and_no_command_to_the_terminal(
    root: logging.Logger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root.handlers[:] = []  # as in a program
    path = tmp_path / "serve.log"
    set_up(str(path), "info")
    sent = "\x1b[31mred\nERROR made up \ud800 \N{LATIN SMALL LETTER E WITH ACUTE}\t\x9b"
    logging.getLogger("a").warning("stems %s", sent)
    try:
        raise ValueError("on purpose")
    except ValueError:
        logging.getLogger("a").exception("a traceback has its lines")
    shown = r"stems \x1b[31mred\nERROR made up \ud800 " + "\N{LATIN SMALL LETTER E WITH ACUTE}"
    for text in (path.read_text(encoding="utf-8"), capsys.readouterr().err):
        first, _, *more = text.splitlines()
        assert first.endswith(shown + r"\t\x9b")
        assert more[0].startswith("Traceback") and more[-1] == "ValueError: on purpose"


@pytest.mark.parametrize("name", ["", "no folder/serve.log", "a\0b"])
def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WriteFailed, match="--log-file"):
        LogFile(str(tmp_path / name))


class Full(io.StringIO):
    """A file on a disk that is full."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_once_and_the_lines_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler = LogFile(str(tmp_path / "serve.log"))
    opened = handler.setStream(Full())
    for number in range(5):
        line(handler, f"line {number}")
    assert handler.lost == 5
    said = capsys.readouterr().err
    assert said.count("cannot be written") == 1 and "Traceback" not in said
    handler.setStream(opened)  # there is room again
    line(handler, "line 5")
    handler.close()
    first, second = (tmp_path / "serve.log").read_text().splitlines()
    assert first.endswith("line 5") and "5 lines before this one could not be" in second
    assert handler.lost == 0
