"""Demucs (Défossez 2021; Rouard et al. 2023): hybrids of a spectrogram and the waveform.

`htdemucs_ft` is four networks, one for each stem. All share one transform: FFTs of 4096 samples
every 1024, the first 1536 samples before the window, reflected; the Nyquist bin is left out.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engines.spec import StftDomain
from export.common.errors import UsageError
from export.graphs.errors import WeightsRefused
from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.subject import MIT_PACKAGE
from export.graphs.lifting.taps import Taps
from export.graphs.lifting.weights import is_safetensors, read_checkpoint, read_safetensors

MODELS = ("htdemucs", "htdemucs_ft", "htdemucs_6s", "hdemucs_mmi")
NEEDS = "--no-deps demucs==4.1.0 julius einops"
SOURCES = ("drums", "bass", "other", "vocals")
_SIX = (*SOURCES, "guitar", "piano")
_RATE_HZ = 44100
#: Sizes of the published networks, for seeded weights: a checkpoint has its own.
_TRANSFORMER = {"t_layers": 5, "t_heads": 8, "dconv_mode": 3, "segment": Fraction(39, 5)}
_SIZES: dict[str, dict[str, Any]] = {
    "htdemucs": {"sources": SOURCES, "bottom_channels": 512, **_TRANSFORMER},
    "htdemucs_ft": {"sources": SOURCES, "bottom_channels": 512, **_TRANSFORMER},
    "htdemucs_6s": {"sources": _SIX, **_TRANSFORMER},
    "hdemucs_mmi": {"sources": SOURCES, "segment": 44},
}


def load(request: Request) -> tuple[Spectral, ...]:
    """One network, or the four of htdemucs_ft.

    Raises UsageError, PackageMissing, WeightsRefused.
    """
    count = len(SOURCES) if request.model == "htdemucs_ft" else 1
    if request.weights and len(request.weights) != count:
        seen = f"{len(request.weights)} checkpoints for {request.model}"
        raise UsageError(seen, str(count), "give as many --weights, in the order of its stems")
    return tuple(_subject(request, index, count) for index in range(count))


def _subject(request: Request, index: int, count: int) -> Spectral:
    if request.seed is None:
        network = _trained(request.weights[index])
    else:
        network = _seeded(request, request.seed + index)
    network.use_train_segment = False  # windows of any whole number of frames
    hop = int(network.hop_length)
    trained = request.frames or round(float(network.segment) * _RATE_HZ / hop + 0.5)
    # Its recurrent layers fold long windows and its strides pad odd ones, as the length is.
    still = request.model == "hdemucs_mmi"
    return Spectral(
        network=network.eval(),
        sources=tuple(network.sources),
        trained_frames=trained,
        frames_base=trained if still else 8,
        frames_step=0 if still else 1,
        hop_samples=hop,
        channels=int(network.audio_channels),
        taps=Taps("_spec", "_ispec"),
        transform=_transform(int(network.nfft), hop),
        hybrid=True,
        suffix=f"-{SOURCES[index]}" if index else "",
        used=(SOURCES[index],) if count > 1 else (),
        licence=MIT_PACKAGE,
        training=request.training,
    )


def _transform(fft: int, hop: int) -> StftDomain:
    return StftDomain(
        fft, hop, centred=False, values="complex", bins=fft // 2, scale=fft**-0.5, edge="reflect",
        offset_samples=-(hop // 2 * 3), envelope="full",
    )  # fmt: skip


def _classes() -> dict[str, Any]:
    return {
        name: getattr(imported(f"demucs.{name.lower()}", NEEDS), name)
        for name in ("HTDemucs", "HDemucs")
    }


def _trained(path: Path) -> Any:
    """A network with its own sizes and values: .th, or .safetensors as demucs 4.1 publishes them.

    Raises WeightsRefused.
    """
    classes = _classes()
    if is_safetensors(path):
        package = _package(path, classes)
    else:
        package = read_checkpoint(path, (*classes.values(), Fraction))
    return imported("demucs.states", NEEDS).load_model(package)


def _package(path: Path, classes: dict[str, Any]) -> dict[str, Any]:
    """What the .th of the same network would hold. Raises WeightsRefused."""
    state, said = read_safetensors(path)
    kind = classes.get(str(said.get("klass")).rpartition(".")[2])
    args, kwargs = _decoded(said.get("args")), _decoded(said.get("kwargs"))
    if kind is None or not isinstance(args, list) or not isinstance(kwargs, dict):
        seen = f"{path} of {said.get('klass', 'no class')}"
        action = "check the file: demucs publishes its class and sizes in it"
        raise WeightsRefused(seen, f"one of {', '.join(classes)}", action)
    if "structure" in said:
        action = "take the network's file that is not quantised"
        raise WeightsRefused(f"{path}, which is quantised", "tensors by name", action)
    return {"klass": kind, "args": args, "kwargs": kwargs, "state": state}


def _decoded(value: Any) -> Any:
    """Sizes as JSON has them, with demucs's way of writing fractions."""
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("_type") == "fraction":
        return Fraction(int(value["numerator"]), int(value["denominator"]))
    return {name: _decoded(one) for name, one in value.items()}


def _seeded(request: Request, seed: int) -> Any:
    sizes = {**_SIZES[request.model], **request.sizes}
    kind = _classes()["HDemucs" if request.model == "hdemucs_mmi" else "HTDemucs"]
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network: nn.Module = kind(**{**sizes, "sources": list(sizes["sources"])})
    return network
