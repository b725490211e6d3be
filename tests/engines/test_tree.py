"""engines.tree: a model with all that it needs, or one error that says what is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engines.errors import ModelNotFoundError, SettingsError, SpecError
from engines.load import all_files, list_models, load_model, model_stamp, read_spec, read_tree
from engines.providers import all_of
from engines.spec import FirstModel, Member, PresetModel, sidecar_of
from engines.stream import stream_settings
from tests.rigs.fake_session import FakeSession
from tests.rigs.needing import FIRST, SINGER, make_gibbs, mean_spec, write_mean, write_stacked
from tests.rigs.tiny_models import TIGHT, make_model


def test_what_a_model_names_comes_with_it(tmp_path: Path) -> None:
    tree = read_tree(write_stacked(tmp_path))
    assert [one.spec.name for one in tree.every] == ["stacked", "singer"]
    assert [stem for stem, _ in tree.firsts] == ["vocals"] and tree.spec.first == FIRST
    model = load_model(tmp_path / "stacked.onnx")
    assert [(stem, one.spec.name) for stem, one in model.firsts] == [("vocals", "singer")]


def test_a_description_beside_the_file_names_them_as_well(tmp_path: Path) -> None:
    path = write_stacked(tmp_path, first=())
    assert load_model(path).firsts == ()
    sidecar_of(path).write_text(replace(read_spec(path), first=FIRST).to_json())
    assert load_model(path).firsts[0][1].spec.name == "singer"


def test_a_mean_is_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_mean(tmp_path)
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    assert {"both", "quiet", "gibbs"} <= set(list_models())
    for name in ("both", path):
        model = load_model(name)
        assert [one.spec.name for one in model.members] == ["quiet", "gibbs"]
    assert [one.name for one in all_files(path)] == ["both.daw.json", "quiet.onnx", "gibbs.onnx"]


def test_one_that_it_needs_and_that_changes_is_another_model(tmp_path: Path) -> None:
    path = write_mean(tmp_path)
    before = model_stamp(path)
    assert model_stamp(path) == before
    make_gibbs(tmp_path / "gibbs.onnx", couple=0.1, licence="another")
    assert model_stamp(path) != before
    assert load_model(path).members[1].spec.licence == "another"


def test_one_model_that_is_needed_twice_is_loaded_once(tmp_path: Path) -> None:
    write_mean(tmp_path)
    first = (FirstModel("gibbs", ("vocals",)),)
    model = load_model(write_mean(tmp_path, Member("quiet"), Member("gibbs"), first=first))
    assert model.firsts[0][1] is model.members[1]


@pytest.mark.parametrize(
    ("first", "error", "words"),
    [
        (FirstModel("nobody", ("vocals",)), ModelNotFoundError, "stacked.onnx needs .*'nobody'"),
        (FirstModel("singer", ("drums",)), SpecError, "drums of singer.*voice, vocals"),
        (FirstModel("stacked", ("vocals",)), SpecError, "need each other: stacked.onnx > stacked"),
        (FirstModel("loop", ("vocals",)), SpecError, "stacked.onnx > loop.onnx > stacked.onnx"),
        (FirstModel("wide", ("vocals",)), SpecError, "wide, which has 4 channels.*expected 2"),
    ],
)
def test_firsts_that_do_not_fit_are_one_error(
    tmp_path: Path, first: FirstModel, error: type[Exception], words: str
) -> None:
    path = write_stacked(tmp_path, first=(first,))
    make_model(tmp_path / "loop.onnx", name="loop", first=(FirstModel("stacked", ("vocals",)),))
    make_model(tmp_path / "wide.onnx", name="wide", channels=4)
    for look in (read_tree, load_model, model_stamp):
        with pytest.raises(error, match=words):
            look(path)


@pytest.mark.parametrize(
    ("members", "changes", "error", "words"),
    [
        (("quiet", "nobody"), {}, ModelNotFoundError, "needs the model 'nobody'"),
        (("quiet", "singer"), {}, SpecError, "drums, bass, other of singer"),
        (("quiet", "both"), {}, SpecError, "need each other: both.daw.json > both.daw.json"),
        (("quiet", "wide"), {}, SpecError, "4 channels"),
        (("quiet",), {"tight": TIGHT}, SpecError, "quiet, which has no preset tight"),
    ],
)
def test_members_that_do_not_fit_are_one_error(
    tmp_path: Path, members: tuple[str, ...], changes: dict[str, object],
    error: type[Exception], words: str,
) -> None:  # fmt: skip
    write_mean(tmp_path)
    make_model(tmp_path / "singer.onnx", **SINGER)
    make_model(tmp_path / "wide.onnx", name="wide", channels=4)
    path = write_mean(tmp_path, *map(Member, members), **changes)
    with pytest.raises(error, match=words):
        load_model(path)


def test_models_in_models_end_somewhere(tmp_path: Path) -> None:
    make_model(tmp_path / "m0.onnx")
    for deep in range(1, 6):
        spec = mean_spec(Member(f"m{deep - 1}"))
        (tmp_path / f"m{deep}.daw.json").write_text(spec.to_json())
    assert len(read_tree(tmp_path / "m3.daw.json").every) == 4
    with pytest.raises(SpecError, match="at most 4"):
        read_tree(tmp_path / "m4.daw.json")
    beside = mean_spec(Member("m2"), Member("n3"))  # m2 comes first, where it is not too deep
    (tmp_path / "n3.daw.json").write_text(mean_spec(Member("m2")).to_json())
    (tmp_path / "n4.daw.json").write_text(beside.to_json())
    with pytest.raises(SpecError, match=r"n4.*n3.*m2.*2 below.*at most 4"):
        read_tree(tmp_path / "n4.daw.json")


def test_models_that_are_run_in_one_stream_are_counted(tmp_path: Path) -> None:
    """Each of the next row is the mean of all five of the last."""
    for one in range(5):
        make_model(tmp_path / f"m0{one}.onnx")
    for row in (1, 2):
        for one in range(5):
            spec = mean_spec(*(Member(f"m{row - 1}{other}") for other in range(5)))
            (tmp_path / f"m{row}{one}.daw.json").write_text(spec.to_json())
    path = write_mean(tmp_path, Member("m20"), Member("m21"))
    assert len(read_tree(path).every) == 1 + 2 + 5 + 5
    path = write_mean(tmp_path, Member("m20"), Member("m21"), Member("m22"))
    with pytest.raises(SpecError, match=r"75 models that are run.*at most 64"):
        read_tree(path)


def test_members_lie_in_a_file_without_a_graph(tmp_path: Path) -> None:
    path = write_mean(tmp_path)
    (tmp_path / "quiet.daw.json").write_text(path.read_text())
    with pytest.raises(SpecError, match="without a graph"):
        read_spec(tmp_path / "quiet.onnx")
    write_stacked(tmp_path)
    beside = tmp_path / "singer.daw.json"
    beside.write_text(read_spec(tmp_path / "singer.onnx").to_json())
    with pytest.raises(SpecError, match="name the ONNX file"):
        read_spec(beside)


def test_a_description_left_alone_is_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    make_model(tmp_path / "gone.onnx")
    (tmp_path / "gone.daw.json").write_text(read_spec(tmp_path / "gone.onnx").to_json())
    (tmp_path / "gone.onnx").unlink()
    assert "gone" not in list_models()
    with pytest.raises(ModelNotFoundError, match="gone"):
        load_model("gone")
    (tmp_path / "torn.daw.json").write_text("{")
    assert "torn" in list_models()
    with pytest.raises(SpecError, match="torn"):
        load_model("torn")


def test_all_devices_are_told(tmp_path: Path) -> None:
    model = load_model(write_mean(tmp_path))
    assert model.provider == model.members[0].provider
    assert model.provider_note == model.members[0].provider_note
    quiet, gibbs = model.members
    elsewhere = FakeSession(gibbs.spec)
    moved = replace(model, members=(quiet, replace(gibbs, session=elsewhere)))
    assert all_of(moved.provider) == (quiet.provider, elsewhere.provider)
    assert moved.provider_note == f"quiet {quiet.provider_note}; gibbs {elsewhere.note}"


def with_presets(folder: Path, *named: tuple[str, str], **changes: object) -> Path:
    """`whole`, whose presets these other models are run with, and `soon`, which is as quick."""
    make_model(folder / "soon.onnx", name="soon", gains=(0.4, 0.1, 0.1, 0.1), live=TIGHT)
    others = tuple(PresetModel(preset, model) for preset, model in named)
    make_model(folder / "whole.onnx", name="whole", elsewhere=others, **changes)
    return folder / "whole.onnx"


def test_a_preset_that_another_model_is_run_with(tmp_path: Path) -> None:
    path = with_presets(tmp_path, ("instant", "soon"))
    tree = read_tree(path)
    assert [one.spec.name for one in tree.every] == ["whole", "soon"]
    assert [one.name for one in all_files(path)] == ["whole.onnx", "soon.onnx"]
    for preset in ("", "balanced", "offline", "nothing"):
        assert load_model(path, preset=preset).spec == read_spec(path)
    soon = load_model(path, preset="instant")
    assert (soon.spec.name, soon.path) == ("soon", tmp_path / "soon.onnx")
    assert soon.spec.instant == soon.spec.live == TIGHT
    settings = stream_settings(soon.spec, 44100, 2, preset="instant")
    assert settings.hop_samples == TIGHT.hop_samples
    with pytest.raises(SettingsError, match="preset 'instant' for model whole"):
        stream_settings(read_spec(path), 44100, 2, preset="instant")


def test_its_own_preset_of_that_name_comes_first(tmp_path: Path) -> None:
    path = with_presets(tmp_path, ("tight", "soon"))
    own = replace(TIGHT, hop_samples=TIGHT.hop_samples // 2)
    make_model(tmp_path / "soon.onnx", name="soon", tight=own)
    assert load_model(path, preset="tight").spec.tight == own


@pytest.mark.parametrize(
    ("named", "changes", "error", "words"),
    [
        ([("instant", "nobody")], {}, ModelNotFoundError, "needs the model 'nobody'"),
        ([("instant", "singer")], {}, SpecError, "whose stems are vocals, voice"),
        ([("instant", "wide")], {}, SpecError, "whose channels are 4.*expected 2"),
        ([("instant", "slow")], {}, SpecError, "whose rate_hz are 16000.*expected 44100"),
        ([("instant", "whole")], {}, SpecError, "need each other"),
    ],
)
def test_models_that_cannot_take_the_place_are_one_error(
    tmp_path: Path, named: list[tuple[str, str]], changes: dict[str, object],
    error: type[Exception], words: str,
) -> None:  # fmt: skip
    make_model(tmp_path / "singer.onnx", **SINGER)
    make_model(tmp_path / "wide.onnx", name="wide", channels=4)
    make_model(tmp_path / "slow.onnx", name="slow", rate_hz=16000)
    path = with_presets(tmp_path, *named, **changes)
    with pytest.raises(error, match=words):
        load_model(path, preset="instant")


def test_a_preset_is_in_one_place(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="presets tight in two places"):
        with_presets(tmp_path, ("tight", "soon"), tight=TIGHT)
    with pytest.raises(SpecError, match="presets instant in two places"):
        with_presets(tmp_path, ("instant", "soon"), ("instant", "other"))
    with pytest.raises(SpecError, match=r"preset 'balanced' of soon.*instant, tight, quality"):
        with_presets(tmp_path, ("balanced", "soon"))
