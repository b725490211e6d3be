"""Every setup makes the network, the options and the data that its tables say."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch

from export.data.config import STEM_SETS
from export.data.share_items import ShareConfig
from export.data.tag_items import TagConfig
from export.nets import families
from export.nets.nade import Nade
from export.training import losses, train
from export.training.options import checked
from export.training.setup_files import SETUPS, load_setup
from export.training.source import sampler_config, share_config, tag_config

NAMES = sorted(path.stem for path in SETUPS.glob("*.toml"))


@pytest.fixture(params=NAMES)
def setup(request: pytest.FixtureRequest) -> dict[str, Any]:
    return load_setup(request.param)


def network(setup: dict[str, Any]) -> Nade:
    """The setup's network, without memory for its weights."""
    config = families.config_from(setup["family"], setup.get("model", {}))
    with torch.device("meta"):
        return Nade(setup["family"], config, flag_axis=setup.get("flag_axis", "stem"))


def test_tables_hold_nothing_unknown(setup: dict[str, Any]) -> None:
    options, model = checked(setup.get("train", {})), network(setup)
    assert losses.make(model, options) is not None
    assert model.config.stems == len(setup["stems"])
    assert options.late_share == 0 or (model.flag_axis == "time" and model.conditional)


def test_data_tables(setup: dict[str, Any]) -> None:
    data = setup["data"] | {"cache": Path("cache"), "bands": Path("bands")}
    if data["kind"] == "songs":
        return
    if data["kind"] == "tags":
        known = {field.name for field in dataclasses.fields(TagConfig)} | {"kind", "seconds"}
        assert tag_config(data, setup["rate_hz"], 2, 2).batch == 2
        assert set(setup["data"]) <= known
        return
    if data["kind"] == "shares":
        known = {field.name for field in dataclasses.fields(ShareConfig)} | {"kind", "seconds"}
        assert share_config(data, setup["rate_hz"], 1, 2).samples % 4096 == 0
        assert set(setup["data"]) <= known
        return
    config = sampler_config(data, setup["rate_hz"], network(setup).config.channels, 2)
    assert config.stems == STEM_SETS[config.stem_set]
    assert config.stems == tuple(setup["stems"]) or data["kind"] == "mixtures"
    known = {field.name for field in dataclasses.fields(config)} | {"kind", "seconds"}
    known |= {"solo_share"} if data["kind"] == "labelled" else set()
    assert set(setup["data"]) <= known


@pytest.mark.parametrize("name", ["song", "band", "band16_small"])
def test_the_one_pass_twin_is_the_same_but_for_conditioning(name: str) -> None:
    setup = load_setup(name)
    twin = train.one_pass(setup)
    assert twin["data"] == setup["data"] and twin["train"] == setup["train"]
    whole, alone = network(setup), network(twin)
    assert whole.conditional and not alone.conditional and alone.flag_axis == "stem"
    assert dataclasses.replace(alone.config, conditional=True) == whole.config
    sizes = [sum(w.numel() for w in net.parameters()) for net in (whole, alone)]
    assert 0.97 < sizes[1] / sizes[0] < 1
