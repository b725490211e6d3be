"""From what was asked of a stream to the settings that a model makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.errors import FilesOnly, TooLarge
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.plan import (
    FILE,
    MAX_WINDOW_SECONDS,
    StreamPlan,
    held_samples,
    settings_for,
    settings_with,
    trial_settings,
)
from engines.errors import SettingsError
from engines.spec import Member
from engines.tree import Tree
from tests.rigs.needing import mean_spec
from tests.rigs.plans import live_plan, sync_plan
from tests.rigs.steered import GRID, steered_spec
from tests.rigs.tiny_models import LIVE, OFFLINE, TIGHT, make_spec

SPEC = make_spec(live=LIVE, offline=OFFLINE, tight=TIGHT)


def settings(**values: Value) -> tuple[int, int, int]:
    """Window, hop and lookahead of a live stream of these values."""
    found = settings_for(SPEC, live_plan(**values))
    return found.window_samples, found.hop_samples, found.lookahead_samples


def test_a_preset_gives_the_grid_and_values_replace_its_own() -> None:
    balanced = (LIVE.window_samples, LIVE.hop_samples, LIVE.lookahead_samples)
    assert settings() == balanced
    assert settings(block__preset="tight") == (
        TIGHT.window_samples, TIGHT.hop_samples, TIGHT.lookahead_samples,
    )  # fmt: skip
    assert settings(block__hop=64) == (balanced[0], 64, balanced[2])
    assert settings(block__lookahead=0) == (*balanced[:2], 0)
    assert settings(block__window=1024) == (1024, *balanced[1:])


def test_an_offline_plan_has_the_offline_grid() -> None:
    found = settings_for(SPEC, replace(sync_plan(), preset="offline"))
    assert (found.window_samples, found.hop_samples) == (
        OFFLINE.window_samples, OFFLINE.hop_samples,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "preset", "own", "used"),
    [("sync", "offline", "zeros", "reflect"), ("sync", "offline", "repeat", "repeat"),
     ("sync", "live", "zeros", "zeros"), ("live", "offline", "zeros", "zeros"),
     ("live", "live", "reflect", "reflect")],
)  # fmt: skip
def test_what_is_heard_beyond_the_ends(mode: str, preset: str, own: str, used: str) -> None:
    chosen = replace(sync_plan(), mode=mode, preset=preset)
    spec = replace(SPEC, context=own)
    assert settings_for(spec, chosen).context == used


def test_a_crossfade_is_never_longer_than_the_hop() -> None:
    hop = LIVE.crossfade_samples // 2
    assert settings_for(SPEC, live_plan(block__hop=hop)).crossfade_samples == hop


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(SettingsError):
        settings(block__hop=LIVE.window_samples + 1)
    with pytest.raises(TooLarge, match=f"at most {MAX_WINDOW_SECONDS} s"):
        settings(block__window=MAX_WINDOW_SECONDS * SPEC.rate_hz + 1)


def test_known_stems_are_given_until_they_are_switched_off() -> None:
    plan = live_plan(known=("drums", "bass"))
    assert plan.conditions == ("drums", "bass")
    off = plan.changed({"stem/drums/known": 0})
    assert off.conditions == ("bass",) and plan.conditions == ("drums", "bass")
    assert settings_for(SPEC, off).known == ("bass",)


def test_the_residual_goes_where_it_is_asked_or_where_the_model_wants_it() -> None:
    spec = replace(SPEC, residual_to="other")
    assert settings_for(spec, live_plan()).residual_to == "other"
    assert settings_for(spec, live_plan(residual__to="vocals")).residual_to == "vocals"
    assert settings_for(spec, live_plan(residual__to="residual")).residual_to is None
    assert settings_for(spec, live_plan(known=("other",))).residual_to is None
    assert settings_for(SPEC, live_plan()).residual_to is None


def test_steps_follow_the_deadline_where_they_are_zero_and_nothing_waits() -> None:
    assert live_plan(refine__steps=0).anytime
    assert not live_plan(refine__steps=2).anytime
    assert not sync_plan(refine__steps=0).anytime


@pytest.mark.parametrize(
    ("held_ms", "rate_hz", "block", "samples"),
    [(0.0, 48000, 512, 0), (50.0, 48000, 512, 2560), (10.0, 48000, 480, 480), (1.0, 44100, 0, 45)],
)
def test_what_a_port_holds_is_in_whole_blocks(
    held_ms: float, rate_hz: int, block: int, samples: int
) -> None:
    assert held_samples(held_ms, rate_hz, block) == samples
    plan = StreamPlan(rate_hz, 2, "device", "live", (), block, (), held_ms)
    assert plan.held_samples == samples
    assert plan.shaped(2 * rate_hz, block).held_samples >= samples


def test_a_trial_is_at_the_models_own_rate_and_channels() -> None:
    spec = replace(SPEC, rate_hz=16000, channels=1)
    found = trial_settings(Tree(Path("own"), spec), live_plan().values)
    assert (found.rate_hz, found.channels) == (16000, 1)
    assert found.known == ()


def test_streams_with_a_steered_model_are_refused_with_the_reason() -> None:
    spec = steered_spec().tagged("loud")
    for plan in (live_plan(), sync_plan(), replace(sync_plan(), preset="offline")):
        with pytest.raises(FilesOnly) as caught:
            settings_for(spec, plan)
        assert "steered for seconds for every second" in str(caught.value)
    with pytest.raises(FilesOnly):
        trial_settings(Tree(Path("own"), spec), live_plan().values)
    of_a_file = replace(sync_plan(), preset="offline", mode=FILE, channels=1)
    assert settings_for(spec, of_a_file).steps == GRID.steps


def test_streams_of_models_that_need_a_steered_one_are_refused() -> None:
    steered = Tree(Path("steered"), steered_spec().tagged("loud"))
    plain = Tree(Path("plain"), replace(steered.spec, steering=None, method="waveform"))
    spec = mean_spec(Member("steered"), Member("plain"), stems=("loud",), rate_hz=8000, channels=1,
                     live=GRID, offline=GRID)  # fmt: skip
    mean = Tree(Path("mean"), spec, members=(steered, plain))
    stacked = replace(plain, firsts=(("loud", mean),))
    plan = replace(live_plan(), channels=1)
    for model in (mean, stacked):
        with pytest.raises(FilesOnly, match="a stream with steered"):
            settings_with(model, plan)
        with pytest.raises(FilesOnly, match="a stream with steered"):
            trial_settings(model, plan.values)
    given = replace(plan, known=("loud",))
    assert settings_with(stacked, given) == settings_for(stacked.spec, given)


def test_other_models_of_the_stream_are_told_the_preset_also_with_a_hop_of_its_own() -> None:
    of_a_file = replace(sync_plan(block__hop=64), preset="offline", mode=FILE)
    assert settings_for(SPEC, of_a_file).preset == "offline"
    assert settings_for(SPEC, live_plan(block__preset="tight", block__hop=64)).preset == "tight"
