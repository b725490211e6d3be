"""The Python client against a real server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

import daw_bridge
from daw_bridge.client import Client
from daw_bridge.client.stream import ClientStream
from daw_bridge.errors import BadChannels, NoAnswer, RemoteError, Stopped
from daw_bridge.wire.replies import JobDone, JobProgress
from engines.load import load_model
from engines.settings import StreamSettings
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.server import Running, model_file, serving
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import GAINS, STEMS

GIBBS = {"conditional": True, "couple": 0.3}


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving(model=model_file(**GIBBS)) as one:
        yield one


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as one:
        yield one


def engine(settings: StreamSettings, mix: Audio) -> Audio:
    """What engines.Stream gives for the same settings."""
    stream = Stream(load_model(model_file(**GIBBS)), settings)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


# separate()


@pytest.mark.parametrize("rate_hz", [44100, 48000, 22050])
@pytest.mark.parametrize("samples", [1, 1000, 70001])
def test_separate_equals_the_engine_bit_for_bit(client: Client, rate_hz: int, samples: int) -> None:
    mix = noise(2, samples)
    spec = load_model(model_file(**GIBBS)).spec
    wanted = engine(stream_settings(spec, rate_hz, 2, steps=3, seed=5, preset="offline"), mix)
    out = client.separate(mix, rate_hz, steps=3, seed=5)
    assert tuple(out) == (*STEMS, "residual")
    assert np.array_equal(np.stack(list(out.values())), wanted)
    assert np.abs(sum(out.values()) - mix).max() < 1e-6


def test_separate_mono_and_nothing(client: Client) -> None:
    assert client.separate(noise(1, 500)[0], 44100)["bass"].shape == (1, 500)
    assert client.separate(noise(2, 0), 44100)["bass"].shape == (2, 0)


def test_separate_with_known_stems_and_another_model(client: Client) -> None:
    mix = noise(2, 40000)
    drums, kazoo = mix * np.float32(0.4), noise(2, 40000, 1)
    out = client.separate(mix, 44100, known={"drums": drums, "kazoo": kazoo}, model=model_file())
    assert np.array_equal(out["drums"], drums) and np.array_equal(out["kazoo"], kazoo)
    assert np.abs(sum(out.values()) - mix).max() < 1e-6


def test_progress_ends_at_one(client: Client) -> None:
    told: list[float] = []
    client.separate(noise(2, 400_000), 44100, model=model_file(), on_progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 5


@pytest.mark.parametrize(
    ("mix", "known"),
    [(noise(2, 10)[None], {}), (noise(2, 10), {"drums": noise(2, 9)}), (np.float32(1.0), {})],
)
def test_bad_arrays(client: Client, mix: Audio, known: dict[str, Audio]) -> None:
    with pytest.raises(BadChannels):
        client.separate(mix, 44100, known=known)


@pytest.mark.parametrize(
    ("rate_hz", "channels", "options", "code"),
    [
        (44100, 3, {}, "settings"),
        (44100, 2, {"model": "no such model"}, "model_not_found"),
        (44100, 2, {"known": {"Residual": noise(2, 10)}}, "bad_value"),
        (44100, 2, {"steps": 5000}, "bad_value"),
    ],
)
def test_the_servers_no_comes_with_its_code(
    client: Client, rate_hz: int, channels: int, options: dict[str, object], code: str
) -> None:
    with pytest.raises(RemoteError) as caught:
        client.separate(noise(channels, 10), rate_hz, **options)  # type: ignore[arg-type]
    assert caught.value.remote_code == code
    assert client.status().streams == ()


def test_nan_is_contained(client: Client) -> None:
    mix = noise(2, 5000)
    mix[:, 2000] = np.nan
    mix[0, 2500] = np.inf
    out = client.separate(mix, 44100)
    clean = np.nan_to_num(mix, nan=0.0, posinf=0.0)
    assert all(np.isfinite(one).all() for one in out.values())
    assert np.abs(sum(out.values()) - clean).max() < 1e-6


# Streams.


@pytest.mark.parametrize("blocks", [[1000], [1, 7, 300, 50]])
def test_a_sync_stream_equals_the_engine_bit_for_bit(client: Client, blocks: list[int]) -> None:
    mix = noise(2, 6000)
    spec = load_model(model_file(**GIBBS)).spec
    wanted = engine(stream_settings(spec, 48000, 2, steps=2, seed=3), mix)
    parts, at = [], 0
    with client.stream(48000, 2, values={"refine/steps": 2, "refine/seed": 3}) as stream:
        while at < mix.shape[1]:
            n = blocks[len(parts) % len(blocks)]
            out = stream.process(mix[:, at : at + n])
            assert out.start_sample == sum(one.shape[-1] for one in parts)
            parts.append(out.audio)
            at += n
        parts.append(stream.flush().audio)
        assert stream.latency_samples == stream.info.latency_samples == 223
    assert np.array_equal(np.concatenate(parts, axis=-1), wanted)


@pytest.mark.parametrize("rate_hz", [44100, 48000])
def test_a_real_clip_equals_the_engine_bit_for_bit(client: Client, rate_hz: int) -> None:
    song = Path(daw_bridge.__file__).parent / "demo" / "song.ogg"
    mix = np.ascontiguousarray(soundfile.read(song, 3 * 44100, 44100, dtype="float32")[0].T)
    spec = load_model(model_file(**GIBBS)).spec
    wanted = engine(stream_settings(spec, rate_hz, 2, steps=2, seed=3), mix)
    out = client.separate(mix, rate_hz, steps=2, seed=3, preset="live")
    assert np.array_equal(np.stack(list(out.values())), wanted)
    rest = mix - sum(out.values())
    assert 20 * np.log10(np.abs(rest).max() + 1e-12) < -100


def test_flush_joins_what_was_not_received(client: Client) -> None:
    mix = noise(2, 3000)
    with client.stream(44100, 2, model=model_file()) as stream:
        for start in range(0, 3000, 1000):
            stream.send(mix[:, start : start + 1000])
        out = stream.flush()
        assert out.start_sample == 0 and out.samples == 3000
        assert np.abs(out["drums"] - np.float32(GAINS[0]) * mix).max() < 1e-6
        again = stream.process(mix[:, :1000])
        assert again.start_sample == 0


def test_a_live_stream_gives_blocks_at_its_latency(client: Client) -> None:
    mix = noise(2, 40 * 512)
    parts = []
    with client.stream(44100, 2, mode="live", block_samples=512, model=model_file()) as stream:
        for start in range(0, mix.shape[1], 512):
            out = stream.process(mix[:, start : start + 512])
            assert out.samples == 512
            assert out.start_sample == start - stream.latency_samples
            parts.append(out.audio)
            time.sleep(0.004)
        with pytest.raises(RemoteError, match="511"):
            stream.process(mix[:, :511])
        with pytest.raises(RemoteError, match="sync"):
            stream.flush()
    whole = np.concatenate(parts, axis=-1).sum(axis=0)
    delay = stream.latency_samples
    assert np.abs(whole[:, delay:] - mix[:, :-delay]).max() < 1e-6
    assert not whole[:, :delay].any()


def test_jump_and_reset(client: Client) -> None:
    with client.stream(44100, 2) as stream:
        stream.process(noise(2, 700))
        stream.jump(90_000)
        assert stream.process(noise(2, 700)).start_sample == 90_000
        stream.reset()
        assert stream.process(noise(2, 700)).start_sample == 0


def test_blocks_refused_as_busy_are_sent_again(client: Client) -> None:
    mix = noise(2, 64 * 400)
    with client.stream(44100, 2, model=model_file()) as stream:
        credit = stream.info.credit
        object.__setattr__(stream.info, "credit", 400)  # a client that goes beyond its credit
        for start in range(0, mix.shape[1], 64):
            stream.send(mix[:, start : start + 64])
        assert stream.unanswered > credit
        out = stream.flush()
    assert out.samples == mix.shape[1]
    assert np.abs(out["drums"] - np.float32(GAINS[0]) * mix).max() < 1e-6


def test_beyond_the_credit_the_client_itself_says_so(client: Client) -> None:
    with client.stream(44100, 2) as stream:
        for _ in range(stream.info.credit):
            stream.send(noise(2, 10))
        with pytest.raises(RemoteError, match="busy"):
            stream.send(noise(2, 10))


def test_wrong_blocks_are_refused_here(client: Client) -> None:
    with client.stream(44100, 2, known=("drums",)) as stream:
        for mix, known in (
            (noise(2, 9), {}),
            (noise(1, 9), {"drums": noise(2, 9)}),
            (noise(2, 0), {"drums": noise(2, 0)}),
        ):
            with pytest.raises(BadChannels):
                stream.process(mix, known)
        assert stream.process(noise(2, 9), {"drums": noise(2, 9)}).samples == 0
    with pytest.raises(Stopped):
        stream.process(noise(2, 9), {"drums": noise(2, 9)})


def test_the_end_of_a_stream_is_told() -> None:
    with serving() as running, running.client() as client:
        stream: ClientStream = client.stream(44100, 2)
        stream.process(noise(2, 100))
        running.server._host.stop(1, "an experiment")
        with pytest.raises((Stopped, RemoteError), match=r"an experiment|unknown_stream|ends"):
            for _ in range(100):
                stream.process(noise(2, 100))
        # What waits is answered by the stream's own thread, which ends after that.
        latest = time.monotonic() + 10
        while client.status().streams and time.monotonic() < latest:
            time.sleep(0.01)
        assert not client.status().streams


# Parameters, jobs, the server.


def test_parameters(client: Client) -> None:
    with client.stream(44100, 2) as stream:
        number = stream.info.stream
        values = {"stem/drums/gain": -3.0, "refine/steps": 4}
        assert client.set(values, number) == values
        assert client.get("refine/steps", "stem/drums/gain", stream=number) == {
            "refine/steps": 4, "stem/drums/gain": -3.0,
        }  # fmt: skip
        assert len(client.get(stream=number)) > 20
    with pytest.raises(RemoteError) as caught:
        client.set({"refine/steps": -1})
    assert caught.value.remote_code == "bad_value"


def test_jobs(client: Client, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 30000))
    events = []
    files = client.submit(song, tmp_path / "out", stems="drums", format="wav-f32").wait(
        events.append
    )
    assert set(files) == {"drums", "residual"} and all(one.is_file() for one in files.values())
    assert isinstance(events[-1], JobDone)
    assert any(isinstance(one, JobProgress) and one.fraction == 1.0 for one in events)
    with pytest.raises(RemoteError) as caught:
        client.submit(song, tmp_path / "out").wait()
    assert caught.value.remote_code == "file_exists"
    with pytest.raises(RemoteError) as caught:
        client.submit(song, tmp_path / "out", colour="red")
    assert caught.value.remote_code == "unknown_parameter"


def test_a_job_can_be_cancelled(client: Client, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 2_000_000))
    job = client.submit(song, tmp_path / "out")
    job.cancel()
    with pytest.raises(RemoteError) as caught:
        job.wait()
    assert caught.value.remote_code == "cancelled"
    assert not (tmp_path / "out").exists()


def test_jobs_keep_to_the_allowed_folders(tmp_path: Path) -> None:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    song = save(tmp_path / "in" / "song.wav", noise(2, 500))
    with serving((tmp_path / "in",)) as running, running.client() as client:
        assert client.submit(song, tmp_path / "in").wait()
        for source, target in (
            (song, tmp_path / "out"),
            (tmp_path / "in/../out/x.wav", tmp_path / "in"),
        ):
            with pytest.raises(RemoteError) as caught:
                client.submit(source, target)
            assert caught.value.remote_code == "not_allowed"
        with pytest.raises(RemoteError) as caught:
            client.set({"model": str(tmp_path / "out" / "m.onnx")})
        assert caught.value.remote_code == "not_allowed"


def test_no_server_says_what_to_do() -> None:
    with pytest.raises(NoAnswer, match="daw-bridge serve"):
        Client("tcp://127.0.0.1:9", timeout_s=0.2)
    with pytest.raises(NoAnswer, match="endpoint"):
        Client("nonsense")


def test_quit_and_then_silence() -> None:
    with serving() as running:
        with running.client() as client:
            client.quit()
            assert running.server.wait(10)
        with pytest.raises(Stopped):
            client.get()


def test_a_server_that_dies_in_mid_stream_is_noticed() -> None:
    with serving() as running:
        client = Client(running.endpoint, timeout_s=0.3)
        stream = client.stream(44100, 2)
        stream.process(noise(2, 100))
        running.server.stop()
        with pytest.raises((NoAnswer, Stopped, RemoteError)):
            stream.process(noise(2, 100))
        client.close()


def test_clients_in_threads(running: Running) -> None:
    mixes = [noise(2, 20000, k) for k in range(4)]
    found: dict[int, bool] = {}

    def work(k: int) -> None:
        with running.client() as client:
            out = client.separate(mixes[k], 44100, model=model_file())
        found[k] = bool(np.abs(out["drums"] - np.float32(GAINS[0]) * mixes[k]).max() < 1e-6)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == dict.fromkeys(range(4), True)
