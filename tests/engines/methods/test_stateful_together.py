"""Graphs with a state: answers that are late by hops, several windows in a call, known stems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.errors import MethodError, SpecError
from engines.load import Model, model_of
from engines.methods import make_method
from engines.session import Feeds
from engines.spec import Schedule
from engines.stream import Stream, StreamSettings, stream_settings
from engines.types import Audio
from engines.window import Control, Window
from tests.rigs.carried import (
    FFT,
    HOP,
    STEP,
    filters_answer,
    filters_model,
    masks_answer,
    masks_model,
    masks_spec,
)
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, QUIET, cut, fed, noise, pushed
from tests.rigs.tiny_models import make_spec

Answer = Callable[[Audio], Audio]
FEW = settings(QUIET, max_examples=8)


class Counting:
    """A session that notes how many windows each call has."""

    def __init__(self, model: Model) -> None:
        self._real, self.items = model.session, list[int]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        self.items.append(len(next(iter(feeds.values()))))
        return self._real.run_several(outputs, feeds)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Model]:
    folder = tmp_path_factory.mktemp("models")
    return {
        "filters": filters_model(folder / "filters.onnx"),
        "masks": masks_model(folder / "masks.onnx"),
        "late": masks_model(folder / "late.onnx", late=2),
        "short": masks_model(folder / "short.onnx", late=1, gives=FFT // 2),
        "given": masks_model(folder / "given.onnx", conditional=True),
    }


ANSWERS: dict[str, Answer] = {
    "filters": filters_answer, "masks": masks_answer, "late": lambda mix: masks_answer(mix, 2),
    "short": lambda mix: masks_answer(mix, 1, FFT // 2),
}  # fmt: skip


def settings_of(model: Model, preset: str = "balanced", channels: int = 0) -> StreamSettings:
    own = channels or model.spec.channels
    return stream_settings(model.spec, model.spec.rate_hz, own, preset=preset)


@pytest.mark.parametrize("name", ANSWERS)
@FEW
@given(BLOCKS, st.integers(0, 600), st.integers(1, 2))
def test_any_blocks_give_the_same_bits_as_offline(
    models: dict[str, Model], name: str, sizes: list[int], samples: int, batch: int
) -> None:
    model, mix = models[name], noise(models[name].spec.channels, samples)
    whole = pushed(Stream(model, settings_of(model, "offline")), [mix])
    np.testing.assert_allclose(whole[:-1], ANSWERS[name](mix), atol=3e-6)
    assert np.abs(whole.sum(axis=0) - mix).max(initial=0) < BELOW_100_DBFS
    stream = Stream(model, replace(settings_of(model), batch=batch))
    assert np.array_equal(pushed(stream, cut(mix, sizes)), whole)
    stream.reset()
    delayed = fed(stream, cut(mix, sizes))
    assert np.array_equal(delayed[..., stream.latency_samples :], whole)


def test_a_late_answer_is_so_many_hops_of_latency(models: dict[str, Model]) -> None:
    found = [Stream(models[one], settings_of(models[one])).latency_samples for one in ANSWERS]
    # Of frames whose ends are given, the latency is that of what is given.
    assert found == [HOP - 1, FFT - 1, FFT - 1 + 2 * STEP, FFT // 2 - 1 + STEP]


def test_declared_is_measured(models: dict[str, Model]) -> None:
    """The sum of all outputs nulls at the declared delay, and a stem is the engine's there."""
    for name in ("masks", "short"):
        model, mix = models[name], np.zeros((1, 1000), np.float32)
        mix[:, 400] = 1
        stream = Stream(model, settings_of(model))
        out = fed(stream, cut(mix, [50] * 20))
        delayed = np.pad(mix, ((0, 0), (stream.latency_samples, 0)))
        assert np.array_equal(out.sum(axis=0) != 0, delayed != 0)
        found = out[0, :, stream.latency_samples :]
        np.testing.assert_allclose(found, ANSWERS[name](mix)[0], atol=3e-6)
        assert int(np.argmax(np.abs(found[0]))) == 400


def test_channels_of_a_mono_model_are_heard_in_one_call(models: dict[str, Model]) -> None:
    counting = Counting(models["masks"])
    model, mix = model_of(counting, models["masks"].path), noise(3, 900)
    out = pushed(Stream(model, settings_of(model, channels=3)), [mix])
    assert set(counting.items) == {3}
    for channel in range(3):
        wanted = masks_answer(mix[channel : channel + 1])[:, 0]
        np.testing.assert_allclose(out[:-1, channel], wanted, atol=3e-6)


