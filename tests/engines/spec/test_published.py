"""engines.spec.published: a model says which published system it is."""

from __future__ import annotations

import pytest

from engines.errors import SpecError
from engines.spec import ModelSpec, Published
from tests.rigs.tiny_models import make_spec

PAPER = "Li et al. 2019 (arXiv 1909.05746)"


def test_it_is_read_as_it_is_written() -> None:
    spec = make_spec(published=Published("Sams-Net", PAPER, "24 channels of 64"))
    assert ModelSpec.from_json(spec.to_json()) == spec
    assert make_spec().published is None


def test_the_words_say_whether_it_is_scaled_down() -> None:
    assert Published("Sams-Net", PAPER).words == f"Sams-Net, {PAPER}"
    assert Published("Sams-Net", PAPER, "all of it").words == f"Sams-Net, {PAPER}, scaled down"


@pytest.mark.parametrize(("system", "paper"), [("", PAPER), ("Sams-Net", " ")])
def test_a_system_has_a_name_and_a_paper(system: str, paper: str) -> None:
    with pytest.raises(SpecError, match="a name and a paper"):
        Published(system, paper)
