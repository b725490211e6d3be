"""A denoiser's checkpoint becomes the model file that the method `diffusion` serves.

The graph is the network alone: noisy (N, C, T), sigma (N,), labels (N, L) -> clean (N, C, T). How
it is sampled stands in the file's description (`engines.spec.Diffusion`), and so can be changed
without the network. The spectra of its labels are the initializer `gains.spectra`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch

from engines.errors import SpecError
from engines.load import load_model as load_file
from engines.methods.diffusion.network import INPUTS, OUTPUT
from engines.ort import open_session
from engines.spec import Diffusion, ModelSpec, Preset, Published
from engines.types import Audio
from export.common.errors import UsageError
from export.graphs import parity
from export.graphs.card import filled
from export.graphs.describe import ChoiceError, domain_of
from export.graphs.files import save, set_spec
from export.graphs.tensors import Size
from export.graphs.torch_graph import evaluating, stripped, traced
from export.nets import families
from export.nets.checkpoint import load_model
from export.nets.denoising.denoiser import MixDenoiser
from export.nets.nade import Nade

CROSSFADE_S = 0.1


@dataclass(frozen=True)
class DenoiserOptions:
    """sampling: fields of `engines.spec.Diffusion` in place of ours (`usual`); steps: noise levels;
    seconds: of a window; ema: averaged weights; cards: JSON files for the model card; tolerance:
    largest difference from the network."""

    sampling: Mapping[str, Any] = field(default_factory=dict)
    steps: int = 30
    seconds: float = 4.0
    ema: bool = True
    cards: tuple[Path, ...] = ()
    tolerance: float = parity.TOLERANCE


def to_diffusion(checkpoint: Path, output: Path, options: DenoiserOptions | None = None) -> float:
    """Makes, checks and writes the file; its name is the model's. The largest difference from the
    network.

    Raises ExportError, EngineError: also where the sampler would diverge with what was chosen.
    """
    options = options or DenoiserOptions()
    if output.suffix != ".onnx":
        raise UsageError(f"the output {output}", "a name ending in .onnx", "rename it")
    network, seen = load_model(checkpoint, "ema" if options.ema else "model")
    if network.family not in families.DENOISERS:
        seen_is = f"{checkpoint}, a network of the family {network.family}"
        raise UsageError(seen_is, "a denoiser", "give a checkpoint of train --setup gmsdi16")
    spec = filled(describe(network, seen, output.stem, options), options.cards)
    model = to_graph(network, spec)
    set_spec(model, spec)
    with TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / output.name
        save(model, path)
        load_file(path)  # its settings are those of a sampler that holds
        worst = parity.require_parity(compare(network.core, spec, path), options.tolerance)
    save(model, output)
    return worst


def usual(stems: tuple[str, ...]) -> Diffusion:
    """How a model of these stems is sampled where nothing else is said.

    Published: Separator and Extractor with drums constrained. Ours: the network is told the noise
    that the rest has, which needs fewer steps (docs/research/diffusion.md).
    """
    return Diffusion(constrained="drums" if "drums" in stems else stems[-1], told="own")


def describe(
    network: Nade, seen: Mapping[str, Any], name: str, options: DenoiserOptions
) -> ModelSpec:
    """What the file says of itself. Raises ChoiceError."""
    stems, rate_hz = tuple(seen["stems"]), int(seen["rate_hz"])
    domain = domain_of(network)
    window = domain.valid_window(round(options.seconds * rate_hz))
    hop = window // 2
    crossfade = min(round(CROSSFADE_S * rate_hz), hop // 4)
    try:
        grid = Preset(window, hop, hop // 2, crossfade, options.steps)
        sampling = Diffusion(**(vars(usual(stems)) | dict(options.sampling)))
        return ModelSpec(
            name=name, stems=stems, rate_hz=rate_hz, channels=network.config.channels,
            method="diffusion", domain=domain, live=grid, offline=grid,
            level_db=seen.get("level_db"), diffusion=sampling, published=published(network),
        )  # fmt: skip
    except SpecError as error:
        raise ChoiceError(error.seen, error.expected, "choose other values") from error


def published(network: Nade) -> Published:
    """The system that it is, and what is otherwise."""
    size = sum(one.numel() for one in network.core.body.parameters()) / 1e6
    smaller = f"{size:.1f} million weights (MSDM: 405.5), labels in place of texts, filters of "
    smaller += "mean spectra in its preconditioning"
    return Published("GMSDI", "Postolache et al. 2024 (arXiv 2403.11706)", smaller)


def to_graph(network: Nade, spec: ModelSpec) -> onnx.ModelProto:
    """The graph of a denoiser, with any number of rows of any whole length."""
    feeds = {
        name: torch.from_numpy(value)
        for name, value in random_feeds(spec, sizes_of(spec)[1]).items()
    }
    axes = {name: {0: "rows"} for name in INPUTS}
    axes[INPUTS[0]][2] = "time"
    outputs = {OUTPUT: {0: "rows", 2: "time"}}
    with evaluating(network.core), torch.no_grad():
        model = traced(network.core, tuple(feeds.values()), axes, outputs)
    return stripped(model, spec.name)


def sizes_of(spec: ModelSpec) -> tuple[Size, ...]:
    """Rows and samples to compare at: the shortest, a few, a window."""
    shortest = spec.valid_window(1)
    return tuple(Size(n, t) for n, t in ((1, shortest), (3, 3 * shortest), (2, _window(spec))))


def _window(spec: ModelSpec) -> int:
    return spec.offline.window_samples


def random_feeds(spec: ModelSpec, size: Size) -> dict[str, Audio]:
    """Music-like levels of noise, noise levels of a sampler, sets of labels; the last is none."""
    rng, how = np.random.default_rng(size.time), spec.diffusion
    assert how is not None
    sigma = np.exp(rng.uniform(np.log(how.lowest), np.log(how.highest), size.batch))
    noise = rng.standard_normal((size.batch, spec.channels, size.time))
    labels = rng.integers(0, 2, (size.batch, len(spec.stems)))
    labels[:, 0], labels[1:][-1:] = 1, 0
    values = ((0.2 + sigma)[:, None, None] * noise, sigma, labels)
    return {name: value.astype(np.float32) for name, value in zip(INPUTS, values, strict=True)}


def compare(core: MixDenoiser, spec: ModelSpec, path: Path) -> list[parity.Difference]:
    """Network in float64, by fast transforms, against the file."""
    session, found = open_session(path), []
    with evaluating(core), torch.no_grad():
        exact = copy.deepcopy(core).double()
        for size in sizes_of(spec):
            feeds = random_feeds(spec, size)
            given = (torch.from_numpy(value).double() for value in feeds.values())
            found.append(parity.difference(exact(*given).numpy(), session.run(OUTPUT, feeds), size))
    return found
