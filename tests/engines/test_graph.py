"""engines.graph: what a graph must take and give, checked when loaded and when it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import onnx
import pytest

from engines.errors import GraphError, MethodError
from engines.graph import Graph, Ports, check_ports, ports
from engines.load import load_model
from engines.session import Feeds
from engines.spec import SPEC_KEY, Port, StatePair, StftDomain, WaveformDomain
from engines.types import Audio
from engines.window import Control
from tests.rigs.tiny_models import GAINS, LIVE, STEMS, make_model, make_spec, save, waveform_graph
from tests.rigs.window_tools import window


def test_graphs_that_differ_from_their_spec_are_refused(tmp_path: Path) -> None:
    make_model(tmp_path / "m.onnx", method="mask", domain="waveform")
    with pytest.raises(MethodError):
        load_model(tmp_path / "m.onnx")
    spec = make_spec(conditional=True, method="gibbs")
    save(tmp_path / "n.onnx", waveform_graph(make_spec(), GAINS, 0.0), spec)
    with pytest.raises(GraphError, match="given"):
        load_model(tmp_path / "n.onnx")


@pytest.mark.parametrize(
    "changes",
    [
        {"stems": STEMS[:3]},
        {"channels": 1},
        {"domain": StftDomain(256, 64)},
        {"domain": WaveformDomain(), "method": "gibbs"},
        {"conditional": False, "schedule": None, "method": "mask"},
    ],
)
def test_shapes_that_contradict_the_spec_are_refused(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    path = tmp_path / "m.onnx"
    spec = make_model(path, domain="stft", conditional=True)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {SPEC_KEY: replace(spec, **changes).to_json()})
    onnx.save(model, path)
    with pytest.raises(GraphError):
        load_model(path)


def test_an_answer_of_another_shape_is_refused(tmp_path: Path) -> None:
    """Such as a network that loses samples at its edges."""
    axes = [onnx.numpy_helper.from_array(np.array(v, np.int64), n) for n, v in SLICE.items()]
    value = onnx.helper.make_tensor_value_info
    shapes = {"mix": ["B", 2, "T"], "stems": ["B", 4, 2, "T2"]}
    inputs, outputs = ([value(n, onnx.TensorProto.FLOAT, shapes[n])] for n in shapes)
    nodes = [
        onnx.helper.make_node("Unsqueeze", ["mix", "axis"], ["wide"]),
        onnx.helper.make_node("Tile", ["wide", "times"], ["all"]),
        onnx.helper.make_node("Slice", ["all", "first", "end", "last_axis"], ["stems"]),
    ]
    save(
        tmp_path / "m.onnx", onnx.helper.make_graph(nodes, "g", inputs, outputs, axes), make_spec()
    )
    model = load_model(tmp_path / "m.onnx")
    with pytest.raises(GraphError, match=r"\(1, 4, 2, 640\)"):
        model.method.run([window()], Control(1))


SLICE = {"axis": [1], "times": [1, 4, 1, 1], "first": [3], "end": [-3], "last_axis": [3]}


class Steered:
    """A session with an input beside the mix that no spec of ours has: stems = steer * mix."""

    provider, note = "numpy", "fake: for tests"

    def __init__(self, steer: Sequence[int | str] = ("B", 4)) -> None:
        self.metadata: dict[str, str] = {}
        self.inputs = {"mix": ("B", 2, "T"), "steer": tuple(steer)}
        self.outputs = {"stems": ("B", 4, 2, "T")}
        self.types = dict.fromkeys((*self.inputs, *self.outputs), "tensor(float)")

    def run(self, output: str, feeds: Feeds) -> Audio:
        return feeds["steer"][:, :, None, None] * feeds["mix"][:, None]

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        return [self.run(output, feeds) for output in outputs]


STEERED = Ports({"mix": (None, 2, None), "steer": (None, 4)}, {"stems": (None, 4, 2, None)})


def test_any_input_can_stand_beside_the_mix() -> None:
    session = Steered()
    check_ports(STEERED, session)
    mix = np.ones((3, 2, 5), np.float32)
    steer = np.arange(12, dtype=np.float32).reshape(3, 4)
    answer = Graph(make_spec(), session).run({"mix": mix}, {"steer": steer})
    assert np.array_equal(answer["stems"][..., 1, 4], steer)


@pytest.mark.parametrize("wanted", [ports(make_spec()), ports(make_spec(conditional=True))])
def test_an_extra_input_that_is_not_wanted_is_refused(wanted: Ports) -> None:
    with pytest.raises(GraphError, match="steer"):
        check_ports(wanted, Steered())


@pytest.mark.parametrize("steer", [("B", 3), ("B", 4, "T"), ("B",)])
def test_an_extra_input_of_another_shape_is_refused(steer: tuple[int | str, ...]) -> None:
    with pytest.raises(GraphError, match="steer"):
        check_ports(STEERED, Steered(steer))


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("flag_axis", ["stem", "time"])
def test_given_stems_and_flags_are_extra_inputs(conditional: bool, flag_axis: str) -> None:
    spec = make_spec(conditional=conditional, flag_axis=flag_axis, domain=StftDomain(128, 32))
    flags = (None, 4) if flag_axis == "stem" else (None, 4, None)
    wanted = {"given_mag": (None, 4, 2, 65, None), "flags": flags} if conditional else {}
    found = ports(spec)
    assert found.inputs == {"mix_mag": (None, 2, 65, None), **wanted}
    assert found.outputs == {"masks": (None, 4, 2, 65, None)}


class Counted(Steered):
    """stems = mix for each, and how many windows each call had."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[int] = []
        self.joined = 0

    def run(self, output: str, feeds: Feeds) -> Audio:
        self.joined += 1
        return np.repeat(feeds["mix"][:, None], 4, axis=1)

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        self.items.append(len(feeds["mix"]))
        return [np.repeat(feeds["mix"][:, None], 4, axis=1)]


