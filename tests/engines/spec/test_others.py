"""engines.spec.others: which models a model needs, checked where it is read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engines.errors import SpecError
from engines.spec import FirstModel, Member, ModelSpec, shares
from tests.rigs.needing import mean_spec
from tests.rigs.tiny_models import make_spec


def test_they_are_read_as_they_are_written() -> None:
    spec = make_spec(first=(FirstModel("singer", ("vocals",)),))
    assert ModelSpec.from_json(spec.to_json()) == spec
    assert json.loads(spec.to_json())["first"] == [{"model": "singer", "stems": ["vocals"]}]
    mean = mean_spec(Member("a", (1.0, 0.0, 0.5, 2.0)), Member("b"))
    assert ModelSpec.from_json(mean.to_json()) == mean


def test_shares_of_a_stem_add_up_to_one() -> None:
    members = (Member("a", (1.0, 0.0)), Member("b", (3.0, 2.0)), Member("c"))
    assert shares(members, 2) == [(0.2, 0.0), (0.6, 2 / 3), (0.2, 1 / 3)]


@pytest.mark.parametrize(
    ("first", "words"),
    [
        ({"model": "singer", "stems": ["strings"]}, "first makes .*strings"),
        ({"model": "singer", "stems": ["drums", "drums"]}, "each once"),
        ({"model": "singer", "stems": []}, "no stems of singer"),
        ({"model": "../singer", "stems": ["drums"]}, "without folder or suffix"),
        ({"model": "", "stems": ["drums"]}, "a name"),
        ({"model": "singer"}, "no stems"),
    ],
)
def test_a_bad_first_is_refused(first: dict[str, Any], words: str) -> None:
    value = json.loads(make_spec().to_json()) | {"first": [first]}
    with pytest.raises(SpecError, match=words):
        ModelSpec.from_json(json.dumps(value))


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ([], "0 members"),
        ([{"model": "a"}] * 9, "1 to 8 members"),
        ([{"model": "a"}, {"model": "b"}, {"model": "a"}], "members a, b, a.*each once"),
        ([{"model": "a", "weights": [1.0, 1.0]}], "one for each of drums"),
        ([{"model": "a", "weights": [1.0, 1.0, -0.5, 1.0]}], "numbers from 0 on"),
        ([{"model": "a", "weights": [1.0, 1.0, 0.0, 1.0]}], "weights of other that are all 0"),
    ],
)
def test_bad_members_are_refused(members: list[dict[str, Any]], words: str) -> None:
    value = json.loads(mean_spec(Member("a")).to_json()) | {"members": members}
    with pytest.raises(SpecError, match=words):
        ModelSpec.from_json(json.dumps(value))


def test_a_stem_that_is_made_before_takes_no_residual() -> None:
    first = (FirstModel("singer", ("vocals",)),)
    assert make_spec(first=first, residual_to="other").residual_to == "other"
    with pytest.raises(SpecError, match="'vocals', which first makes"):
        make_spec(first=first, residual_to="vocals")


def test_a_model_with_a_graph_has_no_members() -> None:
    with pytest.raises(SpecError, match="none with another method"):
        make_spec(members=(Member("a"),))
    with pytest.raises(SpecError, match="numbers from 0 on"):
        Member("a", (float("nan"),))
