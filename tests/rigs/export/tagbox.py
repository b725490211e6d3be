"""A tiny seeded autoencoder and tagger for TagBox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from export.graphs.tagger import Tagger
from export.nets import checkpoint, families
from export.nets.nade import Nade
from export.nets.taggers import musicnn

RATE_HZ = 16000
CALL = 2000
TAGS = ("guitar", "drums", "flute")


def autoencoder(seed: int = 0, **sizes: int) -> Nade:
    """Its latents are rounded to random codes."""
    torch.manual_seed(seed)
    values = {"width": 4, "depth": 1, "stages": 2, "latent": 4, "codes": 8}
    model = Nade("vqvae", families.config_from("vqvae", values | sizes)).eval()
    model.core.codebook.codes.normal_(std=0.2)
    return model


def tagger(tags: tuple[str, ...] = TAGS, seed: int = 1) -> Tagger:
    """MusiCNN, tiny, of a few tags."""
    torch.manual_seed(seed)
    network = musicnn.build(musicnn.Config(4, 3, 4, 6, tags=len(tags), samples=CALL)).eval()
    return Tagger(f"toy{seed}_musicnn", network.requires_grad_(False), CALL, tags)


def write_checkpoint(path: Path) -> dict[str, Any]:
    """The autoencoder as `train` would leave it; what loading it says."""
    model = autoencoder()
    about = checkpoint.describe(model, ("music",), RATE_HZ)
    state = model.state_dict()
    checkpoint.save(path, {"description": about, "step": 0, "ema": state, "model": state})
    return checkpoint.load_model(path)[1]


SHARE_TAGS = ("flute", "guitar", "kick", "drums")
SHARE_COVERS = (("flute",), ("guitar",), ("kick",), ("kick", "snare"))


def share_network(seed: int = 2) -> Nade:
    """A tiny tagger that hears shares; what it says of music lies between 0 and 1."""
    torch.manual_seed(seed)
    values = {"tags": SHARE_TAGS, "covers": SHARE_COVERS, "mels": 16, "widths": (3, 4), "dense": 6}
    model = Nade("share_tagger", families.config_from("share_tagger", values)).eval()
    model.core.last.weight.data.mul_(4.0)
    model.core.last.bias.data.zero_()
    return model


def write_shares(path: Path) -> Path:
    """Its checkpoint as `train` would leave it."""
    model = share_network()
    about = checkpoint.describe(model, ("shares",), RATE_HZ)
    state = model.state_dict()
    checkpoint.save(path, {"description": about, "step": 0, "ema": state, "model": state})
    return path
