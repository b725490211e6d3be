"""TagBox as a file: its gradient is torch's, the engine steers it, the Loop gives equal bits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from engines.errors import GraphError
from engines.load import load_model
from engines.stream import Stream, stream_settings
from engines.tagging import tagged
from export.__main__ import main
from export.common.errors import UsageError
from export.graphs.errors import ParityError, WeightsRefused
from export.graphs.files import save, set_spec
from export.graphs.steering import loop, parity
from export.graphs.steering.gradient import graph_of
from export.graphs.steering.make import TagBoxOptions, describe, make, networks, whole_samples
from export.graphs.steering.step import Parts, parts_of, to_step
from export.graphs.tagger import load_tagger
from tests.rigs.export.networks import build
from tests.rigs.export.tagbox import RATE_HZ, autoencoder, tagger, write_checkpoint
from tests.rigs.published import published_tagger
from tests.rigs.stream_tools import BELOW_100_DBFS

OPTIONS = TagBoxOptions(seconds=0.128, fft=(512,), steps=3, rate=0.05)
# torch takes seconds for each export, and far more on a busy machine.
pytestmark = pytest.mark.timeout(900)
SAMPLES = 2048


@pytest.fixture(scope="module")
def parts() -> Parts:
    """Exporting takes seconds: once for all."""
    begin, ascent, _ = networks(autoencoder(), [tagger()], OPTIONS, RATE_HZ)
    return parts_of(begin, ascent, SAMPLES)


@pytest.fixture(scope="module")
def step(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a step."""
    path = tmp_path_factory.mktemp("step") / "tagbox.onnx"
    _, _, tags = networks(autoencoder(), [tagger()], OPTIONS, RATE_HZ)
    graph = to_step(parts, "tagbox")
    set_spec(graph, describe("tagbox", RATE_HZ, parts, tags, [tagger()], OPTIONS))
    save(graph, path)
    return path


def test_each_step_has_torchs_gradient(step: Path) -> None:
    begin, ascent, _ = networks(autoencoder(), [tagger()], OPTIONS, RATE_HZ)
    found = parity.compare(begin, ascent, step, SAMPLES)
    assert len(found) == 3
    worst = parity.require_parity(found)
    assert worst.cosine > 0.99999 and worst.difference < 1e-4


def test_a_cosine_below_the_limit_counts_where_torchs_own_is_as_low() -> None:
    near, far = parity.Step(0.9998, 0.9999, 0.0), parity.Step(0.9998, 0.99999, 0.0)
    assert parity.require_parity([near]) == near
    for steps in ([far], [near, far], [parity.Step(float("nan"), 1.0, 0.0)],
                  [parity.Step(1.0, 1.0, 1e-3)]):  # fmt: skip
        with pytest.raises(ParityError, match="torch in float32"):
            parity.require_parity(steps)


def test_another_gradient_is_refused(step: Path) -> None:
    begin, ascent, _ = networks(autoencoder(3), [tagger()], OPTIONS, RATE_HZ)
    with pytest.raises(ParityError, match="cosine"):
        parity.require_parity(parity.compare(begin, ascent, step, SAMPLES, 1))


@pytest.mark.parametrize("sign", ["descend", "ascend"])
def test_the_engine_steers_it(step: Path, sign: str) -> None:
    """The error falls, or rises, with steps; what comes out sums to the mix."""
    model = load_model(step)
    assert model.spec.steering is not None
    how = replace(model.spec.steering, sign=sign)
    model = tagged(replace(model, spec=replace(model.spec, steering=how)), "drums")
    settings = stream_settings(model.spec, RATE_HZ, 1, preset="offline")
    mix = 0.3 * np.random.default_rng(0).standard_normal((1, 3000)).astype(np.float32)
    stream = Stream(model, settings)
    found = np.concatenate([stream.push(mix), stream.flush()], -1)
    assert stream.outputs == ("drums", "residual")
    assert np.abs(found.sum(0) - mix).max() < BELOW_100_DBFS
    assert stream.stats.steps == 3 * stream.stats.windows
    assert 0 < stream.stats.heard[0] < 1


def run_loop(path: Path, steps: int, rate: float) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    mix = parity.music(SAMPLES).numpy()
    target = np.array([[0.0, 1.0, 0.0]], np.float32)
    feeds = {
        "mix": mix,
        "target": target,
        "steps": np.array(steps),
        "rate": np.array(rate, np.float32),
    }
    return session.run(["losses", "stems", "tags", "heard"], feeds)


