"""Known stems that another model makes: `--known vocals=@singer`."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.choices import refuse_for_every_song
from daw_bridge.files.options import Made, parse_known
from daw_bridge.files.plan import JobPlan, plan
from daw_bridge.files.request import request_from
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.separation import run
from daw_bridge.files.types import Done, Failed
from engines.errors import ModelNotFoundError
from engines.load import load_model
from engines.stream import Stream, stream_settings
from tests.rigs.sounds import below_mix_db, load, noise, save
from tests.rigs.tiny_models import STEMS, make_model

SINGER = {"domain": "stft", "stems": ("voice", "vocals"), "gains": (0.2, 0.3)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_model(tmp_path / "singer.onnx", curved=True, **SINGER)
    make_model(tmp_path / "gibbs.onnx", domain="stft", conditional=True, couple=0.3)
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    return tmp_path


def planned(folder: Path, source: Path, *options: tuple[str, object]) -> JobPlan:
    return plan(request_from(source, folder / "out", (("model", "gibbs"), *options)))


def made(job: JobPlan) -> Path:
    makers = {one.model: load_model(one.model) for one in job.makers}
    run(job, load_model("gibbs"), lambda *_: True, lambda *_: None, makers)
    return job.folder


@pytest.mark.parametrize("rate_hz", [44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_stem_is_the_other_models_and_known(folder: Path, rate_hz: int, channels: int) -> None:
    mix = noise(channels, 9000)
    job = planned(folder, save(folder / "song.wav", mix, rate_hz), ("known", "vocals=@singer"))
    assert job.settings.known == ("vocals",)
    out = made(job)
    assert {path.stem for path in out.glob("*.wav")} == {*STEMS, "residual"}
    assert below_mix_db(out, mix) < -100.0
    settings = stream_settings(load_model("singer").spec, rate_hz, channels, preset="offline")
    settings = replace(settings, context="reflect")
    stream = Stream(load_model("singer"), settings)
    whole = np.concatenate([stream.push(mix), stream.flush()], axis=-1)
    assert np.array_equal(load(out / "vocals.wav"), whole[1])
    plain = made(planned(folder, save(folder / "plain.wav", mix, rate_hz)))
    assert np.abs(load(out / "drums.wav") - load(plain / "drums.wav")).max() > 1e-3


def test_beside_a_file_and_from_a_path(folder: Path) -> None:
    mix = noise(2, 9000)
    drums = save(folder / "drums.wav", noise(2, 9000, 1))
    known = f"drums={drums}\nvocals=@{folder / 'singer.onnx'}"
    job = planned(folder, save(folder / "song.wav", mix), ("known", known))
    out = made(job)
    assert np.array_equal(load(out / "drums.wav"), load(drums))
    assert below_mix_db(out, mix) < -100.0


def test_a_part_hears_both_models_windows_around_it(folder: Path) -> None:
    source = save(folder / "song.wav", noise(2, 30_000))
    span = (("start", "15000samples"), ("end", "16000samples"))
    alone = planned(folder, source, *span).part
    job = planned(folder, source, ("known", "vocals=@singer"), *span)
    assert job.part.first < alone.first and job.part.last > alone.last
    assert all(load(one).shape == (2, 1000) for one in made(job).glob("*.wav"))


@pytest.mark.parametrize(
    ("known", "error", "words"),
    [
        ("drums=@singer", BadValue, "voice, vocals"),
        ("vocals=@nobody", ModelNotFoundError, "nobody"),
        ("vocals=@", BadValue, "stem=@model"),
        ("vocals=@singer\nvocals=@gibbs", BadValue, "each once"),
    ],
)
def test_what_cannot_be_made_is_refused_before_the_work(
    folder: Path, known: str, error: type[Exception], words: str
) -> None:
    source = save(folder / "song.wav", noise(2, 500))
    with pytest.raises(error, match=words):
        planned(folder, source, ("known", known))
    with pytest.raises(error, match=words):
        options = (("model", "gibbs"), ("known", known))
        refuse_for_every_song([request_from(source, folder / "out", options)])


def test_a_job_records_the_model_and_is_resumed(folder: Path) -> None:
    source = save(folder / "song.wav", noise(2, 5000))
    events: list[object] = []
    options = (("model", "gibbs"), ("known", "vocals=@singer"), ("resume", 1))
    for _ in range(2):
        with JobRunner(events.append, allow_paths=[folder]) as runner:
            runner.submit(request_from(source, folder / "out", options))
            while runner.pending:
                time.sleep(0.01)
    assert sum(isinstance(one, Done) for one in events) == 2, events
    assert not any(isinstance(one, Failed) for one in events)
    assert "skipped" in [getattr(one, "code", "") for one in events]
    record = json.loads((folder / "out" / "song" / "daw-bridge.json").read_text())
    [known] = record["recipe"]["known"]
    assert known["stem"] == "vocals" and known["file"]["name"] == "singer.onnx"


def test_how_it_is_written() -> None:
    assert parse_known("Vocals = @ band") == ("vocals", Made("band"))
    assert parse_known("vocals=./@band") == ("vocals", Path("@band"))
