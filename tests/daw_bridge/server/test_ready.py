"""What a server reports once it is ready: lines for people, one JSON object for programs."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from daw_bridge.errors import WriteFailed
from daw_bridge.server.ready import Ready
from tests.rigs.wire import info

READY = Ready(
    4711, "127.0.0.1", 17120, 17122, 17123, 17124, "song", "CPU", "asked for", 44100,
    4410, (), "",
)  # fmt: skip


def test_without_a_stream_the_latency_is_of_one_to_come() -> None:
    model, osc, zmq, web, latency = READY.lines()
    assert model == "model    song on CPU"
    assert osc == "OSC      udp 127.0.0.1:17120"
    assert "127.0.0.1:17122" in zmq and "127.0.0.1:17123" in zmq
    assert web == "OSCQuery http://127.0.0.1:17124"
    assert replace(READY, http_port=0).lines()[3] == "OSCQuery off"
    assert "4410 samples at 44100 Hz (100.0 ms) of a sync stream" in latency


def test_metrics_have_a_line_where_they_are_on() -> None:
    lines = replace(READY, metrics_port=17125).lines()
    assert lines[4] == "metrics  http://127.0.0.1:17125/metrics" and len(lines) == 6


def test_an_address_of_ipv6_can_be_told_from_its_port() -> None:
    text = "\n".join(replace(READY, bind="::1").lines())
    for port in (READY.osc_port, READY.zmq_port, READY.pub_port, READY.http_port):
        assert f"[::1]:{port}" in text


def test_a_port_and_its_stream_have_a_line_each() -> None:
    lines = replace(READY, streams=(info(),), audio="JACK, blocks of 256").lines()
    assert "stream 2 48000 Hz, 2 channels, latency 223 samples (4.6 ms): drums, residual" in lines
    assert lines[-1] == "audio    JACK, blocks of 256"


def test_the_file_is_the_json_line_and_appears_whole(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    replace(READY, streams=(info(),)).write(path)
    found = json.loads(path.read_text())
    assert found["ready"] is True and found["pid"] == 4711 and found["zmq_port"] == 17122
    assert found["streams"][0]["outputs"] == ["drums", "residual"]
    assert [one.name for one in tmp_path.iterdir()] == ["ready.json"]


def test_a_link_that_somebody_has_put_there_is_not_followed(tmp_path: Path) -> None:
    """In a folder for all, such as /tmp."""
    for name in ("ready.json", "ready.json.partial"):
        (tmp_path / name).symlink_to(tmp_path / "victim")
    (tmp_path / "victim").write_text("precious")
    READY.write(tmp_path / "ready.json")
    assert (tmp_path / "victim").read_text() == "precious"
    assert json.loads((tmp_path / "ready.json").read_text())["ready"] is True


@pytest.mark.parametrize("name", ["no folder/ready.json", "a\0b", ""])
def test_a_file_that_cannot_be_written_leaves_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="--ready-file"):
        READY.write(tmp_path / name if name else Path(name))
    assert not list(tmp_path.iterdir())


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """As /dev/stdout, or a pipe of a service: whatever was given as one would be gone."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link", "."):
        with pytest.raises(WriteFailed, match="no file"):
            READY.write(tmp_path / name if name != "." else tmp_path)
    assert (tmp_path / "pipe").is_fifo() and (tmp_path / "link").is_symlink()
    assert len(list(tmp_path.iterdir())) == 2
