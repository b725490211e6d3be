"""The hash of a model's files: both ends of a connection must have the same."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from daw_bridge.errors import BadFile
from engines.load import model_files


def model_digest(path: Path) -> str:
    """SHA-256 over the files of the model at `path`, not of others that it needs.

    Raises BadFile, SpecError.
    """
    files = model_files(path)
    try:
        stamps = tuple((one, one.stat().st_mtime_ns, one.stat().st_size) for one in files)
        return _of(stamps)
    except OSError as error:
        raise BadFile(f"{path}: {error}", "a model's files", "Check them.") from error


@lru_cache(maxsize=64)
def _of(stamps: tuple[tuple[Path, int, int], ...]) -> str:
    total = hashlib.sha256()
    for path, _, _ in stamps:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
