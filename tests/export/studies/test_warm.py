"""Rolling windows: what is committed, what a warm window keeps, and what it asks anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from export.__main__ import main
from export.nets import checkpoint
from export.nets.families import config_from
from export.nets.nade import Nade
from export.studies import warm
from export.studies.warm import Roll, RollError, rolled

BAND = {
    "stems": 3, "channels": 1, "fft_samples": 256, "hop_samples": 64,
    "bands": ((1, 32), (3, 31), (4, 1)), "widths": (4, 6), "lstm_hidden": 8,
}  # fmt: skip
ROLL = Roll(window_samples=1024, hop_samples=256, lookahead_samples=128)


def network(axis: str = "time", family: str = "band_unet", **changes: Any) -> Nade:
    torch.manual_seed(0)
    values = {"stems": 3, "channels": 1, "base_channels": 4, "depth": 2}
    config = config_from(family, (BAND if family == "band_unet" else values) | changes)
    return Nade(family, config, flag_axis=axis).eval()


def noise(samples: int) -> torch.Tensor:
    return 0.1 * torch.randn(1, samples, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("conditional", [True, False])
def test_a_cold_step_commits_the_middle_of_each_window(conditional: bool) -> None:
    model, mix = network(conditional=conditional), noise(1000)
    found, calls = rolled(model, mix, ROLL, 1, warm=False)
    assert found.shape == (3, 1, 1000) and calls == 4
    padded = torch.nn.functional.pad(mix, (640, 152))
    signal = model.encode(padded[None, :, 512 : 512 + 1024])
    every = torch.ones(1, 3, dtype=torch.bool)
    with torch.no_grad():
        raw = model.predict(signal, None, every)
        stems = model.decode(signal, model.state(signal, raw))[0]
    torch.testing.assert_close(found[..., 512:768], stems[..., 640:896])


@pytest.mark.parametrize("family", ["band_unet", "nade_demucs"])
@pytest.mark.parametrize("axis", ["time", "stem"])
def test_a_warm_window_is_given_its_past(family: str, axis: str) -> None:
    model = network(axis, family)
    unit = 64 if family == "band_unet" else 1
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []
    forward = model.core.forward

    def spy(mix: torch.Tensor, given: torch.Tensor, flags: torch.Tensor) -> torch.Tensor:
        seen.append((given, flags))
        return forward(mix, given, flags)

    model.core.forward = spy  # type: ignore[method-assign]
    found, calls = rolled(model, noise(700), ROLL, 1, warm=True)
    assert calls == len(seen) == 3 and torch.isfinite(found).all()
    assert not seen[0][0].any() and seen[0][1].all()  # nothing before the first
    for given, flags in seen[1:]:
        lost = given.shape[-1] - model.encode(torch.zeros(1, 1, 1024)).mix.shape[-1]
        fresh = (ROLL.hop_samples + ROLL.lookahead_samples) // unit + lost - lost // 2
        assert given[..., :-fresh].any() and not given[..., -fresh:].any()
        assert flags.shape[2:] == (given.shape[-1:] if axis == "time" else ())
        if axis == "time":
            assert not flags[..., :-fresh].any() and flags[..., -fresh:].all()


def test_later_steps_keep_what_is_committed() -> None:
    model = network()
    states: list[torch.Tensor] = []
    refined = warm._refined

    def spy(*arguments: Any) -> Any:
        before = arguments[2].clone()
        state, calls = refined(*arguments)
        start = arguments[3]
        assert torch.equal(state[..., :start], before[..., :start])
        states.append(state)
        return state, calls

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "_refined", spy)
        found, calls = rolled(model, noise(1500), ROLL, 8, warm=True, seed=3)
    assert 6 < calls <= 6 * 8
    again, _ = rolled(model, noise(1500), ROLL, 8, warm=True, seed=3)
    other, _ = rolled(model, noise(1500), ROLL, 8, warm=True, seed=4)
    assert torch.equal(found, again) and not torch.equal(found, other)
    kept = slice(0, 17 - 6)
    torch.testing.assert_close(states[3][..., kept], states[2][..., 4 : 4 + 11])


def test_lengths_that_do_not_fit() -> None:
    with pytest.raises(RollError, match="fit"):
        Roll(1000, 900, 200)
    with pytest.raises(RollError, match="multiples of 64"):
        rolled(network(), noise(1000), Roll(1024, 100, 128), 1, warm=False)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = network()
    described = checkpoint.describe(model, ("drums", "bass", "other"), 8000)
    state = {"description": described, "step": 1, "ema": model.state_dict()}
    checkpoint.save(tmp_path / "a.pt", state)
    for number in range(2):
        folder = tmp_path / "songs" / f"song {number}"
        folder.mkdir(parents=True)
        for stem, seed in (("drums", 1), ("bass", 2), ("other", 3)):
            audio = np.random.default_rng([number, seed]).standard_normal(3000) / 20
            soundfile.write(folder / f"{stem}.wav", audio, 8000, subtype="FLOAT")
    command = [str(tmp_path / "a.pt"), "--songs", str(tmp_path / "songs"), "--steps", "1", "2"]
    lengths = ["--window", "1024", "--hop", "256", "--lookahead", "128"]
    assert main(["warm", *command, *lengths, "--json", str(tmp_path / "out.json")]) == 0
    rows = json.loads((tmp_path / "out.json").read_text())
    assert [(row["way"], row["steps"]) for row in rows] == [
        ("cold", 1), ("cold", 2), ("warm", 1), ("warm", 2)
    ]  # fmt: skip
    assert rows[0]["gain"] == [0, 0, 0] and len(rows[0]["values"]) == 2
    assert list(rows[0]["rows"]) == ["bass", "drums", "other"]
    assert "warm" in capsys.readouterr().out
    lengths[-1:] = ["64", "128"]
    cut = [*command, *lengths, "--seconds", "0.2", "--limit", "1"]
    assert main(["warm", *cut, "--json", str(tmp_path / "out.json")]) == 0
    rows = json.loads((tmp_path / "out.json").read_text())
    assert [row["lookahead"] for row in rows] == [64] * 4 + [128] * 4
    assert len(rows[4]["values"]) == 1 and rows[4]["gain"] == [0, 0, 0]
    assert main(["warm", *command, "--hop", "100"]) == 1
    assert "multiples" in capsys.readouterr().err


def test_stems_that_songs_do_not_tell_apart_are_scored_as_their_sum(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    folder = tmp_path / "song"
    folder.mkdir()
    for stem in ("drums", "rest"):
        audio = rng.standard_normal(3000) / 20
        soundfile.write(folder / f"{stem}.wav", audio, 8000, subtype="FLOAT")
    about = {"stems": ["drums", "bass", "other"], "rate_hz": 8000}
    (clip,) = warm.clips_of(warm.Songs(tmp_path), network(), about)
    assert clip.rows == {("drums",): ("drums",), ("rest",): ("bass", "other")}
    half = clip.task.stems["rest"] / 2
    scores = clip.sdr(np.stack([0.9 * clip.task.stems["drums"], half, 0.8 * half]))
    np.testing.assert_allclose(scores, [20, 20], atol=1e-3)


def test_a_stem_that_the_model_lacks_is_left_out_or_held_against_its_residual(
    tmp_path: Path,
) -> None:
    rng = np.random.default_rng(0)
    folder = tmp_path / "song"
    folder.mkdir()
    for stem in ("drums", "bass", "other", "guitar"):
        audio = rng.standard_normal(3000) / 20
        soundfile.write(folder / f"{stem}.wav", audio, 8000, subtype="FLOAT")
    about = {"stems": ["drums", "bass", "other"], "rate_hz": 8000}
    given = {"stems": ["drums", "bass", "guitar"], "rate_hz": 8000}
    (rest,) = warm.clips_of(warm.Songs(tmp_path), network(), given)
    assert rest.rows[("other",)] == ("residual",)
    truth = np.stack([rest.task.stems[name] for name in ("drums", "bass", "guitar")])
    assert (rest.sdr(truth) > 60).all()
    chosen = warm.Songs(tmp_path, stems=("drums", "bass"))
    (two,) = warm.clips_of(chosen, network(), about)
    assert set(two.task.stems) == {"drums", "bass"}
    np.testing.assert_allclose(two.task.mix, two.task.stems["drums"] + two.task.stems["bass"])
