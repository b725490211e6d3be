"""What a network that listens to tags can be asked for, and what its description may be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engines.errors import SpecError, TagError
from engines.spec import QUERY, ModelSpec, Query, Target, WaveformDomain
from tests.rigs.query import COVERS, TAGS, query_spec

HOW = Query(TAGS, COVERS)


def test_a_group_means_what_is_in_it() -> None:
    assert HOW.meaning(Target("strings", ("strings",))) == {"violin", "cello"}
    assert HOW.meaning(Target("x", ("cello", "flute"))) == {"cello", "flute"}


def test_stems_are_called_by_their_tags_in_files_and_query_live() -> None:
    spec = query_spec().tagged("Violin,flute+cello")
    assert spec.stems == ("violin", "flute_cello")
    assert ModelSpec.from_json(spec.to_json()) == spec
    for text in ("violin+flute", "violin,flute", "violin, Flute"):
        live = query_spec().listening(text)
        assert live.stems == (QUERY,) and live.query is not None
        assert live.query.targets == (Target(QUERY, ("violin", "flute")),)


def test_unknown_tags_list_those_there_are_and_the_nearest() -> None:
    for ask in (query_spec().tagged, query_spec().listening):
        with pytest.raises(TagError) as caught:
            ask("violn")
        assert "strings, violin, cello, flute" in caught.value.expected
        assert caught.value.action == "nearest: violin"
        with pytest.raises(TagError, match="no tags for query"):
            ask(" ")


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": ()}, {"tags": ("a", "A", "b", "c")}, {"covers": COVERS[:2]},
        {"covers": ((), *COVERS[1:])}, {"targets": (Target("drums", ("drums",)),)},
        {"targets": (Target("x", ()),)},
    ],
)  # fmt: skip
def test_queries_that_cannot_be(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        replace(HOW, **changes)


@pytest.mark.parametrize(
    "changes",
    [{"domain": WaveformDomain()}, {"residual_to": "query"}, {"wiener": 1}, {"answer": "ratio"}],
)
def test_a_model_of_another_kind_does_not_listen(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match="listens to tags"):
        query_spec(**changes)
    with pytest.raises(SpecError, match="listens to tags"):
        query_spec(stems=("flute",))
