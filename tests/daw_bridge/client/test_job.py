"""Jobs of the Python client against a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.client import Client
from daw_bridge.errors import RemoteError
from daw_bridge.wire.replies import JobDone, JobProgress
from tests.rigs.server import serving
from tests.rigs.sounds import noise, save
from tests.rigs.steered import write_steered


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


def test_its_events_can_be_asked_for_without_waiting(client: Client, tmp_path: Path) -> None:
    job = client.submit(save(tmp_path / "song.wav", noise(2, 30000)), tmp_path / "out")
    events = []
    while not job.ended:
        event = job.poll(0.01)
        events += [] if event is None else [event]
    assert isinstance(events[-1], JobDone) and job.poll(0.01) is None


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


def test_by_default_jobs_and_models_keep_out_of_the_system(client: Client, tmp_path: Path) -> None:
    song = save(tmp_path / "song.wav", noise(2, 500))
    (tmp_path / "link").symlink_to("/etc")
    for source, target in (
        ("/etc/hostname", tmp_path),
        (song, "/etc/stems"),
        (song, tmp_path / "link"),
        (song, tmp_path / "link/../stems"),
        (song, "/"),
    ):
        with pytest.raises(RemoteError, match="--allow-path") as caught:
            client.submit(source, target)
        assert caught.value.remote_code == "not_allowed"
    with pytest.raises(RemoteError, match="--allow-path /etc"):
        client.submit(song, tmp_path, known="drums=/etc/hostname")
    for ask in (
        lambda: client.set({"model": "/etc/m.onnx"}),
        lambda: client.stream(44100, 2, model="/etc/m.onnx"),
        lambda: client.submit(song, tmp_path, model=str(tmp_path / "link" / "m.onnx")),
    ):
        with pytest.raises(RemoteError, match="--allow-path /etc"):
            ask()


@pytest.mark.parametrize("name", ["b" * 300 + ".wav", "a/" * 3000, "\ud800.wav", "\0", "", ".."])
def test_odd_paths_are_refused_in_our_words(name: str, client: Client, tmp_path: Path) -> None:
    song = str(save(tmp_path / "song.wav", noise(2, 500)))
    odd = f"{tmp_path}/{name}"
    with pytest.raises(RemoteError) as caught:
        client.submit(odd, tmp_path / "out").wait()
    assert caught.value.remote_code != "internal"
    for options in ({"model": odd}, {"known": f"drums={odd}"}):
        with pytest.raises(RemoteError) as caught:
            client.submit(song, tmp_path / "out", **options).wait()
        assert caught.value.remote_code != "internal"
    for ask in (
        lambda: client.set({"model": odd}),
        lambda: client.stream(44100, 2, model=odd),
        lambda: client.submit(song, f"{odd}/below/song.wav\0").wait(),
    ):
        with pytest.raises(RemoteError) as caught:
            ask()
        assert caught.value.remote_code != "internal"


@pytest.mark.parametrize("suffix", [".mp3", ".m3u8", ".ts", ".m4a", ".txt"])
@pytest.mark.parametrize("where", ["{}", "file://{}", "../out/secret.wav"])
def test_a_list_of_other_files_is_no_song(suffix: str, where: str, tmp_path: Path) -> None:
    """Or it would be a way out of the folders that the server allows."""
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    secret = where.format(save(tmp_path / "out" / "secret.wav", noise(2, 5000)))
    lists = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
    )
    with serving((tmp_path / "in",)) as running, running.client() as client:
        for text in lists:
            song = tmp_path / "in" / f"song{suffix}"
            song.write_text(text)
            with pytest.raises(RemoteError) as caught:
                client.submit(song, tmp_path / "in" / "stems").wait()
            assert caught.value.remote_code == "bad_file"
    assert not (tmp_path / "in" / "stems").exists()


def test_a_model_that_is_asked_for_tags_serves_jobs_and_no_streams(
    client: Client, tmp_path: Path
) -> None:
    write_steered(tmp_path / "steered.onnx")
    model = str(tmp_path / "steered.onnx")
    song = save(tmp_path / "song.wav", noise(1, 500), 8000)
    files = client.submit(song, tmp_path / "out", model=model, tags="loud").wait()
    assert set(files) == {"loud", "residual"}
    for tags, said in (("lout", "Nearest: Loud"), ("", "no tags for steered")):
        with pytest.raises(RemoteError, match=said) as caught:
            client.submit(song, tmp_path / "other", model=model, tags=tags).wait()
        assert caught.value.remote_code == "tag"
    with pytest.raises(RemoteError, match="steered for seconds") as caught:
        client.separate(noise(1, 500), 8000, model=model)
    assert caught.value.remote_code == "files_only"
    with pytest.raises(RemoteError, match="--tags"):
        client.set({"model": model})
