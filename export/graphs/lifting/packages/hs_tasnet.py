"""HS-TasNet (Venkatesh et al. 2024): a hybrid that hears 512 samples at a time and remembers.

Its answer to a hop is whole one hop later, 23 ms at 44.1 kHz. The package has no weights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.graphs.lifting.request import Request, imported
from export.graphs.lifting.sizes import made
from export.graphs.lifting.stepping import Memory
from export.graphs.lifting.subject import MIT_PACKAGE

MODELS = ("hs_tasnet", "hs_tasnet_small")
NEEDS = "hs-tasnet==0.3.4, and a torchaudio that is for this torch"
#: As a comment of the package has them.
STEMS = ("drums", "bass", "vocals", "other")


def load(request: Request) -> tuple[Memory, ...]:
    """One network. Raises PackageMissing, WeightsRefused."""
    kind = imported("hs_tasnet.hs_tasnet", NEEDS).HSTasNet
    sizes = {"small": request.model == "hs_tasnet_small", **request.sizes}
    network: Any = made(kind, request, sizes)
    if request.seed is not None:
        _stir(network, request.seed)
    hop, channels = int(network.overlap_len), int(network.audio_channels)
    past = torch.zeros(1, channels, hop)
    with torch.no_grad():
        _, hidden = network(torch.cat([past, past], dim=-1), is_streaming=True)
    state = {"past": past, "tail": torch.zeros(1, len(STEMS), channels, hop)}
    for index, parts in enumerate(hidden):
        state |= {
            f"{name}{index}": torch.zeros_like(v) for name, v in zip("hc", parts, strict=True)
        }
    return (
        Memory(
            network,
            _step,
            _stream,
            STEMS,
            state,
            hop,
            rate_hz=int(network.sample_rate),
            channels=channels,
            licence=MIT_PACKAGE,
            training=request.training,
        ),
    )


def _stir(network: nn.Module, seed: int) -> None:
    """Its masks begin as ones, which would tell nothing of its memory."""
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        for name, value in network.named_parameters():
            if "masks" in name and value.dim() > 1:
                value.normal_(0.0, value.shape[-1] ** -0.5)


def _step(network: Any, mix: Tensor, past: Tensor, tail: Tensor, *hidden: Tensor) -> Any:
    """A hop and all that is remembered -> the stems of the hop before, and the same again."""
    pairs = tuple(zip(hidden[::2], hidden[1::2], strict=True))
    made_of, after = network(torch.cat([past, mix], dim=-1), hiddens=pairs, is_streaming=True)
    hop = mix.shape[-1]
    summed = made_of + F.pad(tail, (0, hop))
    kept = [part for pair in after for part in pair]
    return summed[..., :hop], mix.clone(), summed[..., hop:], *kept


def _stream(network: Any) -> Callable[[Tensor], Tensor]:
    """The package's own, which answers all stems where it is asked to add up none."""
    answer: Callable[[Tensor], Tensor] = network.init_stateful_transform_fn()
    return answer
