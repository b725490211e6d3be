"""Peers: what each answers, on sounds with a known answer."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest
import torch

from engines.types import Audio
from export.common.metrics import sdr
from export.scores import peers
from export.scores.peers import PeerError, Task, oracle, silence, spleeter

RATE_HZ = 8000
STEMS = ("bass", "drums", "vocals", "other")
ROWS = (("bass",), ("vocals",), ("bass", "drums", "other"))
needs_librosa = pytest.mark.librosa


def task(stems: dict[str, Audio], rows: tuple = ROWS, rate_hz: int = RATE_HZ) -> Task:
    return Task(np.sum(list(stems.values()), axis=0, dtype=np.float32), rate_hz, stems, rows)


def sines(channels: int = 2, samples: int = 16000, rate_hz: int = RATE_HZ) -> dict[str, Audio]:
    """Each stem a tone of its own."""
    time = np.arange(samples) / rate_hz
    levels = np.linspace(1, 0.5, channels)[:, None]
    return {
        name: (0.2 * levels * np.sin(2 * np.pi * hertz * time)).astype(np.float32)
        for name, hertz in zip(STEMS, (100, 500, 1200, 2500), strict=True)
    }


@pytest.mark.parametrize("name", peers.names())
def test_every_peer_conforms(name: str) -> None:
    module = importlib.import_module(f"export.scores.peers.{name}")
    assert module.__doc__ and isinstance(module.NEEDS, dict)
    for row in module.rows(STEMS):
        assert [stem for stem in STEMS if stem in row] == list(row)
    assert module.rows(("bass", "other")) == ()


def test_doing_nothing() -> None:
    given = task(sines())
    mixes = peers.load("mix").separate(given)
    shares = peers.load("mix_share").separate(given)
    assert set(mixes) == set(shares) == set(ROWS)
    for row in ROWS:
        assert np.array_equal(mixes[row], given.mix)
        np.testing.assert_allclose(shares[row], given.mix * len(row) / 4, atol=1e-7)
        assert shares[row].dtype == np.float32
    assert not any(audio.any() for audio in silence.separate(given).values())


@pytest.mark.parametrize(("channels", "samples"), [(2, 16000), (1, 500)])
def test_the_oracle_finds_what_does_not_overlap(channels: int, samples: int) -> None:
    given = task(sines(channels, samples))
    found = oracle.separate(given)
    for row in ROWS:
        true = sum(given.stems[name] for name in row)
        assert found[row].shape == true.shape and found[row].dtype == np.float32
        if samples > 1000:
            assert sdr(found[row], true) > 25
    whole = oracle.separate(task(sines(channels, samples), (STEMS,)))[STEMS]
    np.testing.assert_allclose(whole, given.mix, atol=1e-5)


@needs_librosa
def test_hpss_finds_clicks() -> None:
    clicks = np.zeros((2, 16000), np.float32)
    clicks[:, 1000::4000] = 1.0
    stems = {**sines(), "drums": clicks}
    found = peers.load("hpss").separate(task(stems))
    assert set(found) == {("drums",)} and found["drums",].dtype == np.float32
    assert sdr(found["drums",], clicks) > 6 > sdr(task(stems).mix, clicks)
    assert peers.load("hpss").separate(task({"bass": clicks, "other": clicks})) == {}


@needs_librosa
@pytest.mark.parametrize("samples", [2000, 48000])
def test_repet_sim_takes_out_what_repeats(samples: int) -> None:
    time = np.arange(samples) / RATE_HZ
    low = np.where(
        time % 0.5 < 0.25, np.sin(2 * np.pi * 300 * time), np.sin(2 * np.pi * 450 * time)
    )
    sweep = 0.1 * np.sin(2 * np.pi * (700 + 250 * time) * time)
    stems = {"other": np.float32([0.3 * low] * 2), "vocals": np.float32([sweep, 0.5 * sweep])}
    found = peers.load("repet_sim").separate(task(stems))
    assert set(found) == {("vocals",)} and found["vocals",].shape == (2, samples)
    assert np.isfinite(found["vocals",]).all()
    if samples > 10000:
        gain = sdr(found["vocals",], stems["vocals"]) - sdr(task(stems).mix, stems["vocals"])
        assert gain > 5


class _Share(torch.nn.Module):
    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, magnitude: torch.Tensor) -> torch.Tensor:
        assert magnitude.shape[1:] == (2, 512, 1024)
        return self.share * magnitude


@pytest.mark.parametrize(("channels", "rate_hz"), [(2, 44100), (1, 44100), (2, 22050)])
def test_spleeter_shares_the_mix_below_11_khz(
    channels: int, rate_hz: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spleeter, "networks", lambda: (_Share(0.6), _Share(0.8)))
    given = task(sines(channels, rate_hz, rate_hz), rate_hz=rate_hz)
    found = spleeter.separate(given)
    assert list(found) == [("vocals",), ("bass", "drums", "other")]
    for audio, share in zip(found.values(), (0.36, 0.64), strict=True):
        assert audio.shape == given.mix.shape
        middle = slice(5000, -5000)
        np.testing.assert_allclose(audio[:, middle], share * given.mix[:, middle], atol=2e-3)
    time = np.arange(44100) / 44100
    high = np.float32([0.1 * np.sin(2 * np.pi * 15000 * time)] * 2)
    found = spleeter.separate(task({"vocals": high, "other": high}, rate_hz=44100))
    assert np.abs(found["vocals",][:, 5000:-5000]).max() < 1e-3
    assert spleeter.separate(task({"drums": high, "other": high})) == {}


@pytest.mark.spleeter
def test_spleeter_has_its_weights() -> None:
    given = task(sines(2, 44100, 44100), rate_hz=44100)
    vocals, accompaniment = peers.load("spleeter").separate(given).values()
    assert sdr(accompaniment, given.mix) > sdr(vocals, given.mix)  # tones are no voice
    np.testing.assert_allclose((vocals + accompaniment), given.mix, atol=0.05)


def test_what_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PeerError, match="one of hpss, mix"):
        peers.load("demucs")
    monkeypatch.setattr(oracle, "NEEDS", {"no_such_package": "no-such-package==1.0"})
    with pytest.raises(PeerError, match=r"pip install no-such-package==1\.0"):
        peers.load("oracle")
