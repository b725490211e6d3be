"""engines.stft: against the definition, and against itself (torch: tests/export)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.errors import SpecError
from engines.spec import WINDOWS, StftDomain
from engines.spec.domains import SQRT_HANN
from engines.stft import Stft, overlap_add, taper, tapers

RNG = np.random.default_rng(5)


def noise(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def spectrum_at(audio: np.ndarray, domain: StftDomain, first: int) -> np.ndarray:
    """The windowed DFT of the frame that begins at `first`, by definition, in float64."""
    index = np.arange(first, first + domain.fft_samples)
    inside = (index >= 0) & (index < len(audio))
    frame = np.where(inside, audio[np.clip(index, 0, len(audio) - 1)], 0.0)
    bins = np.arange(domain.fft_samples // 2 + 1)[:, None]
    angles = bins * np.arange(domain.fft_samples) / domain.fft_samples
    window = taper(domain.window, domain.fft_samples).astype(np.float64)
    return np.exp(-2j * np.pi * angles) @ (frame * window)


@st.composite
def cases(draw: st.DrawFn) -> tuple[StftDomain, int, int]:
    fft = 2 * draw(st.integers(2, 32))
    hop = draw(st.integers(1, fft // 2))
    domain = StftDomain(fft, hop, draw(st.sampled_from(WINDOWS)), draw(st.booleans()))
    return domain, draw(st.integers(3 * fft, 6 * fft)), draw(st.integers(0, hop - 1))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_frames_are_those_of_the_definition(case: tuple[StftDomain, int, int]) -> None:
    domain, length, phase = case
    stft = Stft(domain, length, phase)
    audio = noise(length)
    spectra = stft.forward(audio)
    assert spectra.dtype == np.complex64
    assert spectra.shape == (stft.frames, domain.fft_samples // 2 + 1)
    lead = domain.fft_samples // 2 if domain.centred else 0
    front = domain.hop_samples if domain.centred and phase else 0
    for t in {0, 1, stft.frames // 2, stft.frames - 1} & set(range(stft.frames)):
        first = phase - front + t * domain.hop_samples - lead
        wanted = spectrum_at(audio, domain, first)
        np.testing.assert_allclose(spectra[t], wanted, atol=2e-4)


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_any_part_comes_back_from_the_frames_it_needs(
    case: tuple[StftDomain, int, int], data: st.DataObject
) -> None:
    domain, length, phase = case
    stft = Stft(domain, length, phase)
    margin = 0 if domain.centred else domain.fft_samples
    start = data.draw(st.integers(margin, length - 1 - margin))
    stop = data.draw(st.integers(start + 1, length - margin))
    audio = noise(2, length)
    first, end = stft.needed(start, stop)
    part = stft.inverse(stft.forward(audio)[:, first:end], start, stop)
    assert part.dtype == np.float32
    np.testing.assert_allclose(part, audio[:, start:stop], atol=2e-4)


@settings(max_examples=40, deadline=None)
@given(cases(), st.data())
def test_a_part_equals_the_same_part_of_the_whole(
    case: tuple[StftDomain, int, int], data: st.DataObject
) -> None:
    domain, length, phase = case
    stft = Stft(domain, length, phase)
    start = data.draw(st.integers(0, length - 1))
    stop = data.draw(st.integers(start + 1, length))
    spectra = stft.forward(noise(length)) * noise(stft.frames, domain.fft_samples // 2 + 1)
    first, end = stft.needed(start, stop)
    all_first, all_end = stft.needed(0, length)
    whole = stft.inverse(spectra[all_first:all_end], 0, length)
    part = stft.inverse(spectra[first:end], start, stop)
    np.testing.assert_allclose(part, whole[start:stop], atol=1e-4 * max(1.0, np.abs(whole).max()))


def test_overlapping_windows_on_the_grid_see_the_same_frames() -> None:
    domain = StftDomain(64, 16)
    audio = noise(2000)
    first, second = audio[100:900], audio[277:1077]
    here = Stft(domain, 800, -100 % 16).forward(first)
    there = Stft(domain, 800, -277 % 16).forward(second)
    # Frame t is centred at (its phase - 16 + 16 t) after the window's start: compare by position.
    centres_here = {100 + (-100 % 16) - 16 + 16 * t: t for t in range(len(here))}
    centres_there = {277 + (-277 % 16) - 16 + 16 * t: t for t in range(len(there))}
    common = [c for c in centres_here if c in centres_there and 277 + 32 <= c <= 900 - 32]
    assert len(common) > 20
    for centre in common:
        assert np.array_equal(here[centres_here[centre]], there[centres_there[centre]])


def test_samples_without_frames_are_zero() -> None:
    stft = Stft(StftDomain(64, 16, centred=False), 100)
    first, end = stft.needed(90, 100)
    assert np.array_equal(
        stft.inverse(np.ones((end - first, 33), np.complex64), 97, 100), [0, 0, 0]
    )


@pytest.mark.parametrize("length", [8, 9, 15, 16])
def test_overlap_add_is_the_sum_of_shifted_pieces(length: int) -> None:
    pieces = noise(3, 7, length)
    wanted = np.zeros((3, 6 * 4 + length))
    for t in range(7):
        wanted[:, 4 * t : 4 * t + length] += pieces[:, t]
    np.testing.assert_allclose(overlap_add(pieces, 4)[:, : wanted.shape[1]], wanted, atol=1e-5)


@st.composite
def reflected(draw: st.DrawFn) -> tuple[StftDomain, int]:
    fft = 2 * draw(st.integers(2, 32))
    hop, centred = draw(st.integers(1, fft // 2)), draw(st.booleans())
    offset = 0 if centred else -draw(st.integers(0, fft // 2))
    envelope = draw(st.sampled_from(("partial", "full")))
    domain = StftDomain(
        fft, hop, "hann_periodic", centred, offset_samples=offset, edge="reflect", envelope=envelope
    )
    return domain, draw(st.integers(fft, 5 * fft))


@settings(max_examples=60, deadline=None)
@given(reflected())
def test_frames_over_the_ends_find_the_window_reflected(case: tuple[StftDomain, int]) -> None:
    domain, length = case
    stft, audio = Stft(domain, length), noise(length)
    last = stft.first + (stft.frames - 1) * domain.hop_samples + domain.fft_samples
    pads = -stft.first, max(0, last - length)
    padded = np.pad(audio, pads, mode="reflect")
    found = stft.forward(audio)
    assert stft.frames == domain.frames(length) and stft.first == domain.first_sample
    for t in range(stft.frames):
        wanted = spectrum_at(padded, domain, t * domain.hop_samples)
        np.testing.assert_allclose(found[t], wanted, atol=2e-4)


def test_a_full_envelope_is_that_of_frames_beyond_the_ends_too() -> None:
    """Hann at a quarter: 1.5 everywhere, so that the ends of the first frames fade in."""
    partial, full = (
        Stft(StftDomain(64, 16, centred=False, offset_samples=-24, envelope=one), 160)
        for one in ("partial", "full")
    )
    audio = noise(160)
    spectra = full.forward(audio)
    first, second = (one.inverse(spectra, 0, 160) for one in (partial, full))
    np.testing.assert_allclose(first, audio, atol=1e-5)
    np.testing.assert_allclose(second[24:-24], audio[24:-24], atol=1e-5)
    assert np.abs(second[:24] - audio[:24]).max() > 0.01
    assert np.abs(second[:24]).sum() < np.abs(audio[:24]).sum()


PAIRS = [(64, 16, 8), (64, 32, 8), (128, 32, 16), (2048, 512, 256), (1024, 256, 128), (64, 64, 16)]


@pytest.mark.parametrize(("fft", "gives", "hop"), PAIRS)
def test_a_pair_of_windows_gives_the_ends_of_its_frames_exactly(
    fft: int, gives: int, hop: int
) -> None:
    domain = StftDomain(fft, hop, SQRT_HANN, False, synthesis_samples=gives, envelope="full")
    stft, audio = Stft(domain, 6 * fft), noise(2, 6 * fft)
    start, stop = fft, 5 * fft
    first, end = stft.needed(start, stop)
    assert (end - first) * hop == stop - start + gives - hop
    spectra = stft.forward(audio)[:, first:end]
    back = stft.inverse(spectra, start, stop)
    np.testing.assert_allclose(back, audio[:, start:stop], atol=2e-6)
    analysis, synthesis = tapers(SQRT_HANN, fft, gives)
    product = analysis[fft - gives :] * synthesis
    np.testing.assert_allclose(product, taper("hann_periodic", gives), atol=1e-6)
    assert (analysis[1:] > 0).all() and np.argmax(analysis) == fft - gives // 2


@pytest.mark.parametrize("changes", [
    {"synthesis_samples": 8}, {"synthesis_samples": 24}, {"synthesis_samples": 128},
    {"synthesis_samples": 32, "window": "hann_periodic"},
    {"synthesis_samples": 32, "centred": True}, {"synthesis_samples": 32, "edge": "reflect"},
])  # fmt: skip
def test_pairs_that_are_none_are_refused(changes: dict[str, Any]) -> None:
    base = {"window": SQRT_HANN, "centred": False}
    with pytest.raises(SpecError, match="synthesis_samples"):
        StftDomain(64, 16, **(base | changes))
