"""Separators of other projects, in small: what each publisher does with a window, and streams."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given

from engines.load import Model, load_model
from engines.stream import Stream, stream_settings
from engines.window import Control, Window
from tests.rigs.families import FAMILIES, FFT, write_family
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed

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
