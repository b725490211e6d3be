"""What a denoiser learns from: mixtures and labels, and no stem among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from export.data.errors import DataError
from export.training.labelled import Labelled, LabelledMixes
from tests.rigs.export.denoisers import HERTZ, SAMPLES, Songs, denoising_trainer

STEPS = 24


def batches(**options: Any) -> Iterator[tuple[Labelled, Any]]:
    """Batches, and the stems that they were made of."""
    for step in range(STEPS):
        yield LabelledMixes(Songs(), 5, **options).batch(step), Songs().batch(step)


def playing(mix: np.ndarray) -> np.ndarray:
    """Which of the five tones sound in a mix (1, T): (5,) of 0 and 1."""
    time = np.arange(SAMPLES) / 16000
    waves = np.exp(2j * np.pi * np.outer(HERTZ, time)) @ mix[0] / SAMPLES
    return (np.abs(waves) > 0.02).astype(np.float32)


def test_no_stem_reaches_the_loss() -> None:
    seen = set()
    for batch, stems in batches():
        assert set(vars(batch)) == {"mixes", "labels"}
        every = np.abs(batch.mixes[:, None] - stems.reshape(1, -1, 1, SAMPLES)).max((2, 3))
        assert every.min() > 0.01  # no row is one of the stems
        for mix, labels in zip(batch.mixes, batch.labels, strict=True):
            assert playing(mix).tolist() == labels.tolist()
            seen.add(int(labels.sum()))
    assert seen == {2, 3, 4, 5}
    made = denoising_trainer()
    groups, (mixes, labels) = made.read(batch)
    assert groups is None and mixes.shape == (4, 1, SAMPLES) and labels.shape == (4, 5)


def test_rows_are_pairs_of_one_window_of_which_one_has_some_of_the_other() -> None:
    fewer = 0
    for batch, stems in batches():
        for row in range(0, 4, 2):
            more, some = batch.labels[row : row + 2]
            assert (some <= more).all()
            fewer += int(some.sum() < more.sum())
            expected = np.tensordot(some, stems[row // 2], 1)
            np.testing.assert_allclose(batch.mixes[row + 1], expected, atol=1e-6)
    assert fewer > STEPS


def test_solos_are_there_only_where_they_are_asked_for() -> None:
    counts = [int(batch.labels[1::2].sum(1).min()) for batch, _ in batches(solo_share=0.5)]
    assert min(counts) == 1
    assert all((batch.labels[::2].sum(1) >= 2).all() for batch, _ in batches(solo_share=1.0))
    with pytest.raises(DataError, match="a chance"):
        LabelledMixes(Songs(), 5, 1.5)


def test_sums_stay_together_and_batches_repeat() -> None:
    source = LabelledMixes(Songs(groups=True), 5)
    for step in range(STEPS):
        batch = source.batch(step)
        tuned = batch.labels[:, 2:]
        assert (tuned == tuned[:, :1]).all()
        assert (batch.labels.sum(1) >= 2).all()
    again = source.batch(step)
    assert (again.mixes == batch.mixes).all() and (again.labels == batch.labels).all()


def test_a_window_of_one_stem_is_no_mixture() -> None:
    class Alone:
        def batch(self, step: int) -> np.ndarray:
            return np.asarray(Songs().batch(step) * np.eye(5)[0][:, None, None])

    with pytest.raises(DataError, match="least_audible"):
        LabelledMixes(Alone(), 5).batch(0)
