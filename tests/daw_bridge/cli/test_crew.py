"""`separate --pool ray` as it is used, with threads in Ray's place, on a disk and in a store."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from daw_bridge.cli import main
from daw_bridge.files.pools import cluster
from tests.rigs.hand_ray import HandRay, installed
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> HandRay:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(cluster, "_POLL_S", 0.01)
    return installed(monkeypatch, HandRay((2, 2)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    (tmp_path / "in" / "more").mkdir(parents=True)
    for name in ("one", "more/two", "more/one"):
        save(tmp_path / "in" / f"{name}.wav", noise(2, 9000, len(name)))
    (tmp_path / "in" / "bad.wav").write_text("not audio")
    return tmp_path


@pytest.fixture
def memory(folder: Path) -> Iterator[str]:
    files = fsspec.filesystem("memory")
    files.store.clear()
    files.put(str(folder / "in"), "/lib/in", recursive=True)
    yield "memory://lib"
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def separate(folder: Path, *args: str) -> int:
    with contextlib.chdir(folder):
        return main(["separate", "--model", "tiny.onnx", *args])


def test_files_of_a_disk(ray: HandRay, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = ("in", "-r", "-o", "stems", "--pool", "ray", "--jobs", "2")
    assert separate(folder, *args) == 1
    out, err = capsys.readouterr()
    assert sorted(out.splitlines())[1] == str(Path("stems/more/one/bass.wav"))
    assert "Ray: 3 nodes, 4 cores; 2 songs at a time, each on 2 cores" in err
    assert err.count("bad.wav: in/bad.wav cannot be read as audio") == 2  # once in the list
    assert len(ray.actors) == 2 and all(one.dead for one in ray.actors)
    assert len(list((folder / "stems").rglob("daw-bridge.json"))) == 3


def test_files_of_a_store(
    ray: HandRay, folder: Path, memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    args = (f"{memory}/in", "-r", "-o", f"{memory}/out", "--pool", "ray", "--json")
    assert separate(folder, *args) == 1
    out, _ = capsys.readouterr()
    events = [json.loads(line) for line in out.splitlines() if line[0] == "{"]
    stems = [one["path"] for one in events if one["event"] == "stem"]
    assert len(stems) == 15 and f"{memory}/out/more/two/drums.wav" in stems
    failed = [one for one in events if one["event"] == "failed"]
    assert [(one["file"], one["code"]) for one in failed] == [(f"{memory}/in/bad.wav", "bad_file")]
    assert separate(folder, *args, "--resume") == 1
    out, _ = capsys.readouterr()
    assert out.count('"skipped"') == 3
    # All of it again, and a folder of stems is no song.
    assert separate(folder, memory, "-r", "-o", f"{memory}/more", "--pool", "ray") == 1
    assert "left out: 3 folders with stems" in capsys.readouterr().err


def test_no_ray_for_songs_that_are_there(
    ray: HandRay, folder: Path, memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, start in (("in", ""), (f"{memory}/in", f"{memory}/")):
        args = (place, "-r", "-o", f"{start}stems", "--pool", "ray", "--resume")
        assert separate(folder, *args) == 1
        started, _ = len(ray.inits), capsys.readouterr()
        if not start:  # a bad song is found here, one in a store where it is fetched
            assert separate(folder, *args) == 1 and len(ray.inits) == started
            out, err = capsys.readouterr()
            assert out.count("drums.wav\n") == 3 and "3 done, 1 not done" in err
            (folder / "in" / "bad.wav").unlink()
        else:
            fsspec.filesystem("memory").rm("/lib/in/bad.wav")
        assert separate(folder, *args) == 0 and len(ray.inits) == started
        assert capsys.readouterr().err.count("skipped: ") == 3
    save(folder / "in" / "new.wav", noise(2, 3000))
    assert separate(folder, "in", "-r", "-o", "stems", "--pool", "ray", "--resume") == 0
    assert len(ray.inits) == started + 1
    assert separate(folder, "none", "--pool", "ray") == 1 and len(ray.inits) == started + 1


def test_from_a_store_to_a_disk(ray: HandRay, folder: Path, memory: str) -> None:
    assert separate(folder, f"{memory}/in/one.wav", "-o", "stems", "--pool", "ray") == 0
    assert (folder / "stems" / "one" / "daw-bridge.json").is_file()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["s3://b/a.wav"], "s3://b/a.wav without --pool"),
        (["in", "-o", "s3://b/out"], "s3://b/out without --pool"),
        (["-", "--pool", "ray"], "- with --pool ray"),
        (["in", "--pool", "dask"], "ray, ray://auto or ray://HOST:PORT"),
        (["memory://none", "--project", "reaper", "--pool", "ray"], "--project with files in a"),
    ],
)
def test_what_cannot_be_started(
    ray: HandRay, folder: Path, args: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert separate(folder, *args) == 2
    out, err = capsys.readouterr()
    assert says in err and not out


def test_no_cluster(ray: HandRay, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ray.refusal = ConnectionError("nobody answers")
    assert separate(folder, "in", "--pool", "ray://head:10001") == 2
    assert "Ray at ray://head:10001 (ConnectionError: nobody answers)" in capsys.readouterr().err
