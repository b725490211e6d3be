"""Tiny separators, written as packages write theirs, lifted and compared with themselves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from engines.spec import ModelSpec, StftDomain, read_sidecar
from export.graphs.errors import ParityError, QualityError, UnsupportedGraphError
from export.graphs.lift import LiftOptions, to_graph, write
from export.graphs.lifting.grids import Grids
from export.graphs.lifting.spectral import Spectral
from export.graphs.lifting.subject import Traceable
from export.graphs.lifting.swaps import Swaps
from tests.rigs.export import separators
from tests.rigs.export.separators import BINS, FFT, HOP, NETWORKS, Between, Hybrid, subject


def lifted(folder: Path, found: Spectral, **options: object) -> onnxruntime.InferenceSession:
    path = folder / "tiny.onnx"
    write([found], path, LiftOptions(**options))  # type: ignore[arg-type]
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("kind", NETWORKS, ids=lambda kind: kind.__name__)
def test_a_graph_computes_what_its_package_does(kind: type[nn.Module], tmp_path: Path) -> None:
    found = subject(kind)
    session = lifted(tmp_path, found)
    heard = found.ask(2, 40, seed=5)
    feeds = {"spec": heard.spec[:, :, : found.stft.kept_bins]}
    if found.hybrid:
        feeds["mix"] = heard.mix
    answers = session.run(None, feeds)
    expected = [heard.spectra[:, :, : found.stft.kept_bins]]
    expected += [heard.samples] if found.hybrid else []
    for got, wanted in zip(answers, expected, strict=True):
        assert np.abs(wanted).max() > 1e-3
        np.testing.assert_allclose(got, wanted, atol=1e-5 * np.abs(wanted).max())
    assert [one.name for one in session.get_inputs()] == list(feeds)


def test_what_a_package_leaves_above_its_bins_is_silent() -> None:
    found = subject(separators.MagnitudeMasks)
    heard = found.ask(1, 40)
    assert not heard.spectra[:, :, found.stft.kept_bins :].any()


def test_lengths_move_where_the_network_lets_them(tmp_path: Path) -> None:
    moving = lifted(tmp_path, subject(Between))
    assert moving.get_inputs()[0].shape == ["batch", 4, BINS, "frames"]
    assert moving.get_outputs()[0].shape == ["batch", 8, BINS, "frames"]
    still = lifted(tmp_path, subject(separators.AlongTime))
    assert still.get_inputs()[0].shape == ["batch", 4, BINS, 40]


def test_the_spec_says_what_was_seen(tmp_path: Path) -> None:
    lifted(tmp_path, subject(Between, licence="MIT"))
    spec = read_sidecar(tmp_path / "tiny.onnx")
    assert spec is not None
    assert (spec.name, spec.version, spec.licence) == ("tiny", 2, "MIT")
    stft = spec.domain
    assert (stft.fft_samples, stft.hop_samples, stft.window) == (FFT, HOP, "hann_periodic")  # type: ignore[union-attr]
    assert stft.scale == pytest.approx(FFT**-0.5)  # type: ignore[union-attr]
    assert spec.offline.window_samples == 39 * HOP


def test_long_windows_are_asked_for_less_often() -> None:
    still = Grids(StftDomain(4096, 1024, frames_base=476, edge="reflect"), 44100, 1024)
    long = still.live(475 * 1024)
    assert (long.window_samples, long.hop_samples) == (475 * 1024, 59 * 1024)
    short = Grids(StftDomain(4096, 1024, edge="reflect"), 44100, 1024).live(475 * 1024)
    assert (short.window_samples, short.hop_samples) == (2 * 44100, 11 * 1024)


class Spread(nn.Module):
    """Mean and deviation of all but the batch, of as many values as a window of music has."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean, std = x.mean(dim=(1, 2, 3), keepdim=True), x.std(dim=(1, 2, 3), keepdim=True)
        flat = x.std([1, -1], unbiased=False).mean(dim=(0, 1))
        return torch.cat([mean.flatten(), std.flatten(), flat.flatten()])


