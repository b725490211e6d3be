"""engines.methods.diffusion.network: a graph as a denoiser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engines.errors import GraphError
from engines.methods.diffusion.network import as_denoiser


class Halves:
    """A session that gives half of what it is given, cut short by `lost` samples."""

    def __init__(self, lost: int = 0) -> None:
        self._lost = lost
        self.seen: dict[str, Any] = {}

    def run(self, output: str, feeds: Any) -> Any:
        self.seen = dict(feeds)
        assert output == "clean"
        noisy = feeds["noisy"]
        return 0.5 * noisy[..., : noisy.shape[-1] - self._lost]


NOISY, SIGMA, LABELS = np.ones((3, 1, 8), np.float32), np.ones(3, np.float32), np.eye(3)


def test_a_graph_is_given_rows_levels_and_labels() -> None:
    session = Halves()
    found = as_denoiser(session)(NOISY, SIGMA, LABELS)  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, 0.5 * NOISY)
    assert set(session.seen) == {"noisy", "sigma", "labels"}


def test_an_answer_of_another_shape_is_told() -> None:
    with pytest.raises(GraphError, match="as it was given"):
        as_denoiser(Halves(1))(NOISY, SIGMA, LABELS)  # type: ignore[arg-type]
