"""BS-RoFormer (Lu et al. 2023) and Mel-Band RoFormer (Wang et al. 2023), as `bs-roformer` has them.

Checkpoints of other projects are for other classes, mostly those of `msst`.
"""

from __future__ import annotations

from typing import Any

from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.sizes import made, read_yaml, stem_names
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.subject import MIT_PACKAGE

_KINDS = {"bs_roformer": "BSRoformer", "mel_band_roformer": "MelBandRoformer"}
MODELS = tuple(_KINDS)
NEEDS = (
    "--no-deps bs-roformer==1.2.4 einops rotary-embedding-torch beartype PoPE-pytorch einx "
    "frozendict hyper-connections torch-einops-utils librosa"
)
_SIZES: dict[str, Any] = {
    "dim": 384, "depth": 6, "stereo": True, "num_stems": 4, "time_transformer_depth": 1,
    "freq_transformer_depth": 1, "stft_hop_length": 441,
}  # fmt: skip
_STEMS = ("drums", "bass", "other", "vocals")
_TRAINED_SAMPLES = 352800


def load(request: Request) -> tuple[Spectral, ...]:
    """One network. Raises ConfigRefused, PackageMissing, WeightsRefused."""
    given = read_yaml(request.config) if request.config else {}
    sizes = {**given.get("model", _SIZES), **request.sizes}
    kind = getattr(imported("bs_roformer", NEEDS), _KINDS[request.model])
    hop, count = int(sizes.get("stft_hop_length", 512)), int(sizes.get("num_stems", 1))
    training = given.get("training", {})
    target = training.get("target_instrument")
    names = [target] if target else training.get("instruments", _STEMS)[:count]
    samples = given.get("audio", {}).get("chunk_size", _TRAINED_SAMPLES)
    return (
        Spectral(
            made(kind, request, sizes, flash_attn=False),
            stem_names(names),
            request.frames or samples // hop + 1,
            hop_samples=hop,
            channels=2 if sizes.get("stereo") else 1,
            fold=False,
            licence=MIT_PACKAGE,
            training=request.training,
        ),
    )
