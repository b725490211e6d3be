"""The catalogue itself: every entry is whole, and claims no checksum without saying whose."""

from __future__ import annotations

import re

import pytest

from daw_bridge.cli.catalogue.adding import GRAPHS
from daw_bridge.cli.catalogue.entries import Entry, catalogue, entry
from daw_bridge.errors import UnknownEntry
from engines.recipes import recipes


@pytest.mark.parametrize("one", catalogue(), ids=lambda one: one.name)
def test_an_entry_is_whole(one: Entry) -> None:
    source = one.source
    assert one.title and one.stems and one.licence and one.home.startswith("https://")
    assert bool(one.recipe) != bool(one.export), "either described by a recipe, or to be exported"
    assert one.recipe in ("", *recipes())
    assert not (source.url and source.package)
    assert source.url == "" or source.url.startswith("https://")
    if source.verified:
        assert re.fullmatch(r"[0-9a-f]{8,64}", source.sha256)
        assert source.url or source.package
    assert bool(source.checked) == source.verified
    if one.built:
        assert (GRAPHS / one.built.graph).is_file()


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownEntry, match="such as spleeter-2stems"):
        entry("spleeter")
