"""Demucs: windows of 7.8 s that overlap by a quarter, triangles, one random shift."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial

import numpy as np
import torch

from engines.crossfade import rise
from engines.grid import Grid
from engines.types import Audio
from export.graphs.lifting.request import imported
from tests.rigs.export.lifted.procedures import Level, Piece, Procedure, silent_ends
from tests.rigs.export.lifted.reference import (
    RATE_HZ,
    SEED,
    Reference,
    Steps,
    lifted,
    needs,
    network_of,
    stood_in,
    subject,
)

SHIFT = RATE_HZ // 2
"""Demucs shifts a clip by up to half a second."""


def demucs(model: str) -> Reference:
    """Windows of 7.8 s that overlap by a quarter, triangles, one random shift."""
    segment = 343980

    def steps(ours: Procedure, grid: Grid) -> Steps:
        narrow = partial(_demucs_cut, segment, 0, grid.crossfade_samples)
        silent = replace(ours, read=silent_ends)
        normal = replace(silent, level=_normal)
        shift = random.Random(SEED).randint(0, SHIFT) - SHIFT
        return [
            ("silence beyond its ends", silent),
            ("the clip at mean 0 and deviation 1", normal),
            ("its windows, of 343,980 samples", replace(normal, cut=narrow)),
            ("its fades, triangles", replace(normal, cut=partial(_demucs_cut, segment, 0, 0))),
            (
                f"its random shift, here {-shift} samples",
                replace(normal, cut=partial(_demucs_cut, segment, shift, 0)),
            ),
        ]

    def command(mix: Audio) -> Audio:
        stood_in("sphn", "lameenc")
        api, network = imported("demucs.api", needs("demucs")), subject("demucs", model).network
        separator = api.Separator.__new__(api.Separator)
        separator._model, separator._samplerate, separator._audio_channels = network, RATE_HZ, 2
        separator.update_parameter(
            device="cpu", shifts=1, overlap=0.25, split=True, segment=None, jobs=0, progress=False,
            callback=None, callback_arg=None,
        )  # fmt: skip
        random.seed(SEED)
        network.use_train_segment = True
        try:
            _, stems = separator.separate_tensor(torch.from_numpy(mix))
        finally:
            network.use_train_segment = False
        return np.stack([stem.numpy() for stem in stems.values()])

    return Reference(
        model, partial(lifted, "demucs", model), partial(network_of, "demucs", model), steps,
        command,
    )  # fmt: skip


def _normal(mix: Audio) -> Level:
    both = torch.from_numpy(mix).mean(0)
    scale = float(both.std() + 1e-8)
    return Level(float(both.mean()), scale, scale)


def _demucs_cut(segment: int, begin: int, crossfade: int, count: int) -> list[Piece]:
    """Every three quarters of a segment from `begin`; a shorter last one lies in the middle of its
    window. With a crossfade narrow fades in the middle of the overlap, else triangles."""
    stride, whole = int(0.75 * segment), count - begin
    found = []
    for start in range(0, whole, stride):
        length = min(segment, whole - start)
        last = start + stride >= whole
        if crossfade:
            weights = _narrow(segment, segment - stride, crossfade, start == 0, last)
        else:
            half = segment // 2
            up, down = np.arange(1, half + 1), np.arange(segment - half, 0, -1)
            weights = (np.concatenate([up, down]) / (segment - half)).astype(np.float32)
        first = begin + start
        origin = first - (segment - length) // 2
        found.append(Piece(origin, segment, first, weights[:length]))
    return found


def _narrow(samples: int, overlap: int, crossfade: int, first: bool, last: bool) -> Audio:
    """Weights of windows that overlap, with fades of `crossfade` in the middle of that."""
    side = (overlap - crossfade) // 2
    edge = np.concatenate([np.zeros(side, np.float32), rise(crossfade)])
    weights = np.ones(samples, np.float32)
    if not first:
        weights[: len(edge)] = edge
    if not last:
        # What rises in the next window falls here.
        weights[samples - overlap : samples - overlap + len(edge)] = 1 - edge
        weights[samples - overlap + len(edge) :] = 0
    return weights
