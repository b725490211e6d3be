"""`daw-bridge separate` as it is used: in its own process, told by its output and exit code."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from daw_bridge.cli.reports import TextReporter
from daw_bridge.cli.separate_files import song_names
from daw_bridge.files.types import Done, Failed, Progress, StemWritten
from tests.rigs.needing import SINGER, write_stacked
from tests.rigs.sounds import below_mix_db, load, noise, save
from tests.rigs.tiny_models import STEMS, make_model

ROOT = Path(__file__).parents[3]
ALL = {*STEMS, "residual"}
LIMIT_FILE_SIZE = (
    "import resource, signal, sys\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
    "from daw_bridge.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


def start(folder: Path, *args: str, code: str = "") -> subprocess.Popen[str]:
    run = ["-c", code] if code else ["-m", "daw_bridge"]
    command = [sys.executable, *run, "separate", "--model", "tiny.onnx", "--threads", "1", *args]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=folder, text=True, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def call(folder: Path, *args: str, code: str = "") -> tuple[int, str, str]:
    process = start(folder, *args, code=code)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", conditional=True, domain="stft")
    save(tmp_path / "song.wav", noise(2, 50_000))
    return tmp_path


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_files_in_stems_out_and_one_bad_one(folder: Path) -> None:
    (folder / "sub").mkdir()
    save(folder / "sub" / "song.flac", noise(1, 3000), 22050, "PCM_16")
    (folder / "bad.wav").write_text("not audio")
    code, out, err = call(folder, "song.wav", "bad.wav", "sub/song.flac", "-o", "stems")
    assert code == 1
    assert {path.parent.name for path in (folder / "stems").rglob("*.wav")} == {"song", "song-2"}
    assert {path.stem for path in (folder / "stems" / "song-2").glob("*.wav")} == ALL
    assert below_mix_db(folder / "stems" / "song", load(folder / "song.wav")) < -100.0
    assert out.splitlines() == [
        str(Path("stems", song, f"{stem}.wav"))
        for song in ("song", "song-2") for stem in (*STEMS, "residual")
    ]  # fmt: skip
    assert "bad.wav cannot be read as audio" in err and "[bad_file]" in err
    assert "2 done, 1 not" in err and "\r" not in err
    assert err.count("model tiny: MIT (daw-bridge models info tiny)\n") == 1
    assert err.count("on the CPU\n") == 1 and "CUDA" not in err


def test_the_licences_of_all_models_are_told(folder: Path) -> None:
    write_stacked(folder, licence="GPL-3.0")
    make_model(folder / "singer.onnx", **(SINGER | {"licence": "CC BY-NC 4.0"}))
    info = "(daw-bridge models info"
    _, _, err = call(folder, "song.wav", "-o", "a", "--model", "stacked.onnx")
    assert f"model stacked: CC BY-NC 4.0 {info} stacked)\n" in err and "together" not in err
    _, _, err = call(folder, "song.wav", "-o", "b", "--known", f"vocals=@{folder / 'singer.onnx'}")
    assert err.startswith(
        f"model tiny: MIT {info} tiny)\nmodel singer: CC BY-NC 4.0 {info} singer)\n"
        "together: CC BY-NC 4.0\n"
    )


def test_json_lines(folder: Path) -> None:
    code, out, err = call(folder, "song.wav", "none.wav", "--json")
    events = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert events[0]["event"] == "failed" and events[0]["code"] == "bad_file"
    assert events[-1] == {"event": "summary", "done": 1, "failed": 1, "exit_code": 1}
    own = [event for event in events if event.get("file") == "song.wav"]
    assert {event["event"] for event in own} == {"progress", "notice", "stem", "done"}
    paths = [event["path"] for event in own if event["event"] == "stem"]
    assert paths == [f"song/{name}.wav" for name in (*STEMS, "residual")]
    progress = [event for event in own if event["event"] == "progress"]
    assert set(progress[0]) == {"event", "file", "req", "fraction", "stage", "eta_s"}


def test_force_and_no_force(folder: Path) -> None:
    assert call(folder, "song.wav", "--stems", "drums")[0] == 0
    before = (folder / "song" / "residual.wav").stat().st_mtime_ns
    code, out, err = call(folder, "song.wav")
    assert (code, out) == (1, "") and "[file_exists]" in err and "--force" in err
    assert (folder / "song" / "residual.wav").stat().st_mtime_ns == before
    assert call(folder, "song.wav", "--force")[0] == 0
    assert {path.stem for path in (folder / "song").glob("*.wav")} == ALL


@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_leaves_nothing(folder: Path, number: int, code: int) -> None:
    save(folder / "two.wav", noise(2, 50_000))
    before = everything(folder)
    args = ("song.wav", "two.wav", "--steps", "4096", "--json", "-o", "new/deep")
    process = start(folder, *args)
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["stage"] == "separate":
            break
    assert any(".partial" in name for name in everything(folder))
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    events = [json.loads(line) for line in out.splitlines()]
    assert [one["code"] for one in events if one["event"] == "failed"] == ["cancelled"] * 2
    assert everything(folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")
def test_what_a_killed_run_left_goes_with_the_next_one(folder: Path) -> None:
    process = start(folder, "song.wav", "--steps", "4096", "--json", "-o", "new")
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "progress" and event["stage"] == "separate":
            break
    process.kill()
    process.communicate(timeout=60)
    (left,) = (folder / "new").iterdir()
    assert left.name.endswith(".partial")
    code, _, err = call(folder, "song.wav", "-o", "new", "--resume")
    assert code == 0 and f"removed what runs that were killed had left: {left.name}" in err
    assert [path.name for path in (folder / "new").iterdir()] == ["song"]


def test_a_project_comes_to_stems_that_are_there(folder: Path) -> None:
    assert call(folder, "song.wav")[0] == 0
    code, out, err = call(folder, "song.wav", "--resume", "--project", "reaper")
    assert code == 0 and "holds the stems already; made song.rpp" in err
    assert "on the CPU" not in err and out.splitlines()[-1] == str(Path("song") / "song.rpp")


def test_a_full_disk_leaves_nothing(folder: Path) -> None:
    before = everything(folder)
    code, out, err = call(folder, "song.wav", code=LIMIT_FILE_SIZE)
    assert (code, out) == (1, "")
    assert "could not be written" in err and "[write_failed]" in err
    assert everything(folder) == before


def test_clipping_has_an_exit_code(folder: Path) -> None:
    save(folder / "loud.wav", noise(2, 3000, level=3.0))
    code, _, err = call(folder, "loud.wav", "--format", "flac-16")
    assert code == 3 and "samples clipped, peak +" in err
    assert (folder / "loud" / "drums.flac").is_file()


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["song.wav", "--model", "nothing"], "no model 'nothing'"),
        (["song.wav", "two.wav", "--known", "kick=song.wav"], "one file"),
        (["song.wav", "--known", "kick"], "stem=file"),
        (["song.wav", "--steps", "-3"], "0 to 4096"),
        (["song.wav", "--pairs", "1-9"], "exactly once"),
        (["song.wav", "--format", "mp2"], "wav-f32"),
        (["song.wav", "--device", "tpu"], "auto, cpu, cuda"),
        ([], "FILE"),
        (["song.wav", "--forc"], "unrecognized"),
        (["song.wav", "song.wav", "none.wav", "--start", "3", "--end", "1"], "--start 3 with"),
        (["song.wav", "none.wav", "--two-stems", "vocls"], "stems vocls; expected some of"),
        (["song.wav", "none.wav", "--bitrate", "128"], "--bitrate 128 with wav-f32"),
        (["song.wav", "none.wav", "-o", "tiny.onnx"], "tiny.onnx is no folder"),
    ],
)
def test_what_cannot_be_started(folder: Path, args: list[str], text: str) -> None:
    before = everything(folder)
    code, out, err = call(folder, *args)
    assert (code, out) == (2, "") and text in err
    assert "Traceback" not in err and everything(folder) == before
    assert err.count("; expected ") <= 1  # once, not for every song


def test_song_names_never_meet() -> None:
    files = [Path(one) for one in ("a/x.wav", "b/X.flac", "x-2.wav", "c/x.wav", "y.wav")]
    assert song_names(files) == ["x", "X-3", "x-2", "x-4", "y"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    source = Path("a song with a long name that does not fit on any line.wav")
    shown = {}
    for err in (Terminal(), io.StringIO()):
        out = io.StringIO()
        reporter = TextReporter(out, err)
        reporter.report(source, Progress(1, 0.5, "separate", 75.0))
        reporter.report(source, StemWritten(1, "drums", Path("x/drums.wav"), 1, 1))
        reporter.report(source, Done(1))
        shown[err.isatty()] = err.getvalue()
        assert out.getvalue() == "x/drums.wav\n"
    bar = shown[True].split("\x1b[K")[1]
    assert bar.startswith("[############------------]  50%  1:15 left  separate a song")
    assert len(bar.rstrip("\r")) == 59
    assert shown[False].startswith(f"{source.name}: done in ")


def test_files_of_one_name_are_told_by_their_paths() -> None:
    err = io.StringIO()
    files = [Path("a/song.wav"), Path("b/song.wav"), Path("c/other.wav")]
    reporter = TextReporter(io.StringIO(), err, files)
    for file in files:
        reporter.report(file, Failed(0, "bad_file", "no"))
    assert err.getvalue().splitlines() == [
        f"{name}: no [bad_file]" for name in ("a/song.wav", "b/song.wav", "other.wav")
    ]


def test_a_log_has_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr("daw_bridge.cli.reports.time.monotonic", lambda: now_s)
    err = io.StringIO()
    reporter = TextReporter(io.StringIO(), err)
    for tenth in range(300):
        now_s = 100.0 + tenth / 10
        reporter.report(Path("song.wav"), Progress(1, tenth / 300, "separate", 30 - tenth / 10))
    assert err.getvalue().splitlines() == [
        f"song.wav: {percent}%, {left} left"
        for percent, left in ((25, "0:22"), (50, "0:15"), (75, "0:08"))
    ]


@pytest.mark.skipif(os.name != "posix", reason="such names are POSIX's only")
def test_names_that_no_folder_or_terminal_has(folder: Path) -> None:
    latin = Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.wav"))
    save(folder / "a.wav", noise(2, 3000)).rename(latin)
    save(folder / "a.wav", noise(2, 3000)).rename(folder / "back\\slash.wav")
    code, out, err = call(folder, latin.name, "back\\slash.wav", "-o", "out")
    assert code == 0, err
    assert "2 done" in err and "\\udce9" in out
    assert (folder / "out" / "back_slash" / "drums.wav").is_file()
    assert (folder / "out" / latin.stem / "drums.wav").is_file()


def test_a_name_with_a_line_feed_is_one_line_and_no_time_left_no_comma(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daw_bridge.cli.terminal.Marks.QUARTER_S", 0.0)
    err = io.StringIO()
    reporter = TextReporter(io.StringIO(), err)
    reporter.report(Path("a\nb.wav"), Progress(1, 0.5, "separate", None))
    reporter.report(Path("a\nb.wav"), Failed(1, "bad_file", "no audio"))
    assert err.getvalue().splitlines() == ["a\\nb.wav: 50%", "a\\nb.wav: no audio [bad_file]"]
