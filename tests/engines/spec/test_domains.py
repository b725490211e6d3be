"""engines.spec.domains: which windows a graph can take, and what an STFT can be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.errors import SpecError
from engines.spec import HybridDomain, StftDomain, WaveformDomain

DEMUCS = StftDomain(
    4096, 1024, values="complex", bins=2048, scale=1 / 64, centred=False, offset_samples=-1536,
    edge="reflect", envelope="full",
)  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"values": "phase"},
        {"bins": -1},
        {"bins": 66},
        {"zero_bins": -1},
        {"zero_bins": 65},
        {"bins": 8, "zero_bins": 8},
        {"scale": 0.0},
        {"scale": float("nan")},
        {"scale": float("inf")},
        {"frames_base": -1},
        {"frames_base": 4, "frames_step": -1},
        {"frames_step": 4},
        {"edge": "wrap"},
        {"envelope": "half"},
        {"offset_samples": -8},
        {"centred": False, "offset_samples": 8},
        {"centred": False, "offset_samples": -65},
        {"hop_samples": 65},
        {"hop_samples": 128, "window": "rectangular", "edge": "reflect"},
        {"hop_samples": 65, "window": "vorbis"},
        {"hop_samples": 129, "window": "rectangular"},
    ],
)
def test_refuses(changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        StftDomain(**({"fft_samples": 128, "hop_samples": 32} | changes))


def test_a_rectangular_window_may_follow_the_last_at_once() -> None:
    assert StftDomain(128, 128, "rectangular").hop_samples == 128


def test_one_length_alone_is_a_step_of_nothing() -> None:
    domain = WaveformDomain(343980, 0)
    assert {domain.valid_window(one) for one in (1, 343980, 400000)} == {343980}


def test_the_frames_of_published_windows() -> None:
    mdx = StftDomain(6144, 1024, values="complex", bins=2048, frames_base=256)
    assert mdx.frames(261120) == 256
    assert [mdx.valid_window(one) for one in (1, 260097, 261120, 261121)] == [
        261120, 260097, 261120, 261120,
    ]  # fmt: skip
    assert DEMUCS.frames(343980) == 336
    spleeter = StftDomain(4096, 1024, bins=1024, frames_base=64, frames_step=64)
    assert spleeter.valid_window(70 * 1024) == 127 * 1024
    gtcrn = StftDomain(512, 256, "sqrt_hann_periodic", centred=False, frames_base=1)
    assert gtcrn.valid_window(512) == 512 and gtcrn.valid_window(100_000) == 512


@st.composite
def stepped(draw: st.DrawFn) -> StftDomain:
    fft = 2 * draw(st.integers(2, 40))
    hop, centred = draw(st.integers(1, fft // 2)), draw(st.booleans())
    offset = 0 if centred else -draw(st.integers(0, fft // 2))
    base, step = draw(st.integers(8, 40)), draw(st.integers(1, 9))
    return StftDomain(
        fft, hop, centred=centred, offset_samples=offset, frames_base=base, frames_step=step
    )


@given(stepped(), st.integers(1, 4000))
def test_the_next_valid_window_has_a_valid_number_of_frames(domain: StftDomain, size: int) -> None:
    valid = domain.valid_window(size)
    frames = domain.frames(valid)
    assert valid >= max(size, domain.fft_samples)
    assert frames >= domain.frames_base
    assert (frames - domain.frames_base) % domain.frames_step == 0
    assert domain.valid_window(valid) == valid
    # No fewer frames would do.
    least = domain.frames(max(size, domain.fft_samples))
    assert frames - domain.frames_step < max(least, domain.frames_base)


def test_a_hybrid_window_suits_both() -> None:
    demucs = HybridDomain(DEMUCS, WaveformDomain(343980, 0))
    assert demucs.valid_window(343980) == 343980
    assert demucs.valid_window(1000) == 343980
    both = HybridDomain(StftDomain(128, 32, values="complex", frames_base=8, frames_step=8))
    assert both.valid_window(129) == 224
    odd = HybridDomain(DEMUCS, WaveformDomain(1024, 1024))
    assert odd.valid_window(5000) == 5120
    with pytest.raises(SpecError, match="complex"):
        HybridDomain(StftDomain())


def test_frames_lie_on_the_window_only_where_something_asks_for_it() -> None:
    assert not StftDomain().on_window
    assert not StftDomain(values="complex", bins=1024, zero_bins=3, scale=0.5).on_window
    assert StftDomain(edge="reflect").on_window and StftDomain(frames_base=8).on_window
    assert StftDomain(envelope="full").on_window and DEMUCS.on_window
