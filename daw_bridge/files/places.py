"""Where files lie: on this machine's disks (a Path), or in a store that a URL names (a Url)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True)
class Url:
    """A file or folder in a store, such as s3://bucket/songs/a.wav."""

    text: str

    @property
    def name(self) -> str:
        """Its last part."""
        return self.text.rstrip("/").rpartition("/")[2]

    @property
    def stem(self) -> str:
        """Its last part without the suffix."""
        return PurePosixPath(self.name).stem

    def __truediv__(self, name: str | Path) -> Url:
        below = Path(name).as_posix()
        return self if below == "." else Url(f"{self.text.rstrip('/')}/{below}")

    def __str__(self) -> str:
        return self.text


Place = Path | Url


def place_of(text: str) -> Place:
    """A URL, or a path."""
    return Url(text) if _URL.match(text) else Path(text)
