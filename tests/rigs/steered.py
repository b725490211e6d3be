"""A tiny steered model, and what it answers, in numpy.

The latent (1, 1, PLACES) is, through a sigmoid, a gain of SPAN samples each: the stem is the mix
times it. Its tags are "Loud", how high the gains are on average, and "no bass", the rest to 1; the
error is the mean square of what is missing to the target, and its gradient is written out. The
latent of any mix is BEGIN everywhere, and in it "Loud" is heard as four times its mean absolute
sample, "no bass" never.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from engines.load import Model, load_model
from engines.spec import ModelSpec, Preset, Steering, WaveformDomain
from engines.types import Audio
from tests.rigs.tiny_models import make_spec, save

PLACES, SPAN, BEGIN = 8, 32, 0.25
SAMPLES = PLACES * SPAN
TAGS = ("Loud", "no bass")
GRID = Preset(SAMPLES, 160, 32, 32, steps=4)


def steered_spec(steering: dict[str, Any] | None = None, **changes: Any) -> ModelSpec:
    """Of `steered_model`: 8 kHz mono, asked for no tags yet."""
    usual = {"tags": TAGS, "latent": (1, PLACES), "rate": 0.5, "taggers": ("toy",)}
    how = Steering(**(usual | (steering or {})))
    base = {"name": "steered", "stems": ("tagged",), "rate_hz": 8000, "channels": 1,
            "method": "steered", "domain": WaveformDomain(SAMPLES, 0), "batch_max": 1,
            "context": "repeat", "live": GRID, "offline": GRID, "steering": how}  # fmt: skip
    return make_spec(**(base | changes))


def answer(
    mix: Audio, latent: Audio, target: Audio, begin: bool = False
) -> tuple[Audio, Audio, float, Audio]:
    """Stem, gradient, loss and tags for mix (T,), latent (PLACES,), target (2,)."""
    latent = np.full(PLACES, BEGIN, np.float32) if begin else latent
    gains = 1 / (1 + np.exp(-latent))
    tags = np.array([gains.mean(), 1 - gains.mean()])
    slope = (tags[0] - target[0]) - (tags[1] - target[1])
    gradient = slope * gains * (1 - gains) / PLACES
    return mix * np.repeat(gains, SPAN), gradient, float(((tags - target) ** 2).mean()), tags


def steered_model(path: Path, **changes: Any) -> Model:
    """Written to `path` and loaded."""
    write_steered(path, **changes)
    return load_model(path)


def write_steered(path: Path, **changes: Any) -> ModelSpec:
    """Writes the graph with its spec."""
    spec = steered_spec(**changes)
    op, f, i = helper.make_node, _floats, _ints
    nodes = [
        op("Sub", ["one", "begin"], ["on"]),
        op("Mul", ["latent", "on"], ["own"]),
        op("Mul", ["begin", "first"], ["new"]),
        op("Add", ["own", "new"], ["start"]),
        op("Sigmoid", ["start"], ["gains"]),
        op("Unsqueeze", ["gains", "last"], ["apart"]),
        op("Expand", ["apart", "wide"], ["spread"]),
        op("Reshape", ["spread", "whole"], ["mask"]),
        op("Unsqueeze", ["mix", "stem"], ["wide_mix"]),
        op("Mul", ["wide_mix", "mask"], ["stems"]),
        op("ReduceMean", ["gains"], ["mean"], axes=[2], keepdims=0),
        op("Sub", ["one", "mean"], ["rest"]),
        op("Concat", ["mean", "rest"], ["tags"], axis=1),
        op("Sub", ["tags", "target"], ["missing"]),
        op("Mul", ["missing", "missing"], ["squares"]),
        op("ReduceMean", ["squares"], ["loss"], axes=[1], keepdims=0),
        op("Mul", ["missing", "signs"], ["signed"]),
        op("ReduceSum", ["signed", "second"], ["slope"], keepdims=1),
        op("Sub", ["one", "gains"], ["left"]),
        op("Mul", ["gains", "left"], ["steep"]),
        op("Div", ["steep", "places"], ["each"]),
        op("Unsqueeze", ["slope", "last_of_two"], ["slopes"]),
        op("Mul", ["each", "slopes"], ["gradient"]),
        op("Abs", ["mix"], ["level"]),
        op("ReduceMean", ["level"], ["loudness"], axes=[2], keepdims=0),
        op("Mul", ["loudness", "four"], ["likely"]),
        op("Min", ["likely", "one"], ["at_most"]),
        op("Mul", ["at_most", "nothing"], ["never"]),
        op("Concat", ["at_most", "never"], ["heard"], axis=1),
    ]
    constants = [
        f("one", [1.0]), f("first", np.full((1, 1, PLACES), BEGIN)), f("signs", [[1.0, -1.0]]),
        f("places", [float(PLACES)]), f("four", [4.0]), f("nothing", [0.0]), i("last", [3]),
        i("last_of_two", [2]), i("second", [1]), i("stem", [1]), i("wide", [1, 1, PLACES, SPAN]),
        i("whole", [1, 1, 1, SAMPLES]),
    ]  # fmt: skip
    latent = (1, 1, PLACES)
    inputs = [_value("mix", 1, 1, SAMPLES), _value("latent", *latent), _value("target", 1, 2),
              _value("begin", 1)]  # fmt: skip
    outputs = [_value("stems", 1, 1, 1, SAMPLES), _value("start", *latent),
               _value("gradient", *latent), _value("loss", 1), _value("tags", 1, 2),
               _value("heard", 1, 2)]  # fmt: skip
    save(path, helper.make_graph(nodes, "steered", inputs, outputs, constants), spec)
    return spec


def _value(name: str, *shape: int) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _floats(name: str, value: Any) -> Any:
    return numpy_helper.from_array(np.asarray(value, np.float32), name)


def _ints(name: str, value: Any) -> Any:
    return numpy_helper.from_array(np.asarray(value, np.int64), name)
