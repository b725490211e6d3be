"""engines.methods.diffusion.weak: weakly supervised MSDM, a denoiser for each instrument."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.separating import Mixes, separate
from engines.methods.diffusion.settings import Separation
from engines.methods.diffusion.weak import OneEach
from engines.types import Audio
from tests.rigs.oracle import STEMS, Oracle, make_song


def test_networks_of_one_instrument_each_separate_as_the_one_that_knows_all() -> None:
    """Equation 4 is equation 13 with other networks: bit for bit, with the same priors."""
    song = make_song(0, 8192)
    heard: list[set[int]] = []

    def only(number: int) -> Audio:
        def denoise(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
            heard.append(set(labels.argmax(axis=1)))
            return Oracle(song)(noisy, sigma, labels)

        assert number < len(STEMS)
        return denoise  # type: ignore[return-value]

    mixes, settings = Mixes(song.mix[None], [0]), Separation(STEMS, constrained="drums")
    each = separate(OneEach([only(k) for k in range(4)]), STEMS, mixes, settings)  # type: ignore[arg-type]
    one = separate(Oracle(song), STEMS, mixes, settings)
    assert np.array_equal(each.stems, one.stems)
    assert all(len(labels) == 1 for labels in heard)


@pytest.mark.parametrize("labels", [[[1.0, 1.0]], [[0.0, 0.0]]])
def test_a_row_of_several_or_of_none_is_refused(labels: list[list[float]]) -> None:
    noisy = np.zeros((1, 1, 10), np.float32)
    with pytest.raises(SettingsError, match="one instrument alone"):
        OneEach([Oracle, Oracle])(noisy, np.ones(1, np.float32), np.array(labels, np.float32))  # type: ignore[list-item]
