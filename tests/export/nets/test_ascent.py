"""What one step of TagBox is made of: transforms, masks, the resampler, the error, the gradient."""

from __future__ import annotations

import math

import pytest
import torch

from export.graphs.steering.make import TagBoxOptions, networks
from export.nets import taggers
from export.nets.ascent import Ascent, Begin, Ear, Ears, Resampler, Transform
from tests.rigs.export.tagbox import CALL, RATE_HZ, TAGS, autoencoder, tagger


def noise(samples: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(1, samples, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("fft", [8, 256])
def test_the_transform_is_torchs_and_its_inverse_exact(fft: int) -> None:
    audio = noise(10 * fft)
    real, imag = Transform(fft).analysed(audio)
    window = torch.hann_window(fft).sqrt()
    theirs = torch.stft(audio, fft, fft // 2, window=window, center=True, return_complex=True)
    torch.testing.assert_close(torch.complex(real, imag), theirs, atol=1e-4, rtol=1e-4)
    back = Transform(fft).synthesised(real, imag, audio.shape[-1])
    torch.testing.assert_close(back, audio, atol=1e-5, rtol=1e-5)


def test_a_mask_never_adds_and_takes_what_is_not_made() -> None:
    one, mix = Transform(64), noise(640)
    torch.testing.assert_close(one.masked(mix, 3 * mix), mix, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(one.masked(mix, 0.25 * mix), 0.25 * mix, atol=1e-3, rtol=1e-2)
    assert float(one.masked(mix, 0 * mix).abs().max()) < 1e-4


def test_the_resampler_keeps_a_tone_and_takes_what_is_above() -> None:
    time = torch.arange(44100) / 44100
    tone, high = (torch.sin(2 * math.pi * hz * time)[None] for hz in (440, 15000))
    found = Resampler(44100, 16000)(tone)
    assert found.shape == (1, 16000)
    wanted = torch.sin(2 * math.pi * 440 * torch.arange(16000) / 16000)
    torch.testing.assert_close(found[0, 100:-100], wanted[100:-100], atol=2e-3, rtol=0)
    assert float(Resampler(44100, 16000)(high)[0, 100:-100].abs().max()) < 0.02
    assert Resampler(16000, 16000)(tone) is tone


class Fixed(torch.nn.Module):
    """Says the same of everything."""

    def __init__(self, *likely: float) -> None:
        super().__init__()
        self.likely = torch.tensor([likely])

    def forward(self, audio: torch.Tensor) -> torch.Tensor:
        return self.likely.expand(len(audio), -1)


def test_the_error_is_binary_cross_entropy_over_the_tags_that_a_tagger_knows() -> None:
    first, second = Ear(Fixed(0.2, 0.9), 10, [0, 1], 3), Ear(Fixed(0.6, 0.5), 10, [1, 2], 3)
    ears = Ears([first, second], RATE_HZ, taggers.RATE_HZ)
    assert ears(noise(20))[0].tolist() == pytest.approx([0.2, 0.75, 0.5])
    target = torch.tensor([[1.0, 0.0, 0.0]])
    (one, counts), (_, other) = ears.errors(ears.each(noise(20)), target)
    assert float(one) == pytest.approx(-(math.log(0.2) + math.log(0.1)) / 2, rel=1e-5)
    assert (float(counts), float(other)) == (1.0, 0.0)


def made(**options: object) -> tuple[Begin, Ascent, tuple[str, ...]]:
    return networks(autoencoder(), [tagger()], TagBoxOptions(**options), RATE_HZ)


@pytest.mark.parametrize(
    "options", [{"fft": (256,)}, {"fft": (256, 512), "quantised": True}, {"output": "style"}]
)
def test_the_gradient_is_that_of_the_error(options: dict[str, object]) -> None:
    begin, ascent, tags = made(**options)
    assert tags == TAGS
    mix = noise(2048)[:, None]
    latent, heard = begin(mix)
    assert heard.shape == (1, 3) and latent.shape == (1, 4, 512)
    target = torch.tensor([[0.0, 1.0, 0.0]])
    gradient, loss, audio, said = ascent(latent, mix, target)
    assert audio.shape == (1, 1, 1, 2048)
    leaf = latent.detach().clone().requires_grad_()
    error, _ = ascent.error(leaf, mix[:, 0], target)
    error.backward()
    assert leaf.grad is not None and float(gradient.abs().max()) > 0
    torch.testing.assert_close(gradient, leaf.grad, rtol=1e-3, atol=1e-7)
    assert float(loss) == pytest.approx(float(error.detach()), rel=1e-5)
    torch.testing.assert_close(said, ascent.ears(audio[:, 0, 0]))


def test_style_is_what_the_decoder_plays() -> None:
    begin, ascent, _ = made(output="style")
    mix = noise(2048)[:, None]
    latent, _ = begin(mix)
    _, _, audio, _ = ascent(latent, mix, torch.ones(1, 3))
    torch.testing.assert_close(audio[0], ascent.decoder(latent))


def test_a_call_hears_a_short_mix_repeated() -> None:
    begin, _, _ = made()
    mix = noise(CALL // 2)[:, None]
    twice = torch.cat([mix, mix], -1)
    torch.testing.assert_close(begin.ears(mix[:, 0]), begin.ears(twice[:, 0]))
