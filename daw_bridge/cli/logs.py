"""The server's log: on standard error, and in a file that never grows beyond what it may.

A file that cannot be written any more (a full disk) costs its lines and nothing else.
"""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler

from daw_bridge.errors import WriteFailed
from daw_bridge.wire.private import FILE_MODE

FORM = "%(asctime)s %(levelname)s %(message)s"
FILE_BYTES = 5_000_000
"""Size at which a log file is put aside as FILE.1, and so on."""

FILES_KEPT = 4
"""Files put aside; an older one is deleted."""


class OneLine(logging.Formatter):
    """A message is one line, whatever a client has put into it: no terminal obeys it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, with what cannot be printed as an escape; a traceback still has its own."""
        line = super().formatMessage(record)
        if line.isprintable():
            return line
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


class LogFile(RotatingFileHandler):
    """A log file with those put aside beside it. Raises WriteFailed where it cannot be opened.

    `lost`: lines that could not be written since the last one that could.
    """

    def __init__(self, path: str, most_bytes: int = FILE_BYTES, kept: int = FILES_KEPT) -> None:
        self.lost = 0
        try:
            super().__init__(path, maxBytes=most_bytes, backupCount=kept, encoding="utf-8")
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            why = getattr(error, "strerror", "") or str(error)
            raise WriteFailed(
                f"--log-file {path} ({why})", "a file that may be written", "Check it."
            ) from error
        self.setFormatter(OneLine(FORM))

    def _open(self) -> TextIOWrapper:
        """A new file is its owner's alone: it names files, and with `dump` all that is sent."""
        name = self.baseFilename
        return open(name, "a", encoding="utf-8", opener=_private)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line; once that works again, say how many are missing."""
        lost = self.lost
        super().emit(record)
        if lost and self.lost == lost:
            self.lost = 0
            super().emit(_told(f"{lost} lines before this one could not be written here"))

    def handleError(self, record: logging.LogRecord) -> None:
        """Count the line; say on standard error that the file takes no more, once."""
        self.lost += 1
        if self.lost == 1 and sys.stderr is not None:
            why = sys.exc_info()[1]
            print(f"the log file {self.baseFilename} cannot be written: {why}", file=sys.stderr)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, FILE_MODE)


def _told(text: str) -> logging.LogRecord:
    return logging.LogRecord(__name__, logging.WARNING, __file__, 0, text, (), None)


def set_up(path: str, level: str) -> None:
    """Log what is of this level (debug, info, warning, error) or above. Raises WriteFailed."""
    logging.basicConfig(format=FORM, level=getattr(logging, level.upper()))
    for handler in logging.getLogger().handlers:
        handler.setFormatter(OneLine(FORM))
    if path:
        logging.getLogger().addHandler(LogFile(path))
