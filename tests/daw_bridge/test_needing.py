"""Models that need others, stacked or a mean, at every door: files, live, sync, commands."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.cli import main
from daw_bridge.cli.benchmark import measure_live, measure_overhead
from daw_bridge.cli.model_card import card_json
from daw_bridge.cli.model_check import check_model
from daw_bridge.cli.models.comparing.lanes import Lane, run
from daw_bridge.cli.models.comparing.songs import find_songs, look
from daw_bridge.cli.models.speed import measure
from daw_bridge.errors import NotAllowed
from daw_bridge.files.access import Access
from daw_bridge.files.plan import plan
from daw_bridge.files.request import request_from
from daw_bridge.files.resume import recipe_of
from daw_bridge.files.runner import JobRunner
from daw_bridge.files.separation import run as separate
from daw_bridge.live.engine_run import EngineRun, Refine, RunContext
from daw_bridge.live.ring import Ring
from daw_bridge.live.stream import LiveStream
from daw_bridge.server.streams.sync import SyncEngine
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import ModelNotFoundError, SettingsError
from engines.load import Model, load_model
from engines.making import make_stream
from engines.stream import stream_settings
from engines.types import Audio
from tests.rigs.live import delayed, offline, settings_of
from tests.rigs.live import run as run_live
from tests.rigs.needing import SINGER, make_gibbs, write_mean, write_stacked
from tests.rigs.plans import sync_plan
from tests.rigs.sounds import below_mix_db, load, noise, save
from tests.rigs.tiny_models import make_model

NAMES = ("stacked", "both")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where both are, with what they need; their names find them."""
    models = tmp_path / "models"
    models.mkdir()
    write_stacked(models)
    write_mean(models)
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(models))
    return models


def whole(model: Model, mix: Audio, preset: str, rate_hz: int = 44100, **changes: object) -> Audio:
    settings = stream_settings(model.spec, rate_hz, mix.shape[0], preset=preset)
    return offline(model, replace(settings, **changes), mix)


def separated(source: Path, name: str, *options: tuple[str, object]) -> Path:
    request = request_from(
        source, source.parent / f"out {len(options)}", (("model", name), *options)
    )
    job = plan(request)
    separate(job, load_model(name, stems=job.needed), lambda *_: True, lambda *_: None)
    return job.folder


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_a_file_has_the_streams_samples(
    folder: Path, tmp_path: Path, name: str, rate_hz: int
) -> None:
    mix = noise(2, 9000)
    out = separated(save(tmp_path / "song.wav", mix, rate_hz), name)
    assert below_mix_db(out, mix) < -100.0
    wanted = whole(load_model(name), mix, "offline", rate_hz, context="reflect")
    assert np.array_equal(load(out / "vocals.wav"), wanted[3])


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_a_file_is_as_in_the_whole(folder: Path, tmp_path: Path, name: str) -> None:
    source = save(tmp_path / "song.wav", noise(2, 60_000))
    wanted = load(separated(source, name) / "vocals.wav")[:, 30_000:31_000]
    part = separated(source, name, ("start", "30000samples"), ("end", "31000samples"))
    assert np.abs(load(part / "vocals.wav") - wanted).max() < 1e-6


def test_a_model_that_makes_a_known_stem_may_need_others(folder: Path, tmp_path: Path) -> None:
    make_gibbs(folder / "last.onnx")
    mix = noise(2, 9000)
    source = save(tmp_path / "song.wav", mix)
    for maker in NAMES:
        options = (("model", str(folder / "last.onnx")), ("known", f"vocals=@{maker}"))
        with JobRunner(lambda event: None) as runner:
            runner.submit(request_from(source, tmp_path / maker, options))
            while runner.pending:
                time.sleep(0.01)
        vocals = load(tmp_path / maker / "song" / "vocals.wav")
        wanted = whole(load_model(maker), mix, "offline", context="reflect")
        assert np.array_equal(vocals, wanted[3])


