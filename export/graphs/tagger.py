"""Taggers as ONNX graphs: `audio (B, samples)` in, `tags (B, n)` out, 16 kHz mono.

Published ones, and our own, which hears shares and also gives `shares (B, answers, n)`, of which
`tags` are the means. The mel front end is inside. What the file says of itself is JSON in its
metadata, under TAGGER_KEY.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from engines.ort import open_session
from export.graphs.errors import ParityError, WeightsRefused
from export.graphs.files import save
from export.graphs.lifting.weights import fill, read_checkpoint, state_of
from export.graphs.torch_graph import MAKER, evaluating, traced
from export.nets import taggers
from export.nets.checkpoint import load_model
from export.nets.families import TAGGERS
from export.nets.taggers.tags import LISTS

TAGGER_KEY = "daw-bridge.tagger"
#: Our own tagger, and how many answers a call of it usually has.
SHARES, USUAL_ANSWERS = "shares", 16
#: Largest difference of a probability.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Tagger:
    """A tagger with its weights, in evaluation mode; what one call hears; its outputs' names.

    Of one that hears shares: `shares`, the network that answers many times, the samples of an
    answer, and what each tag covers.
    """

    name: str
    network: nn.Module
    samples: int
    tags: tuple[str, ...]
    shares: nn.Module | None = None
    answer_samples: int = 0
    covers: tuple[tuple[str, ...], ...] = ()

    @property
    def outputs(self) -> tuple[str, ...]:
        """Of the graph."""
        return ("tags",) if self.shares is None else ("tags", "shares")

    @property
    def whole(self) -> nn.Module:
        """What gives all of them."""
        return self.network if self.shares is None else Both(self.shares).eval()


@dataclass(frozen=True)
class About:
    """What the file says."""

    name: str
    rate_hz: int
    samples: int
    tags: tuple[str, ...]
    answer_samples: int = 0


class Mean(nn.Module):
    """Of a network that answers many times, the mean answer: (B, samples) -> (B, tags)."""

    def __init__(self, shares: nn.Module) -> None:
        super().__init__()
        self.shares = shares

    def forward(self, audio: Tensor) -> Tensor:
        return self.shares(audio[:, None]).mean(1)


class Both(Mean):
    """The mean, and all answers (B, answers, tags)."""

    def forward(self, audio: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        found = self.shares(audio[:, None])
        return found.mean(1), found


def load_tagger(name: str, path: Path, samples: int = 0) -> Tagger:
    """The tagger DATA_NETWORK (mtat_fcn, jamendo_musicnn) with the weights in a file; or `shares`,
    with those of a checkpoint of `train --setup shares`.

    `samples` of a call, 0 for the usual number. Raises UnknownTagger, FileRefused, WeightsRefused,
    CheckpointError.
    """
    if name == SHARES:
        return load_shares(path, samples)
    data, _, kind = name.partition("_")
    if data not in LISTS or kind not in taggers.names():
        known = [f"{one}_{each}" for one in LISTS for each in taggers.names()] + [SHARES]
        raise taggers.UnknownTagger(f"no tagger {name!r}", f"one of {', '.join(known)}", "choose")
    state = state_of(read_checkpoint(path), path)
    network, length = _built(kind, state, path, samples)
    fill(network, state, path)
    tags = LISTS[data]
    if (count := _outputs(network)) != len(tags):
        seen = f"{path}: {count} tags"
        raise WeightsRefused(seen, f"the {len(tags)} of {data}", "check which tagger it is")
    return Tagger(name, network.eval().requires_grad_(False), length, tags)


def load_shares(path: Path, samples: int = 0) -> Tagger:
    """The tagger of a checkpoint. Raises CheckpointError, WeightsRefused."""
    model, _ = load_model(path)
    if model.family not in TAGGERS:
        seen = f"{path}: a checkpoint of the family {model.family}"
        raise WeightsRefused(seen, "a tagger that hears shares", "train --setup shares")
    config, core = model.config, model.core.eval().requires_grad_(False)
    each = config.answer_samples
    count = samples or USUAL_ANSWERS * each
    if count % each:
        seen = f"{count} samples a call"
        raise WeightsRefused(seen, f"a multiple of {each}", "give other samples")
    return Tagger(SHARES, Mean(core).eval(), count, config.tags, core, each, config.covers)


def _built(
    kind: str, state: Mapping[str, Tensor], path: Path, samples: int
) -> tuple[nn.Module, int]:
    module = taggers.tagger(kind)
    try:
        config = module.config_of(state, samples or module.SAMPLES)
        return module.build(config), config.samples
    except KeyError as error:
        action = "check which network the weights are of"
        raise WeightsRefused(f"{path}: no {error}", f"those of {kind}", action) from error
    except ValueError as error:
        raise WeightsRefused(f"{path}: {error}", f"sizes of {kind}", "give more samples") from error


def _outputs(network: nn.Module) -> int:
    return [one for one in network.modules() if isinstance(one, nn.Linear)][-1].out_features


def to_graph(tagger: Tagger) -> onnx.ModelProto:
    """The graph, any number of items in a call. Raises UnsupportedGraphError."""
    with evaluating(tagger.network), torch.no_grad():
        feeds = (torch.zeros(1, tagger.samples),)
        axes = {"audio": {0: "batch"}}
        model = traced(tagger.whole, feeds, axes, {name: {0: "batch"} for name in tagger.outputs})
    model.producer_name, model.producer_version, model.graph.name = MAKER, "", tagger.name
    sizes = tagger.samples, tagger.tags, tagger.answer_samples
    about = asdict(About(tagger.name, taggers.RATE_HZ, *sizes))
    about = {name: value for name, value in about.items() if value}
    onnx.helper.set_model_props(model, {TAGGER_KEY: json.dumps(about)})
    return model


def difference(tagger: Tagger, path: Path) -> float:
    """The largest difference of a probability between the network, in float64, and the file."""
    session = open_session(path)
    exact = copy.deepcopy(tagger.whole).double()
    worst = 0.0
    for number in range(2):
        audio = _music(tagger.samples, 1 + number, number)
        with torch.no_grad():
            found = exact(torch.from_numpy(audio).double())
        wanted = found if isinstance(found, tuple) else (found,)
        got = session.run_several(list(tagger.outputs), {"audio": audio})
        pairs = zip(got, wanted, strict=True)
        worst = max(worst, *(float(np.abs(one - two.numpy()).max()) for one, two in pairs))
    return worst if np.isfinite(worst) else float("inf")


def _music(samples: int, items: int, seed: int) -> np.ndarray:
    """Something with notes, beats and noise (items, samples) float32."""
    rng, time = np.random.default_rng(seed), np.arange(samples) / taggers.RATE_HZ
    notes = rng.uniform(80, 900, (items, 6, 1))
    tones = np.sin(2 * np.pi * notes * time) * np.exp(-3 * (time * 2 % 1))
    noise = rng.standard_normal((items, samples)) * np.exp(-9 * (time * 2 % 1))
    return (0.15 * tones.sum(1) + 0.1 * noise).astype(np.float32)


def write_tagger(tagger: Tagger, path: Path, tolerance: float = TOLERANCE) -> float:
    """Writes the file where it computes what the network does; returns the largest difference.

    Raises ParityError, UnsupportedGraphError.
    """
    from export.common.files import replacing

    with replacing(path) as temporary:
        save(to_graph(tagger), temporary)
        found = difference(tagger, temporary)
        if not found <= tolerance:
            seen = f"{tagger.name}: graph and network differ by {found:.2e}"
            action = "do not use this graph: find the operator that differs"
            raise ParityError(seen, f"at most {tolerance:.0e}", action)
    return found
