"""engines.session: whatever fulfils it runs every method, and onnxruntime is known to ort alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import engines
from engines.errors import GraphError
from engines.load import load_model, model_of
from engines.session import Session
from engines.stream import Stream, stream_settings
from tests.rigs.fake_session import FakeSession, fake_model
from tests.rigs.stream_tools import KINDS, noise, pushed
from tests.rigs.tiny_models import make_model, make_spec

FOLDER = Path(engines.__file__).parent
ROOT = FOLDER.parent
MEMBERS = {name for name in vars(Session) if not name.startswith("_")}


def importers(wanted: str) -> set[str]:
    """Files of engines that import the module `wanted` or something in it, anywhere in them."""
    found = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                module = str(node.module)
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
            if any(name == wanted or name.startswith(wanted + ".") for name in names):
                found.add(path.relative_to(FOLDER).as_posix())
    return found


def test_only_ort_imports_onnxruntime() -> None:
    assert importers("onnxruntime") == {"ort.py"}


def test_only_load_asks_ort_for_anything() -> None:
    """For a session, and for a file's metadata; nothing else knows what runs a graph."""
    assert importers("engines.ort") == {"load.py"}


def test_both_sessions_have_all_that_is_promised(tmp_path: Path) -> None:
    spec = make_model(tmp_path / "m.onnx", domain="stft", conditional=True, couple=0.3)
    real, fake = load_model(tmp_path / "m.onnx").session, FakeSession(spec, couple=0.3)
    for session in (real, fake):
        assert {name for name in MEMBERS if hasattr(session, name)} == MEMBERS
    assert {name: len(shape) for name, shape in real.inputs.items()} == {
        name: len(shape) for name, shape in fake.inputs.items()
    }
    assert real.types == fake.types
    rng = np.random.default_rng(0)
    shapes = {"mix_mag": (2, 2, 65, 7), "given_mag": (2, 4, 2, 65, 7), "flags": (2, 4)}
    feeds = {name: rng.random(shape, np.float32) for name, shape in shapes.items()}
    np.testing.assert_allclose(real.run("masks", feeds), fake.run("masks", feeds), rtol=1e-5)
    for session in (real, fake):
        (masks,) = session.run_several(["masks"], feeds)
        assert np.array_equal(masks, session.run("masks", feeds))


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
@pytest.mark.parametrize("flag_axis", ["stem", "time"])
def test_a_numpy_session_serves_streams_as_onnxruntime_does(
    tmp_path: Path, domain: str, conditional: bool, flag_axis: str
) -> None:
    couple = 0.3 if conditional else 0.0
    options = {"domain": domain, "conditional": conditional, "flag_axis": flag_axis}
    spec = make_model(tmp_path / "m.onnx", couple=couple, **options)
    mix, bass = noise(2, 3000), noise(2, 3000, seed=1)
    chosen = stream_settings(spec, 48000, 2, steps=4, known=("bass",))
    outs = [
        pushed(Stream(model, chosen), [mix], {"bass": [bass]})
        for model in (load_model(tmp_path / "m.onnx"), fake_model(spec, couple))
    ]
    np.testing.assert_allclose(outs[0], outs[1], atol=1e-5)


def test_a_session_that_lacks_what_the_spec_promises_is_refused() -> None:
    conditional = make_spec(conditional=True, method="gibbs")
    poor = FakeSession(make_spec())
    poor.metadata = FakeSession(conditional).metadata
    with pytest.raises(GraphError, match="given"):
        model_of(poor, Path("fake.onnx"))


def test_every_method_separates_without_onnxruntime() -> None:
    """In a Python that cannot import it: as a program whose graphs run elsewhere."""
    code = """
import sys
sys.modules["onnxruntime"] = None
import numpy as np
from engines import methods
from engines.stream import Stream, stream_settings
from tests.rigs.fake_session import fake_model
from tests.rigs.tiny_models import STFT, make_spec

DOMAINS = {"mask": {"domain": STFT}, "gibbs": {"conditional": True}}
for name in methods.names():
    if name in {"diffusion", "query", "stateful", "steered"}:  # graphs of their own: methods/
        continue
    model = fake_model(make_spec(method=name, **DOMAINS.get(name, {})))
    stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=3))
    mix = np.random.default_rng(0).standard_normal((2, 2000), np.float32)
    out = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    assert np.abs(out[0] - 0.4 * mix).max() < 1e-5 and stream.stats.network_calls, name
    print(name)
"""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()
