"""A conditional network that begins as its one-pass twin, and the share that hides all."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from export.nets import checkpoint
from export.nets.families import config_from
from export.nets.nade import Nade
from export.training.init_from import init_from
from export.training.trainer import Trainer
from tests.rigs.export.training import BAND, SMALL
from tests.rigs.export.training import CONDITIONAL as QUICK
from tests.rigs.export.training import conditional_trainer as trainer


def network(family: str, values: dict[str, Any], conditional: bool, axis: str = "stem") -> Nade:
    config = config_from(family, {**values, "conditional": conditional})
    return Nade(family, config, flag_axis=axis)


def saved(
    path: Path,
    family: str,
    values: dict[str, Any],
    conditional: bool = False,
    level_db: float | None = None,
) -> Path:
    """A checkpoint of a network with random weights."""
    torch.manual_seed(3)
    model = network(family, values, conditional)
    about = checkpoint.describe(model, ("a", "b", "c", "d"), 16000, level_db)
    options = dataclasses.replace(QUICK, loss="waveform")
    Trainer(model, options, about).save(path)
    return path


@pytest.mark.parametrize("axis", ["stem", "time"])
def test_it_answers_as_the_twin_until_it_has_learnt(axis: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "twin.pt", "band_unet", BAND)
    twin, _ = checkpoint.load_model(path)
    torch.manual_seed(4)
    model = network("band_unet", BAND, True, axis)
    init_from(model, path)
    model.eval()
    signal = model.encode(0.1 * torch.randn(2, BAND["channels"], 8192))
    frames, stems = signal.mix.shape[-1], model.config.stems
    hidden = torch.ones(2, stems, dtype=torch.bool)
    hidden = hidden if axis == "stem" else hidden.unsqueeze(-1).expand(-1, -1, frames)
    with torch.no_grad():
        theirs = twin.predict(signal, None, hidden)
        torch.testing.assert_close(model.predict(signal, None, hidden), theirs)
    every = list(model.core.parameters())
    model.train()
    given = 0.1 * torch.rand(2, stems, *signal.mix.shape[1:])
    model.predict(signal, given, hidden & False).square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in every)  # nothing is stuck


def test_another_run_of_its_own(tmp_path: Path) -> None:
    path = saved(tmp_path / "run.pt", "band_unet", BAND, conditional=True)
    model = network("band_unet", BAND, True)
    init_from(model, path)
    state = checkpoint.load(path)["ema"]
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


QUERY = {"channels": 1, "fft_samples": 256, "hop_samples": 128, "widths": (4, 6),
         "bands": ((1, 15), (7, 16), (2, 1)), "lstm_hidden": 8, "tag_width": 8}  # fmt: skip
FAMILIES = {**SMALL, "query_unet": QUERY}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_family_goes_on_from_its_own_weights(family: str, tmp_path: Path) -> None:
    path = saved(tmp_path / "run.pt", family, FAMILIES[family])
    model = network(family, FAMILIES[family], False)
    init_from(model, path)
    state = checkpoint.load(path)["ema"]
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())


def test_the_level_goes_along(tmp_path: Path) -> None:
    for level_db in (None, -17.5):
        path = saved(tmp_path / "run.pt", "band_unet", BAND, level_db=level_db)
        assert init_from(network("band_unet", BAND, True), path).level_db == level_db


def test_so_does_the_model_file_that_they_came_from(tmp_path: Path) -> None:
    start = checkpoint.Start("nc", "CC BY-NC-SA", "songs")
    model = network("band_unet", BAND, True)
    one, two = (checkpoint.describe(model, ("a", "b", "c", "d"), 16000, None, of)
                for of in (start, None))  # fmt: skip
    state = {"description": one, "step": 0, "ema": model.state_dict(), "model": {}}
    checkpoint.save(tmp_path / "run.pt", state)
    assert init_from(network("band_unet", BAND, True), tmp_path / "run.pt").start == start
    level = checkpoint.describe(model, ("a", "b", "c", "d"), 16000, -17.5)
    assert checkpoint.common_description(one, two) == one
    both = json.loads(checkpoint.common_description(one, level) or "")
    assert both["level_db"] == -17.5 and both["start"]["name"] == "nc"
    assert start.added_to("", "mine") == ("Trained on from nc: CC BY-NC-SA",
                                          "mine Trained on from nc: songs")  # fmt: skip


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "run.pt", "band_unet", BAND, conditional=True)
    with pytest.raises(checkpoint.CheckpointError, match="hears more than this network: rest"):
        init_from(network("band_unet", BAND, False), path)
    wide = saved(tmp_path / "wide.pt", "band_unet", {**BAND, "widths": (16, 24)})
    with pytest.raises(checkpoint.CheckpointError, match="larger than here"):
        init_from(network("band_unet", {**BAND, "widths": (8, 24)}, False), wide)
    with pytest.raises(checkpoint.CheckpointError, match="is a band_unet, this is a m_unet"):
        init_from(network("m_unet", SMALL["m_unet"], True), path)
    same = network("band_unet", BAND, True)
    init_from(same, path, ("a", "b", "c", "d"), 16000)
    with pytest.raises(checkpoint.CheckpointError, match="is of a, b, c, d at 16000 Hz"):
        init_from(same, path, ("b", "a", "c", "d"), 16000)
    asked = saved(tmp_path / "asked.pt", "query_unet", QUERY)
    with pytest.raises(checkpoint.CheckpointError, match="goes on as itself"):
        init_from(network("query_unet", {**QUERY, "power": 0.5}, False), asked)
    hop = {**BAND, "hop_samples": BAND["hop_samples"] // 2}
    with pytest.raises(checkpoint.CheckpointError, match="hop_samples"):
        init_from(network("band_unet", hop, True), path)


def test_the_share_that_hides_all() -> None:
    none = trainer("band_unet", BAND, loss="waveform")
    some = trainer("band_unet", BAND, loss="waveform", full_share=0.5)
    share = [one._masks(4000, 4, None).stems.all(1).float().mean() for one in (none, some)]
    assert share[0] == pytest.approx(0.25, abs=0.03)
    assert share[1] == pytest.approx(0.5 + 0.5 * 0.25, abs=0.03)
