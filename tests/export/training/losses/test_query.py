"""A network that listens to tags: what it is trained by, that it learns to listen, its scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from export.common.tags import NAMES
from export.data.tag_items import Question, TagBatch, vector
from export.training import query_validation
from export.training.criterion import LossError
from export.training.losses.query import TagSource, TagSums, _off_db
from export.training.trainer import Trainer
from tests.rigs.export.training import BAND, trainer

SMALL = {"channels": 1, "fft_samples": 256, "hop_samples": 128, "widths": (4, 6),
         "bands": ((1, 15), (7, 16), (2, 1)), "lstm_hidden": 8, "tag_width": 8}  # fmt: skip
ASKED = ("flute", "kick", "organ", "flute")


class Questions:
    """Two tones; who asks for a flute wants the high one, for a kick the low one, else neither."""

    def batch(self, step: int) -> TagBatch:
        time = np.arange(2048) / 16000
        low, high = (np.sin(2 * np.pi * hz * time).astype(np.float32) / 5 for hz in (250, 4000))
        pairs = {"flute": (high, low), "kick": (low, high), "organ": (0 * low, low + high)}
        stems = np.stack([np.stack(pairs[tag])[:, None] for tag in ASKED])
        return TagBatch(stems, np.stack([vector([tag]) for tag in ASKED]))


@pytest.fixture(scope="module")
def trained() -> Trainer:
    made = trainer("query_unet", SMALL, loss="query", learning_rate=2e-2, ema=0.9)
    batch = _sums(made)
    for _ in range(40):
        made.train_step(batch)
    return made


def _sums(made: Trainer) -> TagSums:
    config = made.model.config
    return TagSource(Questions(), (config.runs, 256, 128), 0.0, 0).batch(0)


def test_it_learns_to_listen(trained: Trainer) -> None:
    stems = Questions().batch(0).stems
    asked = [Question(tag, one.sum(0), tag, one[0]) for tag, one in zip(ASKED, stems, strict=True)]
    row, means = query_validation.answered(trained.average, asked[:3])
    assert (row["questions"], row["absent"]) == (2, 1)
    assert means["si_sdri"] > 6 and row["leakage_db"] < -10


def test_the_loss_of_a_perfect_mask_is_nearly_none(trained: Trainer) -> None:
    sums = trained.criterion.read(_sums(trained))
    ideal = torch.where(sums.cross > 0, (sums.cross / (sums.mix_energy.unsqueeze(1) + 1e-9)), 0.0)
    best = trained.criterion.error(ideal.clamp(0, 1), sums, None)
    everything = trained.criterion.error(torch.ones_like(ideal), sums, None)
    assert best.shape == (4, 1)
    assert (best < 0.2).all() and (everything > 5 * best).all()
    assert everything[2] > 10, "what is not there must be silent"


def test_masks_that_are_nearly_shut_are_pulled_open(trained: Trainer) -> None:
    """Of what is there; the loss of energies and square roots alone hardly moves them."""
    sums = trained.criterion.read(_sums(trained))
    logits = torch.full((*sums.stems.shape,), -6.0, requires_grad=True)
    trained.criterion.error(logits.sigmoid(), sums, None)[0].sum().backward()
    assert logits.grad is not None and -logits.grad.sum() > 0.1


def test_loudness_counts_gently_near_the_truth_and_not_at_all_below_quiet() -> None:
    heard, true = torch.tensor([0.5, 1e-3, 1e-1, 1e-5]), torch.tensor([1.0, 0.0, 1e-4, 1.0])
    near, absent, loud, shut = _off_db(heard, true, torch.ones(4)).tolist()
    assert near == pytest.approx(0.5 * 3.01**2 / 6, rel=1e-2)
    assert absent == 0 and loud == pytest.approx(15 - 3) and shut == pytest.approx(50 - 3, abs=0.1)


def test_rows_are_read_without_the_rest() -> None:
    made = trainer("query_unet", SMALL, loss="query")
    sums = _sums(made)
    assert sums.stems.shape[:2] == (4, 1) and sums.tags.shape == (4, len(NAMES))


def test_other_networks_are_refused() -> None:
    with pytest.raises(LossError, match="tags"):
        trainer("band_unet", BAND, loss="query")


def test_the_best_gain_is_the_nearest_volume() -> None:
    truth = np.array([[1.0, -2.0, 0.5]])
    np.testing.assert_allclose(query_validation._best_gain(4 * truth, truth), truth)


def test_an_answer_that_is_silent_leaks_nothing() -> None:
    quiet = query_validation._against_db(np.zeros((1, 9)), np.ones((1, 9)))
    assert quiet == query_validation.LEAST_DB
