"""What a steered model can be asked for: tags by name, stems of them, and refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engines.errors import SpecError, TagError
from engines.spec import ModelSpec, Steering, Target
from engines.spec.asking import stem_name
from tests.rigs.steered import TAGS, steered_spec
from tests.rigs.tiny_models import make_spec

HOW = Steering(("guitar", "Female vocal", "R'n'B"), (4, 10))


@pytest.mark.parametrize("name", ["female vocal", "FEMALE-VOCAL", "Female_Vocal", "femalevocal"])
def test_a_tag_is_found_however_it_is_written(name: str) -> None:
    assert HOW.tag(name) == "Female vocal"


def test_an_unknown_tag_lists_those_there_are_and_the_nearest() -> None:
    with pytest.raises(TagError) as caught:
        HOW.tag("gitar")
    assert "guitar, Female vocal, R'n'B" in caught.value.expected
    assert caught.value.action == "nearest: guitar"
    with pytest.raises(TagError, match="choose one"):
        HOW.tag("xylophone")


def test_each_part_is_a_stem_and_a_plus_joins_tags() -> None:
    found = HOW.asked("guitar, female vocal+rnb,")
    assert found == (
        Target("guitar", ("guitar",)), Target("female_vocal_r_n_b", ("Female vocal", "R'n'B")),
    )  # fmt: skip
    assert HOW.rows(found[1]) == (1, 2)
    with pytest.raises(TagError, match="guitar twice"):
        HOW.asked("guitar,Guitar")


def test_names_of_stems() -> None:
    assert stem_name(("no vocals",)) == "no_vocals"
    assert stem_name(("new age", "rock")) == "new_age_rock"


def test_a_tagged_spec_has_the_tags_as_stems_and_is_written_and_read() -> None:
    spec = steered_spec().tagged("no bass,loud")
    assert spec.stems == ("no_bass", "loud")
    assert spec.steering is not None and spec.steering.targets[1].tags == ("Loud",)
    assert ModelSpec.from_json(spec.to_json()) == spec
    with pytest.raises(TagError, match="no tags for steered"):
        steered_spec().tagged(" ")
    with pytest.raises(TagError, match="expected none: its stems are"):
        make_spec().tagged("loud")


@pytest.mark.parametrize(
    "changes",
    [
        {"tags": ()}, {"tags": ("a", "A")}, {"latent": (0, 5)}, {"rate": 0.0},
        {"rate": float("nan")}, {"rate_by": "peak"}, {"sign": "up"}, {"output": "mask"},
        {"targets": (Target("flute", ("flute",)),)}, {"targets": (Target("x", ()),)},
    ],
)  # fmt: skip
def test_steering_that_cannot_be(changes: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        replace(HOW, **changes)


def test_a_steered_model_has_one_length_and_its_targets_are_its_stems() -> None:
    for changes in ({"channels": 2}, {"batch_max": 0}):
        with pytest.raises(SpecError, match="several lengths"):
            steered_spec(**changes)
    with pytest.raises(SpecError, match="targets"):
        steered_spec({"targets": (Target("loud", ("Loud",)),)})
    fixed = steered_spec({"targets": (Target("loud", (TAGS[0],)),)}, stems=("loud",))
    assert fixed.steering is not None
