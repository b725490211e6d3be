"""A tagger of shares: that it learns, what its scores say, and from setup to file."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from engines.ort import open_session
from export.__main__ import main
from export.common.tags import NAMES
from export.data.share_items import ShareBatch
from export.graphs.tagger import TAGGER_KEY
from export.nets import checkpoint
from export.training.criterion import LossError
from export.training.share_validation import heard_right
from tests.rigs.export.clips import write_cache
from tests.rigs.export.training import BAND, trainer

SMALL = {"mels": 16, "widths": (2, 3, 4, 6), "dense": 8}
TAGS = ("flute", "kick")


def sounds(step: int) -> ShareBatch:
    """High noise is a flute, low a kick; half of the items are silent."""
    rng = np.random.default_rng(step)
    spectrum = np.fft.rfft(rng.standard_normal((8, 8192)))
    spectrum[0::4, :2048], spectrum[1::4, 1024:] = 0, 0
    audio = np.fft.irfft(spectrum).astype(np.float32) * 0.1
    audio[2::4], audio[3::4] = 0, 1e-5 * audio[3::4]
    shares = np.zeros((8, 2, len(NAMES)), np.float32)
    for row, tag in enumerate(TAGS):
        shares[row::4, :, NAMES.index(tag)] = 1
    known = np.ones((8, len(NAMES)), np.float32)
    known[:, NAMES.index("vocals")] = 0
    shares[:, :, NAMES.index("vocals")] = 1  # not known: must not count
    return ShareBatch(audio, shares, known)


def test_it_learns_to_hear() -> None:
    made = trainer("share_tagger", SMALL, loss="shares", learning_rate=2e-2, ema=0.9)
    losses = [made.train_step(sounds(step))["loss"] for step in range(40)]
    assert np.mean(losses[-5:]) < 0.2 * np.mean(losses[:2])
    row, means = made.criterion.validated(made.average, [sounds(1000)], ())
    assert means["sdr"] > 8 and row["silence"] < 0.05 and row["absent"] < 0.05
    assert row["error_there"] < 0.3 and "alone_vocals" not in row, "nothing unknown is scored"


def test_perfect_answers_score_best() -> None:
    class Core:
        def __init__(self, shares: np.ndarray) -> None:
            self.shares = lambda audio: torch.from_numpy(shares)

    class Network:
        def __init__(self, shares: np.ndarray) -> None:
            self.core = Core(shares)

    batch = sounds(0)
    right = heard_right(Network(batch.shares), [batch])  # type: ignore[arg-type]
    none = heard_right(Network(0 * batch.shares), [batch])  # type: ignore[arg-type]
    assert right[1]["sdr"] > 60 and right[0]["error_there"] == 0
    assert none[1]["sdr"] == pytest.approx(0) and none[0]["error_there"] == 1


def test_other_networks_are_refused() -> None:
    with pytest.raises(LossError, match="share_tagger"):
        trainer("band_unet", BAND, loss="shares")
    with pytest.raises(LossError, match="1024 samples; the data"):
        trainer("share_tagger", SMALL | {"widths": (4, 6)}, loss="shares")


SETUP = """\
family = "share_tagger"
stems = ["shares"]
rate_hz = 16000
validation_seconds = 0.512
[model]
mels = 16
widths = [2, 3, 4, 6]
dense = 8
[train]
batch = 2
loss = "shares"
steps = {steps}
validate_by = "sdr"
precision = "float32"
[data]
kind = "shares"
seconds = 0.512
"""


def test_from_a_setup_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Trained, gone on with, exported; refused as a separator."""
    write_cache(tmp_path)
    setup, out = tmp_path / "setup.toml", tmp_path / "run"
    folders = ["--cache", str(tmp_path / "cache"), "--bands", str(tmp_path / "bands")]
    line = ["train", "--setup", str(setup), *folders, "--out", str(out)]
    for steps in (2, 3):
        setup.write_text(SETUP.format(steps=steps))
        assert main(line) == 0
    state = checkpoint.load(out / "last.pt")
    assert state["step"] == 3 and math.isfinite(state["best"]["score"])
    assert "export tagger shares" in capsys.readouterr().out
    made = tmp_path / "shares.onnx"
    assert main(["tagger", "shares", str(out / "best.pt"), "-o", str(made)]) == 0
    assert f"{len(NAMES)} tags, 65536 samples" in capsys.readouterr().out
    about = json.loads({p.key: p.value for p in onnx.load(made).metadata_props}[TAGGER_KEY])
    assert about["answer_samples"] == 4096 and about["tags"][0] == NAMES[0]
    audio = 0.1 * np.random.default_rng(0).standard_normal((2, 65536)).astype(np.float32)
    tags, shares = open_session(made).run_several(["tags", "shares"], {"audio": audio})
    assert shares.shape == (2, 16, len(NAMES))
    np.testing.assert_allclose(tags, shares.mean(1), atol=1e-5)
    short = ["tagger", "shares", str(out / "best.pt"), "-o", str(made), "--samples", "1000"]
    assert main(short) == 1 and "a multiple of 4096" in capsys.readouterr().err
    assert main(["to-onnx", str(out / "best.pt"), "-o", str(made)]) == 2
    assert "tagger shares" in capsys.readouterr().err


def test_other_checkpoints_are_no_tagger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = trainer("band_unet", BAND)
    made.description = checkpoint.describe(made.model, ("a", "b", "c", "d"), 16000)
    made.save(tmp_path / "band.pt")
    line = ["tagger", "shares", str(tmp_path / "band.pt"), "-o", str(tmp_path / "t.onnx")]
    assert main(line) == 1
    assert "hears shares" in capsys.readouterr().err and not (tmp_path / "t.onnx").exists()
