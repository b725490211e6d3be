"""Scores of a network that listens to tags, while it trains: questions whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from export.common.metrics import sdr, si_sdr
from export.common.tags import PARENTS
from export.data.tag_items import Question, vector
from export.nets.nade import Nade, StftDomain
from export.nets.stft import masked_inverse

#: What is quieter than this against its mix is as good as silence.
LEAST_DB = -80.0


@torch.no_grad()
def answer_of(network: Nade, question: Question) -> np.ndarray:
    """(C, T): what the network makes of a question, in evaluation mode."""
    mix = torch.from_numpy(np.ascontiguousarray(question.mix))[None]
    signal = network.encode(mix)
    tags = torch.from_numpy(vector([question.tag]))[None]
    masks = network.core(signal.mix, tags)
    assert signal.phase is not None and isinstance(network.domain, StftDomain)
    waves = masked_inverse(masks[:, 0], signal.phase, signal.samples, *network.domain.sizes)
    found: np.ndarray = waves[0].numpy()
    return found


def answered(
    network: Nade, questions: Sequence[Question]
) -> tuple[dict[str, float], dict[str, float]]:
    """A row of the log and its means.

    Of tags that are there: SI-SDRi and SDR over the mix's at its best gain, dB, a mean for each
    parent and for all leaves; of tags that are not: how loud the answer is against the mix, dB.
    """
    gained: dict[str, list[float]] = {}
    over: list[float] = []
    plain: list[float] = []
    leaked: list[float] = []
    for question in questions:
        made, truth, mix = answer_of(network, question), question.truth, question.mix
        if not truth.any():
            leaked.append(_against_db(made, mix))
            continue
        group = question.tag if question.tag in (*PARENTS, "vocals") else "leaves"
        gained.setdefault(group, []).append(float(si_sdr(made, truth) - si_sdr(mix, truth)))
        plain.append(float(sdr(made, truth)))
        over.append(plain[-1] - float(sdr(_best_gain(mix, truth), truth)))
    row = {f"si_sdri_{group}": _mean(values) for group, values in sorted(gained.items())}
    every = [value for values in gained.values() for value in values]
    row |= {"questions": float(len(every)), "absent": float(len(leaked))}
    if over:
        row |= {"over_best_gain": _mean(over)}
    if leaked:
        row |= {"leakage_db": _mean(leaked), "leakage_worst_db": max(leaked)}
    return row, {"si_sdri": _mean(every), "sdr": float(np.median(plain))} if every else {}


def _best_gain(mix: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The mix at the gain that is nearest to the truth."""
    found: np.ndarray = mix * (float((mix * truth).sum()) / float((mix * mix).sum()))
    return found


def _against_db(made: np.ndarray, mix: np.ndarray) -> float:
    share = float(np.square(made).sum()) / float(np.square(mix).sum())
    return max(LEAST_DB, 10 * float(np.log10(share + 1e-12)))


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))
