"""The taggers' networks: sizes, shapes, pieces, and the order of their tags."""

from __future__ import annotations

import pytest
import torch

from export.nets import taggers
from export.nets.taggers import fcn, musicnn
from export.nets.taggers.tags import JAMENDO, JAMENDO_FULL, LISTS, MTAT


def parameters(network: torch.nn.Module) -> int:
    return sum(one.numel() for one in network.parameters())


def test_the_folder_has_two_networks() -> None:
    assert taggers.names() == ["fcn", "musicnn"]
    with pytest.raises(taggers.UnknownTagger, match="fcn, musicnn"):
        taggers.tagger("crnn")


def test_published_sizes() -> None:
    assert parameters(fcn.build(fcn.Config())) == 447_732
    found = musicnn.build(musicnn.Config())
    assert found.layer1.conv.in_channels == 561 and found.dense1.in_features == 1506


@pytest.mark.parametrize(
    "network",
    [
        fcn.build(fcn.Config((2, 3, 2, 3, 2), tags=5, samples=330_000)),
        musicnn.build(musicnn.Config(2, 2, 3, 4, tags=5, samples=4000)),
    ],
)
def test_probabilities_of_each_item(network: torch.nn.Module) -> None:
    samples = 330_000 if isinstance(network, fcn.Fcn) else 4000
    found = network.eval()(torch.randn(2, samples) * 0.1).detach()
    assert found.shape == (2, 5)
    assert float(found.min()) > 0.0 and float(found.max()) < 1.0


def test_the_fcn_says_the_least_that_it_must_hear() -> None:
    with pytest.raises(ValueError, match="327424"):
        fcn.build(fcn.Config(samples=327_423))
    fcn.build(fcn.Config(samples=327_424))
    with pytest.raises(ValueError, match="1600"):
        musicnn.build(musicnn.Config(samples=100))


def test_weights_say_their_sizes() -> None:
    for module, config in (
        (fcn, fcn.Config((2, 3, 4, 5, 6), tags=7)),
        (musicnn, musicnn.Config(2, 3, 4, 5, tags=7)),
    ):
        state = module.build(config).state_dict()
        assert module.config_of(state) == config
        with pytest.raises(KeyError):
            module.config_of({})


def test_a_short_clip_is_repeated_and_never_filled_with_silence() -> None:
    audio = torch.arange(1.0, 4.0)[None]
    assert taggers.pieces(audio, 7).tolist() == [[1, 2, 3, 1, 2, 3, 1]]
    assert taggers.pieces(audio, 2).tolist() == [[1, 2], [3, 1]]
    assert taggers.pieces(audio, 3).tolist() == [[1, 2, 3]]


def test_answers_for_pieces_are_averaged() -> None:
    class Loudness(torch.nn.Module):
        def forward(self, audio: torch.Tensor) -> torch.Tensor:
            return audio.mean(1, keepdim=True)

    audio = torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    assert taggers.heard(Loudness(), audio, 2).tolist() == [[2.5], [6.5]]


def test_the_orders_of_the_tags() -> None:
    assert {name: len(set(tags)) for name, tags in LISTS.items()} == {"mtat": 50, "jamendo": 50}
    assert [MTAT.index(tag) for tag in ("guitar", "drums", "piano", "flute")] == [0, 5, 9, 25]
    assert list(JAMENDO_FULL) == sorted(JAMENDO_FULL)
    wanted = {"rock": 25, "bass": 32, "drums": 35, "guitar": 38, "piano": 40, "strings": 41,
              "violin": 43, "voice": 44}  # fmt: skip
    assert {tag: JAMENDO.index(tag) for tag in wanted} == wanted
