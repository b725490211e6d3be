"""Descriptions of models, written only if what they describe works."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from daw_bridge.errors import WriteFailed


def write_description(place: Path, spec: dict[str, Any]) -> None:
    """The spec as JSON in the file `place`, all of it or none. Raises WriteFailed."""
    text = json.dumps(spec, indent=2, ensure_ascii=False) + "\n"
    made = place.with_name(f".adding-{os.getpid()}")
    with writing(place):
        try:
            made.write_text(text, encoding="utf-8")
            made.replace(place)
        finally:
            made.unlink(missing_ok=True)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Errors of the system inside are WriteFailed."""
    try:
        yield
    except OSError as error:
        action = "Check the name, and the rights of its folder."
        raise WriteFailed(str(error), f"to write {place}", action) from error


@contextmanager
def kept_if_good(place: Path) -> Iterator[None]:
    """Whatever goes wrong inside, `place` is as it was before. Raises WriteFailed."""
    with writing(place):
        before = place.read_bytes() if place.is_file() else None
    try:
        yield
    except BaseException:
        with writing(place):
            place.unlink(missing_ok=True)
            if before is not None:
                place.write_bytes(before)
        raise
