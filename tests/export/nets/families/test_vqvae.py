"""The autoencoder: published size, lengths, and what its codebook does."""

from __future__ import annotations

import pytest
import torch

from export.nets import families
from export.nets.families import vqvae
from export.nets.nade import Nade

SMALL = {"width": 6, "depth": 2, "latent": 5, "codes": 16}


def small(**values: object) -> Nade:
    torch.manual_seed(0)
    return Nade("vqvae", families.config_from("vqvae", {**SMALL, **values}))


def count(module: torch.nn.Module) -> int:
    return sum(one.numel() for one in module.parameters())


def test_the_published_size() -> None:
    config = vqvae.Config()
    network = vqvae.build(config)
    assert count(network.decoder) == 458_177
    assert network.codebook.codes.shape == (2048, 64) and config.stride == 8
    dilations = [b.wide.dilation[0] for b in network.decoder if isinstance(b, vqvae.Block)]
    assert dilations == [3**k for k in reversed(range(8))] * 3
    upward = [b.wide.dilation[0] for b in network.encoder if isinstance(b, vqvae.Block)]
    assert upward == dilations[::-1]


@pytest.mark.parametrize("samples", [8, 777, 1600])
def test_as_much_comes_out_as_went_in(samples: int) -> None:
    model = small().eval()
    mix = torch.randn(2, 1, samples)
    found = model.call(mix, None, None)
    assert found.shape == (2, 1, 1, samples)


def test_it_is_no_separator() -> None:
    assert "vqvae" not in families.names()
    with pytest.raises(families.BadConfig, match="one stem, the mix"):
        families.config_from("vqvae", {"stems": 2})
    with pytest.raises(families.BadConfig, match="expected at least 1"):
        families.config_from("vqvae", {"codes": 0})
    with pytest.raises(families.UnknownFamily, match="vqvae"):
        families.family("no_such")


def test_latents_are_rounded_to_the_nearest_code_and_gradients_pass() -> None:
    book = vqvae.Codebook(vqvae.Config(latent=2, codes=3)).eval()
    book.codes.copy_(torch.tensor([[0.0, 0.0], [1.0, 1.0], [5.0, 5.0]]))
    latent = torch.tensor([[[0.2, 4.0], [0.1, 4.4]]], requires_grad=True)
    rounded, distance = book(latent)
    assert rounded.detach().tolist() == [[[0.0, 5.0], [0.0, 5.0]]]
    assert float(distance.detach()) == pytest.approx((0.04 + 1 + 0.01 + 0.36) / 4)
    rounded.sum().backward()
    assert latent.grad is not None and latent.grad.tolist() == [[[1.0, 1.0], [1.0, 1.0]]]


def test_many_latents_are_rounded_in_parts_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small().train()
    model(torch.randn(2, 1, 640))
    rows = torch.randn(300, 5)
    whole = model.core.codebook.nearest(rows)
    monkeypatch.setattr(vqvae, "_ROWS", 7)
    assert torch.equal(model.core.codebook.nearest(rows), whole)


def test_codes_begin_as_latents_and_are_moving_averages() -> None:
    torch.manual_seed(0)
    book = vqvae.Codebook(vqvae.Config(latent=1, codes=2, decay=0.5)).train()
    latent = torch.tensor([[[1.0, 1.0, 1.0, 9.0, 9.0, 9.0]]])
    for _ in range(20):
        book(latent)
    assert sorted(book.codes.flatten().tolist()) == pytest.approx([1.0, 9.0], abs=1e-3)
    assert sorted(book.counts.tolist()) == pytest.approx([3.0, 3.0], abs=1e-3)
    before = book.codes.clone()
    book.eval()(latent + 1)
    assert torch.equal(book.codes, before)


def test_an_unused_code_becomes_a_latent() -> None:
    torch.manual_seed(0)
    book = vqvae.Codebook(vqvae.Config(latent=1, codes=3)).train()
    book.started.fill_(True)
    book.codes.copy_(torch.tensor([[1.0], [2.0], [99.0]]))
    book.counts.fill_(0.5)
    book(torch.tensor([[[1.0, 2.0]]]))
    assert 99.0 not in book.codes.flatten().tolist()
