"""Published weights that do not come with the project: where tests look for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = "DAW_BRIDGE_TAGGERS"
"""An environment variable: the folder of the taggers' weights."""


def published_tagger(name: str) -> Path:
    """The weights NAME.pth, of mtat_fcn for one; the test is skipped where they are not there."""
    beside = Path(__file__).parents[3] / "shared" / "data" / "taggers"
    folder = Path(os.environ.get(FOLDER, beside))
    path = folder / f"{name}.pth"
    if not path.is_file():
        pytest.skip(f"needs {path}, the published weights of {name}; {FOLDER} names their folder")
    return path
