"""Other people's separators with weights from a seed, for tests.bench.lifted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from engines.grid import Grid
from engines.types import Audio
from tests.rigs.export.lifted.demucs import demucs
from tests.rigs.export.lifted.mdx_net import mdx_net
from tests.rigs.export.lifted.msst import msst
from tests.rigs.export.lifted.openunmix import openunmix
from tests.rigs.export.lifted.procedures import (
    Procedure,
    as_it_is,
    grid_pieces,
    one_piece,
    silent_ends,
)
from tests.rigs.export.lifted.reference import Reference, Steps, lifted, network_of


def without_command(package: str, model: str, name: str, short: int = 0) -> Reference:
    """The network is given the whole clip."""
    network = partial(network_of, package, model)

    def steps(ours: Procedure, grid: Grid) -> Steps:
        return [
            ("no fades", replace(ours, cut=grid_pieces(grid, fade=False))),
            ("the clip in one piece", Procedure(network(), one_piece, silent_ends, as_it_is)),
        ]

    def command(mix: Audio) -> Audio:
        return network()(mix)

    return Reference(name, partial(lifted, package, model), network, steps, command, short)


FOUR = ("drums", "bass", "other", "vocals")
REFERENCES: dict[str, Reference] = {
    one.name: one
    for one in (
        demucs("htdemucs"),
        openunmix("umxhq"),
        mdx_net(),
        msst("scnet", 485100, FOUR, short=1),
        without_command("moises-light", "paper_large", "moises-light", short=1),
        demucs("htdemucs_6s"),
        openunmix("umxl"),
        msst("mdx23c", 261120, ("vocals", "other")),
        without_command("bs-roformer", "mel_band_roformer", "mel_band_roformer"),
    )
}
