"""Steering against the same steps in numpy: turns, signs, outputs, known stems, stopping."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.errors import GraphError, MethodError, TagError
from engines.load import Model, load_model, model_of
from engines.methods import make_method
from engines.methods.steered.ascent import Adam
from engines.stream import Stream, stream_settings
from engines.tagging import tagged
from engines.window import Control, Estimate, Window
from tests.rigs.steered import (
    BEGIN,
    GRID,
    PLACES,
    SAMPLES,
    answer,
    steered_model,
    steered_spec,
    write_steered,
)
from tests.rigs.stream_tools import BELOW_100_DBFS
from tests.rigs.tiny_models import make_spec

LOUD, BOTH = np.array([1.0, 0.0]), np.array([1.0, 1.0])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return steered_model(tmp_path_factory.mktemp("steered") / "steered.onnx")


def steered(model: Model, **changes: object) -> Model:
    """The same graph, steered in another way."""
    assert model.spec.steering is not None
    spec = replace(model.spec, steering=replace(model.spec.steering, **changes))
    return model_of(model.session, model.path, spec)


def window(stems: int = 1, known: tuple[int, ...] = (), seed: int = 0) -> Window:
    rng = np.random.default_rng(seed)
    mix = 0.3 * rng.standard_normal((1, SAMPLES)).astype(np.float32)
    mask = np.isin(np.arange(stems), known)
    audio = 0.1 * rng.standard_normal((stems, 1, SAMPLES)).astype(np.float32)
    return Window(mix, audio * mask[:, None, None], mask, 0, GRID.grid.start, GRID.grid.stop)


def by_hand(
    mix: np.ndarray, target: np.ndarray, steps: int, rate: float = 0.5, spread: bool = False
) -> np.ndarray:
    """What the mask leaves of the mix (T,) after so many steps."""
    scaled = mix / np.abs(mix).max()
    latent = np.full(PLACES, BEGIN, np.float32)
    adam = Adam(rate * float(latent.std()) if spread else rate)
    for step in range(steps):
        stem, gradient, _, _ = answer(scaled, latent, target, begin=step == 0)
        latent = adam.moved(latent, gradient.astype(np.float32))
    return stem * np.abs(mix).max()


def run(model: Model, one: Window, steps: int = 3) -> Estimate:
    return model.method.run([one], Control(steps))[0]


def part(audio: np.ndarray) -> np.ndarray:
    return audio[..., GRID.grid.start : GRID.grid.stop]


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_steps_are_those_made_by_hand(model: Model, steps: int) -> None:
    one = window()
    found = run(tagged(steered(model, output="masked"), "loud"), one, steps)
    assert (found.steps, found.network_calls) == (steps, steps)
    wanted = part(by_hand(one.mix[0], LOUD, steps))
    np.testing.assert_allclose(found.stems[0, 0], wanted, atol=1e-5)


def test_the_published_output_is_what_the_mask_takes(model: Model) -> None:
    one = window()
    masked = run(tagged(steered(model, output="masked"), "loud"), one)
    taken = run(tagged(model, "loud"), one)
    np.testing.assert_allclose(masked.stems[0] + taken.stems[0], part(one.mix), atol=1e-6)


def test_ascending_goes_the_other_way_and_tags_can_be_joined(model: Model) -> None:
    one, masked = window(), steered(model, output="masked")
    up = run(tagged(steered(masked, sign="ascend"), "loud"), one)
    np.testing.assert_allclose(up.stems[0, 0], part(by_hand(one.mix[0], LOUD, 3, -0.5)), atol=1e-5)
    both = run(tagged(masked, "loud+no bass"), one)
    np.testing.assert_allclose(both.stems[0, 0], part(by_hand(one.mix[0], BOTH, 3)), atol=1e-5)


def test_a_rate_by_the_spread_of_a_latent_that_has_none_moves_nothing(model: Model) -> None:
    found = run(tagged(steered(model, output="masked", rate_by="spread"), "loud"), window(), 5)
    gain = 1 / (1 + np.exp(-BEGIN))
    np.testing.assert_allclose(found.stems[0], gain * part(window().mix), atol=1e-5)


def test_stems_take_turns_and_stopping_leaves_each_as_it_is(model: Model) -> None:
    two, one = tagged(steered(model, output="masked"), "loud,no bass"), window(2)
    told: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        told.append((done, steps))
        return done < 5

    found = two.method.run([one], Control(4, 0, proceed))[0]
    assert told == [(done, 8) for done in range(1, 6)]
    assert (found.steps, found.network_calls) == (3, 5)
    loud, rest = (by_hand(one.mix[0], t, n) for t, n in ((LOUD, 3), (LOUD[::-1], 2)))
    np.testing.assert_allclose(found.stems[:, 0], part(np.stack([loud, rest])), atol=1e-5)


def test_a_stem_without_a_step_is_silent(model: Model) -> None:
    two = tagged(model, "loud,no bass")
    found = two.method.run([window(2)], Control(4, 0, lambda done, steps: False))[0]
    assert found.stems[0].any() and not found.stems[1].any()


def test_known_stems_leave_the_mix_and_come_back_as_given(model: Model) -> None:
    two, one = tagged(steered(model, output="masked"), "loud,no bass"), window(2, known=(1,))
    found = run(two, one)
    np.testing.assert_array_equal(found.stems[1], part(one.known[1]))
    wanted = by_hand(one.mix[0] - one.known[1, 0], LOUD, 3)
    np.testing.assert_allclose(found.stems[0, 0], part(wanted), atol=1e-5)


def test_it_says_how_sure_the_taggers_are_that_the_mix_has_it(model: Model) -> None:
    one = window()
    level = float(np.abs(one.mix / np.abs(one.mix).max()).mean())
    heard = run(tagged(model, "loud,no bass,loud+no bass"), window(3)).heard
    assert heard == pytest.approx((min(1.0, 4 * level), 0.0, 0.0), abs=1e-5)


def test_without_tags_it_says_which_there_are(model: Model) -> None:
    with pytest.raises(TagError, match="Loud, no bass"):
        run(model, window())


def test_a_stream_sums_to_its_input_and_notes_what_was_heard(model: Model) -> None:
    made = tagged(model, "loud,no bass")
    settings = stream_settings(made.spec, 8000, 2, preset="offline")
    stream = Stream(made, settings)
    mix = 0.3 * np.random.default_rng(1).standard_normal((2, 777)).astype(np.float32)
    found = np.concatenate(
        [stream.push(mix[:, :100]), stream.push(mix[:, 100:]), stream.flush()], -1
    )
    assert stream.outputs == ("loud", "no_bass", "residual") and found.shape == (3, 2, 777)
    assert np.abs(found.sum(0) - mix).max() < BELOW_100_DBFS
    assert np.abs(found[:2]).max() > 0.01
    assert 0.5 < stream.stats.heard[0] <= 1.0 and stream.stats.heard[1] == 0.0


def test_blocks_of_any_size_give_the_same_bits(model: Model) -> None:
    made = tagged(model, "loud")
    mix = 0.3 * np.random.default_rng(1).standard_normal((1, 500)).astype(np.float32)
    results = []
    for size in (1, 37, 500):
        stream = Stream(made, stream_settings(made.spec, 8000, 1, preset="offline"))
        parts = [stream.push(mix[:, k : k + size]) for k in range(0, 500, size)]
        results.append(np.concatenate([*parts, stream.flush()], -1))
    assert np.array_equal(results[0], results[1]) and np.array_equal(results[0], results[2])


def test_what_does_not_suit_is_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(MethodError, match="a steered model of samples"):
        make_method(make_spec(method="steered"), model.session)
    other = steered_spec({"latent": (2, PLACES)})
    with pytest.raises(GraphError, match="latent"):
        model_of(model.session, model.path, other)
    more = replace(steered_spec({}), steering=replace(other.steering, tags=("a", "b", "c")))
    with pytest.raises(GraphError, match="target"):
        model_of(model.session, model.path, more)
    write_steered(tmp_path / "again.onnx")
    assert load_model(tmp_path / "again.onnx").spec == steered_spec()
