"""Separators of other projects, in small: what each publisher does with a window, and streams."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from onnx import TensorProto, helper

from engines.errors import GraphError, SpecError
from engines.load import Model, load_model
from engines.masking import BLOCK
from engines.spec import Port, sidecar_of
from engines.stream import Stream, stream_settings
from engines.window import Control, Window
from tests.rigs.families import FAMILIES, FFT, HOP, Net, weights, write_family
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed
from tests.rigs.tiny_models import save

LoadFamily = Callable[[str], Model]


@pytest.fixture(scope="session")
def family(tmp_path_factory: pytest.TempPathFactory) -> LoadFamily:
    made: dict[str, Model] = {}

    def load(name: str) -> Model:
        if name not in made:
            made[name] = load_model(write_family(tmp_path_factory.mktemp(name), name))
        return made[name]

    return load


def windows(model: Model, count: int = 3) -> list[Window]:
    """Windows of noise; all of each is needed but what a frame reaches into."""
    size, stems = model.spec.live.window_samples, len(model.spec.stems)
    nothing = np.zeros((stems, 2, size), np.float32), np.zeros(stems, np.bool_)
    return [
        Window(noise(2, size, seed), *nothing, seed, FFT, size - FFT, origin=seed * 160 + 7)
        for seed in range(count)
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_an_estimate_is_what_the_publisher_makes_of_the_window(
    family: LoadFamily, name: str
) -> None:
    model = family(name)
    here = windows(model)
    for one, found in zip(here, model.method.run(here, Control(1)), strict=True):
        wanted = FAMILIES[name].procedure(one.mix)[..., one.start : one.stop]
        assert found.stems.shape == wanted.shape
        assert np.abs(found.stems - wanted).max() < 1e-5 * np.abs(wanted).max()


@pytest.mark.parametrize("name", FAMILIES)
@QUIET
@given(sizes=BLOCKS)
def test_any_blocks_give_the_same_bits(family: LoadFamily, name: str, sizes: list[int]) -> None:
    model, mix = family(name), noise(2, 1100)
    settings = stream_settings(model.spec, 44100, 2)
    whole = pushed(Stream(model, settings), [mix])
    assert np.array_equal(pushed(Stream(model, settings), cut(mix, sizes)), whole)
    assert np.abs(whole.sum(axis=0) - mix).max() < BELOW_100_DBFS


@pytest.mark.parametrize("name", FAMILIES)
def test_the_declared_latency_is_the_one_that_is_measured(family: LoadFamily, name: str) -> None:
    model, mix = family(name), noise(2, 1100)
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    whole, late = pushed(Stream(model, stream.settings), [mix]), stream.latency_samples
    blocks = cut(mix, [1] * 1100)
    delayed = fed(stream, blocks)
    assert not delayed[..., :late].any()
    assert np.array_equal(delayed[..., late:], whole)


@pytest.mark.parametrize("name", FAMILIES)
def test_known_stems_leave_the_mix_and_come_back(family: LoadFamily, name: str) -> None:
    model, mix, known = family(name), noise(2, 1100), noise(2, 1100, 1)
    for stem in model.spec.stems:
        settings = stream_settings(model.spec, 44100, 2, known=(stem,))
        found = pushed(Stream(model, settings), [mix], {stem: [known]})
        alone = pushed(Stream(model, stream_settings(model.spec, 44100, 2)), [mix - known])
        row = model.spec.stems.index(stem)
        assert np.array_equal(found[row], known)
        rows = [k for k, one in enumerate(model.spec.stems) if one != stem]
        if model.spec.rest is None:
            np.testing.assert_allclose(found[rows], alone[rows], atol=1e-5)
        assert np.abs(found.sum(axis=0) - mix).max() < BELOW_100_DBFS


@pytest.mark.parametrize("name", FAMILIES)
def test_a_level_is_brought_there_and_back(tmp_path: Path, name: str) -> None:
    """At half the input's level stems are half as loud, to the bit; and the sum stays exact."""
    model, mix = load_model(write_family(tmp_path, name, level_db=-20.0)), noise(2, 1100)
    settings = stream_settings(model.spec, 44100, 2)
    loud, quiet = (pushed(Stream(model, settings), [one]) for one in (mix, mix / 2))
    rows = len(model.spec.stems)
    assert np.array_equal(loud[:rows] / 2, quiet[:rows]) and loud[:rows].any()
    assert np.abs(loud.sum(axis=0) - mix).max() < BELOW_100_DBFS


@pytest.mark.parametrize("name", FAMILIES)
def test_models_of_two_channels_take_one(family: LoadFamily, name: str) -> None:
    model, mix = family(name), noise(1, 700)
    mono = pushed(Stream(model, stream_settings(model.spec, 44100, 1)), [mix])
    both = np.repeat(mix, 2, axis=0)
    stereo = pushed(Stream(model, stream_settings(model.spec, 44100, 2)), [both])
    np.testing.assert_allclose(mono[:, 0], stereo.mean(axis=1), atol=1e-5)


@pytest.mark.parametrize(("first", "last"), [(2, 9), (60, 70), (70, 120), (140, 150)])
def test_only_the_blocks_that_are_needed_are_refined(
    family: LoadFamily, first: int, last: int
) -> None:
    """Of a window of more than two blocks: the same samples as in the whole."""
    model, mix = family("unmix"), noise(2, HOP * (2 * BLOCK + 40))
    nothing = np.zeros((2, *mix.shape), np.float32), np.zeros(2, np.bool_)
    whole = Window(mix, *nothing, 0, HOP, mix.shape[-1] - HOP)
    part = replace(whole, start=first * HOP, stop=last * HOP)
    (one,), (other,) = (model.method.run([here], Control(1)) for here in (whole, part))
    wanted = one.stems[..., part.start - HOP : part.stop - HOP]
    np.testing.assert_allclose(other.stems, wanted, atol=1e-6)


def test_a_mono_graph_of_one_window_runs_once_for_each_channel(tmp_path: Path) -> None:
    path, (w, v) = tmp_path / "mono.onnx", weights(1, 24)
    shape = (1, 24, 33, 2)
    one = Net("mix", shape, "enh", 1, 2)
    nodes, constants = one.nodes(w[0], v[0], "enh", "mix")
    values = [helper.make_tensor_value_info(x, TensorProto.FLOAT, shape) for x in ("mix", "enh")]
    save(path, helper.make_graph(nodes, "g", values[:1], values[1:], constants), None)
    spec = replace(
        FAMILIES["mdx"].spec, channels=1,
        ports=(Port("spec", "mix", "B F T ri"), Port("spec_stems", "enh", "F T ri")),
    )  # fmt: skip
    with pytest.raises(SpecError):
        replace(spec, batch_max=0)
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    with pytest.raises(GraphError, match="enh"):
        load_model(path)
    spec = replace(spec, ports=(spec.ports[0], Port("spec_stems", "enh", "B F T ri")))
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    stream, mix = Stream(load_model(path), stream_settings(spec, 44100, 2)), noise(2, 700)
    found = pushed(stream, [mix])
    assert stream.stats.network_calls == 2 * stream.stats.windows
    for channel in (0, 1):
        alone = Stream(stream.model, stream_settings(spec, 44100, 1))
        assert np.array_equal(pushed(alone, [mix[channel][None]])[:, 0], found[:, channel])
