"""engines.methods.diffusion.method: windows into stems, by what a model's file says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.errors import GraphError, MethodError, SettingsError, SpecError
from engines.load import Model, load_model, model_of
from engines.methods import make_method
from engines.methods.diffusion.network import as_denoiser
from engines.methods.diffusion.separating import Mixes, separate
from engines.methods.diffusion.settings import Separation
from engines.spec import Diffusion, ModelSpec
from engines.stream import Stream, stream_settings
from engines.types import Audio
from engines.window import Control, Window
from tests.rigs.diffusion_model import GRID, STEMS, diffusion_model, diffusion_spec
from tests.rigs.tiny_models import make_spec

STEPS = GRID.steps


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return diffusion_model(tmp_path_factory.mktemp("diffusion") / "sampled.onnx")


def changed(model: Model, **diffusion: Any) -> Model:
    """The same graph, sampled in another way."""
    assert model.spec.diffusion is not None
    spec = replace(model.spec, diffusion=replace(model.spec.diffusion, **diffusion))
    return model_of(model.session, model.path, spec)


def window(known: tuple[str, ...] = (), index: int = 0) -> Window:
    rng = np.random.default_rng(index)
    mask = np.isin(STEMS, known)
    stems = (0.1 * rng.standard_normal((4, 1, 1024))).astype(np.float32)
    kept = stems * mask[:, None, None]
    grid = GRID.grid
    return Window(stems.sum(0), kept, mask, index, grid.start, grid.stop, origin=512 * index)


def part(audio: Audio) -> Audio:
    return audio[..., GRID.grid.start : GRID.grid.stop]


def test_a_window_is_sampled_as_its_file_says(model: Model) -> None:
    one = window(index=3)
    (found,) = model.method.run([one], Control(STEPS, seed=9))
    assert (found.steps, found.network_calls) == (STEPS, STEPS)
    settings = Separation(STEMS, constrained="drums")
    mixes = Mixes(one.mix[None], [one.origin], 9)
    by_hand = separate(as_denoiser(model.session), STEMS, mixes, settings)
    assert np.array_equal(found.stems, part(by_hand.stems[0]))


def test_other_files_are_sampled_in_other_ways(model: Model) -> None:
    seen = {}
    for name, how in {
        "usual": {},
        "constrained": {"constrained": "bass"},
        "extractor": {"use": "extractor"},
        "ensemble": {"use": "ensemble", "extracted": ("bass",)},
        "own": {"told": "own"},
        "karras": {"spacing": "karras", "churn": 5.0},
        "adpm2": {"solver": "adpm2"},
        "guided": {"guidance": 2.0},
        "negative": {"guidance": 2.0, "negative": (("bass", ("drums",)),)},
        "mean": {"samples": 2},
        "remasked": {"remask_fft": 256},
    }.items():
        (found,) = changed(model, **how).method.run([window()], Control(40))
        assert np.isfinite(found.stems).all()
        seen[name] = found.stems.tobytes()
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize("known", [(), ("bass",), ("drums",), ("bass", "drums", "piano")])
def test_outputs_sum_to_the_mix_and_known_stems_come_back(
    model: Model, known: tuple[str, ...]
) -> None:
    one = window(known)
    (found,) = model.method.run([one], Control(STEPS))
    np.testing.assert_allclose(found.stems.sum(axis=0), part(one.mix), atol=1e-5)
    for stem in known:
        row = STEMS.index(stem)
        assert np.array_equal(found.stems[row], part(one.known[row]))
    assert found.network_calls == (0 if len(known) == 3 else STEPS)


def test_what_is_known_of_all_stems_is_given_back(model: Model) -> None:
    one = window(STEMS)
    (found,) = model.method.run([one], Control(STEPS))
    assert np.array_equal(found.stems, part(one.known)) and found.steps == 0


def test_known_stems_leave_fewer_to_share_the_rest(model: Model) -> None:
    """So that fewer steps are enough."""
    with pytest.raises(SettingsError, match="at least 29 steps of geometric"):
        model.method.run([window()], Control(20))
    model.method.run([window(("bass", "drums"))], Control(20))


def test_ensembles_lose_what_is_known(model: Model) -> None:
    ensemble = changed(model, use="ensemble", extracted=("bass",))
    (found,) = ensemble.method.run([window(("bass",))], Control(STEPS))
    assert found.steps == STEPS  # the separator's alone
    (found,) = ensemble.method.run([window(("piano",))], Control(STEPS))
    assert found.steps == 2 * STEPS


def test_negative_prompts_of_known_stems_are_left_out(model: Model) -> None:
    led = changed(model, guidance=2.0, negative=(("bass", ("drums",)),))
    plain = changed(model, guidance=2.0)
    one, control = window(("drums",)), Control(STEPS)
    assert np.array_equal(led.method.run([one], control)[0].stems,
                          plain.method.run([one], control)[0].stems)  # fmt: skip


def test_windows_in_any_company_are_as_by_themselves(model: Model) -> None:
    windows = [window((), 0), window(("bass",), 1), window((), 2)]
    control = Control(STEPS, seed=4)
    for one, found in zip(windows, model.method.run(windows, control), strict=True):
        (alone,) = model.method.run([one], control)
        np.testing.assert_allclose(found.stems, alone.stems, atol=1e-5)
        assert (found.steps, found.network_calls) == (alone.steps, alone.network_calls)


def test_progress_is_told_of_all_windows_together(model: Model) -> None:
    told: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        told.append((done, steps))
        return True

    windows = [window(), window(("bass",), 1)]
    model.method.run(windows, Control(STEPS, proceed=proceed))
    assert told == [(n, 2 * STEPS) for n in range(1, 2 * STEPS + 1)]


def test_whoever_stops_early_gets_stems_that_sum_to_the_mix(model: Model) -> None:
    one = window()
    (found,) = model.method.run([one], Control(STEPS, proceed=lambda done, steps: done < 4))
    assert found.steps == 4
    np.testing.assert_allclose(found.stems.sum(axis=0), part(one.mix), atol=1e-5)


def test_a_stream_sums_to_its_mix_in_any_blocks(model: Model) -> None:
    mix = (0.1 * np.random.default_rng(1).standard_normal((1, 2100))).astype(np.float32)
    outputs = []
    for block in (2100, 300):
        stream = Stream(model, stream_settings(model.spec, 8000, 1, preset="offline"))
        pieces = [stream.push(mix[:, at : at + block]) for at in range(0, 2100, block)]
        outputs.append(np.concatenate([*pieces, stream.flush()], axis=-1))
    assert np.array_equal(*outputs)
    np.testing.assert_allclose(outputs[0].sum(axis=0), mix, atol=1e-5)
    assert np.abs(outputs[0][-1]).max() < 1e-4  # the residual


@pytest.mark.parametrize(
    "diffusion",
    [
        {"use": "guesser"},
        {"constrained": "vocals"},
        {"constrained": ""},
        {"extracted": ("bass",)},
        {"told": "nobody"},
        {"spacing": "even"},
        {"solver": "heun"},
        {"lowest": 2.0},
        {"churn": -1.0},
        {"samples": 0},
        {"negative": (("bass", ("tuba",)),)},
        {"highest": 30.0},
    ],
)
def test_files_whose_sampler_cannot_be_are_refused(model: Model, diffusion: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        changed(model, **diffusion)


def test_a_preset_of_too_few_steps_is_refused(model: Model) -> None:
    few = replace(model.spec, offline=replace(GRID, steps=20))
    with pytest.raises(SpecError, match="noise levels"):
        model_of(model.session, model.path, few)


def test_a_spec_without_a_sampler_is_refused(model: Model) -> None:
    with pytest.raises(MethodError):
        make_method(make_spec(method="diffusion"), model.session)


def test_descriptions_survive_the_file() -> None:
    spec = diffusion_spec({"negative": (("bass", ("drums", "piano")),), "guidance": 2.0})
    assert ModelSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    "changes",
    [
        {"stems": ("bass",)},
        {"batch_max": 1},
        {"conditional": True},
    ],
)
def test_a_diffusion_model_is_nothing_else_beside(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        diffusion_spec({}, **changes)
    assert Diffusion() == Diffusion(use="separator")


def test_a_graph_of_other_inputs_is_refused(tmp_path: Path, model: Model) -> None:
    """A one-pass graph with the description of a sampler."""
    import onnx

    from engines.spec import SPEC_KEY
    from tests.rigs.tiny_models import make_model

    make_model(tmp_path / "tiny.onnx", channels=1)
    graph = onnx.load(tmp_path / "tiny.onnx")
    onnx.helper.set_model_props(graph, {SPEC_KEY: model.spec.to_json()})
    onnx.save(graph, tmp_path / "tiny.onnx")
    with pytest.raises(GraphError):
        load_model(tmp_path / "tiny.onnx")
