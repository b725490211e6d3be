"""Questions about mixes: what is asked, what the answer is, what is never asked."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from export.common.tags import NAMES, UNTAGGED, covered
from export.data.errors import DataError
from export.data.tag_items import (
    Sounding,
    TagConfig,
    TagSampler,
    answer,
    askable,
    validation_questions,
    vector,
)  # fmt: skip


def config(made: Path, **changes: object) -> TagConfig:
    given = {"samples": 11025, "batch": 6} | changes
    return TagConfig(made / "cache", made / "bands", **given)  # type: ignore[arg-type]


def test_a_tag_is_asked_only_where_its_answer_is_known() -> None:
    present, absent = askable([covered("violin"), covered("drums"), covered("synth")])
    assert {"violin", "strings", "drums", "synth"} <= set(present)
    assert not {"kick", "synth_lead"} & {*present, *absent}, "part of the drums, part of the synth"
    assert {"flute", "cello", "bass"} <= set(absent)
    present, absent = askable([frozenset({UNTAGGED})])
    assert present == () and absent == NAMES


def test_the_answer_holds_each_part_once() -> None:
    parts = [
        Sounding(covered(name), np.full((2, 3), value, np.float32))
        for name, value in (("violin", 1.0), ("cello", 2.0), ("kick", 4.0))
    ]
    assert answer(parts, ["strings", "violin"])[0, 0] == 3.0
    assert answer(parts, ["kick", "violin"])[0, 0] == 5.0
    assert not answer(parts, ["flute"]).any()


def test_batches_repeat_and_add_up(made: Path) -> None:
    found, again = (TagSampler(config(made), 3).batch(5) for _ in range(2))
    np.testing.assert_array_equal(found.stems, again.stems)
    assert found.stems.shape == (6, 2, 2, 11025) and found.tags.shape == (6, len(NAMES))
    mixes = found.stems.sum(1)
    np.testing.assert_allclose(mixes[0], mixes[1], atol=1e-6)
    assert set(np.unique(found.tags)) == {0.0, 1.0}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_is_absent_is_silence(made: Path, share: float) -> None:
    shares = {"clip_share": 0.0, "several_share": 0.0, "voice_share": 0.0}
    asked = config(made, absent_share=share, **shares)
    found = TagSampler(asked, 1).batch(0)
    silent = ~found.stems[:, 0].any(axis=(1, 2))
    assert silent.all() if share else not silent.any()


def test_clips_are_asked_for_their_stems(made: Path) -> None:
    found = TagSampler(config(made, clip_share=1.0, several_share=0.0, batch=12), 2).batch(0)
    assert (found.tags.sum(1) == 1).all()
    known = vector(["drums", "bass", "vocals", "other"])
    assert (found.tags @ known == 1).all()


def test_validation_has_what_is_there_and_what_is_not(made: Path) -> None:
    questions = validation_questions(config(made), songs=2, windows=1)
    silent = [one for one in questions if not one.truth.any()]
    assert silent and len(silent) < len(questions)
    assert {one.name.split("@")[0] for one in questions} == {"valid0", "valid1", "V"}
    twice = validation_questions(config(made), songs=2, windows=1)
    assert [(one.name, one.tag) for one in twice] == [(one.name, one.tag) for one in questions]


@pytest.fixture
def sparse(made: Path, tmp_path: Path) -> Path:
    """Rendered bands, and of clips drums alone."""
    shutil.copytree(made / "bands", tmp_path / "bands")
    clip = tmp_path / "cache" / "clips" / "train" / "A"
    clip.mkdir(parents=True)
    source = made / "cache" / "clips" / "train" / "A"
    for path in source.glob("drums@*.npy"):
        shutil.copy(path, clip)
    return tmp_path


def test_what_is_drawn_from_must_be_there(sparse: Path) -> None:
    with pytest.raises(DataError, match=r"has drums, bass, .*for clip_share = 0\.15") as told:
        TagSampler(config(sparse), 0)
    assert told.value.code == "cache-missing"
    with pytest.raises(DataError, match=r"has vocals; .*for voice_share = 0\.25"):
        TagSampler(config(sparse, clip_share=0.0), 0)
    TagSampler(config(sparse, clip_share=0.0, voice_share=0.0), 0).batch(0)


def test_clips_that_are_held_back_are_not_drawn_from(made: Path) -> None:
    with pytest.raises(DataError, match="the 2 held back left out"):
        TagSampler(config(made, hold_back=("A", "B")), 0)
    TagSampler(config(made, clip_share=1.0, hold_back=("A",)), 0).batch(0)


def test_shares_are_checked(made: Path) -> None:
    with pytest.raises(DataError, match="shares"):
        config(made, absent_share=1.5)
    with pytest.raises(DataError, match="sizes"):
        config(made, questions=0)
