"""DTLN's two graphs with the published ports and shapes and seeded weights, and its own loop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from engines.types import Audio

FRAME, SHIFT, BINS, UNITS, FEATURES = 512, 128, 257, 128, 256
FILES = ("model_1.onnx", "model_2.onnx")


def write_dtln(folder: Path, seed: int = 0) -> tuple[Path, Path]:
    """model_1.onnx and model_2.onnx in `folder`."""
    one, two = _Made(np.random.default_rng(seed)), _Made(np.random.default_rng(seed + 1))
    mask = one.masks("input_2", BINS, "input_3", "tf_op_layer_stack_2", BINS)
    one.node("Sigmoid", [mask], "activation_2")
    coded = two.product("input_4", FRAME, FEATURES)
    masks = two.masks(coded, FEATURES, "input_5", "tf_op_layer_stack_5", FEATURES)
    kept = two.node("Mul", [coded, two.node("Sigmoid", [masks])])
    two.product(kept, FEATURES, FRAME, "conv1d_3", gain=SHIFT / FRAME)
    places = tuple(folder / name for name in FILES)
    one.save(places[0], {"input_2": BINS}, "input_3", {"activation_2": BINS}, "tf_op_layer_stack_2")
    two.save(places[1], {"input_4": FRAME}, "input_5", {"conv1d_3": FRAME}, "tf_op_layer_stack_5")
    return places[0], places[1]


def dtln_answer(folder: Path, mix: Audio, late: int = 0) -> Audio:
    """(n,) from the start of a stream -> at least (n + 384 + late * 128,): block by block, as its
    real-time script does.

    What it gives is 384 samples late. `late`: a mask is of the spectrum so many blocks before, and
    the second graph is not asked until there is one.
    """
    first, second = (ort.InferenceSession(str(folder / name)) for name in FILES)
    blocks = -(-(len(mix) + FRAME - SHIFT) // SHIFT) + late
    heard = np.pad(mix, (0, blocks * SHIFT - len(mix)))
    taken, given = np.zeros(FRAME, np.float32), np.zeros(FRAME, np.float32)
    states, found = [np.zeros((1, 2, UNITS, 2), np.float32)] * 2, []
    spectra: list[Audio] = []
    for block in np.split(heard, blocks):
        taken = np.concatenate([taken[SHIFT:], block])
        spectra.append(np.fft.rfft(taken))
        size = np.abs(spectra[-1]).astype(np.float32).reshape(1, 1, -1)
        mask, states[0] = first.run(None, {"input_2": size, "input_3": states[0]})
        if len(spectra) <= late:
            found.append(np.zeros(SHIFT, np.float32))
            continue
        frame = np.fft.irfft(spectra[-1 - late] * mask[0, 0])
        frame = frame.astype(np.float32).reshape(1, 1, -1)
        out, states[1] = second.run(None, {"input_4": frame, "input_5": states[1]})
        given = np.concatenate([given[SHIFT:], np.zeros(SHIFT, np.float32)]) + out[0, 0]
        found.append(given[:SHIFT])
    return np.concatenate(found)


class _Made:
    """A graph that grows."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], name: str = "", **given: object) -> str:
        name = name or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **given))
        return name

    def _weight(self, value: object) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def _random(self, *shape: int, gain: float) -> str:
        values = gain * self._rng.standard_normal(shape)
        return self._weight(values.astype(np.float32))

    def product(self, of: str, width: int, wide: int, name: str = "", gain: float = 1.0) -> str:
        return self.node("MatMul", [of, self._random(width, wide, gain=gain * width**-0.5)], name)

    def masks(self, of: str, width: int, state: str, after: str, wide: int) -> str:
        """Two LSTMs, whose state is (1, layer, unit, h and c), and a layer over them."""
        kept = []
        for layer in range(2):
            index = self._weight(np.array([layer]))
            pair = self.node("Gather", [state, index], axis=1)
            h, c = (
                self.node("Squeeze", [self.node("Gather", [pair, self._weight(np.array([k]))],
                                                axis=3), self._weight(np.array([3]))])
                for k in (0, 1)
            )  # fmt: skip
            sizes = (1, 4 * UNITS, width), (1, 4 * UNITS, UNITS), (1, 8 * UNITS)
            weights = [self._random(*one, gain=2 * one[-1] ** -0.5) for one in sizes[:2]]
            bias = self._random(*sizes[2], gain=0.1)
            names = [f"y{layer}", f"h{layer}", f"c{layer}"]
            inputs = [of, *weights, bias, "", h, c]
            self._nodes.append(helper.make_node("LSTM", inputs, names, hidden_size=UNITS))
            of, width = self.node("Squeeze", [names[0], self._weight(np.array([1]))]), UNITS
            last = self._weight(np.array([3]))
            both = [self.node("Unsqueeze", [name, last]) for name in names[1:]]
            kept.append(self.node("Concat", both, axis=3))
        self.node("Concat", kept, after, axis=1)
        return self.product(of, UNITS, wide)

    def save(
        self, path: Path, taken: dict[str, int], state: str, given: dict[str, int], after: str
    ) -> None:
        shapes = [{name: [1, 1, size] for name, size in one.items()} for one in (taken, given)]
        ports = [
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
             for name, shape in {**one, carried: [1, 2, UNITS, 2]}.items()]
            for one, carried in zip(shapes, (state, after), strict=True)
        ]  # fmt: skip
        graph = helper.make_graph(self._nodes, "dtln", *ports, self._weights)
        opsets = [helper.make_opsetid("", 17)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