def test_the_loop_gives_the_bits_of_the_host(parts: Parts, step: Path, tmp_path: Path) -> None:
    spec = load_model(step).spec
    assert spec.steering is not None
    path = tmp_path / "loop.onnx"
    save(loop.to_loop(parts, spec.steering, "tagbox"), path)
    for steps in (1, 4):
        parity.require_equal_loop(step, path, spec, steps)
    losses, stems, tags, heard = run_loop(path, 12, 0.05)
    assert losses.shape == (12, 1) and losses[-1] < losses[0]
    assert stems.shape == (1, 1, 1, SAMPLES) and tags.shape == heard.shape == (1, 3)
    risen, *_ = run_loop(path, 12, -0.05)
    assert risen[-1] > risen[0]
    wrong = replace(spec, steering=replace(spec.steering, rate=0.2))
    with pytest.raises(ParityError, match="equal bits"):
        save(loop.to_loop(parts, replace(spec.steering, rate_by="spread"), "tagbox"), path)
        parity.require_equal_loop(step, path, wrong, 2)


def test_a_loop_is_no_model_that_the_engine_steers(
    parts: Parts, step: Path, tmp_path: Path
) -> None:
    spec = replace(load_model(step).spec, method=loop.METHOD)
    assert spec.steering is not None
    graph = loop.to_loop(parts, spec.steering, "tagbox")
    set_spec(graph, spec)
    save(graph, tmp_path / "loop.onnx")
    with pytest.raises(GraphError, match="'steps'"):
        load_model(tmp_path / "loop.onnx")


def test_the_file_says_nothing_of_this_machine(step: Path) -> None:
    text = step.read_bytes()
    assert b"site-packages" not in text and b"/export/" not in text
    model = onnx.load(step)
    assert model.producer_name == "daw-bridge" and not model.functions


def test_windows_are_whole_hops_and_latents() -> None:
    assert whole_samples(TagBoxOptions(), 16000, 8) == 160256
    assert whole_samples(OPTIONS, 16000, 8) == SAMPLES
    assert whole_samples(TagBoxOptions(seconds=0.001), 16000, 8) == 512


def test_what_cannot_be_made_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "t.onnx"
    with pytest.raises(UsageError, match="an autoencoder"):
        make(build("band_unet"), {"rate_hz": RATE_HZ}, [tagger()], out, OPTIONS)
    with pytest.raises(UsageError, match="at least one"):
        make(autoencoder(), {"rate_hz": RATE_HZ}, [], out, OPTIONS)
    for fft in ((), (255,)):
        with pytest.raises(UsageError, match="--fft"):
            make(autoencoder(), {"rate_hz": RATE_HZ}, [tagger()], out, replace(OPTIONS, fft=fft))
    assert not out.exists()


def test_strided_convolutions_leave_out_samples_whose_gradient_is_zero() -> None:
    class Strided(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv1d(1, 2, 3, stride=4, dilation=2, padding=1)

        def forward(self, signal: torch.Tensor) -> torch.Tensor:
            return torch.func.grad(lambda x: self.conv(x).square().sum())(signal)

    torch.manual_seed(0)
    network, signal = Strided().eval().requires_grad_(False), torch.randn(1, 1, 24)
    model = graph_of(network, (signal,), ["signal"], ["slope"])
    session = onnxruntime.InferenceSession(model.SerializeToString())
    (found,) = session.run(None, {"signal": signal.numpy()})
    np.testing.assert_allclose(found, network(signal).numpy(), atol=1e-5)


def test_the_command_makes_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a tagger of 50 tags, in published form, and without a mask."""
    from tests.export.graphs.test_tagger import tiny

    write_checkpoint(tmp_path / "vqvae.pt")
    weights = f"mtat_musicnn={tiny(tmp_path)}"
    line = ["tagbox", str(tmp_path / "vqvae.pt"), "--tagger", weights, "--tagger-samples", "4000",
            "-o", str(tmp_path / "style.onnx"), "--seconds", "0.1", "--output-is", "style",
            "--cosine", "0.999"]  # fmt: skip
    assert main(line) == 0
    printed = capsys.readouterr().out
    assert "least cosine 0.99" in printed and "samples a window" in printed
    model = tagged(load_model(tmp_path / "style.onnx"), "flute")
    assert model.spec.steering is not None and model.spec.steering.output == "style"
    assert model.spec.stems == ("flute",) and len(model.spec.steering.tags) == 50
    assert main([*line[:2], "--tagger", "mtat_fcn", *line[4:]]) == 2
    assert "NAME=FILE" in capsys.readouterr().err


def test_a_tagger_whose_shapes_do_not_fit_is_refused(tmp_path: Path) -> None:
    from tests.export.graphs.test_tagger import tiny

    with pytest.raises(WeightsRefused, match="those of fcn"):
        load_tagger("mtat_fcn", tiny(tmp_path))


@pytest.mark.taggers
def test_a_published_tagger_gives_its_gradient(tmp_path: Path) -> None:
    heard_by = [load_tagger("mtat_musicnn", published_tagger("mtat_musicnn"))]
    found = make(autoencoder(), {"rate_hz": RATE_HZ}, heard_by, tmp_path / "t.onnx", OPTIONS)
    assert found.worst.cosine > 0.99999
