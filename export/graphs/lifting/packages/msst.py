"""Networks of Music-Source-Separation-Training, whose classes community checkpoints are for.

SCNet (Tong et al. 2024), MDX23C (TFC-TDF v3, Kim et al. 2023), BS-RoFormer (Lu et al. 2023) and
Mel-Band RoFormer (Wang et al. 2023). A checkpoint comes with a YAML file: `--config`. Without one
the sizes are those that were published first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engines.spec import Rest
from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.sizes import ConfigRefused, made, read_yaml, stem_names
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.subject import MIT_PACKAGE

NEEDS = (
    "--no-deps msst==0.1.0 einops rotary-embedding-torch beartype PoPE-pytorch einx frozendict "
    "torch-einops-utils ml-collections absl-py librosa tqdm matplotlib"
)
_FOUR = ["drums", "bass", "other", "vocals"]
_VOCALS = {"instruments": ["vocals", "other"], "target_instrument": "vocals"}
_ROFORMER = {
    "stereo": True, "num_stems": 1, "time_transformer_depth": 1, "freq_transformer_depth": 1,
    "dim_head": 64, "heads": 8, "stft_n_fft": 2048, "stft_hop_length": 441,
}  # fmt: skip
_SIZES: dict[str, dict[str, Any]] = {
    "scnet": {
        "audio": {"chunk_size": 485100},
        "model": {"sources": _FOUR, "audio_channels": 2, "hop_size": 1024},
        "training": {"instruments": _FOUR},
    },
    "mdx23c": {
        "audio": {
            "chunk_size": 261120, "dim_f": 4096, "hop_length": 1024, "n_fft": 8192,
            "num_channels": 2,
        },
        "model": {
            "act": "gelu", "bottleneck_factor": 4, "growth": 128, "norm": "InstanceNorm",
            "num_blocks_per_scale": 2, "num_channels": 128, "num_scales": 5, "num_subbands": 4,
            "scale": [2, 2],
        },
        "training": {"instruments": ["vocals", "other"], "target_instrument": None},
    },
    "bs_roformer": {
        "audio": {"chunk_size": 352800},
        "model": {"dim": 512, "depth": 12, **_ROFORMER},
        "training": _VOCALS,
    },
    "mel_band_roformer": {
        "audio": {"chunk_size": 352800},
        "model": {"dim": 384, "depth": 6, "num_bands": 60, **_ROFORMER},
        "training": _VOCALS,
    },
}  # fmt: skip
MODELS = tuple(_SIZES)


def load(request: Request) -> tuple[Spectral, ...]:
    """One network. Raises ConfigRefused, PackageMissing, WeightsRefused."""
    given = read_yaml(request.config) if request.config else _SIZES[request.model]
    try:
        sections = {name: dict(given[name]) for name in ("audio", "model", "training")}
        sections["model"] |= request.sizes
        return (_LOADERS[request.model](request, sections),)
    except KeyError as error:
        seen = f"sizes of {request.model} without {error}"
        raise ConfigRefused(seen, "its project's file", "give it: --config") from error


def _scnet(request: Request, sections: dict[str, Any]) -> Spectral:
    """It wants an even number of frames, and pads to it; its FFT along time fixes that number."""
    model = sections["model"]
    kind = imported("msst.models.scnet", NEEDS).SCNet
    hop = int(model.get("hop_size", 1024))
    hops = sections["audio"]["chunk_size"] // hop + 1
    frames = request.frames or hops + 2 - hops % 2
    return Spectral(
        network=made(kind, request, model),
        trained_frames=frames,
        hop_samples=hop,
        frames_base=frames,
        frames_step=0,
        short_samples=1,
        **_told(request, sections, tuple(model["sources"])),
    )


def _mdx23c(request: Request, sections: dict[str, Any]) -> Spectral:
    """Its U-Net halves time so often: frames are a multiple."""
    audio, model = sections["audio"], sections["model"]
    package = imported("msst.models.mdx23c_tfc_tdf_v3", NEEDS)
    config = imported("ml_collections", NEEDS).ConfigDict(sections)
    hop, step = int(audio["hop_length"]), int(model["scale"][0]) ** int(model["num_scales"])
    return Spectral(
        network=made(package.TFC_TDF_net, request, {"config": config}),
        trained_frames=request.frames or audio["chunk_size"] // hop + 1,
        hop_samples=hop,
        frames_base=step,
        frames_step=step,
        bins=int(audio["dim_f"]),
        **_told(request, sections),
    )


def _roformer(request: Request, sections: dict[str, Any]) -> Spectral:
    """torch's exporter cannot fold its constants."""
    model = sections["model"]
    name = "BSRoformer" if request.model == "bs_roformer" else "MelBandRoformer"
    kind = getattr(imported("msst.models.bs_roformer", NEEDS), name)
    hop = int(model.get("stft_hop_length", 512))
    return Spectral(
        network=made(kind, request, model, flash_attn=False),
        trained_frames=request.frames or sections["audio"]["chunk_size"] // hop + 1,
        hop_samples=hop,
        channels=2 if model.get("stereo") else 1,
        fold=False,
        **_told(request, sections),
    )


_LOADERS: dict[str, Callable[[Request, dict[str, Any]], Spectral]] = {
    "scnet": _scnet,
    "mdx23c": _mdx23c,
    "bs_roformer": _roformer,
    "mel_band_roformer": _roformer,
}


def _told(
    request: Request, sections: dict[str, Any], sources: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Stems in the network's order, the rest of the mix where it gives one of two, terms."""
    training = sections["training"]
    names, target = sources or training["instruments"], training.get("target_instrument")
    stems, rest = stem_names(names), None
    if target:
        others = [one for one in names if one != target]
        rest = Rest(stem_names(others)[0]) if len(others) == 1 else None
        stems = stem_names([target])
    return {
        "sources": stems,
        "rest": rest,
        "rate_hz": int(sections["audio"].get("sample_rate", 44100)),
        "licence": MIT_PACKAGE,
        "training": request.training,
    }
