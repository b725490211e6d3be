"""ZeroMQ over real sockets: what the conformance tests do not see."""

from __future__ import annotations

import json
import socket
import threading
import time

import numpy as np
import pytest
import zmq

from daw_bridge.client import Client
from daw_bridge.errors import PortTaken
from daw_bridge.server.server import Server
from daw_bridge.server.sockets import outgoing
from daw_bridge.server.sockets import zmq as zmq_module
from daw_bridge.server.sockets.topics import PIECE_BYTES
from daw_bridge.wire.replies import Reply
from daw_bridge.wire.zmq_requests import encode_header
from tests.rigs.server import Running, ZmqEnd, model_file, serving
from tests.rigs.sounds import noise
from tests.rigs.tiny_models import GAINS

MIX = noise(2, 64)


def audio(
    end: ZmqEnd, seq: int = 0, stream: int = 1, start: int | None = None, **fields: object
) -> None:
    at = seq * MIX.shape[1] if start is None else start
    usual = {"stream": stream, "seq": seq, "start_sample": at, "dtype": "<f4", "shape": [2, 64]}
    end.send("audio", 40 + seq, (MIX.tobytes(),), **(usual | fields))


def opened(end: ZmqEnd, **fields: object) -> int:
    header = end.ask("open", rate_hz=44100, channels=2, **fields)
    assert header["type"] == "open.reply", header
    return int(header["stream"])


def test_every_reply_names_the_run_and_the_question() -> None:
    with serving() as running, running.dealer() as end:
        first, second = end.ask("hello", 17), end.ask("hello", 18)
        assert first["session"] == second["session"] != ""
        assert first["version"] == 1 and first["limits"]["max_channels"] == 64


def test_a_message_for_an_earlier_run_is_refused() -> None:
    with serving() as running, running.dealer() as end:
        end.raw(b"DWB1", encode_header("hello", 3, "long ago", {}))
        header, _ = end.receive()
        assert (header["code"], header["msg_id"]) == ("unknown_session", 3)


def test_bad_audio_is_answered_with_its_place() -> None:
    with serving() as running, running.dealer() as end:
        audio(end, 5)
        header, _ = end.receive()
        assert header["code"] == "unknown_stream"
        assert header["details"] == {"stream": 1, "seq": 5} and header["command"] == "audio"
        opened(end)
        audio(end, 0, shape=[2, 63])
        assert end.receive()[0]["code"] == "bad_message"
        audio(end, 0, shape=[1, 128])
        assert end.receive()[0]["code"] == "bad_channels"
        audio(end, 3)
        header, _ = end.receive()
        assert header["code"] == "discontinuity" and header["details"]["expected_seq"] == 0
        audio(end, 0)
        assert end.receive()[0]["type"] == "audio.reply"


def test_credit_is_enforced_and_nothing_is_lost() -> None:
    with serving() as running, running.dealer() as end:
        header = end.ask("open", rate_hz=44100, channels=2)
        many = 4 * header["credit"]
        for seq in range(many):
            audio(end, seq)
        answers = [end.receive()[0] for _ in range(many)]
        good = [one["seq"] for one in answers if one["type"] == "audio.reply"]
        bad = {one["code"] for one in answers if one["type"] == "fail"}
        assert good == list(range(len(good))) and len(good) >= header["credit"]
        assert bad <= {"busy", "discontinuity"}


def test_a_stream_is_its_openers() -> None:
    with serving() as running, running.dealer() as end, running.dealer() as other:
        opened(end)
        audio(other)
        assert other.receive()[0]["code"] == "not_allowed"
        assert other.ask("close")["code"] == "not_allowed"
        assert other.ask("reset")["type"] == "done"
        assert other.ask("set", values={"bypass": 1})["type"] == "values"
        assert end.ask("close", 9)["type"] == "close.reply"
        assert end.ask("close")["code"] == "unknown_stream"


