"""Music-Source-Separation-Training: every sample in four windows, linear fades, mirrored ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import torch

from engines.grid import Grid
from engines.types import Audio
from export.graphs.lifting.request import imported
from tests.rigs.export.lifted.procedures import Piece, Procedure, remembered
from tests.rigs.export.lifted.reference import Reference, Steps, lifted, needs, network_of, subject


def msst(model: str, chunk: int, instruments: Sequence[str], short: int = 0) -> Reference:
    """Every sample in four windows, linear fades of a tenth, the clip mirrored at its ends."""
    step = chunk // 4

    def steps(ours: Procedure, grid: Grid) -> Steps:
        mirrored = replace(ours, read=partial(_msst_read, chunk))
        theirs = replace(mirrored, network=remembered(network_of("msst", model)))
        return [
            ("mirrored by three quarters of a window at its ends", mirrored),
            ("four times as many windows, each as heavy",
             replace(theirs, cut=partial(_msst_cut, chunk, 0))),
            ("its fades, linear",
             replace(theirs, cut=partial(_msst_cut, chunk, chunk // 10))),
        ]  # fmt: skip

    def command(mix: Audio) -> Audio:
        utils = imported("msst.utils.model_utils", needs("msst"))
        config = imported("ml_collections", needs("msst")).ConfigDict({
            "audio": {"chunk_size": chunk}, "inference": {"num_overlap": 4, "batch_size": 1},
            "training": {"instruments": list(instruments), "target_instrument": None},
        })  # fmt: skip
        assert step * 4 <= chunk
        network = subject("msst", model).network
        found = utils.demix(config, network, mix, torch.device("cpu"), model)
        return np.stack(list(found.values()))

    return Reference(
        model, partial(lifted, "msst", model), partial(network_of, "msst", model), steps, command,
        short,
    )  # fmt: skip


def _msst_border(chunk: int, count: int) -> int:
    border = chunk - chunk // 4
    return border if count > 2 * border else 0


def _msst_read(chunk: int, mix: Audio, origin: int, samples: int) -> Audio:
    border = _msst_border(chunk, mix.shape[-1])
    whole = np.pad(mix, ((0, 0), (border, border)), mode="reflect") if border else mix
    part = whole[:, max(0, origin + border) : max(0, origin + border + samples)]
    before = min(samples, max(0, -origin - border))
    part = np.pad(part, ((0, 0), (before, 0)))
    mode: Any = "reflect" if part.shape[-1] > samples // 2 else "constant"
    return np.pad(part, ((0, 0), (0, samples - part.shape[-1])), mode=mode)


def _msst_cut(chunk: int, fade: int, count: int) -> list[Piece]:
    border, step = _msst_border(chunk, count), chunk // 4
    whole, found = count + 2 * border, []
    for start in range(0, whole, step):
        weights = np.ones(chunk, np.float32)
        if fade and start > 0:
            weights[:fade] = np.linspace(0, 1, fade)
        if fade and (start + step < whole or start == 0):
            weights[-fade:] = np.linspace(1, 0, fade)
        actual = min(chunk, whole - start)
        found.append(Piece(start - border, chunk, start - border, weights[:actual]))
    return found
