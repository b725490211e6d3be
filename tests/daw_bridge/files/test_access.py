"""Which files clients may name."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daw_bridge.errors import BadFile, NotAllowed
from daw_bridge.files import access as module
from daw_bridge.files.access import SYSTEM, TOO_WIDE, Access, default_folders, is_system
from daw_bridge.server.streams.models import ModelStore
from engines.errors import ModelNotFoundError, SpecError
from engines.spec import Part, sidecar_of
from tests.rigs.scratch import scratch_folder
from tests.rigs.tiny_models import make_model, make_spec


def made(root: Path) -> Path:
    """`root/in` may be used, `root/out` may not; links lead from each to the other and round."""
    inside, outside = root / "in", root / "out"
    for folder, text in ((inside, "in"), (outside, "out"), (root / "in-not", "out")):
        (folder / "deep").mkdir(parents=True)
        for place in (folder, folder / "deep"):
            (place / "song.wav").write_text(text)
    links = {
        inside / "away": outside,
        inside / "away.wav": outside / "song.wav",
        inside / "up": Path(".."),
        inside / "deep" / "there": Path("../../out/deep"),
        inside / "self": inside,
        outside / "back": inside,
    }
    for link, target in links.items():
        link.symlink_to(target)
    return inside


PARTS = (
    "in",
    "out",
    "in-not",
    "deep",
    "away",
    "away.wav",
    "up",
    "there",
    "self",
    "back",
    "..",
    ".",
)
TREE = made(scratch_folder())


@given(st.lists(st.sampled_from((*PARTS, "song.wav")), max_size=7))
def test_no_way_leads_out(parts: list[str]) -> None:
    """Whatever the way, a file that may be used holds what was written inside."""
    path = Path(os.path.join(TREE, *parts, "song.wav"))  # noqa: PTH118 (keeps the dots)
    may = Access.to([TREE])
    if not path.is_file():
        return
    if path.read_text() == "out":
        with pytest.raises(NotAllowed):
            may.file(path)
    else:
        assert may.file(path).read_text() == "in"
        assert not may.file(path).is_symlink()


@pytest.mark.parametrize(
    "way",
    [
        "../out/song.wav", "away/song.wav", "away.wav", "up/out/song.wav", "deep/there/song.wav",
        "self/away.wav", "deep/../../in-not/song.wav", "../in-not/song.wav", "away/new/song.wav",
        "/proc/self/root/etc/hostname", "/proc/self/cwd/../../../../etc/hostname", "/etc/hostname",
        "../in/../out/song.wav", "//etc/hostname", "",
    ],
)  # fmt: skip
def test_ways_out_are_refused(way: str) -> None:
    may = Access.to([TREE])
    with pytest.raises(NotAllowed, match="--allow-path"):
        may.folder(TREE / way if way else TREE.parent)


def test_the_refusal_names_the_flag_that_allows_the_path(tmp_path: Path) -> None:
    other = tmp_path / "my songs"
    other.mkdir()
    for ask, path in (("file", other / "a.wav"), ("folder", other)):
        with pytest.raises(NotAllowed) as caught:
            getattr(Access.to([TREE]), ask)(path)
        flag, folder = shlex.split(caught.value.action.rstrip("."))[-2:]
        assert flag == "--allow-path" and Path(folder) == other.resolve()
        assert getattr(Access.to([Path(folder)]), ask)(path)


def test_a_link_names_where_it_leads() -> None:
    with pytest.raises(NotAllowed) as caught:
        Access.to([TREE]).file(TREE / "away" / "song.wav")
    assert str((TREE.parent / "out").resolve()) in caught.value.action


def test_nothing_is_told_of_what_lies_elsewhere() -> None:
    """Neither whether it is there, nor where a link there leads."""
    may, away = Access.to([TREE / "deep"]), TREE / "away"
    for path in (away / "song.wav", TREE / "never" / "song.wav"):
        with pytest.raises(NotAllowed) as caught:
            may.file(path)
        assert str(caught.value).replace(str(path.parent), "") == told(may, path)


def told(may: Access, path: Path) -> str:
    folders = ", ".join(map(str, may.folders))
    return (
        f"path /{path.name}; expected a file below {folders}. Choose one there, or start the "
        "server with --allow-path ."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes in folders")
def test_a_pipe_would_hold_the_job_for_ever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(BadFile, match="pipe"):
        Access.to([tmp_path]).file(tmp_path / "pipe.wav")
    with pytest.raises(BadFile, match="pipe"):
        Access.to([tmp_path]).model(str(tmp_path / "pipe.wav"))


def test_what_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for path in (tmp_path / "a", Path("a\0b")):
        with pytest.raises(NotAllowed):
            Access.to([tmp_path]).file(path)
    assert Access.to([tmp_path]).file(tmp_path / "not there.wav")


def test_no_folder_at_all_is_not_every_folder() -> None:
    with pytest.raises(NotAllowed, match="no folder at all"):
        Access.to([]).file(TREE / "song.wav")


def test_models_by_name_or_by_path() -> None:
    may = Access.to([TREE])
    assert may.model("song") == "song"
    with pytest.raises(ModelNotFoundError):  # a slip of the pen, not a forbidden file
        may.model("sogn")
    with pytest.raises(NotAllowed, match="an installed model or a file below"):
        may.model("/etc/m.onnx")


# The default.


def test_by_default_home_temporary_files_and_other_disks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(module.sys, "platform", "linux")
    may = Access.to(default_folders())
    for good in (tmp_path / "Music", Path(tempfile.gettempdir()) / "a", Path("/media/ada/STICK/a"),
                 Path("/mnt/disk/a"), Path("/run/media/ada/STICK/a")):  # fmt: skip
        assert may.folder(good)
    for bad in ("/", "/etc", "/usr/share", "/var/lib/a", "/proc/1", "/run/a", "/home", "/opt/a"):
        with pytest.raises(NotAllowed):
            may.folder(Path(bad))


@pytest.mark.parametrize("home", ["/", "/usr/sbin", "/bin", "/etc/ada", "/var", "/home", "/dev"])
def test_an_account_that_lives_in_the_system_has_no_home_here(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", home)
    assert Path(home).resolve() not in default_folders()
    with pytest.raises(NotAllowed):
        Access.to(default_folders()).file(Path("/etc/ada/song.wav"))


def test_homes_that_are_homes() -> None:
    for home in ("/root", "/home/ada", "/Users/ada", "/var/lib/mpd", "/dev/shm", "/data/ada"):
        assert not is_system(Path(home))
    assert all(is_system(Path(one)) for one in (*SYSTEM, *TOO_WIDE))


def test_without_home_and_temporary_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> Path:
        raise RuntimeError("no home")

    def nowhere() -> str:
        raise FileNotFoundError("nowhere")

    monkeypatch.setattr(module.Path, "home", none)
    monkeypatch.setattr(module.tempfile, "gettempdir", nowhere)
    monkeypatch.setattr(module.sys, "platform", "darwin")
    assert default_folders() == (Path("/Volumes").resolve(),)


def test_other_drives_of_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMDRIVE", "C:")
    drives = [str(one) for one in module._volumes("win32")]
    assert "D:\\" in drives and "Z:\\" in drives and "C:\\" not in drives
    assert not module._is_other_drive(PureWindowsPath("C:\\"))  # type: ignore[arg-type]
    assert module._is_other_drive(PureWindowsPath("d:\\"))  # type: ignore[arg-type]


def test_the_home_of_windows_own_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEMROOT", "C:\\Windows")
    for path, system in (("C:\\Windows\\System32\\config\\systemprofile", True),
                         ("C:\\Windows\\Temp", True), ("C:\\Users\\ada", False)):  # fmt: skip
        assert is_system(PureWindowsPath(path)) is system  # type: ignore[arg-type]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_a_model_may_have_no_file_that_may_not_be_named(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
    for name in ("one", "two"):
        make_model(outside / f"{name}.onnx")
    shutil.copy(outside / "one.onnx", inside / "one.onnx")
    parts = (Part("one.onnx", (("drums", 0), ("bass", 1))),
             Part("two.onnx", (("other", 2), ("vocals", 3))))  # fmt: skip
    (inside / "one.daw.json").write_text(make_spec(parts=parts).to_json())
    (inside / "two.onnx").symlink_to(outside / "two.onnx")
    access = Access.to([inside])
    with pytest.raises(NotAllowed, match="two"):
        access.model(str(inside / "one.onnx"))
    (inside / "two.onnx").unlink()
    shutil.copy(outside / "two.onnx", inside / "two.onnx")
    assert access.model(str(inside / "one.onnx")) == str(inside / "one.onnx")
    (inside / "one.daw.json").unlink()
    os.mkfifo(inside / "one.daw.json")
    with pytest.raises((SpecError, BadFile)):
        access.model(str(inside / "one.onnx"))


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_model_that_is_a_link_keeps_what_lies_beside_the_link(tmp_path: Path) -> None:
    for name in ("blobs", "models"):
        (tmp_path / name).mkdir()
    make_model(tmp_path / "blobs" / "12ab")
    link = tmp_path / "models" / "choir.onnx"
    link.symlink_to(tmp_path / "blobs" / "12ab")
    sidecar_of(link).write_text(make_spec(name="choir").to_json())
    assert Access.to([tmp_path]).model(str(link)) == str(link)
    assert ModelStore([tmp_path]).load(str(link), "cpu", 1).spec.name == "choir"
