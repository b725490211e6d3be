"""`daw-bridge ctl watch`: meters, load and late blocks of a running server."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from typing import Protocol, Self, TextIO

from daw_bridge.cli.ctl.lines import as_json, say
from daw_bridge.cli.ctl.meters import Peaks, line, screen
from daw_bridge.cli.ctl.reach import connect
from daw_bridge.cli.signals import StopSignals
from daw_bridge.cli.terminal import can_draw_over, columns, cut, shown
from daw_bridge.errors import BadValue
from daw_bridge.wire.replies import Reply, StatusReply, StreamHealth

TOPICS = ("meters/", "stream/", "closed/", "values/")
STATUS_S = 1.0
"""How often the server is asked for its streams; that it is silent is noticed so, too."""
PIECE_S = 0.1
SCREEN_S, LINES_S = 0.1, 1.0
ENTER, LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""To the terminal's other screen without a cursor, and back: what was there is there again."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which stream, how often, and for how long."""
    parser.add_argument(
        "--stream", type=int, default=0, metavar="N", help="One stream alone. Default: all.",
    )  # fmt: skip
    parser.add_argument(
        "--every", type=float, metavar="S",
        help=f"Time between two lines of a stream. Default: {LINES_S:g} s in a pipe; bars are "
        "drawn, and JSON is printed, as it comes.",
    )  # fmt: skip
    parser.add_argument("--seconds", type=float, metavar="S", help="End by itself after this time.")


def run(args: argparse.Namespace) -> int:
    """Until Ctrl-C. Raises NoAnswer once the server is silent."""
    for name in ("every", "seconds"):
        value = getattr(args, name)
        if value is not None and not 0.0 <= value <= 1e9:
            raise BadValue(f"--{name} {value}", "seconds from 0", "Choose a time.")
    with StopSignals() as signals, connect(args) as client, client.news(*TOPICS) as news:
        watched = Watched(args.stream, client.status())
        with view_for(args) as view:
            began_s = asked_s = time.monotonic()
            view.status(watched.now)
            while not signals.number and not _over(args, began_s):
                now_s = time.monotonic()
                if now_s - asked_s >= STATUS_S:
                    asked_s = now_s
                    watched.now = watched.only(client.status())
                    view.status(watched.now)
                reply = news.receive(PIECE_S)
                if reply is not None and watched.takes(reply):
                    view.news(reply, time.monotonic())
                view.draw(watched.now, time.monotonic())
    return signals.exit_code if signals.number else 0


def _over(args: argparse.Namespace, began_s: float) -> bool:
    return args.seconds is not None and time.monotonic() - began_s >= args.seconds


class Watched:
    """The server's state with the newest health; of one stream, or of all (0)."""

    def __init__(self, stream: int, status: StatusReply) -> None:
        self._stream = stream
        self.now = self.only(status)

    def only(self, status: StatusReply) -> StatusReply:
        """The status with the watched stream alone."""
        if not self._stream:
            return status
        return replace(
            status,
            streams=tuple(one for one in status.streams if one.stream == self._stream),
            health=tuple(one for one in status.health if one.stream == self._stream),
        )

    def takes(self, reply: Reply) -> bool:
        """Whether it is of a watched stream; health replaces the older one."""
        if self._stream and getattr(reply, "stream", 0) != self._stream:
            return False
        if isinstance(reply, StreamHealth):
            others = tuple(one for one in self.now.health if one.stream != reply.stream)
            self.now = replace(self.now, health=(*others, reply))
        return True


class View(Protocol):
    """Shows what is watched; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *error: object) -> None: ...

    def status(self, status: StatusReply) -> None:
        """The server's answer, once a second."""

    def news(self, reply: Reply, now_s: float) -> None:
        """A message."""

    def draw(self, status: StatusReply, now_s: float) -> None:
        """Time to show something."""


def view_for(args: argparse.Namespace) -> View:
    """JSON, a screen, or lines."""
    if hasattr(args, "json"):
        return JsonView(0.0 if args.every is None else args.every)
    if can_draw_over(sys.stdout):
        return ScreenView(sys.stdout, SCREEN_S if args.every is None else args.every)
    return LinesView(LINES_S if args.every is None else args.every)


class JsonView:
    """Each message as ZeroMQ has it; the status where it has changed, beside health."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._told: StatusReply | None = None
        self._told_s: dict[int, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is to be tidied up."""

    def status(self, status: StatusReply) -> None:
        """A line, where it is news."""
        bare = replace(status, health=())
        if bare != self._told:
            self._told = bare
            say(as_json(status))

    def news(self, reply: Reply, now_s: float) -> None:
        """A line; health at most as often as asked for."""
        if isinstance(reply, StreamHealth):
            if now_s - self._told_s.get(reply.stream, -self._every_s) < self._every_s:
                return
            self._told_s[reply.stream] = now_s
        say(as_json(reply))

    def draw(self, status: StatusReply, now_s: float) -> None:
        """Nothing: each message was a line."""


class LinesView(JsonView):
    """Now and then a line for each stream, with the highest peaks since the last one."""

    def __init__(self, every_s: float) -> None:
        super().__init__(every_s)
        self._peaks: dict[int, Peaks] = {}

    def status(self, status: StatusReply) -> None:
        """Where no stream is open, that is said once."""
        if not status.streams and (self._told is None or self._told.streams):
            say("no stream is open")
        self._told = status

    def news(self, reply: Reply, now_s: float) -> None:
        """A line, where it is time."""
        if not isinstance(reply, StreamHealth):
            return
        peaks = self._peaks.setdefault(reply.stream, Peaks())
        peaks.take(reply, 0.0)  # held until they are told
        if now_s - self._told_s.get(reply.stream, -self._every_s) >= self._every_s:
            self._told_s[reply.stream] = now_s
            say(line(reply, self._peaks.pop(reply.stream)))


class ScreenView:
    """The terminal's other screen, drawn over in place."""

    def __init__(self, out: TextIO, every_s: float) -> None:
        self._out, self._every_s = out, every_s
        self._drawn_s = -every_s
        self._peaks = Peaks()

    def __enter__(self) -> Self:
        self._out.write(ENTER)
        return self

    def __exit__(self, *error: object) -> None:
        self._out.write(LEAVE)
        self._out.flush()

    def status(self, status: StatusReply) -> None:
        """It is drawn in its time."""

    def news(self, reply: Reply, now_s: float) -> None:
        """Peaks are held."""
        if isinstance(reply, StreamHealth):
            self._peaks.take(reply, now_s)

    def draw(self, status: StatusReply, now_s: float) -> None:
        """All lines, cut to the terminal."""
        if now_s - self._drawn_s < self._every_s:
            return
        self._drawn_s = now_s
        width, height = columns(self._out), rows(self._out)
        lines = [*screen(status, self._peaks, width), "", "Ctrl-C ends"]
        if len(lines) > height:
            lines = [*lines[: height - 1], f"... {len(lines) - height + 1} lines more"]
        text = "\x1b[K\n".join(cut(shown(one, self._out), width - 1) for one in lines)
        self._out.write(f"\x1b[H{text}\x1b[K\x1b[J")
        self._out.flush()


def rows(stream: TextIO) -> int:
    """The height of this terminal; 24 where it is not known."""
    try:
        return os.get_terminal_size(stream.fileno()).lines or 24
    except (OSError, ValueError):
        return 24
