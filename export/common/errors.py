"""Export's own errors: what was seen, what was expected, what to do, and a code."""

from __future__ import annotations

from typing import ClassVar

#: Exit status of an error, of a command line that is none, after Ctrl-C or SIGTERM, and where a
#: slice is over and the budget is not (EX_TEMPFAIL: run it again).
FAILED, USAGE, STOPPED, SLICE_OVER = 1, 2, 130, 75


class ExportError(Exception):
    """Base of all errors of export. `code` is stable; the clauses are short English, for people.

    A message that says it all in one clause may stand alone.
    """

    code: ClassVar[str] = "export"

    def __init__(self, seen: str, expected: str = "", action: str = "") -> None:
        super().__init__(seen, expected, action)
        self.seen, self.expected, self.action = seen, expected, action

    def __str__(self) -> str:
        expected = f"expected {self.expected}" if self.expected else ""
        clauses = [clause for clause in (self.seen, expected, self.action) if clause]
        return f"{'; '.join(clauses)} [{self.code}]"


class UsageError(ExportError):
    """A command line, or options, of which the parts do not go together."""

    code = "export_usage"


class FileRefused(ExportError):
    """A file or folder that the system does not let us read or write."""

    code = "export_file"

    @classmethod
    def of(cls, error: OSError) -> FileRefused:
        """What the system said, with the path where it names one."""
        path = f"{error.filename}: " if error.filename else ""
        return cls(
            f"{path}{error.strerror or error}",
            "a file or folder that can be read or written",
            "Check the path, its permissions and the space on its disk.",
        )


class Unfinished(Exception):
    """Work that was saved and of which there is more: the same command goes on.

    `status`: the exit status that says why, STOPPED or SLICE_OVER.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
