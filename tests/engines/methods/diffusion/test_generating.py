"""engines.methods.diffusion.generating, with a prior that is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engines.errors import AudioError, SettingsError
from engines.methods.diffusion.euler import Euler
from engines.methods.diffusion.gamma import INFINITE, Gamma
from engines.methods.diffusion.generating import USUAL, Generated, Generation, Place, generate
from engines.methods.diffusion.leak import Leaks
from engines.methods.diffusion.levels import Levels
from engines.methods.diffusion.prior import Guidance
from engines.methods.diffusion.settings import Sampling
from engines.types import Audio
from tests.rigs.oracle import STEMS, Oracle, make_song

LENGTH = 8192
SONG = make_song(0, LENGTH)
ALL = tuple((stem,) for stem in STEMS)
DRUMS = SONG.stems[1]


def run(settings: Generation, given: Any = (), **place: Any) -> Generated:
    return generate(Oracle(SONG), STEMS, Place(1, LENGTH, **place), settings, given)


def rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(np.square(audio))))


def leak(new: Audio, given: Audio) -> float:
    """How much of what is given is in what is new: its projection."""
    leaks = Leaks((("new",),), (("given",),))
    leaks.add(given[None], new[None])
    return leaks.found[0].share


def shares(audio: Audio) -> Audio:
    """Power in each place of an STFT that each stem of the song has more of than all others, as a
    share of all: what it sounds like."""
    from tests.rigs.oracle import _DOMAIN, make_stft

    spectra = np.abs(make_stft(_DOMAIN, LENGTH, 0).forward(audio[0])) ** 2
    owner = SONG.powers.argmax(axis=0)
    found: Audio = np.array([spectra[owner == stem].sum() for stem in range(len(STEMS))])
    return found / found.sum()


def test_all_parts_at_once_sound_each_like_itself_and_sum_to_the_mix() -> None:
    found = run(Generation(ALL))
    assert found.parts.shape == (4, 1, LENGTH) and found.parts.dtype == np.float32
    for row, part in enumerate(found.parts):
        assert shares(part).argmax() == row
        assert 0.2 < rms(part) / rms(SONG.stems[row]) < 2
    off = rms(found.mix - found.parts.sum(axis=0)) / rms(found.mix)
    assert off < 0.1
    assert (found.steps, found.network_calls) == (200, 400)


def test_a_partition_is_made_in_parts_of_several() -> None:
    """Equation 11: what bass and drums are together, and the others."""
    found = run(Generation((("bass", "drums"), ("guitar", "piano"))))
    assert shares(found.parts[0])[:2].sum() > 0.7
    assert shares(found.parts[1])[2:].sum() > 0.7


def test_parts_to_given_drums_have_none_of_them_in_them() -> None:
    settings = Generation((("bass",), ("piano",)), (("drums",),))
    found = run(settings, [DRUMS])
    assert all(abs(leak(part, DRUMS)) < 0.05 for part in found.parts)
    assert leak(found.mix, DRUMS) > 0.9
    assert shares(found.parts[0]).argmax() == 0 and shares(found.parts[1]).argmax() == 3


def test_equal_gammas_leak_what_is_given() -> None:
    """As published, with MSDM's gamma: known, and why ours differ."""
    settings = Generation(
        (("bass",), ("piano",)), (("drums",),), gamma_parts=Gamma(), gamma_mix=INFINITE
    )
    assert leak(run(settings, [DRUMS]).parts[0], DRUMS) < -0.3


def test_alpha_is_the_level_of_what_is_given_in_the_mix() -> None:
    mixes = [
        run(Generation((("piano",),), (("drums",),), alpha=alpha), [DRUMS]).mix
        for alpha in (1.0, 0.25)
    ]
    assert leak(mixes[0], DRUMS) > 0.9 and 0.1 < leak(mixes[1], DRUMS) < 0.5


def test_the_same_seed_gives_the_same_and_another_one_another() -> None:
    short = Generation((("bass",),), sampling=Sampling(Levels(60, 4.0), Euler(0.0)))
    found = [run(short, seed=seed).parts for seed in (3, 3, 4)]
    assert np.array_equal(found[0], found[1])
    assert abs(np.corrcoef(found[0].ravel(), found[2].ravel())[0, 1]) < 0.3


def test_whoever_stops_early_hears_no_noise() -> None:
    settings = Generation((("bass",),), (("drums",),))
    place = Place(1, LENGTH)
    found = generate(Oracle(SONG), STEMS, place, settings, [DRUMS], lambda done, steps: done < 20)
    assert found.steps == 20 and rms(found.parts) < 3 * rms(SONG.stems)


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": ()},
        {"parts": ((),)},
        {"parts": (("bass",), ("bass",))},
        {"given": (("bass",),)},
        {"alpha": 0.0},
        {"beta": float("nan")},
        {"sampling": Sampling(USUAL.levels, USUAL.solver, samples=2)},
        {"sampling": Sampling(USUAL.levels, USUAL.solver, remask_fft=512)},
        {"sampling": Sampling(Levels(10, 4.0)), "given": (("drums",),)},
        {"gamma_parts": Gamma("constant", 0.01)},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        Generation(**({"parts": (("bass",),)} | changes))


def test_an_instrument_that_the_model_does_not_know_is_refused_with_those_it_does() -> None:
    for settings in (Generation((("tuba",),)), Generation((("bass",),), (("tuba",),))):
        given = [DRUMS] * len(settings.given)
        with pytest.raises(SettingsError, match="bass, drums, guitar, piano"):
            run(settings, given)


@pytest.mark.parametrize("negative", [("drums", ("flute",)), ("flute+bass", ("drums",))])
def test_so_is_one_in_a_negative_prompt(negative: tuple[str, tuple[str, ...]]) -> None:
    sampling = Sampling(USUAL.levels, USUAL.solver, Guidance(2.0, (negative,)))
    with pytest.raises(SettingsError, match=r"flute.*bass, drums, guitar, piano"):
        run(Generation((("drums",),), sampling=sampling))


@pytest.mark.parametrize("given", [[], [DRUMS[:, 1:]], [DRUMS, DRUMS]])
def test_given_audio_of_another_shape_is_refused(given: list[Audio]) -> None:
    with pytest.raises(AudioError):
        run(Generation((("bass",),), (("drums",),)), given)


def test_guidance_is_noted() -> None:
    levels = USUAL.levels
    settings = Generation((("bass",),), sampling=Sampling(levels, USUAL.solver, Guidance(5.0)))
    assert "5" in settings.notes[0]