class Swapped(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.network = Spread()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with Swaps():
            return self.network(x)


def test_many_values_are_added_up_without_loss(tmp_path: Path) -> None:
    """Traced at a tenth of the length at which it is asked."""
    short = Traceable(
        Swapped(), {"x": torch.rand(1, 4, 512, 100)}, ("y",), {"x": {3: "frames"}}, True
    )
    onnx.save(to_graph(short, "spread"), tmp_path / "spread.onnx")
    x = 1 + 0.1 * torch.rand(1, 4, 512, 1000, generator=torch.Generator().manual_seed(0))
    session = onnxruntime.InferenceSession(tmp_path / "spread.onnx")
    (found,) = session.run(None, {"x": x.numpy()})
    np.testing.assert_allclose(found, Spread()(x.double()).numpy(), rtol=3e-7)


def test_no_metadata_says_where_a_graph_was_made(tmp_path: Path) -> None:
    lifted(tmp_path, subject(Hybrid))
    model = onnx.load(tmp_path / "tiny.onnx")
    assert str(Path.cwd()).encode() not in model.SerializeToString()
    assert (model.producer_name, list(model.metadata_props)) == ("daw-bridge", [])


def test_weights_as_float16_are_near_enough(tmp_path: Path) -> None:
    wide = subject(separators.ScatteredBands)
    lifted(tmp_path, wide)
    before = (tmp_path / "tiny.onnx").stat().st_size
    lifted(tmp_path, wide, weights_as="float16")
    assert (tmp_path / "tiny.onnx").stat().st_size < 0.7 * before


def test_weights_that_change_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from export.graphs import lift

    change, _ = lift.WEIGHTS["int8"]
    monkeypatch.setitem(lift.WEIGHTS, "int8", (change, 200.0))
    with pytest.raises(QualityError, match="int8 weights change spec_stems"):
        lifted(tmp_path, subject(separators.ScatteredBands), weights_as="int8")
    assert not list(tmp_path.iterdir())


def test_a_graph_that_is_another_than_its_network_is_not_written(tmp_path: Path) -> None:
    """A length that the network looks at while it is traced becomes a constant."""

    class Looks(Between):
        def between(self, spec: torch.Tensor) -> torch.Tensor:
            return super().between(spec) * (2.0 if spec.shape[-1] > 38 else 1.0)

    NETWORKS[Looks] = {}
    try:
        found = subject(Looks)
    finally:
        del NETWORKS[Looks]
    with pytest.raises(ParityError, match="spec_stems"):
        lifted(tmp_path, found)
    assert not list(tmp_path.iterdir())


def test_complex_operations_without_a_rule_are_named(tmp_path: Path) -> None:
    class Angles(Between):
        def between(self, spec: torch.Tensor) -> torch.Tensor:
            return super().between(torch.polar(spec.abs(), spec.angle()))

    NETWORKS[Angles] = {}
    try:
        found = subject(Angles)
    finally:
        del NETWORKS[Angles]
    with pytest.raises(UnsupportedGraphError, match="angle"):
        lifted(tmp_path, found)


def test_a_hybrid_lifted_as_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedGraphError, match="conv1d"):
        lifted(tmp_path, subject(Hybrid, hybrid=False))


def test_several_networks_become_one_model(tmp_path: Path) -> None:
    first = subject(Between, used=("drums",))
    second = subject(Between, used=("rest-of-it",), suffix="-rest")
    write([first, second], tmp_path / "both.onnx", LiftOptions())
    spec = ModelSpec.from_json((tmp_path / "both.daw.json").read_text())
    assert [(one.file, one.rows) for one in spec.parts] == [
        ("both.onnx", (("drums", 0),)),
        ("both-rest.onnx", (("rest-of-it", 1),)),
    ]
    assert json.loads((tmp_path / "both.daw.json").read_text())["stems"] == list(separators.STEMS)
