"""The Python client against a real server: arrays, parameters, threads."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.client import Client
from daw_bridge.errors import BadChannels, BadValue, RemoteError
from daw_bridge.wire.replies import MidiReply
from engines.load import load_model
from engines.settings import StreamSettings
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.query import write_query
from tests.rigs.server import GIBBS, Running, model_file
from tests.rigs.sounds import noise
from tests.rigs.tiny_models import GAINS, STEMS


def engine(settings: StreamSettings, mix: Audio) -> Audio:
    """What engines.Stream gives for the same settings."""
    stream = Stream(load_model(model_file(**GIBBS)), settings)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


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


def test_separate_by_tags_has_a_stem_for_each(client: Client, tmp_path: Path) -> None:
    write_query(tmp_path / "query.onnx")
    mix, model = noise(2, 40000), str(tmp_path / "query.onnx")
    both = client.separate(mix, 44100, model=model, tags=["flute", "violin+cello"])
    assert tuple(both) == ("flute", "violin_cello", "residual")
    assert np.abs(sum(both.values()) - mix).max() < 1e-6 and both["flute"].any()
    assert tuple(client.separate(mix, 44100, model=model, tags="flute")) == ("flute", "residual")
    with pytest.raises(RemoteError, match="Nearest: flute"):
        client.separate(mix, 44100, model=model, tags="flutes")
    with pytest.raises(BadValue, match="listens to tags"):
        client.separate(mix, 44100, tags="drums, flute")
    with pytest.raises(RemoteError, match="no tags for query"):
        client.separate(mix, 44100, model=model)


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


def test_midi_where_there_is_no_midi_input(client: Client) -> None:
    assert client.midi() == MidiReply((), "")
    with pytest.raises(RemoteError) as caught:
        client.midi("learn", "stem/drums/gain")
    assert caught.value.remote_code == "no_midi"


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
