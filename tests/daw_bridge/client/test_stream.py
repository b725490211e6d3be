"""Streams of the Python client against a real server."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

import daw_bridge
from daw_bridge.client import Client
from daw_bridge.client.stream import ClientStream
from daw_bridge.errors import BadChannels, RemoteError, Stopped
from engines.load import load_model
from engines.settings import StreamSettings
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.server import GIBBS, model_file, serving
from tests.rigs.sounds import noise
from tests.rigs.tiny_models import GAINS


def engine(settings: StreamSettings, mix: Audio) -> Audio:
    """What engines.Stream gives for the same settings."""
    stream = Stream(load_model(model_file(**GIBBS)), settings)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


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
        ended = r"an experiment|unknown_stream|is closing"
        with pytest.raises((Stopped, RemoteError), match=ended):
            for _ in range(100):
                stream.process(noise(2, 100))
        # What waits is answered by the stream's own thread, which ends after that.
        latest = time.monotonic() + 10
        while client.status().streams and time.monotonic() < latest:
            time.sleep(0.01)
        assert not client.status().streams
