"""A network that goes through a signal frame by frame, as a graph of one step with its state.

Such a network (`step`, `states`, `late_hops`: export/nets/families/causal_bands.py) is one frame of
the STFT in, its masks out, and for each `past` in a `past_out`. The engine's method `stateful` runs
it. Whether the file computes what the network does is asked over a whole clip at once: the file
step by step, the network in one call.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from engines.ort import open_session
from engines.session import Session
from engines.spec import ModelSpec, Preset, Schedule, StatePair, StftDomain
from engines.types import Audio
from export.common.errors import UsageError
from export.graphs.errors import GraphShapeError
from export.graphs.fold import fold_batch_norms
from export.graphs.parity import Difference, difference
from export.graphs.tensors import Size, input_names, output_name, random_feeds, stems_shape
from export.graphs.torch_graph import evaluating, strip, traced
from export.nets.nade import Nade

TOLERANCE = 2e-6
"""Largest difference, step by step, of masks."""
SIZES = (Size(1, 40), Size(3, 24))
"""Clips, in frames, and how many at once, that the file and the network are compared on."""
_OFFLINE_HOPS = 64
_PRESETS = ("live", "offline")


def steps(network: Nade) -> bool:
    """Whether a network goes through a signal frame by frame."""
    return hasattr(network.core, "step")


def stateful(network: Nade, spec: ModelSpec, presets: Mapping[str, Mapping[str, int]]) -> ModelSpec:
    """The spec of the network's step, from that of a network of its domain: one frame a call, and
    the one grid that fits, with `presets` changing the hops of `live` and `offline`.

    Raises UsageError for any other change, SpecError for a hop that does not fit.
    """
    _require_hops(presets)
    domain, late = spec.domain, int(network.core.late_hops)
    assert isinstance(domain, StftDomain)
    hop, gives = domain.hop_samples, domain.gives_samples
    ahead, before = gives - hop + late * hop, domain.fft_samples - gives

    def grid(name: str, hops: int) -> Preset:
        found = presets.get(name, {}).get("hop_samples", hops * hop)
        return Preset(before + found + ahead, found, ahead, 0)

    names = _names(network)
    plain = spec.schedule is None or spec.schedule.known == "given"
    return replace(
        spec, method="stateful", domain=replace(domain, frames_base=1), late_hops=late,
        state=tuple(StatePair(name, f"{name}_out") for name in names),
        schedule=None if plain else Schedule(known="subtracted"),
        live=grid("live", 1), offline=grid("offline", _OFFLINE_HOPS), tight=None, quality=None,
    )  # fmt: skip


def _require_hops(presets: Mapping[str, Mapping[str, int]]) -> None:
    found = [
        f"{preset} {key.removesuffix('_samples')}"
        for preset, changes in presets.items()
        for key in changes
        if preset not in _PRESETS or key != "hop_samples"
    ]
    if found:
        seen = f"preset values for a network with a state: {', '.join(sorted(found))}"
        expected = "the hop of live or offline: its frames say the rest, and it makes one step"
        raise UsageError(seen, expected, "leave them out")


def _names(network: Nade) -> list[str]:
    return [f"past{number}" for number, _ in enumerate(network.core.states())]


class _Step(nn.Module):
    """The network's step, its inputs and outputs one after another."""

    def __init__(self, network: Nade) -> None:
        super().__init__()
        self.core, self.conditional = network.core, network.conditional

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What `input_names` are, then the pasts -> masks, then the pasts after them."""
        count = 3 if self.conditional else 1
        given = inputs[1:3] if self.conditional else (None, None)
        masks, after = self.core.step(inputs[0], *given, inputs[count:])
        return masks, *after


def to_graph(network: Nade, spec: ModelSpec) -> onnx.ModelProto:
    """The ONNX graph of one step: any number of windows, one frame. Raises GraphShapeError,
    UnsupportedGraphError."""
    size = Size(1, 1)
    feeds = [torch.from_numpy(value) for value in random_feeds(spec, size, 0).values()]
    pasts = [torch.zeros(1, *shape) for shape in network.core.states()]
    step, names = _Step(network), _names(network)
    batch = {0: "batch"}
    axes = dict.fromkeys([*input_names(spec), *names], batch)
    outputs = dict.fromkeys([output_name(spec), *(f"{name}_out" for name in names)], batch)
    with evaluating(step), torch.no_grad():
        masks = step(*feeds, *pasts)[0]
        if tuple(masks.shape) != stems_shape(spec, size):
            seen, expected = f"masks of {tuple(masks.shape)}", str(stems_shape(spec, size))
            raise GraphShapeError(seen, expected, "correct the network's step")
        model = traced(step, (*feeds, *pasts), axes, outputs)
    fold_batch_norms(model)
    strip(model, spec)
    return model


def compare(
    network: Nade, spec: ModelSpec, path: Path, sizes: Iterable[Size] = SIZES
) -> tuple[Difference, ...]:
    """The file at `path`, step by step, against the network over the whole clip, in float64."""
    session = open_session(path)
    with evaluating(network), torch.no_grad():
        exact = copy.deepcopy(network).double()
        return tuple(_one(exact, spec, session, size) for size in sizes)


def _one(exact: Nade, spec: ModelSpec, session: Session, size: Size) -> Difference:
    feeds = random_feeds(spec, size, seed=size.time)
    whole = exact(*(torch.from_numpy(value).double() for value in feeds.values())).numpy()
    late = spec.late_hops or 0
    got = run(session, spec, feeds, size)
    return difference(whole[..., : size.time - late], got[..., late:], size)


def run(session: Session, spec: ModelSpec, feeds: Mapping[str, Audio], size: Size) -> Audio:
    """What a session says of a clip's frames, one after another, from its beginning."""
    state, found = zeros(session, spec, size.batch), []
    names = [output_name(spec), *(pair.output for pair in spec.state)]
    for frame in range(size.time):
        part = {name: _frame(value, frame, size.time) for name, value in feeds.items()}
        masks, *after = session.run_several(names, {**part, **state})
        state = dict(zip(state, after, strict=True))
        found.append(masks)
    return np.concatenate(found, axis=-1)


def _frame(value: Audio, frame: int, frames: int) -> Audio:
    """Flags of a whole window are the same in every frame."""
    over_time = value.ndim > 2 and value.shape[-1] == frames
    return value[..., frame : frame + 1] if over_time else value


def zeros(session: Session, spec: ModelSpec, batch: int) -> dict[str, Audio]:
    """A state at first, for so many windows."""
    shapes: Sequence[Any] = [session.inputs[pair.input][1:] for pair in spec.state]
    return {
        pair.input: np.zeros((batch, *shape), np.float32)
        for pair, shape in zip(spec.state, shapes, strict=True)
    }
