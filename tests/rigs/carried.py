"""Tiny ONNX graphs that give their state out, and what they answer, in numpy.

`late_model` takes 64 samples of stereo a call and answers with those of the call before, times
GAINS, plus a tenth of a sum that leaks: state `past` and `level`. `frames_model` takes one frame of
an STFT of mono, in the axes of a published speech enhancer, and answers with half of it and a
quarter of the frame before, for its one stem.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from engines.load import Model, load_model
from engines.spec import ModelSpec, Port, Preset, StatePair, StftDomain, WaveformDomain
from engines.stft import tapers
from engines.types import Audio
from tests.rigs.tiny_models import GAINS, make_spec, save

HOP, FFT, STEP = 64, 128, 32
LEAK = np.float32(0.9)
LATE = Preset(2 * HOP, HOP, HOP, 0)
LATE_OFFLINE = Preset(5 * HOP, 4 * HOP, HOP, 0)
FRAME = Preset(FFT, STEP, FFT - STEP, 0)
FRAME_OFFLINE = Preset(FFT + 7 * STEP, 8 * STEP, FFT - STEP, 0)


def late_spec(**changes: Any) -> ModelSpec:
    """Of `late_model`."""
    pairs = (StatePair("past", "past_out"), StatePair("level", "level_out"))
    base = {"method": "stateful", "domain": WaveformDomain(HOP, 0), "state": pairs,
            "batch_max": 1, "live": LATE, "offline": LATE_OFFLINE}  # fmt: skip
    return make_spec(**(base | changes))


def frames_spec(**changes: Any) -> ModelSpec:
    """Of `frames_model`."""
    domain = StftDomain(FFT, STEP, "sqrt_hann_periodic", False, values="complex", frames_base=1)
    ports = (Port("spec", "mix", "B F T ri"), Port("spec_stems", "enh", "B F T ri"))
    base = {"method": "stateful", "domain": domain, "ports": ports, "stems": ("speech",),
            "channels": 1, "rate_hz": 16000, "state": (StatePair("past", "past_out"),),
            "batch_max": 1, "live": FRAME, "offline": FRAME_OFFLINE}  # fmt: skip
    return make_spec(**(base | changes))


def _value(name: str, *shape: int | str) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _constant(name: str, value: Any, dtype: Any = np.float32) -> Any:
    return numpy_helper.from_array(np.asarray(value, dtype), name)


def late_model(path: Path, **changes: Any) -> Model:
    """Written to `path` and loaded."""
    spec = late_spec(**changes)
    nodes = [
        helper.make_node("ReduceSum", ["mix", "time"], ["sum"], keepdims=1),
        helper.make_node("Mul", ["level", "leak"], ["kept"]),
        helper.make_node("Add", ["sum", "kept"], ["level_out"]),
        helper.make_node("Mul", ["level_out", "tenth"], ["part"]),
        helper.make_node("Unsqueeze", ["past", "one"], ["past4"]),
        helper.make_node("Mul", ["past4", "gains"], ["linear"]),
        helper.make_node("Unsqueeze", ["part", "one"], ["part4"]),
        helper.make_node("Add", ["linear", "part4"], ["stems"]),
        helper.make_node("Identity", ["mix"], ["past_out"]),
    ]
    constants = [
        _constant("time", [2], np.int64), _constant("one", [1], np.int64),
        _constant("leak", LEAK), _constant("tenth", 0.1),
        _constant("gains", np.reshape(GAINS, (1, 4, 1, 1))),
    ]  # fmt: skip
    inputs = [_value("mix", 1, 2, HOP), _value("past", 1, 2, HOP), _value("level", 1, 2, 1)]
    outputs = [
        _value("stems", 1, 4, 2, HOP), _value("past_out", 1, 2, HOP), _value("level_out", 1, 2, 1)
    ]  # fmt: skip
    save(path, helper.make_graph(nodes, "late", inputs, outputs, constants), spec)
    return load_model(path)


def write_hs_tasnet(path: Path, hop: int = HOP) -> Path:
    """The ports of HS-TasNet as it is lifted, without a description: it answers with the hop
    before, times GAINS, and carries the rest through."""
    hidden = {f"{name}{layer}": (1, 1, 4 + layer) for layer in range(5) for name in "hc"}
    shapes = {"past": (1, 2, hop), "tail": (1, 4, 2, hop), **hidden}
    nodes = [
        helper.make_node("Unsqueeze", ["past", "one"], ["past4"]),
        helper.make_node("Mul", ["past4", "gains"], ["stems"]),
        helper.make_node("Identity", ["mix"], ["past_out"]),
        *(helper.make_node("Abs", [name], [f"{name}_out"]) for name in shapes if name != "past"),
    ]
    constants = [_constant("one", [1], np.int64), _constant("gains", np.reshape(GAINS, (4, 1, 1)))]
    inputs = [_value(name, *shape) for name, shape in {"mix": (1, 2, hop), **shapes}.items()]
    outputs = [_value("stems", 1, 4, 2, hop)]
    outputs += [_value(f"{name}_out", *shape) for name, shape in shapes.items()]
    graph = helper.make_graph(nodes, "hops", inputs, outputs, constants)
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def late_answer(mix: Audio) -> Audio:
    """(2, n) from the start of a stream -> (4, 2, n), the graph's lateness taken off."""
    samples = mix.shape[-1]
    calls = -(-samples // HOP) + 1
    heard = np.pad(mix, ((0, 0), (0, calls * HOP - samples)))
    level = np.zeros((2, 1), np.float32)
    past, found = np.zeros((2, HOP), np.float32), []
    for call in range(calls):
        now = heard[:, call * HOP : (call + 1) * HOP]
        level = now.sum(axis=-1, keepdims=True) + LEAK * level
        found.append(np.reshape(GAINS, (4, 1, 1)) * past + np.float32(0.1) * level)
        past = now
    return np.concatenate(found, axis=-1)[..., HOP : HOP + samples]


def frames_model(path: Path, **changes: Any) -> Model:
    """Written to `path` and loaded."""
    shape = (1, FFT // 2 + 1, 1, 2)
    nodes = [
        helper.make_node("Mul", ["mix", "half"], ["now"]),
        helper.make_node("Mul", ["past", "quarter"], ["before"]),
        helper.make_node("Add", ["now", "before"], ["enh"]),
        helper.make_node("Identity", ["mix"], ["past_out"]),
    ]
    constants = [_constant("half", 0.5), _constant("quarter", 0.25)]
    inputs = [_value("mix", *shape), _value("past", *shape)]
    outputs = [_value("enh", *shape), _value("past_out", *shape)]
    save(
        path, helper.make_graph(nodes, "frames", inputs, outputs, constants), frames_spec(**changes)
    )
    return load_model(path)


def frames_answer(mix: Audio) -> Audio:
    """(1, n) from the start of a stream -> (1, 1, n), in double precision."""
    samples = mix.shape[-1]
    window = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FFT) / FFT))
    before = FFT - STEP  # the first frames begin before the stream
    heard = np.pad(np.asarray(mix[0], np.float64), (before, 2 * FFT))
    added, past = np.zeros(len(heard)), np.zeros(FFT // 2 + 1, np.complex128)
    for first in range(0, before + samples, STEP):
        now = np.fft.rfft(heard[first : first + FFT] * window)
        answer = np.fft.irfft(0.5 * now + 0.25 * past, FFT)
        added[first : first + FFT] += answer * window * (2 * STEP / FFT)
        past = now
    return added[None, None, before : before + samples]


KERNEL = np.asarray([0.5, 0.0, -0.25, 0.125], np.float32)
"""The taps of `filters_model`'s first stem, the newest sample's last."""
KEPT = 0.75
"""How much of `filters_model`'s average stays from one sample to the next: -80 dB after 32."""


def filters_model(path: Path, **changes: Any) -> Model:
    """Written to `path` and loaded: hops of 64 samples of stereo, any number of windows.

    `fir` is a causal convolution, `average` an exponential average: states `past` and `level`.
    """
    steps = np.arange(HOP)
    powers = KEPT ** (steps[None] - steps[:, None]) * (1 - KEPT)
    nodes = [
        helper.make_node("Concat", ["past", "mix"], ["heard"], axis=2),
        helper.make_node("Conv", ["heard", "kernel"], ["fir"], group=2),
        helper.make_node("Slice", ["heard", "from", "to", "time"], ["past_out"]),
        helper.make_node("MatMul", ["mix", "spread"], ["new"]),
        helper.make_node("Mul", ["level", "falling"], ["old"]),
        helper.make_node("Add", ["new", "old"], ["average"]),
        helper.make_node("Slice", ["average", "last", "to", "time"], ["level_out"]),
        helper.make_node("Unsqueeze", ["fir", "one"], ["fir4"]),
        helper.make_node("Unsqueeze", ["average", "one"], ["average4"]),
        helper.make_node("Concat", ["fir4", "average4"], ["stems"], axis=1),
    ]
    past = len(KERNEL) - 1
    constants = [
        _constant("kernel", np.stack([KERNEL, KERNEL])[:, None]),
        _constant("from", [-past], np.int64), _constant("to", [2**31], np.int64),
        _constant("last", [-1], np.int64), _constant("time", [2], np.int64),
        _constant("one", [1], np.int64), _constant("spread", np.triu(powers)),
        _constant("falling", KEPT ** (steps + 1.0)),
    ]  # fmt: skip
    shapes = {"mix": HOP, "past": past, "level": 1}
    inputs = [_value(name, "B", 2, length) for name, length in shapes.items()]
    outputs = [_value("stems", "B", 2, 2, HOP)]
    outputs += [_value(f"{name}_out", "B", 2, shapes[name]) for name in ("past", "level")]
    pairs = (StatePair("past", "past_out"), StatePair("level", "level_out"))
    base = {"method": "stateful", "domain": WaveformDomain(HOP, 0), "state": pairs,
            "stems": ("fir", "average"), "late_hops": 0, "memory_samples": 4 * HOP,
            "live": Preset(HOP, HOP, 0, 0), "offline": Preset(4 * HOP, 4 * HOP, 0, 0)}  # fmt: skip
    graph = helper.make_graph(nodes, "filters", inputs, outputs, constants)
    save(path, graph, make_spec(**(base | changes)))
    return load_model(path)


def filters_answer(mix: Audio) -> Audio:
    """(2, n) from the start of a stream -> (2, 2, n), in double precision."""
    heard = np.pad(np.asarray(mix, np.float64), ((0, 0), (len(KERNEL) - 1, 0)))
    fir = sum(tap * heard[:, k : k + mix.shape[-1]] for k, tap in enumerate(KERNEL))
    average, level = np.zeros(mix.shape), np.zeros(2)
    for place in range(mix.shape[-1]):
        level = KEPT * level + (1 - KEPT) * mix[:, place]
        average[:, place] = level
    return np.stack([fir, average])


MASKED = ("first", "second")
"""The stems of `masks_model`."""


def masks_spec(late: int = 0, **changes: Any) -> ModelSpec:
    """Of `masks_model`."""
    gives = changes.pop("gives", FFT)
    domain = StftDomain(
        FFT, STEP, "sqrt_hann_periodic", False, frames_base=1, synthesis_samples=gives
    )
    ahead, before = gives - STEP + late * STEP, FFT - gives
    base = {"method": "stateful", "domain": domain, "stems": MASKED, "channels": 1,
            "rate_hz": 16000, "state": (StatePair("past", "past_out"),), "late_hops": late,
            "live": Preset(before + STEP + ahead, STEP, ahead, 0),
            "offline": Preset(before + 8 * STEP + ahead, 8 * STEP, ahead, 0)}  # fmt: skip
    return make_spec(**(base | changes))


def masks_model(path: Path, late: int = 0, **changes: Any) -> Model:
    """Written to `path` and loaded: one frame of magnitudes of mono, any number of windows.

    Its masks are an exponential average of magnitudes m / (m + 1), times 1 and a half. Where it is
    conditional, a tenth of all that is given is added, and a hundredth for a stem's flag. `gives`:
    how many samples at the end of a frame are given.
    """
    spec = masks_spec(late, **changes)
    nodes = [
        helper.make_node("Add", ["mix_mag", "past"], ["sum"]),
        helper.make_node("Mul", ["sum", "half"], ["past_out"]),
        helper.make_node("Add", ["past_out", "unit"], ["over"]),
        helper.make_node("Div", ["past_out", "over"], ["mask"]),
        helper.make_node("Unsqueeze", ["mask", "one"], ["mask5"]),
        helper.make_node("Mul", ["mask5", "gains"], ["linear" if spec.conditional else "masks"]),
    ]
    bins = FFT // 2 + 1
    inputs = [_value("mix_mag", "B", 1, bins, 1), _value("past", "B", 1, bins, 1)]
    if spec.conditional:
        nodes += [
            helper.make_node("ReduceSum", ["given_mag", "one"], ["all"], keepdims=1),
            helper.make_node("Mul", ["all", "tenth"], ["given"]),
            helper.make_node("Unsqueeze", ["flags", "inner"], ["flags5"]),
            helper.make_node("Mul", ["flags5", "hundredth"], ["hot"]),
            helper.make_node("Add", ["linear", "given"], ["more"]),
            helper.make_node("Add", ["more", "hot"], ["masks"]),
        ]
        inputs += [_value("given_mag", "B", 2, 1, bins, 1), _value("flags", "B", 2)]
    constants = [
        _constant("half", 0.5), _constant("unit", 1.0), _constant("one", [1], np.int64),
        _constant("gains", np.reshape([1.0, 0.5], (1, 2, 1, 1, 1))), _constant("tenth", 0.1),
        _constant("hundredth", 0.01), _constant("inner", [2, 3, 4], np.int64),
    ]  # fmt: skip
    outputs = [_value("masks", "B", 2, 1, bins, 1), _value("past_out", "B", 1, bins, 1)]
    save(path, helper.make_graph(nodes, "masks", inputs, outputs, constants), spec)
    return load_model(path)


def masks_answer(mix: Audio, late: int = 0, gives: int = FFT) -> Audio:
    """(1, n) from the start of a stream -> (2, 1, n): a mask is of the frame `late` before it."""
    samples, (window, given) = mix.shape[-1], tapers("sqrt_hann_periodic", FFT, gives)
    before = FFT - STEP
    heard = np.pad(np.asarray(mix[0], np.float64), (before, 4 * FFT))
    starts = range(0, gives - STEP + samples + late * STEP, STEP)
    frames = [np.fft.rfft(heard[first : first + FFT] * window) for first in starts]
    added, past = np.zeros((2, len(heard))), np.zeros(FFT // 2 + 1)
    for index, first in enumerate(starts):
        past = 0.5 * (past + np.abs(frames[index]))
        if index >= late:
            shown = first - late * STEP + FFT
            answer = np.fft.irfft(past / (past + 1) * frames[index - late], FFT)[FFT - gives :]
            part = answer * given * (2 * STEP / gives)
            added[:, shown - gives : shown] += np.outer([1.0, 0.5], part)
    return added[:, None, before : before + samples]
