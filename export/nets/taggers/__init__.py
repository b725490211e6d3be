"""Music taggers, found by scanning this folder: one file per network.

A tagger's file holds
- `Config`: a frozen dataclass of sizes, with `tags` and `samples`, what one call hears at RATE_HZ;
- `SAMPLES`, what it usually is;
- `build(config) -> nn.Module`: `forward(audio (B, samples)) -> (B, tags)` gives probabilities;
- `config_of(state, samples) -> Config`: the sizes that weights have.

The networks and their published weights: Minz Won and others, Evaluation of CNN-based Automatic
Music Tagging Models, SMC 2020 (docs/research/sources.md).
"""

import importlib
import pkgutil
from types import ModuleType

import torch
from torch import Tensor

from export.common.errors import ExportError

RATE_HZ = 16_000


class UnknownTagger(ExportError):
    """No network of that name lies in export/nets/taggers."""

    code = "export_tagger"


def names() -> list[str]:
    """Every network in this folder, sorted."""
    found = (info.name for info in pkgutil.iter_modules(__path__))
    return sorted(name for name in found if name not in ("mel", "tags"))


def tagger(name: str) -> ModuleType:
    """The module of one network. Raises UnknownTagger."""
    if name not in names():
        raise UnknownTagger(f"no tagger {name!r}", f"one of {', '.join(names())}", "choose one")
    return importlib.import_module(f"{__name__}.{name}")


def pieces(audio: Tensor, samples: int) -> Tensor:
    """(B, T) -> (B * n, samples): as many pieces as T needs, the audio repeated to fill the last.

    Silence would lower every answer; a song that goes on does not.
    """
    length = audio.shape[-1]
    count = -(-length // samples)
    times = -(-count * samples // length)
    return torch.cat([audio] * times, -1)[..., : count * samples].reshape(-1, samples)


def heard(network: torch.nn.Module, audio: Tensor, samples: int) -> Tensor:
    """(B, T) at RATE_HZ -> (B, tags): the mean of what the network says of all the pieces."""
    found = network(pieces(audio, samples))
    return found.reshape(audio.shape[0], -1, found.shape[-1]).mean(1)
