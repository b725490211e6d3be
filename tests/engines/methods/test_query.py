"""A network that listens to tags: stems by name, masks that agree, the same bits in any blocks."""

from __future__ import annotations

import numpy as np
import pytest

from engines.errors import MethodError, TagError
from engines.load import Model
from engines.methods.query import consistent, parts_of
from engines.spec import RESIDUAL, Query
from engines.stream import Stream, stream_settings
from engines.tagging import listening, tagged, to_try
from engines.types import Audio
from tests.rigs.query import COVERS, GAINS, TAGS, query_model
from tests.rigs.tiny_models import STFT, make_spec

RATE_HZ = 44100


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return query_model(tmp_path_factory.mktemp("query") / "query.onnx")


@pytest.fixture(scope="module")
def mix() -> Audio:
    return np.random.default_rng(5).standard_normal((2, 5000), np.float32)


def separated(
    model: Model, mix: Audio, blocks: int = 5000, known: dict[str, Audio] | None = None
) -> dict[str, Audio]:  # fmt: skip
    known = known or {}
    settings = stream_settings(model.spec, RATE_HZ, 2, known=tuple(known))
    stream, pieces = Stream(model, settings), []
    for at in range(0, mix.shape[-1], blocks):
        part = slice(at, at + blocks)
        pieces.append(stream.push(mix[:, part], {n: one[:, part] for n, one in known.items()}))
    out = np.concatenate([*pieces, stream.flush()], axis=-1)
    return dict(zip(stream.outputs, out, strict=True))


def test_stems_and_residual_are_the_mix(model: Model, mix: Audio) -> None:
    found = separated(tagged(model, "violin,cello"), mix)
    assert tuple(found) == ("violin", "cello", RESIDUAL)
    np.testing.assert_allclose(found["violin"], GAINS["violin"] * mix, atol=1e-5)
    np.testing.assert_allclose(sum(found.values()), mix, atol=1e-5)


def test_of_a_group_and_a_part_of_it_the_group_keeps_the_rest(model: Model, mix: Audio) -> None:
    found = separated(tagged(model, "strings,violin"), mix)
    np.testing.assert_allclose(found["violin"], 0.5 * mix, atol=1e-5)
    np.testing.assert_allclose(found["strings"], 0.2 * mix, atol=1e-5)


def test_masks_above_one_in_sum_are_shared(model: Model, mix: Audio) -> None:
    found = separated(tagged(model, "strings,flute"), mix)
    np.testing.assert_allclose(found["strings"], 0.7 / 1.3 * mix, atol=1e-5)
    np.testing.assert_allclose(found[RESIDUAL], 0 * mix, atol=1e-5)


def test_tags_joined_are_one_stem(model: Model, mix: Audio) -> None:
    found = separated(tagged(model, "cello+violin"), mix)
    np.testing.assert_allclose(found["cello_violin"], 0.6 * mix, atol=1e-5)


def test_any_blocks_give_the_same_bits(model: Model, mix: Audio) -> None:
    asked, mix = tagged(model, "strings,violin,flute"), mix[:, :2000]
    whole = separated(asked, mix)
    assert set(whole) == {"strings", "violin", "flute", RESIDUAL}
    for blocks in (7, 77, 512):
        found = separated(asked, mix, blocks)
        assert all(np.array_equal(found[name], whole[name]) for name in whole), blocks


def test_live_it_is_called_query(model: Model, mix: Audio) -> None:
    found = separated(listening(model, "flute+cello"), mix)
    assert tuple(found) == ("query", RESIDUAL)
    np.testing.assert_allclose(found["query"], 0.7 * mix, atol=1e-5)


def test_known_stems_are_taken_out_first(model: Model, mix: Audio) -> None:
    asked, flute = tagged(model, "violin,flute"), np.roll(mix, 40, axis=-1)
    found = separated(asked, mix, known={"flute": flute})
    assert np.array_equal(found["flute"], flute)
    np.testing.assert_allclose(found["violin"], 0.5 * (mix - flute), atol=1e-5)


def test_who_asks_for_nothing_is_told(model: Model, mix: Audio) -> None:
    with pytest.raises(TagError, match="no tags for query"):
        separated(model, mix)
    assert to_try(model).spec.stems == ("strings",)


def test_models_that_do_not_listen_are_refused(model: Model) -> None:
    with pytest.raises(MethodError, match="listens to tags"):
        type(model.method)(make_spec(domain=STFT), model.session)


def test_parts_of_parts_are_taken_out_once() -> None:
    tags = ("all", *TAGS)
    query = Query(tags, (("violin", "cello", "flute"), *COVERS))
    asked = query.asked("all,strings,violin")
    whole = Query(tags, query.covers, asked)
    assert parts_of(whole) == ((1,), (2,), ())
    masks = np.array([0.9, 0.6, 0.8], np.float32).reshape(3, 1)
    agreed = consistent(masks, parts_of(whole))[:, 0]
    np.testing.assert_allclose(agreed, [0.3 / 1.1, 0, 0.8 / 1.1], rtol=1e-6)
    assert masks[0, 0] == np.float32(0.9), "what is given stays as it is"
