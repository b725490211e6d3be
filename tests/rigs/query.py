"""A tiny model that listens to tags: each tag has one mask, and several add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from engines.load import Model, load_model
from engines.spec import ModelSpec, Query
from tests.rigs.tiny_models import STFT, make_spec, save

TAGS = ("strings", "violin", "cello", "flute")
COVERS = (("violin", "cello"), ("violin",), ("cello",), ("flute",))
GAINS = {"strings": 0.7, "violin": 0.5, "cello": 0.1, "flute": 0.6}


def query_spec(**changes: Any) -> ModelSpec:
    """Of `write_query`: 44.1 kHz stereo, asked for no tags yet."""
    base = {"name": "query", "stems": ("query",), "method": "query", "domain": STFT,
            "query": Query(TAGS, COVERS)}  # fmt: skip
    return make_spec(**(base | changes))


def write_query(path: Path, **changes: Any) -> ModelSpec:
    """Writes the graph with its spec: masks are the tags' gains, weighted and added up."""
    spec = query_spec(**changes)
    bins = STFT.fft_samples // 2 + 1
    op = helper.make_node
    nodes = [
        op("MatMul", ["tags", "gains"], ["gain"]),
        op("Reshape", ["gain", "wide"], ["even"]),
        op("Unsqueeze", ["mix_mag", "stem"], ["mix"]),
        op("Mul", ["mix", "zero"], ["nothing"]),
        op("Add", ["nothing", "even"], ["masks"]),
    ]
    gains = np.array([[GAINS[tag]] for tag in TAGS], np.float32)
    constants = [
        numpy_helper.from_array(gains, "gains"),
        numpy_helper.from_array(np.array([-1, 1, 1, 1, 1], np.int64), "wide"),
        numpy_helper.from_array(np.array([1], np.int64), "stem"),
        numpy_helper.from_array(np.float32(0), "zero"),
    ]
    value = helper.make_tensor_value_info
    inputs = [value("mix_mag", TensorProto.FLOAT, ["B", 2, bins, "T"]),
              value("tags", TensorProto.FLOAT, ["B", len(TAGS)])]  # fmt: skip
    outputs = [value("masks", TensorProto.FLOAT, ["B", 1, 2, bins, "T"])]
    save(path, helper.make_graph(nodes, "query", inputs, outputs, constants), spec)
    return spec


def query_model(path: Path, **changes: Any) -> Model:
    """Written to `path` and loaded."""
    write_query(path, **changes)
    return load_model(path)
