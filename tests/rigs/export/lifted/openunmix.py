"""Open-Unmix: the whole clip in one piece, one Wiener iteration in blocks of 300 frames."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engines.grid import Grid
from engines.types import Audio
from export.graphs.lifting.request import imported
from tests.rigs.export.lifted.procedures import Procedure, grid_pieces, inside, one_piece
from tests.rigs.export.lifted.reference import (
    RATE_HZ,
    Reference,
    Steps,
    asked,
    lifted,
    needs,
    stood_in,
    subject,
)


def openunmix(model: str) -> Reference:
    """The whole clip in one piece, one Wiener iteration in blocks of 300 frames."""

    @cache
    def separator(block: int) -> Any:
        stood_in("torchaudio")
        kind = imported("openunmix.model", needs("openunmix")).Separator
        made = kind(subject("openunmix", model).networks, niter=1, wiener_win_len=block)
        made.freeze()
        return made

    def steps(ours: Procedure, grid: Grid) -> Steps:
        hard = grid_pieces(grid, fade=False)
        whole = replace(ours, cut=one_piece)
        return [
            ("no fades", replace(ours, cut=hard)),
            ("nothing beyond the ends", replace(ours, cut=inside(hard))),
            ("the clip in one piece", whole),
            ("Wiener filter in blocks of 300 frames, not 64",
             replace(whole, network=partial(asked, separator(300)))),
        ]  # fmt: skip

    def command(mix: Audio) -> Audio:
        stood_in("torchaudio")
        predict = imported("openunmix.predict", needs("openunmix"))
        found = predict.separate(torch.from_numpy(mix), RATE_HZ, separator=separator(300))
        return np.stack([stem[0].numpy() for stem in found.values()])

    def make(path: Path) -> None:
        stood_in("torchaudio")
        lifted("openunmix", model, path)

    return Reference(model, make, lambda: partial(asked, separator(64)), steps, command)
