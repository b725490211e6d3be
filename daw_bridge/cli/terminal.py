"""What a terminal, a log or a pipe can show: a bar that is drawn over, or a line now and then."""

from __future__ import annotations

import os
import shutil
import unicodedata
from typing import TextIO

_BAR_WIDTH = 24
_ERASE = "\r\x1b[K"


def can_draw_over(stream: TextIO) -> bool:
    """Whether it is a terminal that knows escape codes, and whose user does not mind them."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("TERM", "" if os.name == "posix" else "windows") not in ("", "dumb")


def columns(stream: TextIO) -> int:
    """The width of this terminal; `COLUMNS` overrides it. 80 where nothing is known."""
    if not os.environ.get("COLUMNS", ""):
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80
        except (OSError, ValueError):
            pass  # no terminal: it has no file number, or none with a size
    return shutil.get_terminal_size().columns


def shown(text: str, stream: TextIO) -> str:
    """`text` in letters that the stream has; on a terminal no control characters either."""
    encoding = stream.encoding or "utf-8"  # a file's name need not be text in it
    fitting = text.encode(encoding, "backslashreplace").decode(encoding)
    if not stream.isatty():
        return fitting
    return "".join(
        one if unicodedata.category(one) != "Cc" or one == "\n" else f"\\x{ord(one):02x}"
        for one in fitting
    )


def cut(text: str, width: int) -> str:
    """As much of it as `width` columns hold; East Asian letters take two, accents none."""
    taken, used = [], 0
    for one in text:
        wide = 2 if unicodedata.east_asian_width(one) in "WF" else 1
        used += 0 if unicodedata.combining(one) else wide
        if used > width:
            break
        taken.append(one)
    return "".join(taken)


class Bar:
    """One line at the bottom of a terminal that is drawn over and over, and taken away again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._there = False

    def draw(self, fraction: float, text: str) -> None:
        """Show `fraction`, 0 to 1, and a text."""
        filled = round(_BAR_WIDTH * fraction)
        bar = "#" * filled + "-" * (_BAR_WIDTH - filled)
        line = shown(f"[{bar}] {fraction:4.0%}{text}", self._stream).replace("\n", " ")
        # One column is left free: a full line wraps and could not be taken back.
        self._stream.write(_ERASE + cut(line, max(0, columns(self._stream) - 1)))
        self._stream.flush()
        self._there = True

    def erase(self) -> None:
        """Make room for other words."""
        if self._there:
            self._stream.write(_ERASE)
            self._stream.flush()
            self._there = False


class Marks:
    """When a log gets a line: every 10 s, and at each quarter if a second has passed since."""

    EVERY_S, QUARTER_S = 10.0, 1.0

    def __init__(self, now_s: float) -> None:
        self._last_s, self._quarter = now_s, 0

    def due(self, fraction: float, now_s: float) -> bool:
        """Whether it is time for a line; if so, the time counts from now again."""
        quarter, waited_s = int(4 * fraction), now_s - self._last_s
        passed = self._quarter < quarter < 4 and waited_s >= self.QUARTER_S
        if not passed and waited_s < self.EVERY_S:
            return False
        self._last_s, self._quarter = now_s, quarter
        return True


def clock(seconds: float) -> str:
    """75.2 -> '1:15'; above an hour '1:02:03'."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60}:{rest % 60:02d}"
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else minutes
