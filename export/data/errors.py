"""Errors of the data tools: each has a code and says what was seen, expected and what to do."""

from __future__ import annotations

from export.common.errors import ExportError


class DataError(ExportError):
    """A fault in the data or its tools. `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]

    def __reduce__(self) -> tuple[type[DataError], tuple[str, str]]:
        return DataError, (self.code, self.seen)
