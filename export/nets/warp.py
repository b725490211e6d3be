"""The logarithmic frequency axis of the multi-channel U-Net (docs/research/sources.md).

With base 21, row r of R lies at the fraction (21^(r / (R - 1)) - 1) / 20 of the linear axis, bin b
of F at the fraction log21(20 b / (F - 1) + 1) of the rows. Row 0 is bin 0 and the last row the last
bin: the paper's grids with `align_corners=True`, today's default being no inverse of each other.
Both directions are fixed matrices with a narrow band of nonzeros.

Each row reads the two bins next to its place (`point`, published), or at least these and all that
lie between its neighbours, under a triangle (`triangle`): with large FFTs a point of the upper rows
would leave out most bins.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

BASE = 21.0
POOLINGS = ("point", "triangle")
#: One product per so many equal parts of the output: the nonzeros lie near the diagonal, and for
#: 256 rows of 2,049 bins this is 8 times faster than one product.
PARTS = 8
Array = NDArray[np.float64]


def row_places(rows: int, bins: int) -> Array:
    """Where the rows lie on the bins' axis: (rows,), rising from 0 to bins - 1."""
    return (BASE ** np.linspace(0, 1, rows) - 1) / (BASE - 1) * (bins - 1)


def bin_places(bins: int, rows: int) -> Array:
    """Where the bins lie on the rows' axis: (bins,), rising from 0 to rows - 1."""
    return np.log((BASE - 1) * np.linspace(0, 1, bins) + 1) / np.log(BASE) * (rows - 1)


def warp_matrix(rows: int, bins: int, pooling: str = "point") -> Array:
    """(rows, bins): magnitudes of bins to magnitudes of rows; every row sums to 1."""
    if pooling not in POOLINGS:
        raise ValueError(f"pooling is {pooling!r}, expected one of {', '.join(POOLINGS)}")
    return _triangles(row_places(rows, bins), bins, pooling == "triangle")


def unwarp_matrix(bins: int, rows: int) -> Array:
    """(bins, rows): values of rows, such as masks, to bins, by linear interpolation."""
    return _triangles(bin_places(bins, rows), rows, False)


def _triangles(places: Array, size: int, wide: bool) -> Array:
    """One triangle around each place, as wide as its neighbours are far but at least 1 each way."""
    gaps = np.maximum(1.0, np.diff(places)) if wide else np.ones(len(places) - 1)
    before, after = np.r_[1.0, gaps], np.r_[gaps, 1.0]
    distance = np.arange(size) - places[:, None]
    reach = np.where(distance < 0, before[:, None], after[:, None])
    matrix = np.maximum(0.0, 1.0 - np.abs(distance) / reach)
    return matrix / matrix.sum(1, keepdims=True)


class Banded(nn.Module):
    """Multiplication by a matrix whose nonzeros lie near the diagonal, in parts.

    The matrix is no weight: it is made anew with the network and not stored in checkpoints.
    """

    def __init__(self, matrix: Array) -> None:
        super().__init__()
        self.spans: list[tuple[int, int]] = []
        for number, rows in enumerate(np.array_split(matrix, min(PARTS, len(matrix)))):
            columns = np.flatnonzero(rows.any(0))
            start, stop = int(columns[0]), int(columns[-1]) + 1
            self.spans.append((start, stop))
            part = torch.from_numpy(rows[:, start:stop].astype(np.float32))
            self.register_buffer(f"part{number}", part, persistent=False)

    def forward(self, signal: Tensor) -> Tensor:
        """(..., columns, T) -> (..., rows, T), in the matrix's precision also under autocast."""
        with torch.autocast(signal.device.type, enabled=False):
            signal = signal.to(self.get_buffer("part0").dtype)
            parts = [
                torch.matmul(self.get_buffer(f"part{number}"), signal[..., start:stop, :])
                for number, (start, stop) in enumerate(self.spans)
            ]
            return torch.cat(parts, -2)
