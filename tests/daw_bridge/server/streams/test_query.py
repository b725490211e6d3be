"""Streams with a model that listens to tags: asked by a parameter, crossfaded, refused in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.server.streams.live import LiveEngine
from daw_bridge.server.streams.models import ModelStore, asked
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import TagError
from engines.load import Model
from tests.rigs.plans import live_plan, sync_plan
from tests.rigs.query import GAINS, query_model
from tests.rigs.tiny_models import make_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return query_model(tmp_path_factory.mktemp("query") / "query.onnx")


def heard(engine: SyncEngine, blocks: range) -> np.ndarray:
    """The query's left channel of blocks of 500 samples that are 0.5 throughout."""
    half = np.full((2, 500), 0.5, np.float32)
    replies = [engine.process(AudioBlock(1, k, 500 * k, (half,))) for k in blocks]
    assert all(one.outputs == ("query", "residual") for one in replies)
    np.testing.assert_allclose(sum(r.audio.sum() for r in replies) / 1000, 0.5 * sum(
        r.audio.shape[-1] for r in replies) / 500, rtol=1e-4)  # fmt: skip
    return np.concatenate([one.audio[0, 0] for one in replies])


def test_a_change_of_the_tag_has_no_step(model: Model) -> None:
    engine = SyncEngine(1, asked(model, "violin"), sync_plan(query__tag="violin"))
    before = heard(engine, range(8))
    info = engine.change(asked(model, "cello"), sync_plan(query__tag="cello"))
    assert info.outputs == ("query", "residual")
    found = np.concatenate([before, heard(engine, range(8, 20))])[600:]
    assert found[0] == pytest.approx(0.5 * GAINS["violin"], abs=1e-4)
    assert found[-1] == pytest.approx(0.5 * GAINS["cello"], abs=1e-4)
    assert np.abs(np.diff(found)).max() < 2e-3


def test_tags_apart_have_an_output_each_and_keep_it(model: Model) -> None:
    both = asked(model, "violin,flute", apart=True)
    engine = SyncEngine(1, both, sync_plan(query__tag="violin,flute"))
    assert engine.info.outputs == ("violin", "flute", "residual")
    assert asked(model, "violin,flute").spec.stems == ("query",)
    assert asked(model, "violin", apart=True).spec.stems == ("query",)
    changed = engine.change(asked(model, "flute,", apart=True), sync_plan(query__tag="flute,"))
    assert changed.outputs == ("violin", "flute", "residual") and changed.silent == ("violin",)


def test_a_live_stream_keeps_its_outputs(model: Model) -> None:
    engine = LiveEngine(1, asked(model, "flute"), live_plan(query__tag="flute"), 0.7)
    try:
        assert engine.info.outputs == ("query", "residual")
        changed = engine.change(asked(model, "strings+flute"), live_plan(query__tag="x"))
        assert (changed.outputs, changed.folded) == (("query", "residual"), ())
    finally:
        engine.stop()


def test_unknown_tags_and_none_are_refused(model: Model, tmp_path: Path) -> None:
    with pytest.raises(TagError, match="nearest: flute"):
        asked(model, "flutes")
    with pytest.raises(TagError, match="query/tag"):
        asked(model, "")
    make_model(tmp_path / "plain.onnx")
    plain = ModelStore().load(str(tmp_path / "plain.onnx"), "cpu", 1)
    assert asked(plain, "flute") is plain
