"""Making an ONNX graph node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper


class Builder:
    """Nodes and constants of a graph in the making; all names begin with `prefix`."""

    def __init__(self, prefix: str) -> None:
        self._prefix, self._made = prefix, 0
        self._kept: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def name(self) -> str:
        """One that no node's output has: of an output that is made by hand."""
        self._made += 1
        return f"{self._prefix}made_{self._made}"

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes: Any) -> str:
        """Adds a node; the name of its output, which `output` chooses."""
        name = f"{self._prefix}{kind}_{len(self.nodes)}"
        made = output or name
        self.nodes.append(helper.make_node(kind, list(inputs), [made], name, **attributes))
        return made

    def floats(self, value: NDArray[Any] | np.floating[Any]) -> str:
        """A float32 constant; the same values are stored once."""
        return self._constant(np.asarray(value, np.float32))

    def ints(self, *numbers: int) -> str:
        """A constant vector of int64."""
        return self._constant(np.array(numbers, np.int64))

    def _constant(self, value: NDArray[Any]) -> str:
        key = (str(value.dtype), value.shape, value.tobytes())
        if key not in self._kept:
            self._kept[key] = f"{self._prefix}constant_{len(self._kept)}"
            self.constants.append(numpy_helper.from_array(value, self._kept[key]))
        return self._kept[key]

    def part(self, value: str, first: int, end: int | None, axis: int) -> str:
        """value[first:end] along an axis; both may be negative."""
        last = 2**63 - 1 if end is None else end
        return self.op("Slice", value, self.ints(first), self.ints(last), self.ints(axis))

    def length(self, value: str, axis: int) -> str:
        """The length of one axis, as a vector of one int64."""
        if axis == -1:
            return self.op("Shape", value, start=-1)
        return self.op("Shape", value, start=axis, end=axis + 1)

    def reshaped(self, value: str, *sizes: int | str, output: str | None = None) -> str:
        """Reshape; sizes are numbers (0: as before, -1: what is left) or vectors of one int64."""
        numbers = [size for size in sizes if isinstance(size, int)]
        if len(numbers) == len(sizes):
            return self.op("Reshape", value, self.ints(*numbers), output=output)
        parts = [self.ints(size) if isinstance(size, int) else size for size in sizes]
        return self.op("Reshape", value, self.op("Concat", *parts, axis=0), output=output)
