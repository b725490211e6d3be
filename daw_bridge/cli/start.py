"""How the command starts and ends as a process: its streams, and Ctrl-C from the first moment on.

Light on purpose: it is imported before anything that takes time. `_signal` is what `signal` is made
of; `signal` itself, like `typing`, imports for some milliseconds, in which Ctrl-C would end in a
traceback.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import errno
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Self, TextIO

EXIT_ERROR = 2
EXIT_INTERRUPTED = 128 + 2
EXIT_PIPE = 128 + 13
"""As a shell reports a program that SIGPIPE ended."""

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
_CANNOT_TAKE = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EBADF})


def open_streams() -> None:
    """Standard streams that are closed (services, cron, pythonw) become the null device.

    Otherwise the first file that is opened would take their place. Letters that the output's
    encoding lacks are written as escapes.
    """
    for name, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


class CtrlC:
    """Ends the process silently while it is still starting; afterwards Ctrl-C is an exception.

    A context manager around the whole command. What an import that was cut short raises then
    (imports in C turn KeyboardInterrupt into other errors) is not shown. A SIGINT that is ignored
    (nohup, a job in a script's background) stays so.
    """

    def __init__(self) -> None:
        self._starting = True
        self._pressed = False
        self.exit_code = 0

    def __enter__(self) -> Self:
        if _signal.getsignal(_signal.SIGINT) == _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, self._hear)
        return self

    def started(self) -> None:
        """From now on there may be something to tidy up."""
        self._starting = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:  # fmt: skip
        if _signal.getsignal(_signal.SIGINT) == self._hear:
            _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # nothing is left to tidy up
        if error is None or not self._pressed:
            return False
        self.exit_code = EXIT_INTERRUPTED
        return True

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._pressed = True
        if self._starting:
            os._exit(EXIT_INTERRUPTED)
        raise KeyboardInterrupt


def importing(error: BaseException) -> bool:
    """Whether the error came while a module was being imported."""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_name == "<module>" or code.co_filename.startswith("<frozen importlib"):
            return True
        trace = trace.tb_next
    return False


def output_gone(error: OSError) -> tuple[int, str] | None:
    """Exit code and words for standard output that takes no more; None for another error."""
    if error.filename is not None:
        return None
    if isinstance(error, BrokenPipeError):  # the reader (head, less) has seen enough
        return EXIT_PIPE, ""
    if error.errno in _CANNOT_TAKE:
        return EXIT_ERROR, f"standard output cannot be written ({error.strerror}); free some space"
    return None


def drop_output() -> None:
    """Nothing more is written: what is left in the buffers goes to the null device."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        if not _flushed(stream):
            os.dup2(null, stream.fileno())
    os.close(null)


def _flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except OSError:
        return False
    return True
