"""Masks of all stems steered at once: the graph is torch's, the engine steers it, sums hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engines.load import Model, load_model
from engines.methods.steered.method import Climb
from engines.stream import Stream, stream_settings
from engines.tagging import tagged
from engines.window import Control, Window
from export.__main__ import main
from export.common.equaliser import Equalisers
from export.common.errors import UsageError
from export.graphs.errors import ParityError
from export.graphs.files import save, set_spec
from export.graphs.steering import masks, parity
from export.graphs.steering.joint import Parts, parts_of, relations, to_joint, unwanted
from export.graphs.steering.masks import MaskOptions, compare, describe, make, networks
from export.graphs.tagger import Tagger, load_shares
from export.nets.joint import Joint
from tests.rigs.export.tagbox import SHARE_COVERS, SHARE_TAGS, tagger, write_shares
from tests.rigs.stream_tools import BELOW_100_DBFS

OPTIONS = MaskOptions(seconds=0.17, rate_hz=24000, fft=256, steps=5, rate=0.3)
SAMPLES = 4096
# torch takes seconds for each export, and far more on a busy machine.
pytestmark = pytest.mark.timeout(900)


def equalisers() -> Equalisers:
    hz = np.array([0.0, 2000.0, 8000.0], np.float32)
    gains = {"flute": np.array([0.1, 0.3, 0.9], np.float32),
             "drums": np.array([0.5, 0.4, 0.2], np.float32)}  # fmt: skip
    return Equalisers(hz, gains, {"flute": 3, "drums": 2})


@pytest.fixture(scope="module")
def heard_by(tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    return load_shares(write_shares(tmp_path_factory.mktemp("tagger") / "shares.pt"))


@pytest.fixture(scope="module")
def parts(heard_by: Tagger) -> Parts:
    """What all files here are made of: exporting takes seconds."""
    return parts_of(*networks(heard_by, OPTIONS))


@pytest.fixture(scope="module")
def path(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, of 24 kHz, as the command makes it; its gradient is compared with torch's."""
    folder = tmp_path_factory.mktemp("masks")
    equalisers().save(folder / "eq.json")
    checkpoint, made = write_shares(folder / "shares.pt"), folder / "masks.onnx"
    line = ["masks", str(checkpoint), "-o", str(made), "--seconds", "0.17", "--fft", "256",
            "--rate-hz", "24000", "--rate", "0.3", "--steps", "5",
            "--start", str(folder / "eq.json")]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(masks, "parts_of", lambda *networks: parts)
        assert main(line) == 0
    assert b"site-packages" not in made.read_bytes()
    return made


@pytest.fixture(scope="module")
def model(path: Path) -> Model:
    return load_model(path)


def window(stems: int = 2) -> Window:
    mix = 0.5 * parity.music(SAMPLES).numpy()[0]
    nothing = np.zeros((stems, 1, SAMPLES), np.float32)
    return Window(mix, nothing, np.zeros(stems, bool), 0, 0, SAMPLES)


def test_what_must_not_be_in_a_row() -> None:
    target = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]], np.float32)
    flute, kick, drums, rest = unwanted(target, SHARE_COVERS)
    assert flute.tolist() == [0, 1, 1, 1], "all that it has nothing in common with"
    assert kick.tolist() == [1, 1, 0, 0], "drums hold it"
    assert drums.tolist() == [1, 1, 1, 0], "the kick has a stem of its own"
    assert rest.tolist() == [1, 0, 1, 1], "what is wanted, and guitars may be there"
    assert relations(SHARE_COVERS).inside[3].tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("tags", [("flute",), ("kick", "drums", "guitar")])
def test_any_number_of_stems_is_one_graph(
    model: Model, heard_by: Tagger, tags: tuple[str, ...]
) -> None:
    """Gradient and error of a step, of as many rows as are wanted."""
    target = np.zeros((len(tags) + 1, len(SHARE_TAGS)), np.float32)
    for row, tag in enumerate(tags):
        target[row, SHARE_TAGS.index(tag)] = 1
    _, step, sizes = networks(heard_by, OPTIONS)
    logits = np.random.default_rng(0).standard_normal((len(target), sizes.bins, sizes.frames))
    mix, latent = parity.music(SAMPLES), logits.astype(np.float32)
    banned = torch.from_numpy(unwanted(target, SHARE_COVERS))
    wanted = Joint(step)(torch.from_numpy(latent), mix, torch.from_numpy(target), banned)
    feeds = {"mix": mix.numpy(), "latent": latent, "target": target,
             "given": np.zeros((len(target), 1, SAMPLES), np.float32),
             "begin": np.zeros(1, np.float32)}  # fmt: skip
    got = model.session.run_several(["gradient", "loss", "stems", "tags"], feeds)
    assert parity.cosine(wanted[0], got[0]) > 0.99999
    np.testing.assert_allclose(got[1], wanted[1].numpy(), rtol=1e-4)
    np.testing.assert_allclose(got[2][0], wanted[2].numpy(), atol=1e-5)
    np.testing.assert_allclose(got[2][0].sum(0), mix.numpy()[0], atol=1e-5)
    np.testing.assert_allclose(got[3], wanted[3].numpy(), atol=1e-4)