def test_a_req_socket_is_told_what_to_use() -> None:
    with serving() as running, ZmqEnd(running.endpoint, zmq.REQ) as end:
        end.raw(b"DWB1", encode_header("hello", 1, "", {}))
        header, _ = end.receive()
        assert header["code"] == "bad_message" and "DEALER" in header["message"]


def test_events_are_published() -> None:
    with serving(meter_rate=50.0) as running, running.dealer() as end:
        context = zmq.Context()
        ear = context.socket(zmq.SUB)
        ear.connect(f"tcp://127.0.0.1:{running.ready.pub_port}")
        ear.subscribe(b"")
        opened(end)
        seen: dict[bytes, list[bytes]] = {}
        seq = 0
        while {b"meters/1", b"audio/1", b"values/1"} - set(seen):
            audio(end, seq)
            end.receive()
            seq += 1
            end.ask("set", values={"bypass": 0})
            if ear.poll(50):
                topic, *frames = ear.recv_multipart()
                seen[topic] = frames
        assert seen[b"audio/1"][0] == b"DWB1" and len(seen[b"audio/1"]) == 2 + 5
        ear.close()
        context.term()


def test_a_peer_that_vanishes_takes_its_stream_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daw_bridge.server.server.HEARTBEAT_S", 0.1)
    with serving() as running, running.client() as client:
        with running.dealer() as end:
            opened(end)
            assert len(client.status().streams) == 1
        for _ in range(100):
            if not client.status().streams:
                break
            threading.Event().wait(0.05)
        assert not client.status().streams
        with client.stream(44100, 2) as stream:
            assert stream.info.stream == 1


def test_two_streams_at_once_do_not_mix() -> None:
    sounds = [noise(2, 30000, seed) for seed in range(2)]
    gains = [GAINS, GAINS[::-1]]
    models = [model_file(gains=one) for one in gains]
    worst: dict[int, float] = {}

    def work(running: Running, k: int) -> None:
        with running.client() as client:
            out = client.separate(sounds[k], 44100, model=models[k])
        worst[k] = max(
            float(np.abs(stem - np.float32(gain) * sounds[k]).max())
            for stem, gain in zip(out.values(), gains[k], strict=False)
        )

    with serving() as running:
        threads = [threading.Thread(target=work, args=(running, k)) for k in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert set(worst) == {0, 1} and max(worst.values()) < 1e-6


def test_an_oversized_message_cuts_only_its_sender() -> None:
    with serving(max_message_mb=1) as running, running.dealer() as end, running.dealer() as other:
        end.raw(b"DWB1", encode_header("hello", 1, "", {}), bytes(2_000_000))
        with pytest.raises(AssertionError, match="no answer"):
            end.receive(0.5)
        assert other.ask("hello")["type"] == "hello.reply"
        assert other.ask("hello")["limits"]["max_message_bytes"] == 1_000_000


def test_a_message_too_large_in_all_is_answered() -> None:
    with serving(max_message_mb=1) as running, running.dealer() as end:
        end.send("audio", 3, (bytes(600_000), bytes(600_000)), seq=0, start_sample=0, shape=[1, 1])
        header, _ = end.receive()
        assert (header["code"], header["msg_id"]) == ("too_large", 0)


@pytest.mark.parametrize("bind", ["localhost", "::1"])
def test_other_names_of_this_machine(bind: str) -> None:
    if bind == "::1":
        try:
            with socket.socket(socket.AF_INET6) as one:
                one.bind((bind, 0))
        except OSError:
            pytest.skip("no IPv6 here")
    with serving(bind=bind) as running:
        host = "[::1]" if bind == "::1" else "localhost"
        with Client(f"tcp://{host}:{running.ready.zmq_port}") as client:
            assert client.get("refine/steps") == {"refine/steps": 0}


def test_a_taken_port_says_so() -> None:
    with serving() as running:
        options = running.server.options
        taken = options.of(
            osc_port=0, zmq_port=running.ready.zmq_port, pub_port=0, http_port=0, device="cpu",
            model=options.text("model"),
        )  # fmt: skip
        with pytest.raises(PortTaken, match="--zmq-port"):
            Server(taken).start()


# Peers that do not read.


def test_a_peer_that_does_not_read_loses_its_stream_and_hears_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outgoing, "STALLED_S", 0.3)
    samples = 65536
    block = noise(2, samples).tobytes()
    with serving() as running, running.client() as client, running.dealer() as end:
        end.shrink()
        opened(end)
        for seq in range(200):
            end.send("audio", 9 + seq, (block,), seq=seq, start_sample=seq * samples,
                     shape=[2, samples])  # fmt: skip
            if not client.status().streams:
                break
            time.sleep(0.02)
        assert not client.status().streams
        assert running.server.sockets.zmq._outgoing.waiting_bytes < 2**22
        answers = []
        while not answers or answers[-1]["type"] != "close.reply":
            answers.append(end.receive()[0])
        codes = {one.get("code") for one in answers}
        assert "not_reading" in codes
        assert "does not read" in answers[-1]["reason"]
        with client.stream(44100, 2) as stream:  # and nobody else is the worse for it
            stream.process(MIX)


