"""engines.stream: any blocks in, the same samples out at the declared delay, summing to the mix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engines.stream import Stream, StreamSettings, residual, stream_settings
from tests.rigs.stream_tools import (
    BELOW_100_DBFS,
    BLOCKS,
    KINDS,
    QUIET,
    cut,
    fed,
    noise,
    pushed,
    tone,
)
from tests.rigs.tiny_models import GAINS, STEMS, MakeModel


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
@QUIET
@given(BLOCKS, st.integers(0, 3000), st.integers(1, 3))
def test_any_blocks_give_the_same_bits(
    tiny: MakeModel, domain: str, conditional: bool, sizes: list[int], samples: int, batch: int
) -> None:
    model = tiny(domain=domain, conditional=conditional, couple=0.3)
    chosen = replace(stream_settings(model.spec, 48000, 2, steps=4, seed=9), batch=batch)
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
    stream = Stream(model, stream_settings(model.spec, rate_hz, 2, steps=2))
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
        stream_settings(model.spec, 44100, channels, steps=5),
        stream_settings(model.spec, 48000, channels, preset="offline"),
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
    stream = Stream(model, stream_settings(model.spec, rate_hz, 2))
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
    chosen = stream_settings(
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
    live = stream_settings(model.spec, 44100, 2, steps=4, seed=5)
    offline = replace(
        stream_settings(model.spec, 44100, 2, steps=4, seed=5, preset="offline"),
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
    chosen = stream_settings(model.spec, 44100, 2, steps=6)
    mix = noise(2, 5000)
    mix[:, 1000:2500] = 0
    single = pushed(Stream(model, chosen), [mix])
    several = pushed(Stream(model, replace(chosen, batch=4)), [mix])
    np.testing.assert_allclose(several, single, atol=1e-5)


def test_mono_model_is_run_on_every_channel(tiny: MakeModel) -> None:
    model = tiny(channels=1, conditional=True)
    mix = noise(3, 2000)
    stream = Stream(model, stream_settings(model.spec, 44100, 3, steps=1))
    out = pushed(stream, [mix])
    for stem, gain in enumerate(GAINS):
        np.testing.assert_allclose(out[stem], gain * mix, atol=2e-6)
    assert stream.stats.network_calls == 3 * stream.stats.windows


def test_memory_does_not_grow_with_the_length(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, stream_settings(model.spec, 22050, 2, known=("drums",)))
    block = noise(2, 441)

    def held() -> int:
        parts = (stream._dry, stream._windower._input, stream._delay)
        return sum(part._data.nbytes for part in parts if part is not None)

    stream.feed(block, {"drums": block})
    before = held()
    for _ in range(300):
        stream.feed(block, {"drums": block})
    assert held() == before < 2_000_000


def test_streams_on_one_model_may_run_at_once(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = stream_settings(model.spec, 44100, 2, steps=6)
    mixes = [noise(2, 6000, seed) for seed in range(4)]
    alone = [pushed(Stream(model, chosen), [mix]) for mix in mixes]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda mix: pushed(Stream(model, chosen), [mix]), mixes))
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)


def test_residual_completes_the_sum() -> None:
    rng = np.random.default_rng(0)
    mix, stems = rng.random((2, 100), np.float32), rng.random((4, 2, 100), np.float32)
    np.testing.assert_allclose(stems.sum(axis=0) + residual(mix, stems), mix, atol=1e-6)
