"""engines.methods: found by scanning the folder; what every method keeps to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines import methods
from engines.errors import MethodError
from engines.methods import make_method
from engines.session import Session
from engines.spec import ModelSpec, StftDomain
from engines.window import Control, State
from tests.rigs import leaky
from tests.rigs.tiny_models import STEMS, MakeModel, make_spec
from tests.rigs.window_tools import window

TOY = "leaky"
"""A method with a state that only the tests have."""


def test_methods_are_the_files_and_folders_there() -> None:
    folder = Path(methods.__file__).parent
    there = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    there |= {path.parent.name for path in folder.glob("*/__init__.py")}
    found = {module.__name__.split(".")[-1] for module in methods._modules().values()}
    assert found == there >= {"gibbs", "one_pass"}


def made(spec: ModelSpec, session: Session) -> methods.Method:
    """The method the spec names, or the toy."""
    return leaky.Method(spec, session) if spec.method == TOY else make_method(spec, session)


def form(state: State | None) -> object:
    """Names, types and shapes of a state."""
    return state and {name: (values.dtype.str, values.shape) for name, values in state.items()}


def contents(state: State | None) -> object:
    return state and {name: values.tobytes() for name, values in state.items()}


def test_names_in_models_that_are_out_there_stay_valid() -> None:
    assert set(methods.names()) >= {"waveform", "mask", "gibbs"}


# Graphs of "stateful" give a state, those of "steered" a gradient, those of "diffusion" take
# noise, and those of "query" tags, which tiny models do not: their own tests have some that do.
@pytest.mark.parametrize(
    "name", sorted({*methods.names(), TOY} - {"stateful", "steered", "diffusion", "query"})
)
def test_every_method_conforms(tiny: MakeModel, name: str) -> None:
    """For each kind of tiny model a method takes: shape, repeatability, batches, state."""
    taken = 0
    for domain, conditional in ((d, c) for d in ("waveform", "stft") for c in (False, True)):
        model = tiny(domain=domain, conditional=conditional, couple=-0.4)
        try:
            method = made(replace(model.spec, method=name), model.session)
        except MethodError:
            continue
        taken += 1
        state = method.new_state()
        windows = [replace(window(("bass",), index), state=state) for index in range(2)]
        control = Control(3, seed=4)
        first, second = method.run(windows, control)
        assert first.stems.shape == (len(STEMS), 2, 300) and first.stems.dtype == np.float32
        assert first.steps >= 1 and first.network_calls >= 1
        again = method.run(windows[1:], control)[0]
        assert np.array_equal(again.stems, method.run(windows[1:], control)[0].stems)
        np.testing.assert_allclose(again.stems, second.stems, atol=1e-6)
        assert np.isfinite(again.stems).all()
        assert form(method.new_state()) == form(state) == form(again.state)
        assert contents(state) == contents(method.new_state())  # a method leaves it as it was
    assert taken, f"no tiny model suits method {name}: give tests/rigs/tiny_models.py one"


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


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_batches_equal_single_runs(tiny: MakeModel, domain: str) -> None:
    model = tiny(domain=domain, conditional=True, couple=-0.4)
    windows = [window(("bass",), index) for index in range(3)]
    control = Control(8, seed=2)
    together = model.method.run(windows, control)
    for one, found in zip(windows, together, strict=True):
        alone = model.method.run([one], control)[0]
        np.testing.assert_allclose(found.stems, alone.stems, atol=1e-6)
        assert found.network_calls == alone.network_calls
