"""engines.methods.diffusion.separating, with a prior that is known: what a sampler is worth."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from unittest import mock

import numpy as np
import pytest

from engines.errors import SettingsError
from engines.methods.diffusion.adpm2 import Adpm2
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.separating import Mixes, Separated, separate
from engines.methods.diffusion.settings import Sampling, Separation
from engines.types import Audio
from tests.rigs.oracle import LENGTH, STEMS, Oracle, Song, make_song, posterior_mean

SONGS = 2
FEW = Sampling(Levels(12))
"""For two rows, or where what comes out does not matter."""


@lru_cache
def song(seed: int = 0, length: int = LENGTH) -> Song:
    return make_song(seed, length)


def si_sdr(estimate: Audio, truth: Audio) -> Any:
    """dB of (..., T)."""
    scale = (estimate * truth).sum(-1, keepdims=True) / np.square(truth).sum(-1, keepdims=True)
    error = np.square(estimate - scale * truth).sum(-1)
    return 10 * np.log10(np.square(scale * truth).sum(-1) / error)


def gain(estimate: Audio, of: Song) -> float:
    """Mean SI-SDRi over the stems, dB."""
    raw = np.broadcast_to(of.mix, of.stems.shape)
    return float((si_sdr(estimate, of.stems) - si_sdr(raw, of.stems)).mean())


def run(of: Song, proceed: Any = None, **changes: Any) -> Separated:
    settings = Separation(**({"stems": STEMS, "constrained": "drums"} | changes))
    mixes = Mixes(of.mix[None], [0])
    return separate(Oracle(of), STEMS, mixes, settings, *([proceed] if proceed else []))


def mean_gain(**changes: Any) -> float:
    return float(np.mean([gain(run(song(k), **changes).stems[0], song(k)) for k in range(SONGS)]))


@pytest.mark.parametrize("constrained", STEMS)
def test_the_separator_separates_with_any_stem_constrained(constrained: str) -> None:
    assert mean_gain(constrained=constrained) > 7.0


def test_the_extractor_separates_better_than_the_separator() -> None:
    extracted = mean_gain(kind="extractor")
    assert extracted > 8.0 and extracted > mean_gain()


def test_an_ensemble_has_each_stem_of_the_one_that_was_chosen() -> None:
    chosen = ("bass", "piano")
    both = run(song(), kind="ensemble", extracted=chosen).stems[0]
    parts = [run(song(), kind=kind).stems[0] for kind in ("separator", "extractor")]
    for row, stem in enumerate(STEMS):
        kind = int(stem in chosen)
        # Which pairs there are says which noise they have: only the first one's is the same.
        same = np.array_equal(both[row], parts[kind][row])
        assert same or (kind and abs(gain_of(both, row) - gain_of(parts[1], row)) < 2)
        assert not np.array_equal(both[row], parts[1 - kind][row])


def gain_of(stems: Audio, row: int) -> float:
    return float(si_sdr(stems, song().stems)[row, 0])


@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(Levels(40, spacing="karras")),
        Sampling(solver=Adpm2()),
        Sampling(solver=Euler(20.0, 2)),
        Sampling(Levels(50, 3.0)),
    ],
    ids=["karras", "adpm2", "resampled", "sigma 3"],
)
def test_other_schedules_and_solvers_separate_as_well(sampling: Sampling) -> None:
    assert mean_gain(sampling=sampling) > 7.0


def test_a_rest_told_its_own_level_separates_with_fewer_steps() -> None:
    assert mean_gain(told="own", sampling=Sampling(Levels(16))) > 7.0


def test_steps_that_are_refused_would_have_diverged() -> None:
    with mock.patch("engines.methods.diffusion.settings.require_stable"):
        assert gain(run(song(), sampling=Sampling(Levels(20))).stems[0], song()) < -10
        assert gain(run(song(), sampling=Sampling(Levels(24))).stems[0], song()) < gain(
            run(song()).stems[0], song()
        )


def test_guidance_needs_its_scale_times_as_small_steps_where_a_prior_is_certain() -> None:
    """This one's null label is certain of all stems together: the worst case."""
    guided = [Sampling(Levels(count), guidance=Guidance(1.5)) for count in (30, 60)]
    diverged, separated = (gain(run(song(), sampling=one).stems[0], song()) for one in guided)
    assert diverged < -10 and separated > 6.0


