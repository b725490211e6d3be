"""The colours of stems, the same in every program that shows them."""

from __future__ import annotations

from collections.abc import Sequence

_COLOURS = {
    "drums": "#009E73", "bass": "#D55E00", "other": "#CC79A7", "vocals": "#56B4E9",
    "guitar": "#E69F00", "piano": "#F0E442", "residual": "#999999",
}  # fmt: skip
MIX_COLOUR = "#E5E5E5"
"""Of the song itself, beside its stems."""
_OTHER_COLOURS = ("#0072B2", "#E69F00", "#F0E442", "#999999")


def stem_colours(names: Sequence[str]) -> dict[str, str]:
    """Name -> `#rrggbb` of each stem: known names have their own, the others one by their place."""
    return {name: _COLOURS.get(name, _OTHER_COLOURS[k % 4]) for k, name in enumerate(names)}
