"""From a folder of ten own songs to a served model in three commands, and a model trained on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.load import load_model
from export.__main__ import main
from export.commands.train import started
from export.data.tracks import Take, read
from export.graphs import from_onnx
from export.nets.checkpoint import load_model as load_checkpoint
from export.nets.gibbs import separate
from export.training.source import located, make_source
from export.training.train import validation_clips
from tests.rigs.export.songs import RATE_HZ, STEMS, write_songs
from tests.rigs.server import serving

pytestmark = pytest.mark.timeout(600)  # two trainings, each with a data process of its own
SETUP = """
family = "band_unet"
stems = ["drums", "bass", "other", "vocals"]
rate_hz = 44100
validation_seconds = 0.5

[model]
stems = 4
channels = 2
fft_samples = 1024
hop_samples = 256
widths = [4, 6]
lstm_hidden = 8

[train]
batch = 2
loss = "bands"
steps = 3
warmup_steps = 1
precision = "float32"
own_context = 0.5

[data]
kind = "sampler"
stem_set = "song"
seconds = 0.3
"""


def run(*words: object) -> int:
    return main([str(word) for word in words])


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten songs, and a tiny network's setup."""
    folder = tmp_path_factory.mktemp("own")
    write_songs(folder / "my-songs", 10)
    (folder / "tiny.toml").write_text(SETUP)
    return folder


@pytest.fixture(scope="module")
def model(root: Path) -> Path:
    """What the three commands make."""
    data, out, model = root / "data", root / "runs" / "mine", root / "mine.onnx"
    assert run("prepare", root / "my-songs", "-o", data) == 0
    assert run("train", "--setup", root / "tiny.toml", "--data", data, "--out", out) == 0
    assert run("to-onnx", out / "last.pt", "-o", model, "--card", data / "card.json") == 0
    return model


def test_three_commands_make_a_model_that_is_served(root: Path, model: Path) -> None:
    spec = load_model(model).spec
    assert (spec.name, spec.stems, spec.rate_hz) == ("mine", STEMS, 44100)
    assert "own songs (10 songs" in spec.licence and "own songs (10 songs" in spec.training
    log = [json.loads(line) for line in (root / "runs/mine/log.jsonl").read_text().splitlines()]
    assert any("mean_si_sdri" in row for row in log)
    mix = sum(read(Take(root / "my-songs" / "Song 1" / f"{stem}.wav")) for stem in STEMS).T
    with serving(model=str(model)) as running, running.client() as client:
        stems = client.separate(mix, RATE_HZ)
    assert set(STEMS) <= set(stems) and np.abs(sum(stems.values()) - mix).max() < 1e-5


def answer(checkpoint: Path) -> torch.Tensor:
    """What a checkpoint's averaged weights make of noise."""
    network, _ = load_checkpoint(checkpoint)
    mix = 0.1 * torch.randn(1, 2, 20_000, generator=torch.Generator().manual_seed(1))
    return separate(network, mix, steps=1, seed=0).stems


