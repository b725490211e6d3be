"""Jobs of models that are asked for tags: stems by name, sums, refusals, what the user hears of."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import BadValue, Cancelled
from daw_bridge.files.plan import plan
from daw_bridge.files.request import request_from
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.separation import run
from daw_bridge.files.steered import asked_model, unheard
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress
from engines.errors import TagError
from engines.load import load_model
from engines.spec import Target
from tests.rigs.query import write_query
from tests.rigs.separator import Separator
from tests.rigs.sounds import below_mix_db, load, noise, save, stems
from tests.rigs.steered import SAMPLES, write_steered
from tests.rigs.tiny_models import make_model

RATE_HZ = 8000


class Tagged(Separator):
    """Runs with the tags that the request asks for."""

    def __call__(self, source: Path, model: str = "steered", **changes: Any) -> Path:
        planned = self.plan(source, model, **changes)
        for code, words in planned.notices():
            self.notice(code, words)
        loaded = asked_model(load_model(planned.request.model), planned.request)
        run(planned, loaded, self.progress, self.notice)
        return planned.folder


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_steered(folder / "steered.onnx")
    write_steered(folder / "style.onnx", steering={"output": "style"}, stems=("style",))
    fixed = (Target("loud", ("Loud",)),)
    write_steered(folder / "fixed.onnx", steering={"targets": fixed}, stems=("loud",))
    write_query(folder / "query.onnx")
    make_model(folder / "tiny.onnx")
    return folder


@pytest.fixture
def separate(tmp_path: Path, models: Path) -> Tagged:
    return Tagged(models, tmp_path / "out")


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return save(tmp_path / "song.wav", noise(2, 1000), RATE_HZ)


def test_stems_are_called_by_their_tags_and_sum_to_the_mix(separate: Tagged, song: Path) -> None:
    folder = separate(song, tags="loud, No Bass")
    assert set(stems(folder)) == {"loud", "no_bass", "residual"}
    assert below_mix_db(folder, load(song)) < -100.0
    record = json.loads((folder / "daw-bridge.json").read_text())
    options = {one["name"]: one["value"] for one in record["recipe"]["options"]}
    assert options["tags"] == "loud, No Bass"


def test_a_network_that_listens_is_asked_in_the_same_way(separate: Tagged, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 6000), 44100)
    folder = separate(song, "query", tags="strings,Flute")
    assert set(stems(folder)) == {"strings", "flute", "residual"}
    assert below_mix_db(folder, load(song)) < -100.0
    with pytest.raises(TagError, match="nearest: flute"):
        separate.plan(song, "query", tags="flut")


def test_stems_of_tags_go_with_the_other_options(separate: Tagged, song: Path) -> None:
    assert set(stems(separate(song, tags="loud,no bass", stems="loud", song="one"))) == {
        "loud", "residual",
    }  # fmt: skip
    assert set(stems(separate(song, tags="loud", minus="loud", song="two"))) == {"no_loud"}
    assert set(stems(separate(song, tags="loud+no bass", song="three"))) == {
        "loud_no_bass", "residual",
    }  # fmt: skip


def test_other_rates_and_channels(separate: Tagged, tmp_path: Path) -> None:
    wide = save(tmp_path / "wide.wav", noise(2, 12_000), 44100)
    folder = separate(wide, tags="loud")
    assert below_mix_db(folder, load(wide)) < -100.0
    assert soundfile.info(folder / "loud.wav").frames == 12_000


def test_unknown_tags_list_those_there_are_and_the_nearest(separate: Tagged, song: Path) -> None:
    with pytest.raises(TagError) as caught:
        separate.plan(song, "steered", tags="lod")
    assert "Loud, no bass" in caught.value.expected and "nearest: Loud" in caught.value.action
    with pytest.raises(TagError, match="no tags for steered"):
        separate.plan(song, "steered")
    with pytest.raises(TagError, match="expected none: its stems are"):
        separate.plan(song, "tiny", tags="loud")


def test_a_model_of_fixed_tags_needs_none(separate: Tagged, song: Path) -> None:
    assert set(stems(separate(song, "fixed"))) == {"loud", "residual"}


def test_a_tag_that_nobody_hears_is_said_with_its_probability(separate: Tagged, song: Path) -> None:
    separate(song, tags="loud,no bass")
    said = [words for code, words in separate.notices if code == "tag_unheard"]
    assert said == ["no_bass: the taggers hardly hear it in this music (probability 0.00 at most)"]


def test_the_highest_of_all_streams_counts() -> None:
    assert unheard(("a", "b", "residual"), [(0.05, 0.02), (0.3, 0.04)]) == (
        "b: the taggers hardly hear it in this music (probability 0.04 at most)",
    )
    assert unheard(("drums", "residual"), [(), ()]) == ()


def test_a_short_song_is_repeated_and_that_is_said(separate: Tagged, tmp_path: Path) -> None:
    short = save(tmp_path / "short.wav", noise(1, 100), RATE_HZ)
    folder = separate(short, tags="loud")
    assert below_mix_db(folder, load(short)) < -100.0
    said = dict(separate.notices)["tiled"]
    assert "has 0.0 s" in said and "it is repeated" in said
    long = save(tmp_path / "long.wav", noise(1, SAMPLES), RATE_HZ)
    assert "tiled" not in dict(separate.plan(long, "steered", tags="loud").notices())
    with pytest.raises(BadValue, match="repeat or reflect"):
        separate.plan(long, "steered", tags="loud", context="zeros")
    assert separate.plan(long, "steered", tags="loud").settings.context == "repeat"


def test_style_is_one_file_and_said_not_to_add_up(separate: Tagged, song: Path) -> None:
    folder = separate(song, "style", tags="loud")
    assert set(stems(folder)) == {"loud"}
    assert np.abs(load(folder / "loud.wav")).max() > 0.01
    assert "adds up with nothing" in dict(separate.notices)["style"]
    for option in ({"two_stems": "loud"}, {"minus": "loud"}, {"residual_to": "loud"},
                   {"format": "stem.mp4"}):  # fmt: skip
        with pytest.raises(BadValue, match="there is no rest"):
            separate.plan(song, "style", tags="loud", **option)


def test_progress_per_step_and_cancel(separate: Tagged, song: Path) -> None:
    separate(song, tags="loud", steps=20)
    steps = [fraction for fraction, stage in separate.told if stage == "separate"]
    assert len(set(steps)) > 20 * 5 and max(steps) == 1.0
    separate.stop_at = 0.3
    with pytest.raises(Cancelled):
        separate(song, tags="loud", steps=20, song="cancelled")
    assert not (separate.out / "cancelled").exists()


def test_far_more_steps_than_the_models_own_are_said(separate: Tagged, song: Path) -> None:
    assert "steps 400 instead of 4" in separate.plan(song, "steered", tags="loud", steps=400).load


def test_a_job_of_the_server_takes_tags_as_a_key(models: Path, song: Path, tmp_path: Path) -> None:
    events: list[JobEvent] = []
    with JobRunner(events.append) as runner:
        for tags in ("loud", "trumpet"):
            options = (("model", str(models / "steered.onnx")), ("tags", tags))
            runner.submit(request_from(song, tmp_path / tags, options))
        while runner.pending:
            time.sleep(0.01)
    ends = [one for one in events if isinstance(one, Done | Failed)]
    assert isinstance(ends[0], Done) and isinstance(ends[1], Failed) and ends[1].code == "tag"
    assert "Loud, no bass" in ends[1].message
    assert any(isinstance(one, Progress) for one in events)
    assert not any(isinstance(one, Notice) and one.code == "tag_unheard" for one in events)


def test_files_are_known_before_the_work(models: Path, song: Path, tmp_path: Path) -> None:
    options = (("model", str(models / "steered.onnx")), ("tags", "loud"))
    made = plan(request_from(song, tmp_path / "out", options))
    assert made.files == ("loud", "residual")
