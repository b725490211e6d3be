"""engines.stream: any blocks in, the same samples out at the declared delay, summing to the mix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engines.errors import AudioError, InferenceError, SettingsError, StreamStateError
from engines.stream import Stream, StreamSettings, live_settings, offline_settings
from engines.types import Audio
from tests.engines.conftest import MakeModel
from tests.tiny_models import GAINS, STEMS

QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KINDS = [("waveform", False), ("waveform", True), ("stft", False), ("stft", True)]
BLOCKS = st.lists(st.sampled_from([0, 1, 2, 63, 64, 65, 127, 128, 500, 8193]), max_size=12)
BELOW_100_DBFS = 1e-5


def noise(channels: int, samples: int, seed: int = 0) -> Audio:
    return np.random.default_rng(seed).standard_normal((channels, samples), np.float32) / 4


def tone(channels: int, samples: int, rate_hz: int, tone_hz: float = 1000.0) -> Audio:
    """A tone that fades in and out, so that rate conversion has no edges to ring at."""
    wave = np.sin(2 * np.pi * tone_hz / rate_hz * np.arange(samples)) * np.hanning(samples)
    return np.repeat(wave[None].astype(np.float32), channels, axis=0)


def cut(audio: Audio, sizes: list[int]) -> list[Audio]:
    """The audio in blocks of these sizes, the last one whatever is left."""
    ends = np.minimum(np.cumsum(sizes, dtype=int), audio.shape[-1])
    return np.split(audio, ends, axis=-1)


def pushed(
    stream: Stream, blocks: list[Audio], known: dict[str, list[Audio]] | None = None
) -> Audio:
    parts = []
    for i, block in enumerate(blocks):
        parts.append(stream.push(block, {name: k[i] for name, k in (known or {}).items()}))
    return np.concatenate([*parts, stream.flush()], axis=-1)


def fed(stream: Stream, blocks: list[Audio]) -> Audio:
    parts = [stream.feed(block) for block in blocks]
    assert [part.shape[-1] for part in parts] == [block.shape[-1] for block in blocks]
    return np.concatenate([*parts, stream.flush()], axis=-1)


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
@QUIET
@given(BLOCKS, st.integers(0, 3000), st.integers(1, 3))
def test_any_blocks_give_the_same_bits(
    tiny: MakeModel, domain: str, conditional: bool, sizes: list[int], samples: int, batch: int
) -> None:
    model = tiny(domain=domain, conditional=conditional, couple=0.3)
    chosen = replace(live_settings(model.spec, 48000, 2, steps=4, seed=9), batch=batch)
    mix = noise(2, samples)
    whole = pushed(Stream(model, chosen), [mix])
    assert whole.shape == (len(STEMS) + 1, 2, samples)
    stream = Stream(model, chosen)
    assert np.array_equal(pushed(stream, cut(mix, sizes)), whole)
    stream.reset()
    late = fed(stream, cut(mix, sizes))
    assert not late[..., : stream.latency_samples].any()
    assert np.array_equal(late[..., stream.latency_samples :], whole)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 96000])
@QUIET
@given(BLOCKS, st.integers(0, 9000))
def test_any_blocks_give_the_same_bits_where_the_rate_is_converted(
    tiny: MakeModel, rate_hz: int, sizes: list[int], samples: int
) -> None:
    model = tiny(conditional=True, couple=0.3)
    stream = Stream(model, live_settings(model.spec, rate_hz, 2, steps=2))
    mix = noise(2, samples)
    whole = pushed(stream, [mix])
    assert whole.shape[-1] == samples
    stream.reset()
    late = fed(stream, cut(mix, sizes))
    assert np.array_equal(late[..., stream.latency_samples :], whole)


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
@pytest.mark.parametrize("channels", [1, 2])
def test_linear_model_is_exact_on_every_stem(
    tiny: MakeModel, domain: str, conditional: bool, channels: int
) -> None:
    model = tiny(domain=domain, conditional=conditional)
    for chosen in (
        live_settings(model.spec, 44100, channels, steps=5),
        offline_settings(model.spec, 48000, channels),
    ):
        stream = Stream(model, chosen)
        mix = noise(channels, 5000)
        late = fed(stream, cut(mix, [64] * 80))[..., stream.latency_samples :]
        for stem, gain in enumerate(GAINS):
            np.testing.assert_allclose(late[stem], gain * mix, atol=2e-6)
        np.testing.assert_allclose(late[-1], (1 - sum(GAINS)) * mix, atol=2e-6)


@pytest.mark.parametrize("rate_hz", [16000, 22050, 96000])
@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_linear_model_is_exact_where_the_rate_is_converted(
    tiny: MakeModel, domain: str, rate_hz: int
) -> None:
    model = tiny(domain=domain)
    stream = Stream(model, live_settings(model.spec, rate_hz, 2))
    mix = tone(2, rate_hz // 2, rate_hz)
    late = fed(stream, cut(mix, [480] * 200))[..., stream.latency_samples :]
    for stem, gain in enumerate(GAINS):
        np.testing.assert_allclose(late[stem], gain * mix, atol=3e-5)
    assert np.abs(late.sum(axis=0) - mix).max() < BELOW_100_DBFS


@QUIET
@given(
    st.sampled_from([8000, 44100, 48000, 96000]),
    st.sampled_from([1, 2]),
    st.lists(st.sampled_from(["drums", "vocals", "choir", "organ"]), unique=True),
    st.sampled_from([None, "other", "bass"]),
    st.sampled_from([0.0, 0.3, 3.0, -50.0]),
    st.lists(st.booleans(), min_size=1, max_size=4),
)
def test_outputs_always_sum_to_the_mix(
    tiny: MakeModel,
    rate_hz: int,
    channels: int,
    names: list[str],
    residual_to: str | None,
    couple: float,
    runs: list[bool],
) -> None:
    model = tiny(conditional=True, couple=couple)
    chosen = live_settings(
        model.spec, rate_hz, channels, steps=3, known=tuple(names), residual_to=residual_to
    )
    stream = Stream(model, chosen)
    mix = noise(channels, 4000)
    known = {name: noise(channels, 4000, seed=i + 1) for i, name in enumerate(names)}
    parts = []
    for i in range(0, 4000, 500):
        here = {name: audio[:, i : i + 500] for name, audio in known.items()}
        parts.append(stream.push(mix[:, i : i + 500], here, run=runs[i // 500 % len(runs)]))
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    assert stream.outputs == (*STEMS, *(n for n in names if n not in STEMS), "residual")
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS
    for name, audio in known.items():
        assert np.array_equal(out[stream.outputs.index(name)], audio)
    if residual_to is not None:
        assert not out[-1].any()


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_known_stem_of_a_one_pass_model_is_taken_out_of_the_mix(
    tiny: MakeModel, domain: str
) -> None:
    model = tiny(domain=domain)
    mix, drums = noise(2, 3000), noise(2, 3000, seed=1)
    stream = Stream(model, live_settings(model.spec, 44100, 2, known=("drums",)))
    out = pushed(stream, [mix], {"drums": [drums]})
    assert np.array_equal(out[0], drums)
    for stem in (1, 2, 3):
        np.testing.assert_allclose(out[stem], GAINS[stem] * (mix - drums), atol=2e-6)


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
def test_known_stem_that_the_model_lacks_is_taken_out_and_given_back(
    tiny: MakeModel, domain: str, conditional: bool
) -> None:
    model = tiny(domain=domain, conditional=conditional)
    mix, choir = noise(2, 3000), noise(2, 3000, seed=1)
    stream = Stream(model, live_settings(model.spec, 44100, 2, known=("choir",)))
    out = pushed(stream, [mix], {"choir": [choir]})
    assert np.array_equal(out[4], choir)
    for stem, gain in enumerate(GAINS):
        np.testing.assert_allclose(out[stem], gain * (mix - choir), atol=2e-6)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_known_stem_conditions_the_others(tiny: MakeModel, domain: str) -> None:
    model = tiny(domain=domain, conditional=True, couple=0.5)
    chosen = live_settings(model.spec, 44100, 2, known=("drums",))
    mix = noise(2, 3000)
    outs = []
    for seed in (1, 2):
        drums = noise(2, 3000, seed)
        outs.append(pushed(Stream(model, chosen), [mix], {"drums": [drums]}))
    assert not np.allclose(outs[0][1], outs[1][1])


def test_known_stem_is_clamped_exactly(tiny: MakeModel) -> None:
    """One step, waveform: bass = g * mix + couple * (drums + 0.01 * g * mix), by the model."""
    model = tiny(conditional=True, couple=0.5)
    mix, drums = noise(2, 3000), noise(2, 3000, seed=1)
    chosen = live_settings(model.spec, 44100, 2, steps=1, known=("drums",))
    out = pushed(Stream(model, chosen), [mix], {"drums": [drums]})
    for stem in (1, 2, 3):
        linear = GAINS[stem] * mix
        np.testing.assert_allclose(out[stem], linear + 0.5 * (drums + 0.01 * linear), atol=2e-6)


def test_all_stems_known_leaves_the_rest_on_the_residual(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.5)
    known = {name: noise(2, 1000, i) for i, name in enumerate(STEMS)}
    stream = Stream(model, live_settings(model.spec, 44100, 2, known=STEMS))
    mix = noise(2, 1000, 77)
    out = pushed(stream, [mix], {name: [audio] for name, audio in known.items()})
    np.testing.assert_allclose(out[-1], mix - sum(known.values()), atol=1e-6)
    assert stream.stats.network_calls == 0


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
def test_skipped_windows_put_the_mix_on_the_residual_and_fade(
    tiny: MakeModel, domain: str, conditional: bool
) -> None:
    model = tiny(domain=domain, conditional=conditional)
    chosen = live_settings(model.spec, 44100, 2)
    stream = Stream(model, chosen)
    hop, fade = chosen.hop_samples, chosen.crossfade_samples
    mix = np.ones((2, 20 * hop), np.float32) / 2
    parts = []
    for k in range(20):
        late = 8 <= k < 12
        parts.append(stream.push(mix[:, k * hop : (k + 1) * hop], run=not late))
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    assert stream.stats.skipped == 4 and stream.stats.windows == 20
    share = out[0, 0] / (GAINS[0] * 0.5)
    silent = np.flatnonzero(np.abs(share) < 1e-6)
    first, last = silent[0], silent[-1]
    assert first % hop == fade and last % hop == hop - 1
    assert last - first + 1 == 4 * hop - fade
    np.testing.assert_allclose(out[-1, 0, silent], 0.5, atol=1e-6)
    assert np.abs(np.diff(share[hop:-hop])).max() < 2.5 / fade
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_reset_is_as_new(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    stream = Stream(model, live_settings(model.spec, 22050, 2, steps=3))
    mix = noise(2, 3000)
    wanted = pushed(stream, [mix])
    stats = stream.stats
    stream.reset()
    stream.feed(noise(2, 1777, seed=3))
    stream.reset()
    assert np.array_equal(pushed(stream, [mix]), wanted)
    assert stream.stats == stats


def test_bad_samples_are_contained(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = live_settings(model.spec, 44100, 2, steps=3)
    mix = noise(2, 5000)
    clean, dirty = mix.copy(), mix.copy()
    for position, value in ((10, np.nan), (2000, np.inf), (2001, -np.inf), (2002, 3e38)):
        dirty[1, position], clean[1, position] = value, 0
    stream = Stream(model, chosen)
    out = pushed(stream, [dirty])
    assert stream.stats.nonfinite_in == 4
    assert np.array_equal(out, pushed(Stream(model, chosen), [clean]))
    assert np.isnan(dirty[1, 10])


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("gain", [np.nan, np.inf, 1e9])
def test_broken_estimates_are_silenced_and_counted(
    tiny: MakeModel, domain: str, gain: float
) -> None:
    model = tiny(domain=domain, gains=(0.4, gain, 0.2, 0.1))
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    mix = noise(2, 2000)
    out = pushed(stream, [mix])
    assert stream.stats.nonfinite_out == stream.stats.windows == 16
    assert not out[:-1].any()
    assert np.array_equal(out[-1], mix)


def test_tiny_input_does_not_reach_the_model(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    mix = np.full((2, 2000), 1e-38, np.float32)
    out = pushed(stream, [mix])
    assert stream.stats.silent == stream.stats.windows
    assert np.array_equal(out[-1], mix)


def test_silence_costs_no_network_call(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    out = pushed(stream, [np.zeros((2, 4000), np.float32)])
    assert not out.any()
    assert stream.stats.network_calls == 0 and stream.stats.silent == stream.stats.windows == 32


def test_stats_count_steps_and_calls(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    stream = Stream(model, live_settings(model.spec, 44100, 2, steps=64))
    pushed(stream, [noise(2, 10 * 128)])
    assert stream.stats.windows == 10 and stream.stats.steps == 640
    assert 10 * 64 * 0.6 < stream.stats.network_calls < 10 * 64 * 0.9


def test_warm_up_changes_nothing(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    stream.warm_up()
    assert stream.stats.windows == stream.stats.network_calls == 0
    mix = noise(2, 1000)
    assert np.array_equal(pushed(stream, [mix]), pushed(Stream(model, stream.settings), [mix]))


def test_update_takes_effect_at_the_next_window(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    chosen = live_settings(model.spec, 44100, 2, steps=2, seed=1)
    stream = Stream(model, chosen)
    need = chosen.grid.input_end(0)
    stream.push(noise(2, need))
    stream.update(steps=7)
    stream.push(noise(2, chosen.hop_samples))
    assert stream.stats.steps == 9 and stream.settings.steps == 7
    with pytest.raises(SettingsError):
        stream.update(steps=0)


def test_seed_changes_the_result_and_only_the_seed(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    mix = noise(2, 2000)
    outs = [
        pushed(Stream(model, live_settings(model.spec, 44100, 2, steps=4, seed=seed)), [mix])
        for seed in (1, 1, 2)
    ]
    assert np.array_equal(outs[0], outs[1])
    assert not np.array_equal(outs[0], outs[2])


def test_on_step_stops_the_refinement(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.3)
    stream = Stream(model, live_settings(model.spec, 44100, 2, steps=8))
    calls: list[tuple[int, int, int]] = []

    def three(window: int, done: int, steps: int) -> bool:
        calls.append((window, done, steps))
        return done < 3

    stream.on_step = three
    pushed(stream, [noise(2, 256)])
    assert calls == [(k, n, 8) for k in range(2) for n in (1, 2, 3)]
    assert stream.stats.steps == 6


def test_stopping_early_gives_the_buffer_so_far(tiny: MakeModel) -> None:
    """Masks depend on the planned number of steps, so a stop is not the same as fewer steps."""
    model = tiny(conditional=True, couple=0.3)
    mix = noise(2, 512)
    one = pushed(Stream(model, live_settings(model.spec, 44100, 2, steps=1)), [mix])
    stopped = Stream(model, live_settings(model.spec, 44100, 2, steps=512))
    stopped.on_step = lambda window, done, steps: False
    assert np.array_equal(pushed(stopped, [mix]), one)


@QUIET
@given(
    st.integers(1, 60),
    st.integers(0, 70),
    st.integers(0, 60),
    st.integers(1, 90),
    st.integers(1, 3),
)
def test_declared_delays_are_enough_and_no_more(
    tiny: MakeModel, hop: int, ahead: int, fade: int, block: int, batch: int
) -> None:
    assume(fade <= hop)
    model = tiny()
    window = hop + max(ahead, fade)
    chosen = StreamSettings(44100, 1, window, hop, ahead, fade, 1, batch=batch)
    stream = Stream(model, chosen)
    # After one common multiple of block and hop the pattern repeats.
    pushes = int(np.lcm(block, hop * batch) + 2 * stream.latency_samples) // block + 1
    worst = out = 0
    for n in range(1, pushes + 1):
        out += stream.push(np.zeros((1, block), np.float32)).shape[-1]
        worst = max(worst, n * block - out)
    assert worst == stream.delay_for_block(block) <= stream.latency_samples
    assert stream.delay_for_block(1) == stream.latency_samples


def test_offline_equals_live_on_the_same_grid(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    live = live_settings(model.spec, 44100, 2, steps=4, seed=5)
    offline = replace(
        offline_settings(model.spec, 44100, 2, steps=4, seed=5),
        window_samples=live.window_samples,
        hop_samples=live.hop_samples,
        lookahead_samples=live.lookahead_samples,
        crossfade_samples=live.crossfade_samples,
    )
    mix = noise(2, 5000)
    stream = Stream(model, live)
    late = fed(stream, cut(mix, [64] * 70))
    whole = pushed(Stream(model, offline), [mix])
    assert np.array_equal(late[..., stream.latency_samples :], whole)


def test_batches_are_close_to_single_windows(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = live_settings(model.spec, 44100, 2, steps=6)
    mix = noise(2, 5000)
    mix[:, 1000:2500] = 0
    single = pushed(Stream(model, chosen), [mix])
    several = pushed(Stream(model, replace(chosen, batch=4)), [mix])
    np.testing.assert_allclose(several, single, atol=1e-5)


def test_mono_model_is_run_on_every_channel(tiny: MakeModel) -> None:
    model = tiny(channels=1, conditional=True)
    mix = noise(3, 2000)
    stream = Stream(model, live_settings(model.spec, 44100, 3, steps=1))
    out = pushed(stream, [mix])
    for stem, gain in enumerate(GAINS):
        np.testing.assert_allclose(out[stem], gain * mix, atol=2e-6)
    assert stream.stats.network_calls == 3 * stream.stats.windows


def test_memory_does_not_grow_with_the_length(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, live_settings(model.spec, 22050, 2, known=("drums",)))
    block = noise(2, 441)

    def held() -> int:
        parts = (stream._dry, stream._windower._input, stream._delay)
        return sum(part._data.nbytes for part in parts if part is not None)

    stream.feed(block, {"drums": block})
    before = held()
    for _ in range(300):
        stream.feed(block, {"drums": block})
    assert held() == before < 2_000_000


def test_states_are_kept_apart(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    block = noise(2, 100)
    stream.push(block)
    with pytest.raises(StreamStateError):
        stream.feed(block)
    stream.push(block)
    assert stream.flush().shape[-1] == 200
    assert stream.flush().shape == (5, 2, 0)
    with pytest.raises(StreamStateError, match=r"reset\(\)"):
        stream.push(block)
    stream.reset()
    assert stream.flush().shape == (5, 2, 0)


def test_a_failed_run_leaves_the_stream_to_be_reset(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, live_settings(model.spec, 44100, 2))

    def cancel(window: int, done: int, steps: int) -> bool:
        raise KeyboardInterrupt

    stream.on_step = cancel
    with pytest.raises(KeyboardInterrupt):
        stream.push(noise(2, 1000))
    stream.on_step = None
    with pytest.raises(StreamStateError):
        stream.push(noise(2, 1000))
    stream.reset()
    assert pushed(stream, [noise(2, 1000)]).shape[-1] == 1000


@pytest.mark.parametrize(
    "mix",
    [
        np.zeros(5, np.float32),
        np.zeros((1, 5), np.float32),
        np.zeros((2, 5), np.float64),
        np.zeros((2, 5), np.int16),
        np.float32(0),
    ],
)
def test_wrong_blocks_are_refused_and_harm_nothing(tiny: MakeModel, mix: Audio) -> None:
    model = tiny()
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    with pytest.raises(AudioError):
        stream.push(mix)
    assert pushed(stream, [noise(2, 300)]).shape[-1] == 300


def test_wrong_known_stems_are_refused(tiny: MakeModel) -> None:
    model = tiny()
    block = noise(2, 100)
    stream = Stream(model, live_settings(model.spec, 44100, 2, known=("drums",)))
    for known in (None, {}, {"bass": block}, {"drums": block[:, :50]}, {"drums": block[:1]}):
        with pytest.raises(AudioError):
            stream.push(block, known)
    stream = Stream(model, live_settings(model.spec, 44100, 2))
    with pytest.raises(AudioError):
        stream.push(block, {"drums": block})


@pytest.mark.parametrize(
    "changes",
    [
        {"rate_hz": 0},
        {"channels": 0},
        {"channels": 3},
        {"steps": 0},
        {"hop_samples": 0},
        {"window_samples": 100},
        {"crossfade_samples": 200},
        {"known": ("drums", "drums")},
        {"known": ("residual",)},
        {"residual_to": "choir"},
        {"residual_to": "drums", "known": ("drums",)},
        {"quality": "best"},
        {"batch": 0},
    ],
)
def test_wrong_settings_are_refused(tiny: MakeModel, changes: dict[str, object]) -> None:
    model = tiny()
    with pytest.raises(SettingsError):
        Stream(model, replace(live_settings(model.spec, 44100, 2), **changes))


def test_window_that_the_graph_cannot_take_is_refused(tiny: MakeModel) -> None:
    model = tiny(domain="stft")
    chosen = live_settings(model.spec, 44100, 2)
    short = replace(chosen, window_samples=100, hop_samples=40, lookahead_samples=50)
    with pytest.raises(SettingsError, match="the next is 128"):
        Stream(model, short)


def test_inference_errors_are_ours(tiny: MakeModel) -> None:
    model = tiny(domain="stft")
    with pytest.raises(InferenceError, match="mix_mag"):
        model.session.run("masks", {"mix_mag": np.zeros((1, 2, 3), np.float32)})
    with pytest.raises(InferenceError):
        model.session.run("masks", {"mix": np.zeros((1, 2, 65, 3), np.float32)})


def test_streams_on_one_model_may_run_at_once(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = live_settings(model.spec, 44100, 2, steps=6)
    mixes = [noise(2, 6000, seed) for seed in range(4)]
    alone = [pushed(Stream(model, chosen), [mix]) for mix in mixes]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda mix: pushed(Stream(model, chosen), [mix]), mixes))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)
