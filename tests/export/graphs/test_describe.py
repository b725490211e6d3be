"""Specs from checkpoints and choices."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engines.spec import Schedule, StftDomain, WaveformDomain
from export.graphs.describe import PRESETS, ChoiceError, Choices, make_spec, parse_preset

SEEN = {"stems": ("drums", "bass", "other"), "rate_hz": 44100}


@pytest.mark.parametrize("family", ["nade_demucs", "band_unet"])
@pytest.mark.parametrize("conditional", [True, False])
def test_presets_and_method_suit_the_network(
    make_tiny: Callable, family: str, conditional: bool
) -> None:
    network = make_tiny(family, conditional).network
    spec = make_spec(network, SEEN, Choices("song"))
    one_pass = "waveform" if family == "nade_demucs" else "mask"
    assert spec.method == ("gibbs" if conditional else one_pass)
    assert (spec.schedule is None) == (not conditional)
    assert spec.live.steps == (PRESETS["live"][-1] if conditional else 1)
    for preset in spec.presets.values():
        assert spec.domain.valid_window(preset.window_samples) == preset.window_samples
    latencies = [preset.grid.latency_samples for preset in spec.presets.values()]
    assert len(latencies) == 4 and sorted(latencies) == latencies  # tight first, offline last
    assert spec.live.grid.latency_samples <= 0.5 * spec.rate_hz
    assert isinstance(spec.domain, WaveformDomain if family == "nade_demucs" else StftDomain)


def test_choices_replace_single_values(make_tiny: Callable) -> None:
    network = make_tiny("band_unet").network
    live = parse_preset("hop=4096, steps=3")
    spec = make_spec(network, SEEN, Choices("song", {"live": live}, rate_tolerance=0.02))
    assert (spec.live.hop_samples, spec.live.steps, spec.rate_tolerance) == (4096, 3, 0.02)
    tight = make_spec(network, SEEN, Choices("song", {"tight": {"steps": 5}})).tight
    assert tight is not None and tight.steps == 5


def test_the_level_is_the_choice_or_the_checkpoints(make_tiny: Callable) -> None:
    network = make_tiny("band_unet").network
    assert make_spec(network, SEEN, Choices("song")).level_db is None
    seen = SEEN | {"level_db": -20.0}
    assert make_spec(network, seen, Choices("song")).level_db == -20.0
    assert make_spec(network, seen, Choices("song", level_db=-17.0)).level_db == -17.0
    with pytest.raises(ChoiceError, match="level_db nan"):
        make_spec(network, SEEN, Choices("song", level_db=float("nan")))


@pytest.mark.parametrize("text", ["hop", "hop=x", "hop=-1", "hop=1.5"])
def test_malformed_presets_are_refused(text: str) -> None:
    with pytest.raises(ChoiceError, match="WHOLE NUMBER"):
        parse_preset(text)


@pytest.mark.parametrize(
    ("live", "expected"), [({"hip_samples": 1}, "hop_samples"), ({"hop_samples": 10**6}, "grid")]
)
def test_wrong_presets_are_refused(
    make_tiny: Callable, live: dict[str, int], expected: str
) -> None:
    with pytest.raises(ChoiceError, match=expected):
        make_spec(make_tiny("band_unet").network, SEEN, Choices("song", {"live": live}))


def test_the_schedule_is_as_chosen(make_tiny: Callable) -> None:
    choices = Choices("song", estimate="mean", draw="count", known="subtracted")
    spec = make_spec(make_tiny("band_unet").network, SEEN, choices)
    assert spec.schedule == Schedule(estimate="mean", draw="count", known="subtracted")
    assert make_spec(make_tiny("band_unet", False).network, SEEN, choices).schedule is None
