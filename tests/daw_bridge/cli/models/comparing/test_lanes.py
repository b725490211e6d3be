"""Two models over one song: what `separate` would write, both in step, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli.models.comparing import lanes
from daw_bridge.cli.models.comparing.lanes import Lane, Waiting, middle, rows_of, run
from daw_bridge.cli.models.comparing.songs import Song, find_songs, look
from daw_bridge.cli.models.comparing.sums import Row
from engines.load import load_model
from engines.spec import Preset
from tests.rigs.separator import Separator
from tests.rigs.sounds import Array, load, noise, save, stems
from tests.rigs.tiny_models import make_model

LONG = Preset(window_samples=8192, hop_samples=3000, lookahead_samples=2000, crossfade_samples=500)
RATE_HZ = 44100


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    make_model(folder / "tiny.onnx", domain="stft", curved=True)
    make_model(folder / "gibbs.onnx", domain="stft", conditional=True, couple=0.02, offline=LONG)
    return folder


def song(folder: Path, channels: int, frames: int, rate_hz: int) -> Song:
    folder.mkdir()
    for seed, name in enumerate(("drums", "vocals")):
        save(folder / f"{name}.wav", noise(channels, frames, seed), rate_hz)
    return look(find_songs(folder, ("drums",)).places[0])


def both(models: Path, one: Song, seconds: float) -> tuple[dict[Row, Array], list[float]]:
    found = [Lane(load_model(models / f"{name}.onnx"), one, (("refine/steps", 3),), seconds)
             for name in ("tiny", "gibbs")]  # fmt: skip
    blocks: list[Array] = []
    told = list(run(one, found, blocks.append))
    assert not any(lane.out.frames for lane in found), "all of it was taken"
    assert all(lane.heard.seconds > 0 and not lane.heard.refused for lane in found)
    return dict(zip(rows_of(one, found), np.concatenate(blocks, axis=-1), strict=True)), told


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 48000])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("seconds", [0.0, 0.2])
def test_rows_are_what_separate_writes(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch, rate_hz: int, channels: int,
    seconds: float,
) -> None:  # fmt: skip
    monkeypatch.setattr(lanes, "BLOCK_FRAMES", 5000)
    one = song(tmp_path / "one", channels, 30_011, rate_hz)
    rows, told = both(models, one, seconds)
    assert told[-1] == 1.0 and told == sorted(told)
    mix = load(tmp_path / "one" / "drums.wav") + load(tmp_path / "one" / "vocals.wav")
    path = save(tmp_path / "mix.wav", mix, rate_hz)
    frames = round(seconds * rate_hz) or 30_011
    start = (30_011 - frames) // 2
    part = slice(start, start + frames)
    np.testing.assert_array_equal(rows[Row("mix", "")], mix[:, part])
    np.testing.assert_array_equal(
        rows[Row("true", "vocals")], load(tmp_path / "one" / "vocals.wav")[:, part]
    )
    span = {"start": f"{start}samples", "end": f"{start + frames}samples"}
    for whose, model in (("a", "tiny"), ("b", "gibbs")):
        separate = Separator(models, tmp_path / model)
        for stem, audio in stems(separate(path, model, steps=3, **span)).items():
            np.testing.assert_array_equal(rows[Row(whose, stem)], audio, err_msg=stem)


def test_the_middle_of_a_song(tmp_path: Path) -> None:
    one = song(tmp_path / "one", 1, 1000, 100)
    start, end = middle(one, 4.0)
    assert start and end and (start.samples, end.samples) == (300, 700)
    start, end = middle(one, 1e-9)
    assert start and end and (start.samples, end.samples) == (499, 500)
    assert middle(one, 0.0) == middle(one, 10.0) == middle(one, 60.0) == (None, None)


def test_waiting_gives_what_was_put_in_any_pieces() -> None:
    waiting, audio = Waiting(3, 2), noise(6, 1000).reshape(3, 2, 1000)
    for part in np.split(audio, (100, 100, 101, 640), axis=-1):
        waiting.put(part)
    taken = [waiting.take(count) for count in (0, 50, 51, 0, 800, 99)]
    np.testing.assert_array_equal(np.concatenate(taken, axis=-1), audio)
    assert waiting.frames == 0


def test_memory_does_not_grow_with_the_song(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is bounded by the longer window, however long the song."""
    monkeypatch.setattr(lanes, "BLOCK_FRAMES", 4096)
    most = []
    for frames in (60_000, 240_000):
        one = song(tmp_path / str(frames), 1, frames, RATE_HZ)
        found = [Lane(load_model(models / f"{name}.onnx"), one, (("refine/steps", 1),), 0.0)
                 for name in ("tiny", "gibbs")]  # fmt: skip
        seen = [0]
        for _ in run(one, found, lambda audio: None):
            seen.append(max(lane.out.frames for lane in found))
        most.append(max(seen))
    assert most[0] == most[1] < LONG.window_samples + 4096
