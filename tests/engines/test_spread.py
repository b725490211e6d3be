"""engines.spread: which settings each model of a stream runs on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import SettingsError
from engines.load import load_model, read_tree
from engines.settings import stream_settings
from engines.spec import Member
from engines.spread import spread
from tests.rigs.needing import write_mean, write_stacked
from tests.rigs.tiny_models import OFFLINE


def test_loaded_or_not_the_settings_are_the_same(tmp_path: Path) -> None:
    path = write_stacked(tmp_path)
    tree, model = read_tree(path), load_model(path)
    settings = stream_settings(tree.spec, 48000, 2)
    cold, warm = spread(tree, settings), spread(model, settings)
    assert cold.settings == warm.settings == replace(settings, known=("vocals",))
    [(first, stems)] = cold.firsts
    assert stems == ("vocals",) and first.settings == warm.firsts[0][0].settings
    assert first.settings.rate_hz == 48000 and not first.settings.known
    given = replace(settings, known=("vocals",))
    assert not spread(tree, given).firsts  # whoever gives the stem needs no model for it


def test_each_hears_its_own_context_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = write_stacked(tmp_path)
    tree = read_tree(path)
    stem, singer = tree.firsts[0]
    repeating = replace(singer, spec=replace(singer.spec, context="repeat"))
    tree = replace(tree, firsts=((stem, repeating),))
    live = spread(tree, replace(stream_settings(tree.spec, 44100, 2), context="reflect"))
    assert live.firsts[0][0].settings.context == "repeat"
    offline = stream_settings(tree.spec, 44100, 2, preset="offline")
    for given, wanted in (("reflect", "repeat"), ("zeros", "zeros")):  # reflect is its usual way
        first = spread(tree, replace(offline, context=given)).firsts[0][0].settings
        assert first.context == wanted and first.window_samples == OFFLINE.window_samples


def test_all_members_have_to_suit_the_audio(tmp_path: Path) -> None:
    tree = read_tree(write_mean(tmp_path))
    settings = stream_settings(tree.spec, 44100, 2)
    spread(tree, settings).check()
    with pytest.raises(SettingsError, match="6 channels"):
        spread(tree, replace(settings, channels=6)).check()
    tree = read_tree(write_mean(tmp_path, Member("quiet"), Member("gibbs")))
    steps = spread(tree, replace(settings, steps=7, seed=3)).members
    assert [(one.settings.steps, one.settings.seed) for one in steps] == [(7, 3), (7, 3)]


def test_models_before_run_on_the_preset_asked_for_whatever_the_grid(tmp_path: Path) -> None:
    """With a hop of its own, or where the presets of the last one have the same grid."""
    tree = read_tree(write_stacked(tmp_path))
    offline = replace(stream_settings(tree.spec, 44100, 2, preset="offline"), context="reflect")
    [(wanted, _)] = spread(tree, offline).firsts
    assert wanted.settings.window_samples == OFFLINE.window_samples
    [(first, _)] = spread(tree, replace(offline, hop_samples=100, crossfade_samples=0)).firsts
    assert first.settings == wanted.settings and first.settings.context == "reflect"
    alike = replace(tree, spec=replace(tree.spec, live=tree.spec.offline))
    assert spread(alike, offline).firsts[0][0].settings == wanted.settings


def test_members_run_on_the_preset_asked_for_where_grids_are_alike(tmp_path: Path) -> None:
    tree = read_tree(write_mean(tmp_path))
    tree = replace(tree, spec=replace(tree.spec, live=tree.spec.offline))
    for preset in ("balanced", "offline"):
        found = spread(tree, stream_settings(tree.spec, 44100, 2, preset=preset)).members
        wanted = [one.spec.presets[preset].grid for one in tree.members]
        assert [one.settings.grid for one in found] == wanted
