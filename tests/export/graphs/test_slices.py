"""Sams-Net's slices in the exported graph, and in the engine."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch

from engines.load import load_model
from engines.settings import stream_settings
from engines.stream import Stream


@pytest.mark.parametrize("conditional", [True, False])
def test_one_graph_serves_any_number_of_slices(
    make_tiny: Callable[..., Any], conditional: bool
) -> None:
    tiny_file = make_tiny("sams_net", conditional)
    assert tiny_file.spec.domain.window == "hamming_periodic"
    session = onnxruntime.InferenceSession(tiny_file.path, providers=["CPUExecutionProvider"])
    # In float64, as torch's rounding in float32 can be larger than the graph's.
    network = copy.deepcopy(tiny_file.network).double().eval()
    random = np.random.default_rng(0)
    for frames in (1, 4, 5, 6, 11, 24, 25, 26):
        mix = random.random((2, 2, 129, frames), np.float32)
        feeds = {"mix_mag": mix}
        if conditional:
            feeds["given_mag"] = random.random((2, 3, 2, 129, frames), np.float32)
            feeds["flags"] = np.zeros((2, 3), np.float32)
        with torch.no_grad():
            wanted = network(*(torch.from_numpy(value).double() for value in feeds.values()))
        np.testing.assert_allclose(session.run(None, feeds)[0], wanted, atol=1e-5)


def test_served_blocks_equal_the_whole(make_tiny: Callable[..., Any]) -> None:
    tiny_file = make_tiny("sams_net")
    model = load_model(str(tiny_file.path), device="cpu", threads=1)
    rate_hz = tiny_file.spec.rate_hz
    mix = np.random.default_rng(1).standard_normal((2, 3000)).astype(np.float32)

    def stream() -> Stream:
        return Stream(model, stream_settings(model.spec, rate_hz=rate_hz, channels=2))

    whole = stream()
    wanted = np.concatenate([whole.push(mix), whole.flush()], -1)
    blocks = stream()
    parts = [blocks.push(mix[:, start : start + 37]) for start in range(0, 3000, 37)]
    found = np.concatenate([*parts, blocks.flush()], -1)
    assert np.array_equal(found, wanted)
    assert np.abs(wanted).max() > 0
