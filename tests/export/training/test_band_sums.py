"""Band sums hold what the waveform loss would need."""

import torch

from export.nets import banding
from export.nets.families import band_unet
from export.nets.masks import Masks
from export.nets.nade import Nade
from export.nets.stft import stft
from export.training import band_sums
from export.training.losses.bands import Loss
from export.training.options import TrainOptions

CONFIG = band_unet.Config(
    stems=4, channels=1, fft_samples=1024, hop_samples=256, widths=(4, 6), lstm_hidden=8
)


def test_band_sums_hold_the_error_energy() -> None:
    stems = 0.1 * torch.randn(2, 4, 1, 8000, generator=torch.Generator().manual_seed(0))
    sums = band_sums.band_sums(stems, CONFIG.runs, 1024, 256)
    masks = torch.rand(2, 4, 1, CONFIG.band_count, sums.mix.shape[-1])
    signal = Nade("band_unet", CONFIG).encode(stems.sum(1), stems)
    torch.testing.assert_close(sums.mix, banding.reduce_bands(signal.mix, CONFIG.runs))
    assert signal.phase is not None
    whole = banding.expand_bands(masks.flatten(1, 2), CONFIG.runs).unflatten(1, (4, 1))
    spectra = stft(stems, 1024, 256).transpose(-1, -2)
    error = (whole * signal.phase.transpose(-1, -2).unsqueeze(1) - spectra).abs() ** 2
    torch.testing.assert_close(
        band_sums.error_energy(masks, sums), error.sum(3), rtol=1e-3, atol=1e-4
    )


def test_the_loss_is_the_relative_norm_of_the_error() -> None:
    model = Nade("band_unet", CONFIG).eval()
    loss = Loss(model, TrainOptions(loss="bands", precision="float32"))
    stems = 0.1 * torch.randn(2, 4, 1, 8000, generator=torch.Generator().manual_seed(0))
    sums = band_sums.band_sums(stems, CONFIG.runs, 1024, 256)
    masked = torch.tensor([[True, False, True, True], [True, True, True, True]])
    found = loss.errors(sums, sums, sums.stems, Masks(masked), torch.Generator())
    masks = loss.masks(sums, sums.stems, Masks(masked))
    norms = band_sums.error_energy(masks, sums).sqrt().mean((-2, -1))
    level = sums.mix_energy.sum(2).sqrt().mean((-2, -1))
    torch.testing.assert_close(found, norms * masked / level[:, None], rtol=1e-3, atol=1e-4)


def test_sums_are_made_in_the_data_process() -> None:
    class Noise:
        def batch(self, step: int) -> object:
            return torch.randn(1, 4, 1, 4000, generator=torch.Generator().manual_seed(step)).numpy()

    loss = Loss(Nade("band_unet", CONFIG), TrainOptions(loss="bands", equaliser_db=6.0))
    source = loss.source(Noise)()
    first, again, other = (loss.read(source.batch(step)) for step in (3, 3, 4))
    assert loss.size(first) == (1, 4)
    torch.testing.assert_close(first.cross, again.cross, rtol=0, atol=0)
    assert not torch.equal(first.cross, other.cross)
    assert loss.energies(first).shape == (1, 4)
