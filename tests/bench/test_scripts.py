"""Every script of this folder runs: for seconds, with tiny models, and says what it is to say.

What it measures is for people to read; here no time is asserted.
"""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.spec import Preset
from tests.bench import flood, live_soak
from tests.rigs.export.networks import write_checkpoint
from tests.rigs.jack import JackServer
from tests.rigs.spleeter import make_spleeter
from tests.rigs.tiny_models import GAINS, STEMS, make_model

Run = Callable[..., str]
FOLDER = Path(__file__).parent
RATE_HZ = 44100
SLOW = Preset(window_samples=8192, hop_samples=4096, lookahead_samples=1024, crossfade_samples=128)
"""A live preset that a busy machine keeps up with."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a script's `main` with these arguments in this process; what it printed."""

    def runs(script: str, *arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
        code = importlib.import_module(f"tests.bench.{script}").main()
        printed = capsys.readouterr().out
        assert not code, printed
        return printed

    return runs


@pytest.fixture
def gibbs(tmp_path: Path) -> Path:
    """A conditional model with an STFT."""
    make_model(tmp_path / "gibbs.onnx", domain="stft", conditional=True, live=SLOW)
    return tmp_path / "gibbs.onnx"


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """A folder of two songs with true stems."""
    for index, song in enumerate(("one", "two")):
        (tmp_path / "songs" / song).mkdir(parents=True)
        rng = np.random.default_rng(index)
        mix = rng.standard_normal((RATE_HZ // 4, 2)) * 0.1
        for stem, gain in zip(STEMS, GAINS, strict=True):
            path = tmp_path / "songs" / song / f"{stem}.opus"
            soundfile.write(path, gain * mix, 48000, format="OGG", subtype="OPUS")
    return tmp_path / "songs"


def scripts() -> list[str]:
    """Names of the folder's modules that are run."""
    files = [path for path in sorted(FOLDER.glob("*.py")) if not path.name.startswith("test_")]
    return [path.stem for path in files if "__main__" in path.read_text()]


@pytest.mark.parametrize("script", scripts())
def test_a_script_is_run_by_a_test(script: str) -> None:
    own = FOLDER / f"test_{script}.py"
    assert own.exists() or f"def test_{script}(" in Path(__file__).read_text()


@pytest.mark.ffmpeg
def test_file_kinds(run: Run) -> None:
    printed = run("file_kinds", "--seconds", 2)
    assert re.search(r"(\d+) kinds: exact \1, .*in silence: 0", printed)


def test_diffusion_oracle(run: Run) -> None:
    small = ("--songs", 1, "--samples", 8192, "--levels", 80, "--rows", 7)
    printed = run("diffusion_oracle", *small)
    assert "20 levels (refused) | -" in printed and "| extractor | " in printed
    assert re.search(r"1\.5, 0\.5 sigma \| [+-]\d\.\d\d \|", printed)


def test_served(run: Run, gibbs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bench.served.SECONDS", 0.5)
    assert re.search(r"gibbs, 1 live steps +live equal, file equal", run("served", gibbs))


def test_live_presets(run: Run, gibbs: Path, songs: Path) -> None:
    printed = run("live_presets", "2048/512/512x1", "1024/256/256x2", "--model", gibbs,
                  "--clips", songs)  # fmt: skip
    assert printed.splitlines()[0].endswith("| " + " | ".join(STEMS))
    rows = [line.split(" | ") for line in printed.splitlines()[2:]]
    assert [row[:2] for row in rows] == [["| 2048/512/512", "1"], ["| 1024/256/256", "2"]]
    assert rows[0][6] == "+0.00 [+0.00, +0.00]"


def test_stream_overhead(run: Run, gibbs: Path) -> None:
    printed = run("stream_overhead", gibbs, "--rounds", 2, "--hops", 3, "--steps", 1, 2)
    found = re.findall(r"(\d) steps \((\d+) network calls in 3 hops\): stream / bare = ", printed)
    assert found == [("1", "3"), ("2", "6")]


def test_stft_reuse(run: Run, gibbs: Path) -> None:
    printed = run("stft_reuse", gibbs, "--rounds", 2)
    assert "of a live window's 257 frames were seen before" in printed
    assert "1 steps: hop " in printed


def test_level_out(run: Run, gibbs: Path) -> None:
    rows = [line.split(" | ") for line in run("level_out", gibbs, "--seconds", 1).splitlines()[2:]]
    levels = {row[0].removeprefix("| "): row[1].removesuffix(" |") for row in rows}
    noises = [f"noise at {level} dBFS" for level in (-60, -80, -90, -100)]
    heard = [int(levels[one]) for one in noises]
    assert np.diff(heard).tolist() == pytest.approx([-20, -10, -10], abs=1)
    assert set(levels) - set(noises) == {
        "noise at -90 dBFS between songs", "a quiet passage", "what a hit before it changes",
    }  # fmt: skip


def test_stft_forms(run: Run) -> None:
    small = ("--fft", 64, "--hop", 16, "--rate", 8000, "--seconds", 0.1, "--rounds", 1)
    rows = [line.split(" | ") for line in run("stft_forms", *small).splitlines()[2:]]
    assert [row[1] for row in rows] == ["products", "matrix", "conv", "operators", "numpy"]
    assert all(float(row[4].removesuffix(" |")) < 1e-4 for row in rows)


def test_stft_place(run: Run, tmp_path: Path) -> None:
    small = ("--threads", 1, "--steps", 1, 2, "--presets", "live", "--rounds", 1)
    printed = run("stft_place", write_checkpoint(tmp_path / "last.pt", "band_unet"), *small)
    rows = [line.split(" | ") for line in printed.splitlines() if line.startswith("| live")]
    assert [row[:3] for row in rows] == [["| live", "1", "1"], ["| live", "1", "2"]]
    assert all(len(row) == 12 for row in rows)


def test_live_streams(run: Run, gibbs: Path) -> None:
    brief = ("--most", 1, "--seconds", 0.5, "--settle", 0.5)
    printed = run("live_streams", "--model", gibbs, "--gibbs", 1, *brief)
    assert re.search(r"1 steps, 1 streams: \d+ of [1-9]\d* blocks late, loads \d", printed)


def test_osc_round_trip(run: Run) -> None:
    lines = run("osc_round_trip", "--rounds", 5).splitlines()
    kinds = ["off", "on", "on, one listener"]
    assert len(lines) == 3
    for line, kind in zip(lines, kinds, strict=True):
        assert re.fullmatch(rf"OSCQuery {kind} +median +\d+\.\d\d ms, p99 +\d+\.\d\d ms", line)


def test_unread(run: Run) -> None:
    *lines, last = run("unread", "--seconds", 2, "--samples", 1024).splitlines()
    assert lines and all(" subscribers " in one for one in lines)
    assert last.startswith("growth in the second half:")


@pytest.mark.parametrize("kind", [*flood.KINDS, "streams+changes", "notifies+jobs"])
def test_flood(run: Run, kind: str) -> None:
    (row,) = run("flood", "--seconds", 0.5, kind).splitlines()[2:]
    cells = row.strip("| ").split(" | ")
    assert cells[0] == kind and int(cells[1]) >= 2
    assert cells[-1] == "0"  # it stopped as it should, while the flood went on


def test_fuzz(run: Run) -> None:
    lines = run("fuzz", "--messages", 200).splitlines()
    assert len(lines) == 1 + 2 * 10 + 1 and lines[10].startswith("OSC 200: sync within ")
    assert lines[-1].startswith("internal errors 0, ")


def test_reastream_cost(run: Run) -> None:
    printed = run("reastream_cost", "--seconds", 1)
    assert re.search(r"cores at 44100 Hz, \d+ blocks of \d+ a second", printed)


def test_reastream_run(run: Run, gibbs: Path, tmp_path: Path) -> None:
    kept = tmp_path / "found.json"
    printed = run("reastream_run", "--seconds", 4, "--model", gibbs, "--json", kept, "--lose", 1,
                  "--swap", 1)  # fmt: skip
    found = json.loads(printed)
    assert found == json.loads(kept.read_text())
    assert found["samples_not_sent"] > 0


@pytest.mark.jack
def test_jack_latency(run: Run) -> None:
    printed = run("jack_latency", "--rates", 44100, "--blocks", 256)
    assert printed.splitlines()[-1] == "all agree"


@pytest.mark.jack
def test_live_soak(run: Run, gibbs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_soak, "SEGMENT_S", 1)
    kept = tmp_path / "soak.json"
    monkeypatch.setattr(sys, "argv", [
        "live_soak", "--minutes", "0.03", "--model", str(gibbs), "--gibbs", "1",
        "--changes", "0.5", "--json", str(kept),
    ])  # fmt: skip
    live_soak.main()  # 1 where a busy machine was late
    found = json.loads(kept.read_text())
    assert found["recordings"] >= 1 and found["blocks"] > 0
    assert sum(found["changes"].values()) >= 1 and not found["changes_refused"]
    assert found["declared_samples"] > 0


@pytest.mark.jack
def test_noop_client() -> None:
    with JackServer(RATE_HZ, 256) as jack, live_soak.NoopClient(jack, "system:capture_1") as idle:
        time.sleep(1.0)
        found = idle.finish()
    assert found["blocks"] > 0 and found["callback_max_us"] >= found["callback_p999_us"] > 0


@pytest.mark.jack
def test_jack_hammer(run: Run) -> None:
    printed = run("jack_hammer", "--seconds", 0.5)
    assert re.search(r"run 1: exit 0, [1-9]\d* failed connections", printed)


@pytest.mark.usefixtures("heard_signals")
def test_stop_hammer(run: Run) -> None:
    assert re.search(r"2 stops, exit codes .*; 0 hung", run("stop_hammer", "--stops", 2))


def test_kill_library(run: Run) -> None:
    options = ("--kills", 1, "--songs", 2, "--seconds", 1, "--steps", 30, "--longest", 2)
    printed = run("kill_library", *options)
    assert "1 runs" in printed and "exit code 0; 2 songs, samples equal; 0 leftovers" in printed


def test_scale(run: Run, gibbs: Path) -> None:
    small = ("--model", gibbs, "--minutes", 0.02, "--songs", 1, "--jobs", 1)
    assert "423 GB of stems" in run("scale", "library", "--mb-minute", 105.8)
    assert re.search(r"a check of a song: \d+\.\d\d ms", run("scale", "checks", *small))
    printed = run("scale", "sessions", "--model", gibbs, "--seconds", 1)
    assert re.search(r"\d\.\d{3} s of one core a second; .* 1\.76 down", printed)
    assert "wav-f32, --jobs 1: " in run("scale", "songs", *small, "--formats", "wav-f32")


@pytest.mark.ray
@pytest.mark.timeout(600)
def test_ray_library(capfd: pytest.CaptureFixture[str]) -> None:
    """In a process of its own: the script goes into a network namespace."""
    short = [sys.executable, "-m", "tests.bench.ray_library", "--short", "--songs", "2"]
    code = subprocess.run(short, cwd=FOLDER.parents[1], check=False).returncode
    assert code == 0, capfd.readouterr().out


@pytest.mark.jack
def test_jack_priority(run: Run, gibbs: Path) -> None:
    printed = run("jack_priority", "--model", gibbs, "--seconds", 0.5, "--cases", 0)
    assert re.search(r"\| nobody \| \d+ \| \d+ \| [1-9]\d* \| [1-9]\d* \|", printed)


@pytest.mark.ardour
def test_ardour_session(run: Run, tmp_path: Path) -> None:
    make_model(tmp_path / "linear.onnx", rate_hz=48000, live=SLOW)
    printed = run("ardour_session", "--minutes", 0.05, "--model", tmp_path / "linear.onnx")
    sent = re.match(r"(\d+) parameters set", printed)
    assert sent and int(sent[1]) > 100
    for line in ("late blocks: ", "sum of the takes less the dry take: "):
        assert line in printed
    null = re.search(r"below -100 dBFS in (\d+) of (\d+)", printed)
    assert null and 1 <= int(null[1]) <= int(null[2])


@pytest.mark.spleeter
def test_spleeter(run: Run, songs: Path, tmp_path: Path) -> None:
    printed = run("spleeter", "--songs", songs, "--model", make_spleeter(tmp_path), "--limit", 1)
    assert printed.count("median") == 5 and "reference procedure: median" in printed


def test_remote_cost(run: Run, gibbs: Path) -> None:
    printed = run("remote_cost", gibbs, "--rounds", 2, "--steps", 2)
    assert "the same bits as here" in printed
    rows = re.findall(r"^\| (\w+) \| 2 \| .* \| [1-9]\d* \| [1-9]\d* \|$", printed, re.MULTILINE)
    assert {"balanced", "offline"} <= set(rows)
    printed = run("remote_cost", gibbs, "--rounds", 2, "--together", 2)
    assert re.search(r"^\| balanced \| 2 \| \d+\.\d \| \d+\.\d \| ", printed, re.MULTILINE)


def test_remote_live(run: Run, gibbs: Path) -> None:
    printed = run("remote_live", gibbs, "--seconds", 2, "--streams", 2, "--load-target", 0.9)
    assert "the same bits as here" in printed and "of a core" in printed
    rows = re.findall(r"^\| (\d+) \| \d+ \| .* \| -\d+ \|$", printed, re.MULTILINE)
    assert len(rows) == 2 and all(int(windows) > 10 for windows in rows)


def test_stacking(
    run: Run, gibbs: Path, songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_model(tmp_path / "quiet.onnx", name="quiet", domain="stft", curved=True)
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(tmp_path))
    pair = ("--model", gibbs.stem, "--maker", "quiet")
    printed = run("stacking", "--songs", songs, *pair, "--held-back", "--limit", 1)
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", printed, re.MULTILINE))
    assert "1 songs" in printed and "gibbs alone" in rows
    for way in ("vocals of quiet known", "mean of both vocals known"):
        assert len(re.findall(r"-?\d+\.\d\d; [+-]\d+\.\d\d \[", rows[way])) == len(STEMS)
