"""What a model says of itself holds for files: its context, and its parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engines.load import load_model
from engines.stream import Stream, stream_settings
from tests.rigs.families import bag
from tests.rigs.separator import Separator
from tests.rigs.sounds import below_mix_db, load, noise, save
from tests.rigs.tiny_models import make_model

LIMIT_DB = -100.0


@pytest.mark.parametrize(
    ("own", "asked", "used"),
    [("zeros", "", "reflect"), ("zeros", "zeros", "zeros"), ("zeros", "repeat", "repeat"),
     ("repeat", "", "repeat"), ("repeat", "reflect", "reflect")],
)  # fmt: skip
def test_what_is_heard_beyond_the_ends(tmp_path: Path, own: str, asked: str, used: str) -> None:
    make_model(tmp_path / "curved.onnx", domain="stft", curved=True, context=own)
    separate, mix = Separator(tmp_path, tmp_path / "out"), noise(2, 3000)
    source = save(tmp_path / "song.wav", mix)
    options = {"context": asked} if asked else {}
    assert separate.plan(source, "curved", **options).settings.context == used
    folder = separate(source, "curved", **options)
    assert below_mix_db(folder, mix) < LIMIT_DB
    model = load_model(tmp_path / "curved.onnx")
    chosen = stream_settings(model.spec, 44100, 2, preset="offline")
    wanted = Stream(model, replace(chosen, context=used))
    drums = np.concatenate([wanted.push(mix), wanted.flush()], axis=-1)[0]
    assert np.array_equal(load(folder / "drums.wav"), drums)


@pytest.mark.parametrize(
    ("options", "stems"),
    [({}, ()), ({"stems": "bass"}, ("bass",)), ({"minus": "drums"}, ("drums",))],
)
def test_of_several_files_only_those_are_opened_that_are_needed(
    tmp_path: Path, options: dict[str, str], stems: tuple[str, ...]
) -> None:
    bag(tmp_path)
    make_model(tmp_path / "tiny.onnx")
    mix = noise(2, 3000)
    source = save(tmp_path / "song.wav", mix)
    separate, whole = Separator(tmp_path, tmp_path / "out"), Separator(tmp_path, tmp_path / "all")
    assert separate.plan(source, "drums", **options).needed == stems
    folder, wanted = separate(source, "drums", **options), whole(source, **options)
    assert below_mix_db(folder, mix) < LIMIT_DB or "minus" in options
    for path in folder.glob("*.wav"):
        np.testing.assert_allclose(load(path), load(wanted / path.name), atol=1e-6)