def test_files_are_made_anew_when_a_needed_model_has_changed(folder: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    request = request_from(source, tmp_path / "out", (("model", "both"),))
    before = recipe_of(plan(request), lambda *_: True).model
    make_gibbs(folder / "gibbs.onnx", couple=0.1)
    assert recipe_of(plan(request), lambda *_: True).model != before


def test_what_is_wrong_is_said_before_the_work(folder: Path, tmp_path: Path) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    with pytest.raises(SettingsError, match="grid of its own"):
        options = (("model", "both"), ("block/hop", 512))
        plan(request_from(source, tmp_path / "out", options))
    (folder / "gibbs.onnx").unlink()
    with pytest.raises(ModelNotFoundError, match=r"both\.daw\.json needs the model 'gibbs'"):
        plan(request_from(source, tmp_path / "out", (("model", "both"),)))


def test_clients_may_not_reach_other_files_through_a_model(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAW_BRIDGE_MODELS", "")
    there = tmp_path / "there"
    there.mkdir()
    write_mean(there)
    mean = str(there / "both.daw.json")
    assert Access.to([there]).model(mean) == mean
    (there / "gibbs.onnx").unlink()
    (there / "gibbs.onnx").symlink_to(folder / "gibbs.onnx")
    with pytest.raises(NotAllowed, match="gibbs"):
        Access.to([there]).model(mean)
    (there / "gibbs.onnx").unlink()
    monkeypatch.setenv("DAW_BRIDGE_MODELS", str(folder))
    assert Access.to([there]).model(mean) == mean  # one that is installed may be needed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("block", [64, 100, 512])
def test_live_the_declared_latency_is_the_measured_one(folder: Path, name: str, block: int) -> None:
    model = load_model(name)
    settings = settings_of(model)
    live, mix = LiveStream(model, settings, block), noise(2, 12_000) * np.float32(0.1)
    out = run_live(live, mix, block)
    late = live.latency_samples
    assert late >= make_stream(model, settings).latency_samples
    assert np.abs(out.sum(axis=0) - delayed(mix, late)).max() < 1e-5
    wanted = delayed(offline(model, settings, mix), late)
    start = late + 2048
    assert np.allclose(out[..., start:], wanted[..., start:], atol=1e-6)
    assert live.control.counters.skipped_windows == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_model_that_takes_over_in_mid_stream_is_soon_as_if_it_had_always_run(
    folder: Path, name: str
) -> None:
    """Models of samples: frames of an STFT would lie elsewhere."""
    make_model(folder / "singer.onnx", **(SINGER | {"domain": "waveform", "curved": False}))
    write_stacked(folder, domain="waveform", singer=False)
    model, mix = load_model(name), noise(2, 12_800) * np.float32(0.1)
    settings = settings_of(model)
    live = EngineRun(model, settings, Refine(1, 0), RunContext(64, 1024, 0.7, routed=()), 0.7)
    inputs = Ring((1, 2), 1 << 15)
    inputs.write(mix[None, :, :6400])
    live.prime(inputs, 0)
    for at in range(6400, mix.shape[-1], 64):
        inputs.write(mix[None, :, at : at + 64])
        while live.run_window(inputs, 0.0):
            pass
    first = (live.switch_at or 0) - live.latency_samples + 256
    found = np.empty((len(live.layout.names), 2, 512), np.float32)
    assert live.results.read(first, found) == 0
    wanted = offline(model, settings, mix)[..., first : first + 512]
    assert np.allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("preset", ["live", "offline"])
def test_sync_buffers_have_the_streams_samples(folder: Path, name: str, preset: str) -> None:
    model, mix = load_model(name), noise(2, 6000)
    plan_ = replace(sync_plan(refine__steps=1), preset=preset)
    engine = SyncEngine(1, model, plan_)
    parts, at = [], 0
    for seq, size in enumerate((700, 1, 3000, 2299)):
        block = AudioBlock(1, seq, at, (mix[:, at : at + size],))
        parts.append(engine.process(block).audio)
        at += size
    found = np.concatenate([*parts, engine.flush().audio], axis=-1)
    context = "reflect" if preset == "offline" else "zeros"
    name = "offline" if preset == "offline" else "balanced"
    wanted = whole(model, mix, name, steps=1, context=context)
    assert np.array_equal(found, wanted)
    assert engine.info.latency_samples == make_stream(
        model, stream_settings(model.spec, 44100, 2,
                               preset="offline" if preset == "offline" else "balanced")
    ).latency_samples  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_run_all_that_is_needed(folder: Path, name: str) -> None:
    model = load_model(name)
    findings = list(check_model(model))
    assert all(one.holds for one in findings) and len(findings) > 6
    latency = make_stream(model, settings_of(model)).latency_samples
    assert card_json(model)["latency_samples"]["balanced"]["44100"] == latency
    assert measure(model, "balanced").latency_ms == pytest.approx(1000 * latency / 44100)
    overhead = measure_overhead(model, 6)
    assert overhead.windows == 6
    assert min(overhead.network_ms, overhead.stft_ms, overhead.ratio) > 0
    assert measure_live(model, 4, 0.7).window_ms > 0


def test_the_bare_side_of_the_bench_runs_every_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from daw_bridge.cli import benchmark

    seen: set[object] = set()
    repeat = benchmark._repeat

    def noted(recorders: list[benchmark.Recorder]) -> None:
        seen.update(one.asked for one in recorders if one.calls)
        repeat(recorders)

    monkeypatch.setattr(benchmark, "_repeat", noted)
    model = load_model("both")
    measure_overhead(model, 8)
    assert seen == {one.session for one in model.members}


def test_compare_takes_both(folder: Path, tmp_path: Path) -> None:
    song = tmp_path / "song"
    song.mkdir()
    for seed, stem in enumerate(("drums", "vocals")):
        save(song / f"{stem}.wav", noise(2, 20_000, seed))
    one = look(find_songs(song, ("drums",)).places[0])
    lanes = [Lane(load_model(name), one, (), 0.2) for name in NAMES]
    blocks: list[Audio] = []
    list(run(one, lanes, blocks.append))
    rows = np.concatenate(blocks, axis=-1)
    mix = rows[0]
    for lane, first in zip(lanes, (3, 3 + len(lanes[0].outputs)), strict=True):
        assert np.abs(rows[first : first + len(lane.outputs)].sum(axis=0) - mix).max() < 1e-5


def test_list_and_info_know_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(NAMES) <= set(found)
    for name in NAMES:
        assert main(["models", "info", name]) == 0
        assert name in capsys.readouterr().out
        assert main(["models", "verify", name]) == 0
        assert "FAIL" not in capsys.readouterr().out
    assert found["both"]["spec"]["method"] == "mean"
