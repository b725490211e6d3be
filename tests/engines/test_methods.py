"""engines.methods: found by scanning, and Gibbs against the algorithm as published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from engines import methods
from engines.errors import GraphError, MethodError
from engines.load import load_model
from engines.schedule import draw_masks
from engines.spec import ESTIMATES, SPEC_KEY, ModelSpec, Schedule, StftDomain, WaveformDomain
from engines.stft import Stft
from engines.types import Audio
from engines.window import Control, Window
from tests.engines.conftest import MakeModel
from tests.tiny_models import GAINS, STEMS, make_model, make_spec, save, waveform_graph

RNG = np.random.default_rng(3)
SIZE = 640


def window(known: tuple[str, ...] = (), index: int = 5, channels: int = 2) -> Window:
    mask = np.isin(STEMS, known)
    audio = RNG.standard_normal((len(STEMS), channels, SIZE)).astype(np.float32)
    mix = RNG.standard_normal((channels, SIZE)).astype(np.float32)
    return Window(mix, audio * mask[:, None, None], mask, index, 100, 400, origin=index * 128)


def test_methods_are_the_files_of_the_folder() -> None:
    folder = Path(methods.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(methods.names()) == files >= {"waveform", "mask", "gibbs"}


@pytest.mark.parametrize("name", methods.names())
def test_every_method_conforms(tiny: MakeModel, name: str) -> None:
    """For each kind of tiny model a method takes: shape, repeatability, batches."""
    taken = 0
    for domain, conditional in ((d, c) for d in ("waveform", "stft") for c in (False, True)):
        model = tiny(domain=domain, conditional=conditional, couple=-0.4)
        try:
            method = methods.make_method(replace(model.spec, method=name), model.session)
        except MethodError:
            continue
        taken += 1
        windows = [window(("bass",), index) for index in range(2)]
        control = Control(3, seed=4)
        first, second = method.run_batch(windows, control)
        assert first.stems.shape == (len(STEMS), 2, 300) and first.stems.dtype == np.float32
        assert first.steps >= 1 and first.network_calls >= 1
        again = method.run(windows[1], control)
        assert np.array_equal(again.stems, method.run(windows[1], control).stems)
        np.testing.assert_allclose(again.stems, second.stems, atol=1e-6)
        assert np.isfinite(again.stems).all()
    assert taken, f"no tiny model suits method {name}: give tests/tiny_models.py one"


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "dreaming"},
        {"method": "mask"},
        {"method": "gibbs"},
        {"method": "mask", "domain": StftDomain(128, 32), "conditional": True},
        {"method": "waveform", "domain": StftDomain(128, 32)},
    ],
)
def test_unsuitable_methods_are_refused(tiny: MakeModel, changes: dict[str, object]) -> None:
    with pytest.raises(MethodError):
        methods.make_method(make_spec(**changes), tiny().session)


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
        model.method.run(window(), Control(1))


SLICE = {"axis": [1], "times": [1, 4, 1, 1], "first": [3], "end": [-3], "last_axis": [3]}


def gibbs_as_published(
    spec: ModelSpec, net: object, mix: Audio, known: Audio, masks: np.ndarray
) -> tuple[Audio, int]:
    """SYSTEMS.md part 000, steps 1 to 5, in the plainest arithmetic: (S, C, ...), calls.

    Where the spec's schedule says so, the mean of each stem's draws instead of the last.
    """
    estimate = known.copy()
    total, count = np.zeros_like(known), np.zeros(len(known), np.float32)
    calls = 0
    for mask in masks:
        if not mask.any():
            continue
        m = mask.astype(np.float32).reshape(-1, *[1] * mix.ndim)
        flags = mask if spec.flag_hot == "masked" else ~mask
        y = net(mix, estimate * (1 - m), flags.astype(np.float32))
        estimate = np.where(m > 0, y, estimate)
        total[mask] += y[mask]
        count += mask
        calls += 1
    if spec.schedule and spec.schedule.estimate == "mean":
        estimate[count > 0] = (total.T / np.maximum(count, 1)).T[count > 0]
    return estimate, calls


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("flag_hot", ["masked", "given"])
@pytest.mark.parametrize("known", [(), ("bass",), ("drums", "vocals")])
@pytest.mark.parametrize("steps", [1, 4, 16, 512])
@pytest.mark.parametrize("estimate", ESTIMATES)
def test_gibbs_is_the_published_algorithm_to_the_bit(
    tiny: MakeModel,
    domain: str,
    flag_hot: str,
    known: tuple[str, ...],
    steps: int,
    estimate: str,
) -> None:
    schedule = Schedule(estimate=estimate)
    model = tiny(domain=domain, conditional=True, couple=-0.4, flag_hot=flag_hot, schedule=schedule)
    spec, here = model.spec, window(known)
    masks = draw_masks(Schedule(), steps, 11, here.index, here.known_mask)
    if domain == "waveform":

        def net(mix: Audio, given: Audio, flags: Audio) -> Audio:
            feeds = {"mix": mix[None], "given": given[None], "flags": flags[None]}
            return model.session.run("stems", feeds)[0]

        wanted, calls = gibbs_as_published(spec, net, here.mix, here.known, masks)
        wanted = wanted[..., 100:400]
    else:
        assert isinstance(spec.domain, StftDomain)
        stft = Stft(spec.domain, SIZE, -here.origin % spec.domain.hop_samples)
        spectra = stft.forward(here.mix)
        mag = np.abs(spectra).swapaxes(-1, -2)

        def net(mix: Audio, given: Audio, flags: Audio) -> Audio:
            feeds = {"mix_mag": mix[None], "given_mag": given[None], "flags": flags[None]}
            return model.session.run("masks", feeds)[0] * mix

        known_mag = np.abs(stft.forward(here.known)).swapaxes(-1, -2)
        found_mag, calls = gibbs_as_published(spec, net, mag, known_mag, masks)
        first, end = stft.needed(100, 400)
        phase = np.exp(1j * np.angle(spectra))
        full = (found_mag.swapaxes(-1, -2) * phase)[..., first:end, :].astype(np.complex64)
        wanted = stft.inverse(full, 100, 400)
    found = model.method.run(here, Control(steps, seed=11))
    assert found.network_calls == calls and found.steps == steps
    own = ~here.known_mask
    if domain == "waveform":
        assert np.array_equal(found.stems, wanted)
    else:
        # The phase is applied by another formula here, so not to the bit.
        np.testing.assert_allclose(found.stems[own], wanted[own], atol=2e-5)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("flag_hot", ["masked", "given"])
def test_flags_over_time_say_the_same_of_whole_windows(
    tiny: MakeModel, domain: str, flag_hot: str
) -> None:
    options = {"domain": domain, "conditional": True, "couple": -0.4, "flag_hot": flag_hot}
    plain, timed = tiny(**options), tiny(**options, flag_axis="time")
    windows = [window(("bass",), index) for index in range(2)]
    for control in (Control(1), Control(8, seed=2)):
        pairs = zip(
            plain.method.run_batch(windows, control),
            timed.method.run_batch(windows, control),
            strict=True,
        )
        assert all(np.array_equal(one.stems, other.stems) for one, other in pairs)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_batches_equal_single_runs(tiny: MakeModel, domain: str) -> None:
    model = tiny(domain=domain, conditional=True, couple=-0.4)
    windows = [window(("bass",), index) for index in range(3)]
    control = Control(8, seed=2)
    together = model.method.run_batch(windows, control)
    for one, found in zip(windows, together, strict=True):
        alone = model.method.run(one, control)
        np.testing.assert_allclose(found.stems, alone.stems, atol=1e-6)
        assert found.network_calls == alone.network_calls


def test_proceed_is_asked_after_every_step(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    asked: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        asked.append((done, steps))
        return done < 5

    assert model.method.run(window(), Control(16, 0, proceed)).steps == 5
    assert asked == [(n, 16) for n in range(1, 6)]