def test_a_model_file_is_trained_on(
    root: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Training begins with the network of the file; the same command again has no more to do."""
    out = root / "runs" / "more"
    words = ["--setup", root / "tiny.toml", "--data", root / "data", "--out", out, "--init", model]
    assert run("train", *words, "--learning-rate", "1e-7") == 0
    assert "as mine.onnx to" in capsys.readouterr().out
    (begins,) = out.glob("mine-*.init.pt")
    begun, trained = answer(begins), answer(out / "last.pt")
    torch.testing.assert_close(begun, answer(root / "runs/mine/last.pt"), atol=1e-4, rtol=0)
    torch.testing.assert_close(begun, trained, atol=1e-2, rtol=0)
    assert not torch.equal(begun, trained)
    assert run("train", *words) == 0
    said = capsys.readouterr().out
    assert "as mine.onnx to" not in said
    card = root / "data" / "card.json"
    ends = f"next: python -m export to-onnx {out / 'best.pt'} -o more.onnx --card {card}"
    assert said.splitlines()[-1] == ends and (out / "best.pt").is_file()
    (out / "best.pt").unlink()  # as where nothing validates
    assert run("train", *words) == 0
    assert f"to-onnx {out / 'last.pt'} -o more.onnx" in capsys.readouterr().out
    assert run("to-onnx", out / "last.pt", "-o", root / "more.onnx", "--card", free_card(root)) == 0
    old, new = load_model(model).spec, load_model(root / "more.onnx").spec
    assert new.licence == f"Data: free for any use. mine. Trained on from mine: {old.licence}"
    assert new.training == f"mine Trained on from mine: {old.training}"


def free_card(root: Path) -> Path:
    card = root / "free.json"
    card.write_text('{"licence": "Data: free for any use. mine.", "training": "mine"}')
    return card


def test_weights_of_no_known_freedom_are_refused_where_a_setup_promises_it(
    root: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup, songs, data = root / "freedom.toml", root / "free-songs", root / "free-data"
    setup.write_text(f'terms = "permissive"\n{SETUP}')
    write_songs(songs, 3)
    (songs / "songs.toml").write_text("terms = 'permissive'\nlicence = 'ours'")
    assert run("prepare", songs, "-o", data) == 0
    words = ["--setup", setup, "--data", data, "--out", root / "no", "--init"]
    assert run("train", *words, model) == 1
    said = capsys.readouterr().err
    assert "promises permissive weights" in said and "own songs (10 songs" in said
    state = torch.load(root / "runs/mine/last.pt", weights_only=True)
    about = json.loads(state["description"])
    start = {"name": "nc", "licence": "CC BY-NC-SA", "training": ""}
    state["description"] = json.dumps(about | {"start": start})
    torch.save(state, root / "later.pt")
    assert run("train", *words, root / "later.pt") == 1
    assert "CC BY-NC-SA" in capsys.readouterr().err and not (root / "no").exists()


def test_a_model_file_that_changed_is_converted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    converted: list[bytes] = []

    def convert(path: Path, setup: object, made: Path, batches: int) -> float:
        converted.append(path.read_bytes())
        made.write_bytes(b"")
        return 0.0

    monkeypatch.setattr(from_onnx, "convert", convert)
    for content in (b"one", b"two", b"one"):
        (tmp_path / "nc.onnx").write_bytes(content)
        started(tmp_path / "nc.onnx", {}, tmp_path)
    assert converted == [b"one", b"two"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--cache", "x"], "--data goes without --cache"),
        (["--data", "nothing"], "run: python -m export prepare FOLDER -o nothing"),
    ],
)
@pytest.mark.usefixtures("model")
def test_mistakes_are_said_before_training(
    root: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--setup", root / "tiny.toml", "--data", root / "data", "--out", root / "no"]
    assert run("train", *words, *more) == 1
    assert message in capsys.readouterr().err and not (root / "no").exists()


@pytest.mark.usefixtures("model")
def test_a_setup_that_promises_permissive_data_says_what_it_refuses(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "free.toml").write_text(f'terms = "permissive"\n{SETUP}')
    words = ["--setup", root / "free.toml", "--data", root / "data", "--out", root / "no"]
    assert run("train", *words) == 1
    said = capsys.readouterr().err
    assert "learns from permissive data only" in said and "own songs (not stated" in said


@pytest.mark.usefixtures("model")
def test_setups_that_learn_from_mixes_hear_those_of_own_songs(root: Path) -> None:
    table = {"kind": "mixtures", "stem_set": "song", "seconds": 0.3, "clip_share": 0.25}
    data = located(table, None, None, root / "data")
    batch = make_source(data, ("music",), 16000, 1, 2, 0).batch(0)
    assert batch.shape == (2, 1, 1, 4800) and np.abs(batch).max() > 0.01
    setup = {"family": "vqvae", "stems": ["music"], "rate_hz": 16000, "model": {"width": 4}}
    clips = validation_clips(setup, data)
    assert len(clips) == 8 and clips[0].stems.shape == (1, 1, 4800)


@pytest.mark.usefixtures("model")
def test_energies_of_own_songs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--setup", root / "tiny.toml", "--data", root / "data", "--items", "4"]
    assert run("energies", *words) == 0
    assert set(json.loads(capsys.readouterr().out)) == set(STEMS)
