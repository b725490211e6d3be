"""A checkpoint from an exported model, to train it further: the shipped ones, say.

The file has the averaged weights only. Batch norms that went into convolutions get the statistics
of some batches of the setup's data, so that training begins with the network that was exported.
The checkpoint is written only if it computes what the file does.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import onnx
import torch
from tqdm import tqdm

from engines.load import read_spec
from engines.spec import ModelSpec
from export.graphs import parity
from export.graphs.describe import domain_of
from export.graphs.errors import UnsupportedGraphError
from export.graphs.recover import Statistics, recover
from export.nets import checkpoint, families
from export.nets.nade import Nade
from export.training.options import checked
from export.training.source import make_source
from export.training.train import one_pass
from export.training.trainer import Trainer

#: Batches of data that give folded batch norms their statistics.
BATCHES = 50


def network_of(path: Path, spec: ModelSpec, setup: dict[str, Any]) -> tuple[Nade, list[str]]:
    """The setup's network with the file's weights, in evaluation mode, and its folded norms.

    Raises UnsupportedGraphError where the setup is another network's.
    """
    setup = setup if spec.conditional else one_pass(setup)
    if list(spec.stems) != list(setup["stems"]) or spec.rate_hz != setup["rate_hz"]:
        seen = f"{path} of {', '.join(spec.stems)} at {spec.rate_hz} Hz"
        expected = f"{', '.join(setup['stems'])} at {setup['rate_hz']} Hz, as the setup has them"
        raise UnsupportedGraphError(seen, expected, "give the setup it was trained with")
    config = families.config_from(setup["family"], setup.get("model", {}))
    network = Nade(setup["family"], config, spec.flag_hot, spec.flag_axis).eval()
    ours = (domain_of(network), network.config.channels)
    if ours != (spec.domain, spec.channels):
        seen = f"{path} of {spec.domain}, {spec.channels} channels"
        expected = f"{ours[0]}, {ours[1]} channels, as the setup has them"
        raise UnsupportedGraphError(seen, expected, "give the setup it was trained with")
    return network, recover(onnx.load(path).graph, network)


def settle(network: Nade, folded: list[str], setup: dict[str, Any], batches: int) -> None:
    """Gives the folded norms the statistics of so many batches of the setup's training data.
    `network` stays in evaluation mode. Raises DataError, UnsupportedGraphError."""
    options = checked(setup.get("train", {}))
    about = checkpoint.describe(network, tuple(setup["stems"]), setup["rate_hz"])
    trainer = Trainer(network, options, about)
    make = functools.partial(
        make_source, setup["data"], tuple(setup["stems"]), setup["rate_hz"],
        network.config.channels, options.batch, options.seed,
    )  # fmt: skip
    source = trainer.criterion.source(make)()
    statistics = Statistics(network, folded)
    with torch.no_grad():
        for step in tqdm(range(batches), unit="batch", disable=None):
            groups, batch = trainer.read(source.batch(step))
            trainer.errors(batch, groups)
    statistics.settle()


def convert(path: Path, setup: dict[str, Any], out: Path, batches: int) -> float:
    """Writes the checkpoint; returns the largest difference from the file's own answers.

    Raises ExportError, EngineError.
    """
    spec = read_spec(path)
    network, folded = network_of(path, spec, setup)
    parity.require_parity(parity.compare(network, spec, path))
    settle(network, folded, setup, batches)
    largest = parity.require_parity(parity.compare(network, spec, path))
    start = checkpoint.Start(spec.name, spec.licence, spec.training)
    about = checkpoint.describe(network, spec.stems, spec.rate_hz, spec.level_db, start)
    weights = network.state_dict()
    checkpoint.save(out, {"description": about, "step": 0, "ema": weights, "model": weights})
    return largest
