"""What `separate` says about files that libsndfile does not read, or that are not whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daw_bridge.cli import main
from daw_bridge.cli.separate_files import EXIT_CLIPPED, EXIT_FAILED, EXIT_PARTIAL
from tests.rigs.encoded import cut, encode, tone
from tests.rigs.sounds import below_mix_db, load, noise, save, stems
from tests.rigs.tiny_models import make_model


@pytest.fixture
def model(tmp_path: Path) -> str:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    return str(tmp_path / "tiny.onnx")


def separate(model: str, *args: object) -> int:
    return main(["separate", "--model", model, "--threads", "1", *map(str, args)])


def test_an_m4a_becomes_stems_of_its_length(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    song = encode(tmp_path / "song.m4a", tone(30_000), "alac")
    assert separate(model, song, "-o", tmp_path / "out") == 0
    whole = load(encode(tmp_path / "same.flac", tone(30_000), "flac"))
    assert below_mix_db(tmp_path / "out" / "song", whole) < -80.0
    assert "song.m4a: note: read by FFmpeg" in capsys.readouterr().err


def test_a_cut_file_needs_partial_and_has_an_exit_code(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = save(tmp_path / "whole.wav", noise(2, 40_000), subtype="PCM_16")
    song = cut(whole, whole.stat().st_size // 2, "song")
    assert separate(model, song, "-o", tmp_path / "out") == EXIT_FAILED
    assert "--partial" in capsys.readouterr().err and not (tmp_path / "out").exists()
    assert separate(model, song, "-o", tmp_path / "out", "--partial", "--json") == EXIT_PARTIAL
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    notes = {one["code"]: one["message"] for one in lines if one["event"] == "notice"}
    assert "of 160000 bytes of audio" in notes["partial"]
    assert lines[-1]["exit_code"] == EXIT_PARTIAL
    made = stems(tmp_path / "out" / "song")
    assert {one.shape[1] for one in made.values()} == {19_994}


def test_a_cut_file_counts_more_than_a_clipped_one(tmp_path: Path, model: str) -> None:
    loud = save(tmp_path / "loud.wav", noise(2, 9000, level=3.0))
    assert separate(model, loud, "-o", tmp_path / "a", "--format", "wav-16") == EXIT_CLIPPED
    part = cut(loud, -400)
    code = separate(model, part, "-o", tmp_path / "b", "--format", "wav-16", "--partial")
    assert code == EXIT_PARTIAL


def test_known_stems_come_through_the_same_door(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    song = save(tmp_path / "song.wav", tone(30_000))
    drums = encode(tmp_path / "drums.m4a", tone(30_000), "alac")
    assert separate(model, song, "-o", tmp_path / "out", "--known", f"drums={drums}") == 0
    assert "note: drums.m4a: read by FFmpeg" in capsys.readouterr().err


def test_a_track_of_a_stem_file(
    tmp_path: Path, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    song = encode(tmp_path / "song.stem.mp4", tone(30_000), "aac", form="mp4", tracks=5)
    assert separate(model, song, "-o", tmp_path / "out", "--track", 6) == EXIT_FAILED
    assert "5 audio tracks" in capsys.readouterr().err
    assert separate(model, song, "-o", tmp_path / "out", "--track", 2) == 0
    assert "track 2 is read" in capsys.readouterr().err


def test_help_and_doctor_list_what_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["separate", "--help"])
    assert "WavPack" in capsys.readouterr().out
    main(["doctor", "--json"])
    found = {one["name"]: one["detail"] for one in json.loads(capsys.readouterr().out)}
    assert "reads M4A" in found["PyAV"] and "reads WAV" in found["libsndfile"]
