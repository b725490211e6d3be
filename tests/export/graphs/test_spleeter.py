"""Spleeter's graph in the catalogue is the one that `export spleeter-graph` writes."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.ort import open_session
from export.__main__ import main
from export.graphs.spleeter import arrays
from export.nets.hints import networks

CATALOGUE = Path(__file__).parents[3] / "daw_bridge" / "cli" / "catalogue"
pytestmark = pytest.mark.spleeter


def test_the_committed_graph_computes_what_the_networks_do(tmp_path: Path) -> None:
    path = tmp_path / "spleeter-2stems.onnx"
    assert main(["spleeter-graph", "-o", str(path)]) == 0
    assert path.read_bytes() == (CATALOGUE / path.name).read_bytes()
    weights = b"".join(arrays(networks()))
    built = tomllib.loads((CATALOGUE / "entries.toml").read_text())["spleeter-2stems"]["built"]
    assert hashlib.sha256(weights).hexdigest() == built["weights_sha256"]
    (tmp_path / built["weights"]).write_bytes(weights)
    session = open_session(path)
    x = np.random.default_rng(0).random((2, 2, 128, 1024), np.float32)
    found = session.run("stems", {"x": x})
    with torch.no_grad():
        wanted = torch.stack([net(torch.from_numpy(x)) for net in networks()], dim=1).numpy()
    assert float(np.abs(found - wanted).max()) < 1e-5 * float(np.abs(wanted).max())