@pytest.mark.parametrize(("most", "wanted"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (9, [5])])
def test_a_call_has_no_more_windows_than_the_graph_takes(most: int, wanted: list[int]) -> None:
    session, mix = Counted(), np.random.default_rng(0).random((5, 2, 7), np.float32)
    found = Graph(make_spec(batch_max=most), session).run({"mix": mix})["stems"]
    assert session.items == wanted and session.joined == 0
    assert np.array_equal(found, np.repeat(mix[:, None], 4, axis=1))


@pytest.mark.parametrize(
    ("shape", "changes", "good"),
    [
        ((1, 2, "T"), {"batch_max": 1}, True),
        ((1, 2, "T"), {}, False),
        ((1, 2, "T"), {"batch_max": 2}, False),
        (("B", 2, 512), {"domain": WaveformDomain(512, 0), "offline": LIVE}, True),
        (("B", 2, 512), {}, False),
        (("B", 2, 500), {"domain": WaveformDomain(512, 0), "offline": LIVE}, False),
        ((None, 2, None), {"domain": WaveformDomain(512, 0), "offline": LIVE}, True),
        (("T", "B"), {"ports": (Port("mix", "mix", "T B"),), "channels": 1}, True),
    ],
)
def test_fixed_lengths_must_be_those_that_the_spec_says(
    shape: tuple[int | str | None, ...], changes: dict[str, object], good: bool
) -> None:
    session, spec = Steered(), make_spec(**changes)
    session.inputs = {"mix": shape}
    session.outputs = {"stems": ("B", 4, spec.channels, "T")}
    session.types = dict.fromkeys(("mix", "stems"), "tensor(float)")
    if good:
        check_ports(ports(spec), session)
    else:
        with pytest.raises(GraphError, match="mix"):
            check_ports(ports(spec), session)


def test_layouts_and_states_are_what_is_wanted_of_the_graph() -> None:
    domain = StftDomain(128, 32, values="complex", bins=40, frames_base=17)
    spec = make_spec(
        domain=domain, method="one_pass", batch_max=1, live=LIVE, offline=LIVE,
        ports=(Port("spec", "x", "B (C ri) F T"),), state=(StatePair("h", "h_out"),),
    )  # fmt: skip
    found = ports(spec)
    assert found.inputs == {"x": (1, 4, 40, 17), "h": None}
    assert found.outputs == {"spec_stems": (8, 40, 17, 2), "h_out": None}


@pytest.mark.parametrize(
    ("layout", "joined"), [("B (C ri) F T", True), ("(B C) F T ri", False), ("C B F T ri", False)]
)
def test_only_calls_with_the_batch_in_front_are_joined_with_others(
    layout: str, joined: bool
) -> None:
    """Elsewhere the rows of several callers could not be told apart."""
    ports = (Port("spec", "spec", layout), Port("spec_stems", "out", "B S (C ri) F T"))
    domain = StftDomain(fft_samples=128, hop_samples=32, values="complex")
    spec = make_spec(domain=domain, method="one_pass", ports=ports)
    asked: list[str] = []

    class Asked:
        outputs: ClassVar[dict[str, tuple[int, ...]]] = {"out": ()}

        def run(self, output: str, feeds: Feeds) -> Audio:
            asked.append("run")
            return np.zeros((1, 4, 4, 65, 3), np.float32)

        def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
            asked.append("run_several")
            return [np.zeros((1, 4, 4, 65, 3), np.float32)]

    Graph(spec, Asked()).run({"spec": np.zeros((1, 2, 2, 65, 3), np.float32)})  # type: ignore[arg-type]
    assert asked == ["run" if joined else "run_several"]
