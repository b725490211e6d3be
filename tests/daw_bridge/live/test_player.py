"""live.player: whatever results are missing, the outputs sum to the delayed mix, unclicked."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from daw_bridge.live.layout import Layout
from daw_bridge.live.player import FADE_SAMPLES, Player
from daw_bridge.live.ring import Ring
from engines.types import Audio

NAMES = ("drums", "residual")
COUNT = 4096
PIECE = 128


class Rig:
    """A player of results that are 0.75 (drums) and 0.25 (residual) of a mix of ones."""

    def __init__(self) -> None:
        self.inputs, self.results = Ring((1, 1), COUNT), Ring((2, 1), COUNT)
        run = SimpleNamespace(
            results=self.results, layout=Layout(NAMES, NAMES), settings=SimpleNamespace(channels=1)
        )
        self.player = Player(self.inputs, run)  # type: ignore[arg-type]
        self.inputs.write(np.ones((1, 1, COUNT), np.float32))
        self.position = 0

    def ready(self, samples: int) -> None:
        """So many results more."""
        self.results.write(np.array([0.75, 0.25], np.float32)[:, None, None].repeat(samples, -1))

    def play(self, samples: int) -> tuple[Audio, int]:
        """(2, n) and how many samples were late."""
        out = np.full((2, 1, samples), np.nan, np.float32)
        late = sum(
            self.player.render(self.position + k, out[..., k : k + PIECE])
            for k in range(0, samples, PIECE)
        )
        self.position += samples
        return out[:, 0], late


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_results_are_copied(rig: Rig) -> None:
    rig.ready(1024)
    out, late = rig.play(1024)
    assert late == 0 and (out == np.array([[0.75], [0.25]])).all()


def test_what_is_late_is_the_mix_on_the_residual_with_a_fade_to_both_sides(rig: Rig) -> None:
    rig.ready(512)
    before, _ = rig.play(512)
    hole, late = rig.play(512)
    rig.ready(1536)  # those that come too late to be heard, and 1024 that do not
    after, again = rig.play(1024)
    assert (late, again) == (512, 0)
    out = np.concatenate([before, hole, after], axis=-1)
    assert np.allclose(out.sum(0), 1.0, atol=1e-6)
    assert (hole[0, FADE_SAMPLES:] == 0).all() and (after[0, FADE_SAMPLES:] == 0.75).all()
    assert np.abs(np.diff(out)).max() < 0.02


def test_before_the_reset_position_all_is_silent(rig: Rig) -> None:
    rig.ready(1024)
    rig.play(256)
    rig.player.reset_position = 640
    out, late = rig.play(768)
    assert late == 0
    assert (out[:, FADE_SAMPLES : 640 - 256] == 0).all() and out[0, 0] > 0.7
    assert (out[0, 640 - 256 :] == 0.75).all()  # what begins after a reset is not faded in


def test_bypass_fades_the_stems_into_the_residual_and_back(rig: Rig) -> None:
    rig.ready(2048)
    rig.play(512)
    rig.player.bypass = True
    on, _ = rig.play(512)
    rig.player.bypass = False
    off, late = rig.play(512)
    assert late == 0
    out = np.concatenate([on, off], axis=-1)
    assert np.allclose(out.sum(0), 1.0, atol=1e-6) and np.abs(np.diff(out)).max() < 0.02
    assert (on[0, FADE_SAMPLES:] == 0).all() and (off[0, FADE_SAMPLES:] == 0.75).all()


def test_results_that_were_overwritten_count_as_late(rig: Rig) -> None:
    rig.ready(COUNT)
    rig.ready(64)
    out, late = rig.play(PIECE)
    assert late == PIECE
    assert np.allclose(out.sum(0), 1.0)
