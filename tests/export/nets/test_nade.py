"""Conditioning, STFT, masks, loss and the Gibbs reference."""

import dataclasses

import numpy as np
import pytest
import torch

from export.nets import gibbs, stft
from export.nets.families import band_unet, nade_demucs
from export.nets.masks import draw_masks
from export.nets.nade import Nade, Signal, centre_trim

MASK = band_unet.Config(
    stems=3, channels=1, fft_samples=1024, hop_samples=256, widths=(4, 6), lstm_hidden=8
)
WAVE = nade_demucs.Config(stems=3, base_channels=4, depth=2)


def models() -> list[Nade]:
    torch.manual_seed(0)
    return [Nade("band_unet", MASK).eval(), Nade("nade_demucs", WAVE).eval()]


@pytest.mark.parametrize("samples", [1, 255, 256, 5000])
def test_stft_round_trip_and_frames(samples: int) -> None:
    signal = torch.randn(2, samples, dtype=torch.float32)
    spectrum = stft.stft(signal, 1024, 256)
    assert spectrum.shape == (2, stft.frame_count(samples, 256), 513)
    back = stft.istft(spectrum, samples, 1024, 256)
    torch.testing.assert_close(back, signal, atol=2e-6, rtol=1e-5)


def test_stft_is_zero_padded_and_centred() -> None:
    signal = torch.zeros(1, 1024)
    signal[0, 256] = 1.0
    window = torch.hann_window(1024, periodic=True)
    spectrum = stft.stft(signal, 1024, 256)
    for frame in range(3):
        place = 256 - frame * 256 + 512
        torch.testing.assert_close(
            spectrum[0, frame].abs(), window[place].expand(513), atol=1e-6, rtol=0
        )


def test_masked_inverse_has_istfts_value_and_gradient() -> None:
    spectrum = stft.stft(torch.randn(2, 1, 3000), 256, 64)
    masks = torch.rand(2, 1, 129, spectrum.shape[-2], requires_grad=True)
    weights = torch.randn(2, 1, 3000)
    results = []
    for wave in (
        stft.masked_inverse(masks, spectrum, 3000, 256, 64),
        stft.istft(masks.transpose(-1, -2) * spectrum, 3000, 256, 64),
    ):
        results.append((wave, torch.autograd.grad((wave * weights).sum(), masks)[0]))
    torch.testing.assert_close(results[0][0], results[1][0])
    torch.testing.assert_close(results[0][1], results[1][1], atol=1e-5, rtol=1e-4)


def test_masks_are_never_empty_and_counts_are_uniform() -> None:
    masks = draw_masks(8000, 4, torch.Generator().manual_seed(1))
    counts = torch.bincount(masks.sum(1), minlength=5)
    assert counts[0] == 0
    assert (counts[1:] / 8000 - 0.25).abs().max() < 0.02
    assert (masks.float().mean(0) - 0.625).abs().max() < 0.02


@pytest.mark.parametrize("hot", ["masked", "given"])
def test_flag_polarity(hot: str) -> None:
    model = Nade("nade_demucs", WAVE, hot)
    flags = model.flags(torch.tensor([[True, False, True]]))
    assert flags.tolist() == ([[1, 0, 1]] if hot == "masked" else [[0, 1, 0]])
    with pytest.raises(ValueError, match="flag_hot"):
        Nade("nade_demucs", WAVE, "hidden")


@pytest.mark.parametrize("index", [0, 1])
def test_masked_stems_cannot_leak_and_given_ones_matter(index: int) -> None:
    model = models()[index]
    mix = torch.randn(1, 1, 4000)
    stems = torch.randn(1, 3, 1, 4000)
    signal = model.encode(mix, stems)
    masked = torch.tensor([[True, False, True]])
    base = model.predict(signal, signal.stems, masked)
    other = stems.clone()
    other[:, 0] = 7.0
    same = model.predict(signal, model.encode(mix, other).stems, masked)
    torch.testing.assert_close(same, base)
    other[:, 1] = 0.0
    changed = model.predict(signal, model.encode(mix, other).stems, masked)
    assert (changed - base).abs().max() > 1e-6


def test_gibbs_schedule() -> None:
    schedule = gibbs.Schedule()
    assert schedule.rho(0, 1) == 1.0
    rates = [schedule.rho(n, 100) for n in range(100)]
    assert rates[0] == 1.0
    assert rates[95:] == [0.0] * 5
    assert rates == sorted(rates, reverse=True)


