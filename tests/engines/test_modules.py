"""Every module of engines has a test file of its own, or a neighbour whose tests are its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import engines

FOLDER = Path(engines.__file__).parent
HERE = Path(__file__).parent
NEIGHBOURS = {
    # What reads a file's fields says whether they were read right.
    "fields": "test_floats.py",
    # What a stream promises is what its windower does: one window at a time, at the model's rate.
    "windower": "test_stream_steps.py",
    # The whole description, its checks and what they raise are one test.
    "spec/model": "test_spec.py",
    "spec/checks": "test_spec.py",
    # What is asked for is heard in what its method makes of it.
    "tagging": "methods/test_query.py",
    # What both kinds of models that are asked for tags share.
    "spec/asking": "spec/test_steering.py",
    # What a file says of a sampler is checked by the sampler.
    "spec/diffusion": "methods/diffusion/test_method.py",
    # What each of the names in `context` puts beyond the ends is one test with them.
    "beyond": "test_context.py",
    # What steps and fields are to each other is what solvers do; refusals, what settings do.
    "methods/diffusion/field": "methods/diffusion/test_rest.py",
    "methods/diffusion/refusal": "methods/diffusion/test_settings.py",
    "methods/diffusion/steps": "methods/diffusion/test_stability.py",
    # What comes in is checked alike for one model and for several.
    "arriving": "test_stream_damage.py",
    # What stacks and means share is seen in them.
    "composite": "test_together.py",
    "making": "test_together.py",
    # Names of arrays; whatever uses a wrong one, mypy says.
    "types": "test_stream.py",
}
MODULES = [
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for path in sorted(FOLDER.rglob("*.py"))
    if path.name != "__init__.py"
]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_tests(module: str) -> None:
    path = Path(module)
    own = HERE / path.parent / f"test_{path.name}.py"
    tests = HERE / NEIGHBOURS[module] if module in NEIGHBOURS else own
    tree = ast.parse(tests.read_text(encoding="utf-8"))
    assert any(isinstance(n, ast.FunctionDef) and n.name.startswith("test_") for n in tree.body)
    assert own.is_file() != (module in NEIGHBOURS)


def test_neighbours_are_of_modules_that_there_are() -> None:
    assert set(NEIGHBOURS) <= set(MODULES)
