"""Arrays from the engine's order of axes to a graph's, and back: reshape, transpose, reshape.

The engine's order is that of `spec.ports.axes_of`: B, S, C, ri, F, T, those of them that there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np

from engines.errors import GraphError
from engines.spec.ports import Axes, Groups, Port
from engines.types import Audio

Lengths = Mapping[str, int]
"""Length of each axis."""


def to_port(audio: Audio, axes: Axes, port: Port) -> Audio:
    """An array of the engine's `axes` as the port has them; axes that it leaves out are 1 long."""
    groups = port.groups
    if groups == tuple((axis,) for axis in axes):
        return audio
    lengths = dict(zip(axes, audio.shape, strict=True))
    flat = tuple(axis for group in groups for axis in group)
    present = [axis for axis in axes if axis in flat]
    found = audio.reshape([lengths[axis] for axis in present])
    found = found.transpose([present.index(axis) for axis in flat])
    return np.ascontiguousarray(found).reshape(shape_of(groups, lengths))


def from_port(answer: Audio, axes: Axes, port: Port, lengths: Lengths) -> Audio:
    """What the graph gave at this port, in the engine's `axes`. Raises GraphError."""
    groups = port.groups
    wanted = shape_of(groups, lengths)
    if answer.shape != wanted:
        raise GraphError(
            f"{port.name} {answer.shape}", f"{wanted}",
            "export or adopt the model again, or change the window",
        )  # fmt: skip
    if groups == tuple((axis,) for axis in axes):
        return answer
    flat = tuple(axis for group in groups for axis in group)
    found = answer.reshape([lengths[axis] for axis in flat])
    found = found.transpose([flat.index(axis) for axis in axes if axis in flat])
    return np.ascontiguousarray(found).reshape([lengths[axis] for axis in axes])


def shape_of(groups: Groups, lengths: Lengths) -> tuple[int, ...]:
    """The shape of an array of these groups."""
    return tuple(prod(lengths[axis] for axis in group) for group in groups)
