"""engines.settings: a model's presets as a stream's settings; what does not suit is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engines.errors import SettingsError
from engines.settings import MAX_RATE_HZ, StreamSettings, stream_settings
from engines.spec import StftDomain
from tests.rigs.tiny_models import LIVE, OFFLINE, TIGHT, make_spec

SPEC = make_spec(tight=TIGHT)


@pytest.mark.parametrize(
    ("name", "preset"), [("balanced", LIVE), ("tight", TIGHT), ("offline", OFFLINE)]
)
def test_settings_are_those_of_the_preset(name: str, preset: object) -> None:
    found = stream_settings(SPEC, 48000, 1, preset=name)
    assert (found.grid, found.steps) == (preset.grid, preset.steps)
    assert (found.rate_hz, found.channels) == (48000, 1)


def test_steps_and_what_else_is_asked_for_replace_the_presets() -> None:
    found = stream_settings(SPEC, 48000, 2, steps=7, seed=3, known=("choir",), residual_to="other")
    assert (found.steps, found.seed) == (7, 3)
    assert (found.known, found.residual_to) == (("choir",), "other")
    assert stream_settings(SPEC, 48000, 2).steps == LIVE.steps


def test_a_preset_that_the_model_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(SettingsError, match=r"quality.*balanced, offline"):
        stream_settings(make_spec(), 44100, 2, preset="quality")


def test_the_highest_rate_is_the_last_that_is_taken() -> None:
    assert stream_settings(SPEC, MAX_RATE_HZ, 2).rate_hz == MAX_RATE_HZ
    with pytest.raises(SettingsError, match="rate_hz"):
        stream_settings(SPEC, MAX_RATE_HZ + 1, 2)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"channels": 3}, "3 channels"),
        ({"residual_to": "choir"}, "residual_to 'choir'"),
        ({"residual_to": "drums", "known": ("drums",)}, "residual_to 'drums'"),
        ({"window_samples": 100, "hop_samples": 40, "lookahead_samples": 50}, "window_samples 100"),
    ],
)
def test_settings_that_do_not_suit_a_model_are_refused(
    changes: dict[str, object], word: str
) -> None:
    spec = make_spec(domain=StftDomain(128, 32), method="mask")
    good = stream_settings(spec, 44100, 2)
    good.check_for(spec)
    with pytest.raises(SettingsError, match=word):
        replace(good, **changes).check_for(spec)


def test_a_batch_is_no_more_than_the_graph_takes() -> None:
    for most, batch, good in ((0, 9, True), (4, 4, True), (4, 5, False), (1, 2, False)):
        spec = make_spec(batch_max=most)
        settings = replace(stream_settings(spec, 44100, 2), batch=batch)
        if good:
            settings.check_for(spec)
        else:
            with pytest.raises(SettingsError, match=f"batch {batch} .* at most {most}"):
                settings.check_for(spec)


def test_a_fixed_number_of_frames_is_checked_in_our_words() -> None:
    domain = StftDomain(128, 32, values="complex", frames_base=17)
    spec = make_spec(domain=domain, method="mask", live=LIVE, offline=LIVE)
    with pytest.raises(SettingsError, match=r"window_samples 640.*such as 512"):
        replace(stream_settings(spec, 44100, 2), window_samples=640).check_for(spec)


def test_a_mono_model_takes_any_channels_and_any_model_takes_mono() -> None:
    for spec, channels in ((make_spec(channels=1), 6), (make_spec(channels=6), 1)):
        stream_settings(spec, 44100, channels).check_for(spec)


@pytest.mark.parametrize("field", ["rate_hz", "channels", "steps", "batch", "hop_samples"])
def test_nothing_is_zero(field: str) -> None:
    with pytest.raises(SettingsError):
        replace(StreamSettings(44100, 2, 512, 128, 96, 32, 1), **{field: 0})