def windows_of(model: Model, mix: Audio, state: Any, index: int) -> Window:
    grid = settings_of(model).grid
    begin = grid.origin(index)
    heard = np.pad(mix, ((0, 0), (FFT, 0)))[:, FFT + begin : FFT + begin + grid.window_samples]
    known = np.zeros((len(model.spec.stems), *heard.shape), np.float32)
    mask = np.zeros(len(known), np.bool_)
    return Window(heard, known, mask, index, grid.start, grid.stop, begin, state=state)


def test_several_streams_in_one_call_keep_their_own_states(models: dict[str, Model]) -> None:
    """Two streams that began at different times, as a caller who joins them would run them."""
    counting = Counting(models["late"])
    method = make_method(models["late"].spec, counting)
    mixes = [noise(1, 20 * STEP), noise(1, 20 * STEP, 1)]
    states, found = [method.new_state(), method.new_state()], [[], []]  # type: ignore[var-annotated]
    for turn in range(12):
        which = [0] if turn < 3 else [0, 1]
        windows = [
            windows_of(models["late"], mixes[one], states[one], turn - 3 * one) for one in which
        ]
        for one, estimate in zip(which, method.run(windows, Control(1)), strict=True):
            states[one] = estimate.state
            found[one].append(estimate.stems)
    assert max(counting.items) == 2 and len(counting.items) < 30
    for mix, stems in zip(mixes, found, strict=True):
        there = np.concatenate(stems, axis=-1)
        wanted = masks_answer(mix, 2)[..., : there.shape[-1]]
        np.testing.assert_allclose(there, wanted, atol=3e-6)


def test_known_stems_are_conditions(models: dict[str, Model], tmp_path: Path) -> None:
    model, mix, known = models["given"], noise(1, 900), noise(1, 900, 1)
    free = pushed(Stream(model, settings_of(model)), [mix])
    chosen = replace(settings_of(model), known=("first",))
    out = pushed(Stream(model, chosen), [mix], {"first": [known]})
    assert np.array_equal(out[0], known)
    assert np.abs(out[1] - free[1]).max() > 1e-3  # what is given is heard
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS
    # Nothing given: masks are those of the unconditional one and a hundredth.
    plain = pushed(Stream(models["masks"], settings_of(models["masks"])), [mix])[1]
    np.testing.assert_allclose(free[1], plain + np.float32(0.01) * mix, atol=3e-6)
    taken = masks_model(
        tmp_path / "taken.onnx", conditional=True, schedule=Schedule(known="subtracted")
    )
    out = pushed(Stream(taken, replace(chosen, known=("first",))), [mix], {"first": [known]})
    free = pushed(Stream(taken, settings_of(taken)), [mix - known])
    np.testing.assert_allclose(out[1], free[1], atol=3e-6)


def test_a_conditional_graph_with_a_state_is_one_pass(models: dict[str, Model]) -> None:
    assert models["given"].spec.conditional and not models["given"].spec.refines
    with pytest.raises(MethodError, match="without a state"):
        make_method(replace(models["given"].spec, method="gibbs"), models["given"].session)


def test_a_mask_that_is_late_has_the_level_of_its_own_frame(tmp_path: Path) -> None:
    model = masks_model(tmp_path / "level.onnx", late=2, level_db=-20.0)
    mix = noise(1, 3000)
    loud = pushed(Stream(model, settings_of(model)), [mix])
    quiet = pushed(Stream(model, settings_of(model)), [mix / 4])
    assert np.array_equal(loud, 4 * quiet)
    assert 0.05 < np.abs(loud[0]).max() / np.abs(mix).max() < 1.2


@pytest.mark.parametrize(
    "changes",
    [
        {"late": -1, "live": masks_spec().live, "offline": masks_spec().offline},
        {"memory_samples": -1},
        {"late": 1, "level_db": -20.0, "answer": "magnitude"},
    ],
)
def test_what_a_description_must_not_say(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        masks_spec(**changes)


def test_a_memory_is_a_second_unless_it_is_said(models: dict[str, Model]) -> None:
    assert models["masks"].spec.memory == models["masks"].spec.rate_hz
    assert models["filters"].spec.memory == 4 * HOP
    assert make_spec().memory == 0
