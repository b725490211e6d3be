"""Networks with flags over time, every family: exported, they agree with torch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from engines.load import load_model
from export.graphs.errors import UnsupportedGraphError
from export.graphs.parity import compare, require_parity
from export.graphs.stft_inside import inside_spec
from export.graphs.tensors import Size, random_feeds, usual_sizes
from tests.rigs.export.networks import CONFIGS, Tiny


@pytest.fixture(params=sorted(CONFIGS))
def timed(request: pytest.FixtureRequest, make_tiny: Callable[..., Tiny]) -> Tiny:
    """The tiny model of each family with flags over time."""
    return make_tiny(request.param, True, "masked", "time")


def test_parity_and_loading(timed: Tiny) -> None:
    require_parity(compare(timed.network, timed.spec, timed.path))
    assert load_model(timed.path).spec.flag_axis == "time"


def test_constant_flags_are_those_of_the_stem(timed: Tiny, make_tiny: Callable[..., Tiny]) -> None:
    plain = make_tiny(timed.network.family)
    feeds = random_feeds(plain.spec, Size(2, usual_sizes(plain.spec)[0].time), 0)
    tensors = [torch.from_numpy(value) for value in feeds.values()]
    flags = tensors[2].unsqueeze(-1).expand(-1, -1, tensors[0].shape[-1])
    with torch.no_grad():
        wanted = plain.network.eval()(*tensors)
        torch.testing.assert_close(timed.network.eval()(*tensors[:2], flags), wanted)


def test_when_a_stem_is_given_matters(timed: Tiny) -> None:
    feeds = random_feeds(timed.spec, Size(2, usual_sizes(timed.spec)[2].time), 0)
    assert feeds["flags"].ndim == 3
    first, last = feeds["flags"][1, :, 0], feeds["flags"][1, :, -1]
    assert not first.any() and last.any()
    tensors = [torch.from_numpy(value) for value in feeds.values()]
    with torch.no_grad():
        found = timed.network.eval()(*tensors)
        tensors[2][1] = tensors[2][1].flip(-1)
        turned = timed.network.eval()(*tensors)
    assert np.array_equal(found[0], turned[0])
    assert not np.array_equal(found[1], turned[1])


def test_inside_graphs_have_no_frames_to_flag(make_tiny: Callable[..., Tiny]) -> None:
    with pytest.raises(UnsupportedGraphError, match="flags over time"):
        inside_spec(make_tiny("band_unet", True, "masked", "time").spec)