@pytest.mark.parametrize("index", [0, 1])
def test_gibbs_keeps_known_stems_and_repeats(index: int) -> None:
    model = models()[index]
    mix, stems = torch.randn(2, 1, 4000), torch.randn(2, 3, 1, 4000)
    known = torch.tensor([[False, True, False], [False, False, False]])
    first = gibbs.separate(model, mix, 6, 3, stems, known)
    again = gibbs.separate(model, mix, 6, 3, stems, known)
    assert torch.equal(first.stems, again.stems)
    assert 1 <= first.network_calls <= 6
    if index == 1:  # waveforms stay; magnitudes come back with the mixture's phase
        torch.testing.assert_close(first.stems[0, 1], stems[0, 1])
    other = gibbs.separate(model, mix, 6, 4, stems, known)
    assert not torch.equal(first.stems, other.stems)


@pytest.mark.parametrize("index", [0, 1])
def test_one_step_is_the_one_pass_estimate(index: int) -> None:
    model = models()[index]
    mix = torch.randn(1, 1, 4000)
    with torch.no_grad():
        signal = model.encode(mix)
        raw = model.predict(signal, None, torch.ones(1, 3, dtype=torch.bool))
        expected = model.waveforms(signal, raw)
    result = gibbs.separate(model, mix, 1)
    assert result.network_calls == 1
    torch.testing.assert_close(result.stems, expected, atol=1e-5, rtol=1e-4)


def test_one_pass_twin_ignores_steps() -> None:
    model = Nade("band_unet", dataclasses.replace(MASK, conditional=False)).eval()
    result = gibbs.separate(model, torch.randn(1, 1, 3000), 16)
    assert result.network_calls == 1
    assert result.stems.shape == (1, 3, 1, 3000)


def test_centre_trim_loses_the_odd_sample_on_the_right() -> None:
    assert centre_trim(torch.arange(6), 3).tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="cannot be trimmed"):
        centre_trim(torch.arange(3), 4)


@pytest.mark.parametrize("index", [0, 1])
def test_the_mean_of_the_draws(index: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model, mix = models()[index], torch.randn(1, 1, 4000)
    signal, predict = model.encode(mix), model.predict
    draws: list[list[torch.Tensor]] = [[], [], []]

    def recording(signal: Signal, context: torch.Tensor, masked: torch.Tensor) -> torch.Tensor:
        raw = predict(signal, context, masked)
        for stem in masked[0].nonzero():
            draws[int(stem)].append(model.state(signal, raw)[0, int(stem)])
        return raw

    monkeypatch.setattr(model, "predict", recording)
    found = gibbs.separate(model, mix, 8, 3, schedule=gibbs.Schedule(estimate="mean")).stems
    assert max(map(len, draws)) > 1
    mean = torch.stack([torch.stack(one).mean(0) for one in draws])[None]
    torch.testing.assert_close(found, model.decode(signal, mean), atol=1e-5, rtol=1e-4)


def test_empty_draws_are_not_called() -> None:
    model = models()[0]
    schedule = gibbs.Schedule(rho_max=0.0)
    result = gibbs.separate(model, torch.randn(1, 1, 3000), 5, schedule=schedule)
    assert result.network_calls == 0
    assert np.allclose(result.stems.numpy(), 0)


def test_a_full_mask_resets_and_can_be_skipped() -> None:
    model = models()[0]
    mix = torch.randn(1, 1, 3000)
    always = gibbs.Schedule(rho_max=1.0, rho_min=1.0)
    one = gibbs.separate(model, mix, 1)
    published = gibbs.separate(model, mix, 4, schedule=always)
    skipped = gibbs.separate(model, mix, 4, schedule=always, full_resets=False)
    torch.testing.assert_close(published.stems, one.stems)
    torch.testing.assert_close(skipped.stems, one.stems)
    assert (published.network_calls, skipped.network_calls) == (4, 1)


def test_masks_drawn_by_count() -> None:
    counting, fixed = gibbs.Schedule(draw="count"), torch.zeros(500, 4, dtype=torch.bool)
    fixed[:250, 2] = True
    drawn = torch.rand(500, 4, generator=torch.Generator().manual_seed(0))
    for rho, few, many in ((1.0, 3, 4), (0.5, 2, 2), (0.1, 1, 1), (0.0, 0, 0)):
        masked = counting.masks(rho, drawn, fixed)
        assert not (masked & fixed).any()
        assert masked[:250].sum(1).unique().tolist() == [few]
        assert masked[250:].sum(1).unique().tolist() == [many]
    assert (counting.masks(0.1, drawn, fixed)[250:].float().mean(0) - 0.25).abs().max() < 0.1


def test_count_and_independent_draws_differ_and_both_repeat() -> None:
    model, mix = models()[0], torch.randn(1, 1, 3000)
    counting = gibbs.Schedule(draw="count")
    first, again = (gibbs.separate(model, mix, 8, 3, schedule=counting) for _ in range(2))
    assert torch.equal(first.stems, again.stems)
    assert first.network_calls == 8  # none empty; at N = 8 the schedule does not end before
    assert not torch.equal(first.stems, gibbs.separate(model, mix, 8, 3).stems)
