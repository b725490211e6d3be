"""Open-Unmix (Stöter et al. 2019): a recurrent network for each stem, magnitudes to magnitudes.

Its Wiener filter stays outside the graph, where daw-bridge makes it: traced, it answers zeros.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from engines.spec import StftDomain
from export.common.errors import UsageError
from export.graphs.lifting.magnitudes import Magnitudes
from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.subject import NOT_STATED
from export.graphs.lifting.weights import fill, read_checkpoint, state_of

#: Name -> width of its recurrent layers, and what its weights may be used for.
_MODELS = {
    "umx": (512, NOT_STATED),
    "umxhq": (512, NOT_STATED),
    "umxl": (1024, "CC BY-NC-SA 4.0"),
}
MODELS = tuple(_MODELS)
NEEDS = "--no-deps openunmix==1.3.0, and a torchaudio that is for this torch"
STEMS = ("vocals", "drums", "bass", "other")
_FFT, _HOP, _RATE_HZ, _BANDWIDTH_HZ = 4096, 1024, 44100, 16000
_TRAINED_FRAMES = 256  # six seconds


def load(request: Request) -> tuple[Magnitudes, ...]:
    """The networks of all stems. Raises UsageError, PackageMissing, WeightsRefused."""
    kind = imported("openunmix.model", NEEDS).OpenUnmix
    paths = _by_stem(request.weights)
    networks = {
        stem: _network(kind, request, paths.get(stem), index) for index, stem in enumerate(STEMS)
    }
    return (
        Magnitudes(
            networks,
            StftDomain(_FFT, _HOP, edge="reflect"),
            request.frames or _TRAINED_FRAMES,
            licence=f"{_MODELS[request.model][1]} (the weights); MIT (the package)",
            training=request.training,
        ),
    )


def _by_stem(paths: tuple[Path, ...]) -> dict[str, Path]:
    """Checkpoints are named after their stem, as bass-8d85a5bd.pth."""
    found = {stem: path for stem in STEMS for path in paths if path.name.startswith(stem)}
    if paths and (len(found) != len(STEMS) or len(paths) != len(STEMS)):
        seen = f"checkpoints {', '.join(path.name for path in paths)}"
        expected = f"one whose name begins with each of {', '.join(STEMS)}"
        raise UsageError(seen, expected, "give all four to --weights")
    return found


def _network(kind: Any, request: Request, path: Path | None, index: int) -> nn.Module:
    # The lowest bins up to the bandwidth, as the package counts them.
    bins = int(_BANDWIDTH_HZ * _FFT / _RATE_HZ) + 1
    sizes = {"hidden_size": _MODELS[request.model][0], "max_bin": bins, **request.sizes}
    with torch.random.fork_rng():
        torch.manual_seed((request.seed or 0) + index)
        network: nn.Module = kind(nb_bins=_FFT // 2 + 1, nb_channels=2, **sizes)
    if path is not None:
        state = state_of(read_checkpoint(path), path)
        known = network.state_dict()
        fill(network, {name: value for name, value in state.items() if name in known}, path)
    return network.eval()
