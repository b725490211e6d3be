"""Lifted separators served by the engine: each whole window is as the package would have it.

The package's network, with its own transforms, is given the samples of each window; the engine's
stream, cut into the same windows without crossfades, must answer with the same samples.
"""

from __future__ import annotations

import importlib.util
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engines.load import load_model
from engines.settings import stream_settings
from engines.types import Audio
from export.graphs.lift import LiftOptions, write
from export.graphs.lifting.request import Request, load_package, subjects
from export.graphs.lifting.spectral import Spectral
from export.graphs.separation import separate
from tests.rigs.export.separators import NETWORKS, STEMS, subject

WINDOWS = 6
_NARROW = {"channels": 8, "bottom_channels": 32, "t_layers": 1, "segment": Fraction(3, 2)}
_NET = {"dims": [4, 8, 12, 16], "num_dplayer": 2}
#: Packages that are there, in small sizes: package, module, request.
REAL = [
    ("demucs", "demucs", Request("htdemucs", seed=0, sizes=_NARROW)),
    ("msst", "msst", Request("scnet", seed=0, frames=42, sizes=_NET)),
    ("moises-light", "moises_light",
     Request("paper_small", seed=0, frames=48, sizes={"G": 8, "n_rope": 1})),
]  # fmt: skip


def through_the_engine(path: Path, mix: Audio, hop: int, lookahead: int) -> Audio:
    """(stems, channels, samples), with windows as trained and no crossfades."""
    model = load_model(path)
    spec = model.spec
    offline = replace(
        spec.offline, hop_samples=hop, lookahead_samples=lookahead, crossfade_samples=0
    )
    settings = stream_settings(
        replace(spec, offline=offline), spec.rate_hz, spec.channels, preset="offline"
    )
    return separate(model, mix, settings)[: len(spec.stems)]


def as_the_package_has_it(found: Spectral, window: Audio) -> Audio:
    """(C, n) -> (S, C, n) by the network and transforms of the package."""
    with torch.no_grad():
        made = found.network(torch.from_numpy(window[None].copy()))
    return made.reshape(len(found.sources), found.channels, -1).numpy()


@pytest.mark.parametrize("kind", NETWORKS, ids=lambda kind: kind.__name__)
def test_whole_windows_are_as_the_package_has_them(kind: type[nn.Module], tmp_path: Path) -> None:
    found = subject(kind)
    write([found], tmp_path / "tiny.onnx", LiftOptions())
    window = found.samples(found.trained_frames)
    hop, lookahead = window // 2, window // 4
    rng = np.random.default_rng(0)
    mix = (0.1 * rng.standard_normal((2, WINDOWS * hop + window))).astype(np.float32)
    got = through_the_engine(tmp_path / "tiny.onnx", mix, hop, lookahead)
    assert len(got) == len(STEMS)
    for at in range(2, WINDOWS):
        origin = (at + 1) * hop + lookahead - window
        expected = as_the_package_has_it(found, mix[:, origin : origin + window])
        start = at * hop - origin
        wanted = expected[..., start : start + hop]
        heard = got[..., at * hop : (at + 1) * hop]
        np.testing.assert_allclose(heard, wanted, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("package", "module", "asked"), REAL, ids=[f"{one[0]}-{one[2].model}" for one in REAL]
)
def test_windows_of_packages_themselves(
    package: str, module: str, asked: Request, tmp_path: Path
) -> None:
    """Side by side, each ending in the zeros with which some packages fill it up themselves."""
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed: pip install {load_package(package).NEEDS}")
    (found,) = subjects(package, asked)
    assert isinstance(found, Spectral)
    write([found], tmp_path / "tiny.onnx", LiftOptions())
    window, short = found.samples(found.trained_frames), found.short_samples
    rng = np.random.default_rng(0)
    mix = (0.1 * rng.standard_normal((3, 2, window))).astype(np.float32)
    mix[..., window - short :] = 0.0
    got = through_the_engine(tmp_path / "tiny.onnx", np.concatenate(mix, axis=-1), window, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the packages' own
        for at, one in enumerate(mix):
            wanted = as_the_package_has_it(found, one[:, : window - short])
            heard = got[..., at * window : at * window + window - short]
            np.testing.assert_allclose(heard, wanted, atol=1e-4 * np.abs(wanted).max())
