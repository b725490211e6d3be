"""Moises-Light (2025): a band-split U-Net with rotary attention, masks for the lowest bins.

The package has no weights; its sizes are named there. It pads a window itself, to frames that its
halvings of time divide.
"""

from __future__ import annotations

from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.sizes import made
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.subject import MIT_PACKAGE

MODELS = (
    "paper_large", "paper_small", "fullband_large", "fullband_small", "fullband_large_wide",
    "fullband_small_wide",
)  # fmt: skip
NEEDS = "--no-deps moises-light==0.1.5 rotary-embedding-torch einops"
_TRAINED_SAMPLES = 396900


def load(request: Request) -> tuple[Spectral, ...]:
    """One network. Raises PackageMissing, WeightsRefused."""
    package = imported("moises_light", NEEDS)
    sizes = {**package.configs[request.model], **request.sizes}
    network = made(package.MoisesLight, request, sizes)
    hop, step = int(sizes["hop_size"]), 2 ** int(sizes["n_enc"])
    return (
        Spectral(
            network,
            tuple(sizes["sources"]),
            request.frames or -(-(_TRAINED_SAMPLES // hop + 2) // step) * step,
            hop_samples=hop,
            frames_base=step,
            frames_step=step,
            short_samples=1,
            bins=int(sizes["freq_dim"]),
            licence=MIT_PACKAGE,
            training=request.training,
        ),
    )