def test_what_is_not_subscribed_to_is_not_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []
    real = zmq_module.encode_reply

    def encode(reply: Reply, msg_id: int, session: str) -> list[bytes]:
        encoded.append(reply.TYPE)
        return real(reply, msg_id, session)

    monkeypatch.setattr(zmq_module, "encode_reply", encode)
    with serving(meter_rate=50.0) as running, running.dealer() as end:
        opened(end)
        audio(end)
        while end.receive()[0]["type"] != "audio.reply":
            pass
        time.sleep(0.1)
        assert encoded.count("audio.reply") == 1 and "meters" not in encoded
        with zmq.Context() as context, context.socket(zmq.SUB) as ear:
            ear.connect(f"tcp://127.0.0.1:{running.ready.pub_port}")
            ear.subscribe(b"meters/1")
            assert ear.poll(10_000)
        assert encoded.count("audio.reply") == 1


def test_large_blocks_are_monitored_in_pieces() -> None:
    samples = 30_000
    block = noise(2, samples)
    with serving() as running, running.dealer() as end, zmq.Context() as context:
        opened(end, mode="live", block_samples=samples)
        with context.socket(zmq.SUB) as ear:
            ear.connect(f"tcp://127.0.0.1:{running.ready.pub_port}")
            ear.subscribe(b"audio/1")
            parts, start = [], None
            for seq in range(100):
                end.send("audio", 9, (block.tobytes(),), seq=seq, start_sample=seq * samples,
                         shape=[2, samples])  # fmt: skip
                assert end.receive()[0]["type"] == "audio.reply"
                while ear.poll(100):
                    _, _, text, *buffers = ear.recv_multipart()
                    header = json.loads(text)
                    assert sum(map(len, buffers)) <= PIECE_BYTES
                    assert start in (None, header["start_sample"])
                    start = header["start_sample"] + header["shape"][1]
                    parts.append(header["shape"][1])
                if parts:
                    break
    assert sum(parts) % samples == 0 and len(parts) > 15


def test_a_defect_costs_one_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    with serving() as running, running.dealer() as end:
        with monkeypatch.context() as patch:
            patch.setattr(zmq_module, "read_request", broken)
            end.send("hello")
            header, _ = end.receive()
            assert header["code"] == "internal" and "ZeroDivisionError" in header["message"]
        assert end.ask("hello")["type"] == "hello.reply"


def test_clients_that_come_and_go_do_not_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with serving() as running:
        for number in range(100):
            running.server.sockets.zmq._lost(b"%d" % number)
    assert 1 <= caplog.text.count("has disconnected") < 10