def test_masks_begin_as_equalisers_and_what_has_none_is_quiet(model: Model) -> None:
    first = tagged(model, "flute").method.run([window(1)], Control(1))[0]
    one = window(1).mix[0]
    gain = np.interp(np.linspace(0, 12000, 129), [0, 2000, 8000], [0.1, 0.3, 0.9])
    spectrum = np.abs(np.fft.rfft(first.stems[0, 0])), np.abs(np.fft.rfft(one))
    bins = np.linspace(0, 128, len(spectrum[0])).round().astype(int)
    low, high = bins < 20, bins > 100
    for some in (low, high):
        ratio = np.linalg.norm(spectrum[0][some]) / np.linalg.norm(spectrum[1][some])
        assert ratio == pytest.approx(np.mean(gain[bins[some]]), rel=0.25)
    silent = tagged(model, "guitar").method.run([window(1)], Control(1))[0]
    assert np.abs(silent.stems).max() < 0.05 * np.abs(one).max()


def test_the_error_falls_and_the_stems_get_their_tags(model: Model) -> None:
    """The engine's own steps, of two stems and the rest."""
    asked = tagged(model, "flute,kick")
    steering, one = asked.spec.steering, window()
    assert steering is not None and steering.joint and steering.start == "equaliser"
    climb = Climb(asked.session, steering, steering.targets, one.mix)
    losses = []
    for _ in range(15):
        climb.step()
        feeds = {"mix": one.mix[None] / np.abs(one.mix).max(), "latent": climb._latent,
                 "target": climb._target, "given": np.zeros((3, 1, SAMPLES), np.float32),
                 "begin": np.zeros(1, np.float32)}  # fmt: skip
        losses.append(float(asked.session.run("loss", feeds)[0]))
    assert losses[-1] < losses[0]
    assert climb.audio is not None and climb.audio.shape == (2, 1, SAMPLES)
    assert all(0 < likely < 1 for likely in climb.heard)


def test_masks_may_begin_as_other_stems(model: Model) -> None:
    asked = tagged(model, "flute,kick")
    steering, one = asked.spec.steering, window()
    assert steering is not None
    given = np.stack([0.2 * one.mix, 0.5 * one.mix])
    climb = Climb(asked.session, steering, steering.targets, one.mix, given)
    climb.step()
    assert climb.audio is not None
    np.testing.assert_allclose(climb.audio, given, atol=2e-3)


def test_a_stream_sums_to_its_input_and_known_stems_stay(model: Model) -> None:
    made = tagged(model, "flute,kick")
    settings = stream_settings(made.spec, 24000, 2, preset="offline", known=("kick",))
    stream = Stream(made, settings)
    rng = np.random.default_rng(1)
    mix, kick = (0.2 * rng.standard_normal((2, 7000)).astype(np.float32) for _ in range(2))
    known = {"kick": kick}
    found = np.concatenate([stream.push(mix, known), stream.flush()], -1)
    assert stream.outputs == ("flute", "kick", "residual")
    assert np.abs(found.sum(0) - mix).max() < BELOW_100_DBFS
    assert np.abs(found[1] - kick).max() < 1e-6
    assert stream.stats.steps == 5 * stream.stats.windows


def test_stopping_leaves_what_the_last_step_made(model: Model) -> None:
    asked = tagged(model, "flute,kick")
    told: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        told.append((done, steps))
        return done < 2

    found = asked.method.run([window()], Control(5, 0, proceed))[0]
    two = asked.method.run([window()], Control(2))[0]
    assert told == [(1, 5), (2, 5)] and (found.steps, found.network_calls) == (2, 2)
    np.testing.assert_array_equal(found.stems, two.stems)
    none = replace(window(), known_mask=np.ones(2, bool))
    assert not asked.method.run([none], Control(5))[0].network_calls, "nothing is left to steer"


def test_another_taggers_gradient_is_refused(path: Path, heard_by: Tagger) -> None:
    start, step, sizes = networks(heard_by, replace(OPTIONS, smooth=(50.0, 0.0)))
    with pytest.raises(ParityError, match="cosine"):
        parity.require_parity(compare(start, step, heard_by, path, sizes, 1))


def test_what_cannot_be_made_is_refused(heard_by: Tagger, tmp_path: Path) -> None:
    out = tmp_path / "m.onnx"
    with pytest.raises(UsageError, match="hears shares"):
        make(tagger(), None, out, OPTIONS)
    for wrong in ({"steps": 21}, {"fft": 255}, {"rate_hz": 8000}):
        with pytest.raises(UsageError):
            make(heard_by, None, out, replace(OPTIONS, **wrong))
    assert not out.exists()


def test_masks_may_begin_even(parts: Parts, heard_by: Tagger, tmp_path: Path) -> None:
    spec = describe("even", heard_by, parts.sizes, OPTIONS, "even")
    graph = to_joint(parts, heard_by.covers, None, "even")
    set_spec(graph, spec)
    save(graph, tmp_path / "even.onnx")
    made = tagged(load_model(tmp_path / "even.onnx"), "flute,drums")
    one = window()
    first = made.method.run([one], Control(1))[0]
    np.testing.assert_allclose(first.stems, np.stack([one.mix / 3] * 2), atol=1e-5)


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint = str(write_shares(tmp_path / "shares.pt"))
    line = ["masks", checkpoint, "-o", str(tmp_path / "m.onnx")]
    assert main([*line, "--start", str(tmp_path / "none.json")]) == 1
    assert "equalisers" in capsys.readouterr().err
    assert main([*line, "--steps", "50"]) == 2
    assert "1 to 20" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*line, "--smooth=-1"])
    assert "at least 0" in capsys.readouterr().err
    assert main(["masks", str(tmp_path / "none.pt"), *line[2:]]) == 1
    assert not (tmp_path / "m.onnx").exists()