def test_a_mean_of_samples_comes_nearer_to_the_mean_of_all() -> None:
    best = gain(posterior_mean(song()), song())
    one, four = (gain(run(song(), sampling=Sampling(samples=n)).stems[0], song()) for n in (1, 4))
    assert one + 0.4 < four < best
    assert gain(run(song(), sampling=Sampling(remask_fft=512)).stems[0], song()) > one + 0.4


@pytest.mark.parametrize(
    "changes", [{}, {"constrained": "bass"}, {"sampling": Sampling(samples=2)}]
)
def test_the_separators_stems_sum_to_the_mix(changes: dict[str, Any]) -> None:
    found = run(song(0, 8192), **changes)
    np.testing.assert_allclose(found.stems[0].sum(axis=0), song(0, 8192).mix, atol=1e-5)


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    mix = song(0, 8192).mix[None]
    settings = Separation(STEMS, kind="extractor", sampling=FEW)
    found = [
        separate(Oracle(song(0, 8192)), STEMS, Mixes(mix, [0], seed), settings).stems
        for seed in (5, 5, 6)
    ]
    assert np.array_equal(found[0], found[1]) and not np.array_equal(found[0], found[2])


@pytest.mark.parametrize("kind", ["separator", "extractor", "ensemble"])
def test_several_mixes_at_once_are_as_each_by_itself(kind: str) -> None:
    length = 8192
    mixes = np.stack([song(k, length).mix for k in range(2)])
    extracted = ("guitar",) if kind == "ensemble" else ()
    sampling = Sampling(guidance=Guidance(2.0))
    settings = Separation(STEMS, kind, "drums", extracted, sampling=sampling)
    prior = Oracle(song(0, length))
    together = separate(prior, STEMS, Mixes(mixes, [0, 512], 3), settings)
    for row, origin in enumerate((0, 512)):
        alone = separate(prior, STEMS, Mixes(mixes[row : row + 1], [origin], 3), settings)
        np.testing.assert_allclose(together.stems[row], alone.stems[0], atol=1e-5)
        assert together.network_calls == alone.network_calls


def test_progress_counts_every_chain_to_its_end() -> None:
    told: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        told.append((done, steps))
        return True

    sampling = Sampling(samples=2)
    found = run(song(0, 4096), proceed, kind="ensemble", extracted=("bass",), sampling=sampling)
    assert told == [(n, 120) for n in range(1, 121)]
    assert (found.steps, found.network_calls) == (120, 120)


@pytest.mark.parametrize("stop", [1, 15, 30, 45])
def test_whoever_stops_early_gets_stems_that_sum_to_the_mix(stop: int) -> None:
    sampling = Sampling(samples=2)
    found = run(song(), lambda done, steps: done < stop, sampling=sampling)
    assert found.steps == stop
    np.testing.assert_allclose(found.stems[0].sum(axis=0), song().mix, atol=1e-5)
    if stop >= 15:
        assert gain(found.stems[0], song()) > 5.0


def test_an_ensemble_stopped_in_its_first_half_has_the_other_stems_as_shares_of_the_mix() -> None:
    found = run(song(0, 4096), lambda done, steps: done < 5, kind="ensemble", extracted=("bass",))
    assert found.steps == 5 and np.isfinite(found.stems).all()


def test_guidance_costs_twice_the_rows_and_is_1_without() -> None:
    rows = []
    for scale in (1.0, 1.5):
        oracle = Oracle(song(0, 4096))
        settings = Separation(
            STEMS, constrained="drums", sampling=Sampling(guidance=Guidance(scale))
        )
        separate(oracle, STEMS, Mixes(song(0, 4096).mix[None], [0]), settings)
        rows.append(oracle.rows)
    assert rows == [120, 240]


def test_a_subset_of_the_labels_can_be_separated() -> None:
    """Where stems are known and taken out of the mix, the others are left."""
    of = song()
    mix = of.stems[[0, 2, 3]].sum(axis=0)
    settings = Separation(("bass", "guitar", "piano"), constrained="bass")
    found = separate(Oracle(of), STEMS, Mixes(mix[None], [0]), settings).stems[0]
    raw = si_sdr(np.broadcast_to(mix, found.shape), of.stems[[0, 2, 3]])
    assert (si_sdr(found, of.stems[[0, 2, 3]]) - raw).mean() > 7.0


def test_a_stem_that_the_denoiser_does_not_know_is_refused_with_those_it_does() -> None:
    settings = Separation((*STEMS, "flute"), constrained="drums", sampling=Sampling(Levels(100)))
    with pytest.raises(SettingsError, match=r"flute.*bass, drums, guitar, piano"):
        separate(Oracle(song()), STEMS, Mixes(song().mix[None], [0]), settings)
