"""Models that make one step, whatever they are given, are evaluated with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from export.graphs.describe import ChoiceError
from export.scores.evaluate import EvaluateOptions, request
from export.scores.evaluation.plan import make_plan
from export.scores.evaluation.systems import Exported, Run
from tests.rigs.carried import masks_model, masks_spec
from tests.rigs.tiny_models import make_model


@pytest.fixture(scope="module")
def stepping(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """With a state and known stems; its preset asks for steps that it cannot make."""
    path = tmp_path_factory.mktemp("models") / "masks.onnx"
    masks_model(path, conditional=True, offline=replace(masks_spec().offline, steps=4))
    return Exported("masks", path)


def test_a_model_with_a_state_has_one_step(stepping: Exported) -> None:
    assert stepping.spec.conditional and stepping.default_steps == 1
    options = EvaluateOptions(("masks",), songs=Path("songs"), steps=(1, 4), peers=())
    asked = request(options, [stepping], None)
    assert make_plan(asked).systems == (Run(stepping, 1),)


@pytest.mark.parametrize("changes", [{"alpha": 0.5}, {"known": "subtracted"}, {"variants": True}])
def test_a_schedule_needs_a_model_that_draws(
    stepping: Exported, tmp_path: Path, changes: dict[str, object]
) -> None:
    start: Callable[..., EvaluateOptions] = EvaluateOptions
    options = start(songs=Path("songs"), **changes)
    with pytest.raises(ChoiceError, match="a schedule of masks for masks"):
        request(options, [stepping], None)
    make_model(tmp_path / "gibbs.onnx", name="gibbs", conditional=True)
    both = [stepping, Exported("gibbs", tmp_path / "gibbs.onnx")]
    names = [system.name for system in make_plan(request(options, both, None)).systems]
    assert "masks N=1" in names
