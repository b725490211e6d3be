"""Tiny ONNX models with known answers, for every test that needs a model file.

`make_model(path, ...)` writes a linear model: stem k is gains[k] times the mix (waveform), or has
a constant mask gains[k] (stft). A conditional one adds couple * (sum of the given stems + 0.01 *
flag * its linear answer), so that it depends on what is given and on the flags; with couple = 0 it
is linear in the mix alone. A curved one depends on the level: tanh of the mix, or masks that rise
with the magnitude.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engines.load import Model
from engines.spec import (
    SPEC_KEY,
    Domain,
    ModelSpec,
    Preset,
    Schedule,
    StftDomain,
    WaveformDomain,
)

MakeModel = Callable[..., Model]
"""Loads a tiny model of these options: the engines' fixture `tiny`."""

STEMS = ("drums", "bass", "other", "vocals")
GAINS = (0.4, 0.25, 0.2, 0.1)
LIVE = Preset(window_samples=512, hop_samples=128, lookahead_samples=96, crossfade_samples=32)
OFFLINE = Preset(window_samples=2048, hop_samples=1024, lookahead_samples=256, crossfade_samples=64)
TIGHT = Preset(window_samples=256, hop_samples=64, lookahead_samples=32, crossfade_samples=32)
STFT = StftDomain(fft_samples=128, hop_samples=32)


def make_spec(**changes: Any) -> ModelSpec:
    """A spec for the tiny models: 44.1 kHz stereo, four stems, a waveform one-pass by default."""
    spec = ModelSpec(
        name="tiny",
        stems=STEMS,
        rate_hz=44100,
        channels=2,
        method="waveform",
        domain=WaveformDomain(),
        live=LIVE,
        offline=OFFLINE,
        licence="MIT",
    )
    return replace(spec, **changes)


def make_model(
    path: Path,
    *,
    domain: str = "waveform",
    conditional: bool = False,
    gains: tuple[float, ...] = GAINS,
    couple: float = 0.0,
    curved: bool = False,
    **changes: Any,
) -> ModelSpec:
    """Writes a linear model to `path` and returns its spec; `changes` go into the spec."""
    stft: Domain = STFT if domain == "stft" else WaveformDomain()
    method = "gibbs" if conditional else {"stft": "mask"}.get(domain, "waveform")
    schedule = Schedule() if conditional else None
    base = {"domain": stft, "method": method, "conditional": conditional, "schedule": schedule}
    spec = make_spec(**(base | changes))
    if domain == "stft":
        graph = stft_graph(spec, gains, couple, curved)
    else:
        graph = waveform_graph(spec, gains, couple, curved)
    save(path, graph, spec)
    return spec


def save(path: Path, graph: onnx.GraphProto, spec: ModelSpec | None) -> None:
    """Writes a graph with a spec in its metadata, or without any."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    if spec is not None:
        helper.set_model_props(model, {SPEC_KEY: spec.to_json()})
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _value(name: str, *shape: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _constant(name: str, value: Any, dtype: Any = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def _flags(spec: ModelSpec) -> onnx.ValueInfoProto:
    over_time = ("T",) if spec.flag_axis == "time" else ()
    return _value("flags", "B", len(spec.stems), *over_time)


def waveform_graph(
    spec: ModelSpec, gains: tuple[float, ...], couple: float, curved: bool = False
) -> onnx.GraphProto:
    """stems[k] = gains[k] * mix, and the coupling where conditional."""
    stems, channels = len(spec.stems), spec.channels
    constants = [
        _constant("gains", np.asarray(gains).reshape(1, stems, 1, 1)),
        _constant("axis", [1], np.int64),
    ]
    nodes = [
        helper.make_node("Tanh" if curved else "Identity", ["mix"], ["bent"]),
        helper.make_node("Unsqueeze", ["bent", "axis"], ["mix4"]),
        helper.make_node("Mul", ["mix4", "gains"], ["linear"]),
    ]
    inputs = [_value("mix", "B", channels, "T")]
    if spec.conditional:
        inputs += [_value("given", "B", stems, channels, "T"), _flags(spec)]
        nodes += _coupling("given", "linear", "stems")
        constants += _coupling_constants(couple, spec, 4)
    else:
        nodes.append(helper.make_node("Identity", ["linear"], ["stems"]))
    outputs = [_value("stems", "B", stems, channels, "T")]
    return helper.make_graph(nodes, "tiny", inputs, outputs, constants)


def stft_graph(
    spec: ModelSpec, gains: tuple[float, ...], couple: float, curved: bool = False
) -> onnx.GraphProto:
    """masks[k] = gains[k], and the coupling with given_mag / (mix_mag + 1e-3) where conditional."""
    assert isinstance(spec.domain, StftDomain)
    stems, channels = len(spec.stems), spec.channels
    bins = spec.domain.fft_samples // 2 + 1
    constants = [
        _constant("gains", np.asarray(gains).reshape(1, stems, 1, 1, 1)),
        _constant("axis", [1], np.int64),
        _constant("zero", 0.0),
    ]
    nodes = [
        helper.make_node("Unsqueeze", ["mix_mag", "axis"], ["mix5"]),
        helper.make_node("Mul", ["mix5", "zero"], ["nothing"]),
        helper.make_node("Add", ["nothing", "gains"], ["even"]),
        helper.make_node("Softsign", ["mix5"], ["bent"]),
        helper.make_node(
            "Mul" if curved else "Identity", ["even", "bent"][: 1 + curved], ["linear"]
        ),
    ]
    inputs = [_value("mix_mag", "B", channels, bins, "T")]
    if spec.conditional:
        inputs += [_value("given_mag", "B", stems, channels, bins, "T")]
        inputs += [_flags(spec)]
        nodes += [
            helper.make_node("Add", ["mix5", "floor"], ["mix5_floor"]),
            helper.make_node("Div", ["given_mag", "mix5_floor"], ["given_mask"]),
            *_coupling("given_mask", "linear", "masks"),
        ]
        constants += [*_coupling_constants(couple, spec, 5), _constant("floor", 1e-3)]
    else:
        nodes.append(helper.make_node("Identity", ["linear"], ["masks"]))
    outputs = [_value("masks", "B", stems, channels, bins, "T")]
    return helper.make_graph(nodes, "tiny", inputs, outputs, constants)


def _coupling(given: str, linear: str, output: str) -> list[onnx.NodeProto]:
    """output = linear + couple * (sum of given + 0.01 * flag * linear)."""
    return [
        helper.make_node("ReduceSum", [given, "axis"], ["given_sum"], keepdims=1),
        helper.make_node("Reshape", ["flags", "flags_shape"], ["flags_wide"]),
        helper.make_node("Mul", ["flags_wide", linear], ["flagged"]),
        helper.make_node("Mul", ["flagged", "flag_weight"], ["flagged_little"]),
        helper.make_node("Add", ["given_sum", "flagged_little"], ["coupling_sum"]),
        helper.make_node("Mul", ["coupling_sum", "couple"], ["coupling"]),
        helper.make_node("Add", [linear, "coupling"], [output]),
    ]


def _coupling_constants(couple: float, spec: ModelSpec, rank: int) -> list[onnx.TensorProto]:
    last = -1 if spec.flag_axis == "time" else 1
    return [
        _constant("couple", couple),
        _constant("flag_weight", 0.01),
        _constant("flags_shape", [0, 0] + [1] * (rank - 3) + [last], np.int64),
    ]
