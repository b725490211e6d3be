"""Files written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from export.common.errors import FileRefused


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path`; what is written there becomes `path` if nothing is raised.

    Raises FileRefused where `path` is a device or a pipe (/dev/null): it would be gone.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise FileRefused(f"{path}, which is no file", "a file", "Name another.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        temporary = Path(folder) / path.name
        yield temporary
        temporary.replace(path)
