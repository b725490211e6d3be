"""engines.level: stems do not depend on how loud the input is, down to the floor."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.level import FLOOR_DB, Follower, gain_of, gains
from engines.load import Model, load_model
from engines.spec import LOWEST_LEVEL_DB, ModelSpec, Preset, Schedule
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.leaky import leaky_model
from tests.rigs.stream_tools import BELOW_100_DBFS, BLOCKS, KINDS, QUIET, cut, noise, pushed
from tests.rigs.tiny_models import MakeModel, make_model

RATE_HZ = 8000
LEVEL_DB = -17.0
LONG = Preset(24_000, 8_000, 8_000, 400)
SHORT = Preset(2_048, 512, 256, 64)
CURVED = {"rate_hz": RATE_HZ, "live": SHORT, "offline": LONG, "curved": True, "couple": 0.05}


def model(tiny: MakeModel, kind: tuple[str, bool], **changes: object) -> Model:
    """One whose answers depend on the level that it hears."""
    domain, conditional = kind
    options = {"domain": domain, "conditional": conditional, "level_db": LEVEL_DB}
    return tiny(**(CURVED | options | changes))


def stream(one: Model, preset: str = "offline", **changes: object) -> Stream:
    return Stream(one, replace(stream_settings(one.spec, RATE_HZ, 2, preset=preset), **changes))


def separated(one: Model, mix: Audio, preset: str = "offline", **changes: object) -> Audio:
    found = pushed(stream(one, preset, **changes), [mix])
    loudest = max(1.0, float(np.abs(mix).max()))
    assert np.abs(found.sum(axis=0) - mix).max() < BELOW_100_DBFS * loudest
    return found[:-1]


def music(samples: int = 30_000) -> Audio:
    """Noise at -20 dBFS RMS that comes and goes."""
    swell = 0.8 + 0.2 * np.sin(np.arange(samples) / 900)
    return (noise(2, samples) * np.float32(0.5) * swell).astype(np.float32)


def test_the_rig_hears_the_level(tiny: MakeModel) -> None:
    for kind in KINDS:
        as_it_comes = model(tiny, kind, level_db=None)
        loud, quiet = (separated(as_it_comes, music() * np.float32(g)) / g for g in (1.0, 0.125))
        assert np.abs(loud - quiet).max() > 0.01


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", ["offline", "balanced"])
@QUIET
@given(gain_db=st.floats(-60, 24))
def test_stems_scale_with_the_input(
    tiny: MakeModel, kind: tuple[str, bool], preset: str, gain_db: float
) -> None:
    one, gain = model(tiny, kind), np.float32(10 ** (gain_db / 20))
    usual = separated(one, music(), preset, steps=3)
    found = separated(one, music() * gain, preset, steps=3) / gain
    np.testing.assert_allclose(found, usual, atol=2e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", ["offline", "balanced"])
def test_powers_of_two_change_no_bit(tiny: MakeModel, kind: tuple[str, bool], preset: str) -> None:
    one = model(tiny, kind)
    usual = separated(one, music(), preset, steps=2)
    for gain in (np.float32(2.0**-9), np.float32(8.0)):
        assert np.array_equal(separated(one, music() * gain, preset, steps=2), usual * gain)


@pytest.mark.parametrize("known", ["given", "subtracted"])
@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_known_stems_scale_with_the_mix(tiny: MakeModel, domain: str, known: str) -> None:
    one = model(tiny, (domain, True), schedule=Schedule(known=known, estimate="mean"))
    drums, mix = noise(2, 30_000, 7) / 8, music()
    chosen = stream(one, known=("drums",), steps=3)
    usual = pushed(chosen, [mix], {"drums": [drums]})
    assert np.array_equal(usual[0], drums)
    gain = np.float32(2.0**-6)
    chosen.reset()
    found = pushed(chosen, [mix * gain], {"drums": [drums * gain]})
    assert np.array_equal(found, usual * gain)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("preset", ["offline", "balanced"])
@QUIET
@given(sizes=BLOCKS)
def test_any_blocks_give_the_same_bits(
    tiny: MakeModel, kind: tuple[str, bool], preset: str, sizes: list[int]
) -> None:
    one, mix = model(tiny, kind), music(20_000)
    usual = pushed(stream(one, preset), [mix])
    assert np.array_equal(pushed(stream(one, preset), cut(mix, sizes)), usual)


@pytest.mark.parametrize("kind", KINDS)
def test_offline_equals_live_on_the_same_grid(tiny: MakeModel, kind: tuple[str, bool]) -> None:
    live = model(tiny, kind, live=LONG)
    usual = separated(live, music(), "offline")
    assert np.array_equal(separated(live, music(), "balanced"), usual)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_without_a_level_is_given_the_mix_as_it_comes(
    tiny: MakeModel, kind: tuple[str, bool], tmp_path: Path
) -> None:
    """As files made before there was such a field are."""
    path = tmp_path / "old.onnx"
    domain, conditional = kind
    spec = make_model(path, domain=domain, conditional=conditional, **CURVED)
    record = json.loads(spec.to_json())
    del record["level_db"]
    assert ModelSpec.from_json(json.dumps(record)) == spec and spec.level_db is None
    found = separated(load_model(path), music())
    assert not np.allclose(found, separated(model(tiny, kind), music()), atol=1e-3)
    assert np.array_equal(found, separated(model(tiny, kind, level_db=None), music()))


def test_at_the_usual_level_nothing_changes(tiny: MakeModel) -> None:
    """A steady tone at the level that the model expects has a gain of 1."""
    wave = np.sin(2 * np.pi * 440 / RATE_HZ * np.arange(32_000))
    mix = np.stack([wave, wave / 2]).astype(np.float32)
    usual = 20 * np.log10(np.sqrt(np.mean(np.square(mix, dtype=np.float64))))
    for kind in KINDS:
        found = separated(model(tiny, kind, level_db=float(usual)), mix)
        as_it_comes = separated(model(tiny, kind, level_db=None), mix)
        np.testing.assert_allclose(found, as_it_comes, atol=2e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_silence_is_silence_and_noise_below_the_floor_is_heard_as_quiet(
    tiny: MakeModel, kind: tuple[str, bool]
) -> None:
    one = model(tiny, kind)
    assert not separated(one, np.zeros((2, 30_000), np.float32)).any()
    floor = level_of(noise(2, 30_000), FLOOR_DB)
    usual = separated(model(tiny, kind, level_db=None), raised(floor, LEVEL_DB - FLOOR_DB))
    below = level_of(noise(2, 30_000), FLOOR_DB - 30)
    heard = separated(model(tiny, kind, level_db=None), raised(below, LEVEL_DB - FLOOR_DB))
    for mix, expected in ((floor, usual), (below, heard)):
        found = raised(separated(one, mix), LEVEL_DB - FLOOR_DB)
        np.testing.assert_allclose(found, expected, atol=2e-3 * np.abs(expected).max())


def raised(audio: Audio, gain_db: float) -> Audio:
    return audio * np.float32(10 ** (gain_db / 20))


def level_of(audio: Audio, level_db: float) -> Audio:
    rms = np.sqrt(np.mean(np.square(audio, dtype=np.float64)))
    return raised(audio, level_db - 20 * np.log10(rms))


def db(found: Audio) -> Audio:
    return 20 * np.log10(found)


def gains_db(mix: Audio, samples: list[int] | None = None) -> Audio:
    found = gains(LEVEL_DB, mix, RATE_HZ)
    return db(found.at(np.asarray(samples if samples else np.arange(mix.shape[-1]))))


def test_a_window_of_half_a_second_or_less_has_one_gain() -> None:
    mix = music(RATE_HZ // 2)
    rms_db = db(np.sqrt(np.mean(np.square(mix, dtype=np.float64))))
    np.testing.assert_allclose(gains_db(mix), LEVEL_DB - rms_db, atol=1e-5)
    assert len(gains(LEVEL_DB, mix, RATE_HZ).values) == 1


def test_quiet_music_before_and_after_a_loud_part_is_heard_as_what_it_is() -> None:
    steady = level_of(noise(2, 5 * RATE_HZ), -20.0)
    steady[:, : 2 * RATE_HZ] *= np.float32(10 ** (-24 / 20))
    steady[:, 4 * RATE_HZ :] *= np.float32(10 ** (-24 / 20))
    found = gains_db(steady)
    block = 3 * RATE_HZ // 40  # a loud part is heard with the blocks beside it
    assert np.abs(found[: 2 * RATE_HZ - block] - 27).max() < 0.7
    assert np.abs(found[4 * RATE_HZ + block :] - 27).max() < 0.7
    assert abs(found[3 * RATE_HZ] - 3) < 0.7


def test_before_a_loud_part_two_blocks_are_heard_with_it_the_farther_one_less() -> None:
    steady = level_of(noise(2, 5 * RATE_HZ), -20.0)
    steady[:, : 2 * RATE_HZ] *= np.float32(10 ** (-40 / 20))
    block = RATE_HZ // 40
    last = 2 * RATE_HZ - block // 2
    third, second, first = gains_db(steady, [last - 2 * block, last - block, last])
    assert abs(third - 43) < 0.7
    assert abs(second - (3 + 6 - db(0.7) / 2)) < 0.7
    assert abs(first - (3 + 6)) < 0.7


def test_silence_around_music_does_not_count() -> None:
    mix = np.zeros((2, 5 * RATE_HZ), np.float32)
    mix[:, 2 * RATE_HZ : 4 * RATE_HZ] = level_of(noise(2, 2 * RATE_HZ), -20.0)
    mix += level_of(noise(2, 5 * RATE_HZ, 1), -90.0)
    found = gains_db(mix)[2 * RATE_HZ : 4 * RATE_HZ]
    assert np.abs(found - 3).max() < 0.7


def test_one_hit_in_a_quiet_window_lowers_no_more_than_itself() -> None:
    mix = level_of(noise(2, 5 * RATE_HZ), -50.0)
    hit = slice(2 * RATE_HZ, 2 * RATE_HZ + 400)
    mix[:, hit] *= np.float32(100)
    found = gains_db(mix)
    assert np.abs(found[: 2 * RATE_HZ - 600] - 33).max() < 0.7
    assert np.abs(found[2 * RATE_HZ + 1100 :] - 33).max() < 0.7
    assert db(100.0) - 50 + found[hit].max() < LEVEL_DB + 8


def test_gains_rise_no_more_below_the_floor() -> None:
    highest = LEVEL_DB - FLOOR_DB
    for level_db in (FLOOR_DB - 0.1, -120.0, -300.0):
        np.testing.assert_allclose(gains_db(level_of(noise(2, 20_000), level_db)), highest)
    assert np.isfinite(gains_db(np.zeros((2, 20_000), np.float32))).all()
    np.testing.assert_allclose(db(gain_of(LEVEL_DB, np.zeros(3))), highest)


def test_the_loudest_input_has_finite_gains(tiny: MakeModel) -> None:
    for kind in KINDS:
        mix = music() * np.float32(1e9)
        assert np.isfinite(separated(model(tiny, kind), mix)).all()


def leveled() -> Model:
    return leaky_model(level_db=LEVEL_DB, rate_hz=RATE_HZ)


@QUIET
@given(BLOCKS)
def test_a_method_with_a_state_gives_the_same_bits_for_any_blocks(sizes: list[int]) -> None:
    one, mix = leveled(), music(4_000)
    usual = pushed(stream(one), [mix])
    again = stream(one)
    assert np.array_equal(pushed(again, cut(mix, sizes)), usual)
    again.reset()
    again.warm_up()
    first, rest = mix[:, :700], mix[:, 700:]
    out = [again.push(first)]
    again.warm_up()
    assert np.array_equal(np.concatenate([*out, again.push(rest), again.flush()], axis=-1), usual)
    gain = np.float32(2.0**-7)
    assert np.array_equal(pushed(stream(one), [mix * gain]), usual * gain)


def test_a_follower_begins_where_it_ended() -> None:
    mix, follower = music(), Follower()
    mix[:, 10_000:20_000] *= np.float32(10 ** (-24 / 20))
    hop, end = 160, None
    heard = []
    for first in range(0, 28_000, hop):
        found = follower.gains(LEVEL_DB, mix[:, first : first + 500], RATE_HZ, 100, 100 + hop)
        at = found.at(np.arange(500))
        assert end is None or at[100] == end
        assert (at[:100] == at[100]).all() and (at[100 + hop :] == at[100 + hop]).all()
        end = at[100 + hop]
        heard.append(at[100])
    assert np.diff(db(np.array(heard))).max() < 0.4
    assert 18 < db(heard[124]) - db(heard[55]) < 26


def test_a_follower_comes_down_at_once_and_stays_in_silence() -> None:
    follower = Follower()
    loud = level_of(noise(2, 400), -20.0)

    def after(mix: Audio) -> float:
        return float(db(follower.gains(LEVEL_DB, mix, RATE_HZ, 0, 400).at(np.array([399]))[0]))

    assert after(np.zeros((2, 400), np.float32)) == pytest.approx(LEVEL_DB - FLOOR_DB)
    quiet = after(loud * np.float32(0.01))
    assert quiet == pytest.approx(LEVEL_DB + 60, abs=0.5)
    assert after(np.zeros((2, 400), np.float32)) == pytest.approx(quiet, abs=1e-3)
    assert after(loud) < LEVEL_DB + 20 + 7


def test_the_floor_is_below_every_level() -> None:
    assert FLOOR_DB < LOWEST_LEVEL_DB
