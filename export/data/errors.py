"""Errors of the data tools: each has a code and says what was seen, expected and what to do."""

from __future__ import annotations


class DataError(Exception):
    """A fault in the data or its tools. `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
