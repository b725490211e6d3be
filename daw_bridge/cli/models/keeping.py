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
    try:
        made.write_text(text, encoding="utf-8")
        made.replace(place)
    except OSError as error:
        raise WriteFailed(str(error), f"to write {place}", "Check the rights.") from error
    finally:
        made.unlink(missing_ok=True)


@contextmanager
def kept_if_good(place: Path) -> Iterator[None]:
    """Whatever goes wrong inside, `place` is as it was before."""
    before = place.read_bytes() if place.is_file() else None
    try:
        yield
    except BaseException:
        place.unlink(missing_ok=True)
        if before is not None:
            place.write_bytes(before)
        raise
