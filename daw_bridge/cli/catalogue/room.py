"""A folder beside the models in which files become whole, and from which they are moved."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from daw_bridge.errors import WriteFailed


@contextmanager
def room(folder: Path) -> Iterator[Path]:
    """A folder in `folder`, on the same disk, that vanishes with all that is left in it.

    Raises WriteFailed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".adding-", dir=folder) as made:
            yield Path(made)
    except OSError as error:
        action = "Make room, or check the rights."
        raise WriteFailed(str(error), f"to write in {folder}", action) from error


def move_all(made: Path, folder: Path, last: str) -> None:
    """Every file of `made` into `folder`, that called `last` after all others. Raises OSError."""
    for one in sorted(made.iterdir(), key=lambda path: path.name == last):
        one.replace(folder / one.name)
