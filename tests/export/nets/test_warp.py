"""The logarithmic frequency axis: torch's grid sampling at the paper's places, and its inverse."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from export.nets.warp import Banded, bin_places, row_places, unwarp_matrix, warp_matrix

ROWS, BINS, FRAMES = 256, 512, 9


def sampled(signal: Tensor, places: Tensor) -> Tensor:
    """(1, 1, F, T) at `places` (R,) of the vertical axis -1..1, by torch, frames as they are."""
    across = torch.linspace(-1, 1, signal.shape[-1], dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(across, places, indexing="xy"), -1)
    return F.grid_sample(signal.double(), grid[None], align_corners=True)


def test_warp_is_grid_sample_at_the_published_places() -> None:
    bins = torch.rand(1, 1, BINS, FRAMES)
    rows = torch.linspace(-1, 1, ROWS, dtype=torch.float64)
    expected = sampled(bins, (21 ** ((rows + 1) / 2) - 11) / 10).float()
    found = Banded(warp_matrix(ROWS, BINS))(bins)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_unwarp_is_grid_sample_at_the_published_places() -> None:
    rows = torch.rand(1, 1, ROWS, FRAMES)
    bins = torch.linspace(-1, 1, BINS, dtype=torch.float64)
    places = 2 * torch.log(10 * bins + 11) / np.log(21) - 1
    found = Banded(unwarp_matrix(BINS, ROWS))(rows)
    torch.testing.assert_close(found, sampled(rows, places).float(), atol=1e-5, rtol=0)


def test_the_places_invert_each_other() -> None:
    there = row_places(ROWS, BINS)
    assert there[0] == 0
    assert there[-1] == BINS - 1
    fraction = np.log(20 * there / (BINS - 1) + 1) / np.log(21)
    np.testing.assert_allclose(fraction * (ROWS - 1), np.arange(ROWS), atol=1e-9)
    assert np.all(np.diff(bin_places(BINS, ROWS)) > 0)


@pytest.mark.parametrize(("pooling", "tolerance"), [("point", 1e-3), ("triangle", 1e-2)])
@pytest.mark.parametrize("bins", [512, 2049])
def test_warp_then_unwarp_is_close(bins: int, pooling: str, tolerance: float) -> None:
    forth, back = Banded(warp_matrix(ROWS, bins, pooling)), Banded(unwarp_matrix(bins, ROWS))
    place = torch.linspace(0, 1, bins)[:, None]
    smooth = torch.cat([place, torch.exp(-3 * place), torch.cos(6 * place), 0 * place + 1], 1)
    torch.testing.assert_close(back(forth(smooth)), smooth, atol=tolerance, rtol=0)
    torch.testing.assert_close(back(forth(smooth))[:, 3], smooth[:, 3], atol=1e-6, rtol=0)


def test_parts_are_the_whole_matrix() -> None:
    for matrix in (warp_matrix(64, 129, "triangle"), unwarp_matrix(129, 64), warp_matrix(4, 129)):
        signal = torch.rand(2, 3, 4, matrix.shape[1], 5)
        expected = torch.from_numpy(matrix.astype(np.float32)) @ signal
        torch.testing.assert_close(Banded(matrix)(signal), expected)


def test_triangles_leave_no_bin_out_and_are_points_where_rows_are_dense() -> None:
    point, triangle = warp_matrix(ROWS, 2049), warp_matrix(ROWS, 2049, "triangle")
    assert (point.sum(0) == 0).sum() > 1000
    assert np.all(triangle.sum(0) > 0)
    np.testing.assert_allclose(triangle.sum(1), 1)
    dense = warp_matrix(512, 129, "triangle")[:100]
    np.testing.assert_allclose(dense, warp_matrix(512, 129)[:100], atol=1e-12)
    with pytest.raises(ValueError, match="point, triangle"):
        warp_matrix(ROWS, BINS, "mean")


def test_the_matrix_is_no_weight_and_stays_float32_under_autocast() -> None:
    warp = Banded(warp_matrix(ROWS, BINS))
    assert not warp.state_dict()
    signal = torch.rand(BINS, 3)
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(warp(signal), Banded(warp_matrix(ROWS, BINS))(signal))
        assert warp(signal.bfloat16()).dtype == torch.float32
