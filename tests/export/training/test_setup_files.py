"""Setups of one's own: what is wrong with one is said before anything is trained."""

import re
from pathlib import Path

import pytest

from export.__main__ import main
from export.common.fields import misfit
from export.training.options import OptionError, TrainOptions
from export.training.setup_files import SETUPS, load_setup

MISTAKES = {
    "stems = 4": ("stems = 3", "model.stems is 3, and stems are drums, bass, other, vocals"),
    'family = "band_unet"': ("", "no family; expected family, stems"),
    '"drums"': ("3", "stems are .3, .*expected names"),
    "rate_hz": ("rate", "no rate; there are family, .*tables model, train, data"),
    "16000": ('"fast"', "rate_hz is 'fast', expected a whole number"),
    "validation_seconds = 6.0": ("", r"\[data\]: needs validation_seconds"),
    "[model]": ('flag_axis = "stems"\n[model]', "flag_axis is 'stems', expected stem or time"),
    "hop_samples": ("hop_sample", "band_unet: no hop_sample; there are stems"),
    "hop_samples = 512": ("hop_samples = 0.5", "hop_samples is 0.5, expected a whole number"),
    "lstm_hidden = 64": ("lstm_hidden = -1", "lstm_hidden is -1, expected at least 0"),
    "widths = [16, 24, 32]": ("widths = 3", "widths is 3, expected a list"),
    "[train]": ("[train", "not a TOML file"),
    "batch = 8": ("batch = true", r"\[train\]: batch is True, expected a whole number"),
    'loss = "bands"': ("loss = 1", "loss is 1, expected text"),
    "own_context": ("own_contxt", r"\[train\]: no own_contxt"),
    'kind = "sampler"': (
        'kind = "samples"',
        "kind is 'samples', expected 'songs' or 'sampler' or 'mix.* or 'prepared'",
    ),
    'stem_set = "song"': ("", r"\[data\]: no stem_set"),
    "seconds = 3.0": ("second = 3.0", r"\[data\]: no second;"),
    "clip_share = 0.25": ('cache = "x"', "cache: given by training itself"),
    '"drums", "bass"': ('"bass", "drums"', r"stem_set has drums, bass.*stems are bass, drums"),
    "remix_share = 0.4": ("remix_share = -1", "remix_share is -1, expected at least 0"),
    "sets = [": ('sets = "MUSDB18" # [', "sets is 'MUSDB18', expected a list"),
    "\n[model]": ('\nterms = "free"\n[model]', "terms are 'free', expected one of permissive"),
}


@pytest.mark.parametrize("old", MISTAKES)
def test_a_mistake_is_named_with_what_is_expected(
    tmp_path: Path, old: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (SETUPS / "song16_small.toml").read_text("utf-8")
    new, message = MISTAKES[old]
    assert old in text
    path = tmp_path / "own.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert main(["train", "--setup", str(path), "--out", str(tmp_path / "run")]) == 1
    said = capsys.readouterr().err
    assert re.search(message, said) and said.startswith(f"error: {path}")
    assert not (tmp_path / "run").exists()


def test_songs_have_a_table_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    text = (SETUPS / "band16_small.toml").read_text("utf-8")
    path.write_text(text.replace('kind = "songs"', 'kind = "songs"\nclip_share = 0.5'), "utf-8")
    with pytest.raises(OptionError, match=r"\[data\]: no clip_share; there are kind, seconds"):
        load_setup(str(path))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("remix_shar = 0.5", "no remix_shar; there are prepared, stems, .*remix_share"),
        ("remix_share = -0.5", "remix_share is -0.5, expected at least 0"),
        ('prepared = "x"', "prepared: given by training itself"),
        ("clip_share = 0.5", "no clip_share"),
    ],
)
def test_prepared_songs_have_a_table_of_their_own(tmp_path: Path, line: str, message: str) -> None:
    text = (SETUPS / "song16_small.toml").read_text("utf-8").partition("[data]")[0]
    path = tmp_path / "own.toml"
    path.write_text(f'{text}[data]\nkind = "prepared"\nseconds = 2.0\n')
    assert load_setup(str(path))["data"] == {"kind": "prepared", "seconds": 2.0}
    path.write_text(f'{text}[data]\nkind = "prepared"\nseconds = 2.0\n{line}\n')
    with pytest.raises(OptionError, match=message):
        load_setup(str(path))


def test_a_setup_that_is_not_there() -> None:
    with pytest.raises(OptionError, match="no setup 'sing'; there are band, "):
        load_setup("sing")


def test_bands_that_do_not_go_with_the_transform(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What only building the network finds is an error of ours as well."""
    text = (SETUPS / "band16_small.toml").read_text("utf-8")
    path = tmp_path / "own.toml"
    for edit, message in (
        (("fft_samples = 2048", "fft_samples = 1024"), "do not cover 513 bins"),
        (("bands = ", "lstm_layers = 1 #"), "give bands, or 1024 or 4096 fft_samples"),
    ):
        path.write_text(text.replace(*edit), "utf-8")
        command = ["--setup", str(path), "--bands", str(tmp_path), "--out", str(tmp_path / "run")]
        assert main(["train", *command]) == 1
        assert message in capsys.readouterr().err


def test_whole_numbers_are_numbers_and_lists_are_tuples() -> None:
    assert misfit(TrainOptions, {"minutes": 5, "seed": 3, "channels_last": False}) == ""
    assert "expected a whole number" in misfit(TrainOptions, {"seed": 3.0})
    assert "expected true or false" in misfit(TrainOptions, {"channels_last": 0})


def test_what_a_network_refuses_is_named_too(tmp_path: Path) -> None:
    text = (SETUPS / "m_unet_small.toml").read_text("utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('"sigmoid"', '"softmax"'))
    with pytest.raises(OptionError, match="softmax"):
        load_setup(str(tmp_path / "mine.toml"))
