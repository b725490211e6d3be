"""engines.methods.diffusion.generator: pieces as a model's file says they are generated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.errors import InferenceError, MethodError, SettingsError, SpecError
from engines.load import Model, model_of
from engines.methods.diffusion.generator import (
    LEVEL_DB,
    Asked,
    Generator,
    cuts_of,
    gain_of,
    generates,
    generation_of,
    heard_db,
)
from engines.spec import Generating, ModelSpec
from engines.types import Audio
from tests.rigs.diffusion_model import FEW, STEMS, diffusion_model, diffusion_spec
from tests.rigs.tiny_models import make_spec

BASS = Asked((("bass",),), (("drums",),))
GIVEN = 0.1 * np.random.default_rng(0).standard_normal((1, 1, 9000)).astype(np.float32)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    path = tmp_path_factory.mktemp("generator") / "sampled.onnx"
    return diffusion_model(path, FEW)


def take(audio: Audio) -> Any:
    at = [0]

    def taken(count: int) -> Audio:
        at[0] += count
        return audio[..., at[0] - count : at[0]]

    return taken


def run(
    model: Model, asked: Asked = BASS, gain: float = 1.0, seed: int = 0, given: Audio = GIVEN
) -> tuple[Audio, Generator]:
    spec = model.spec
    generator = Generator(spec, model.session, generation_of(spec, asked),
                          cuts_of(spec, 1500, 0.5), seed, gain)  # fmt: skip
    pieces = generator.run(take(given[: len(asked.given)]))
    return np.concatenate(list(pieces), axis=-1), generator


def test_the_same_seed_gives_the_same_samples(model: Model) -> None:
    first, again, other = (run(model, seed=seed)[0] for seed in (3, 3, 4))
    assert first.shape == (1, 1, 1500)
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_what_is_given_is_heard_and_its_leak_is_measured(model: Model) -> None:
    """To another given stem the same noise makes another part."""
    found, generator = run(model)
    assert not np.array_equal(found, run(model, given=0 * GIVEN)[0])
    (leak,) = generator.leaks
    part = GIVEN[0, 0, :1500]
    assert leak.share == pytest.approx(float(found[0, 0] @ part / (part @ part)), abs=1e-4)
    assert run(model, Asked((("bass",),)))[1].leaks == ()


def test_a_network_hears_its_own_level(model: Model) -> None:
    """Twice as loud for it is the same for the ear, if what is given is half as loud."""
    loud, quiet = run(model)[0], run(model, gain=2.0, given=GIVEN / 2)[0]
    np.testing.assert_array_equal(loud, 2 * quiet)


def test_gains() -> None:
    plain = diffusion_spec()
    assert gain_of(plain, BASS, -30.0) == gain_of(plain, BASS, None) == 1.0
    levelled = replace(plain, level_db=-10.0)
    assert gain_of(levelled, BASS, None) == pytest.approx(10 ** ((-10 - LEVEL_DB) / 20))
    # Half of what plays is given, and has half of the power.
    assert gain_of(levelled, BASS, -30.0) == pytest.approx(10 ** ((30 - 10 - 3.0103) / 20))


def test_the_file_says_how_many_steps_and_how_much_guidance() -> None:
    spec = diffusion_spec({"generating": Generating(60, 2.0, 0.002, 1.5)})
    found = generation_of(spec, BASS)
    levels, guidance = found.sampling.levels, found.sampling.guidance
    assert (levels.count, levels.highest, levels.lowest) == (60, 2.0, 0.002)
    assert guidance.scale == 1.5
    asked = generation_of(spec, replace(BASS, steps=70, guidance=4.0))
    assert asked.sampling.levels.count == 70 and "4" in asked.notes[0]
    cuts = cuts_of(spec, 0, 0.25)
    assert (cuts.overlap, cuts.fade, cuts.samples, cuts.count) == (256, 64, 960, 1)
    assert cuts_of(spec, 9000, 0.25).samples == 9000


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked((("tuba",),)), "tuba.*bass, drums, guitar, piano"),
        (Asked((("bass",),), (("tuba",),)), "tuba.*bass, drums, guitar, piano"),
        (Asked((("bass",),), (("bass",),)), "each instrument at most once"),
        (Asked((("bass",),), steps=3), "at least"),
        (Asked(()), "each instrument at most once"),
    ],
)
def test_what_cannot_be_generated_is_refused(asked: Asked, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        generation_of(diffusion_spec(), asked)


@pytest.mark.parametrize("spec", [make_spec(), diffusion_spec({"generating": None})])
def test_a_model_that_only_separates_is_refused(spec: ModelSpec) -> None:
    assert not generates(spec) and generates(diffusion_spec())
    with pytest.raises(MethodError, match="that generates"):
        generation_of(spec, BASS)


def test_a_file_whose_steps_would_diverge_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="3 steps"):
        diffusion_model(tmp_path / "few.onnx", {"generating": Generating(steps=3)})


def test_what_is_not_finite_is_no_music(model: Model) -> None:
    loud = np.full((1, 1, 9000), np.inf, np.float32)
    with pytest.raises(InferenceError, match="diverged"), np.errstate(all="ignore"):
        run(model_of(model.session, model.path, model.spec), given=loud)


def test_all_stems_at_once(model: Model) -> None:
    found, _ = run(model, Asked(tuple((stem,) for stem in STEMS)))
    assert found.shape == (4, 1, 1500) and np.isfinite(found).all()


def test_how_loud_given_stems_are_where_they_play() -> None:
    loud, quiet = np.full((1, 100), 0.1, np.float32), np.full((1, 100), 1e-5, np.float32)
    assert heard_db([[loud, quiet, loud]]) == pytest.approx(-20, abs=1e-3)
    assert heard_db([[loud], [loud]]) == pytest.approx(-20 + 3.0103, abs=1e-3)
    assert heard_db([]) is heard_db([[0 * loud]]) is None
