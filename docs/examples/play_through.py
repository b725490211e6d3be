"""Plays a WAV file through a live stream of a running `daw-bridge serve` and writes the stems.

    python play_through.py song.wav stems/
    python play_through.py song.wav stems/ tcp://127.0.0.1:17122

A server with a secret (`--auth-file`) gets it from the variable DAW_BRIDGE_SECRET.

It is a whole client in Python, pyzmq and numpy, without daw-bridge's own package: a start for
clients in other languages. What it sends and gets is described in docs/reference/zeromq.md.
"""

from __future__ import annotations

import json
import os
import sys
import time
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zmq
from numpy.typing import NDArray

Audio = NDArray[np.float32]

MARK = b"DWB1"
BLOCK_SAMPLES = 512
ANSWER_WITHIN_S = 10.0


class Server:
    """A DEALER socket: JSON headers and float32 buffers, there and back."""

    def __init__(self, endpoint: str) -> None:
        self.socket = zmq.Context().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 500)
        if secret := os.environ.get("DAW_BRIDGE_SECRET"):
            self.socket.plain_username, self.socket.plain_password = b"daw-bridge", secret.encode()
        self.socket.connect(endpoint)
        self.last_id = 0

    def send(self, kind: str, buffers: Sequence[bytes] = (), **fields: Any) -> int:
        """Send a message; returns its number, which the answer bears, too."""
        self.last_id += 1
        header = {"type": kind, "msg_id": self.last_id, **fields}
        self.socket.send_multipart([MARK, json.dumps(header).encode(), *buffers])
        return self.last_id

    def receive(self, wait_s: float) -> tuple[dict[str, Any], list[bytes]] | None:
        """The next message, if one comes in time: its header and its buffers."""
        if not self.socket.poll(max(0, round(1000 * wait_s))):
            return None
        mark, header, *buffers = self.socket.recv_multipart()
        assert mark == MARK
        found: dict[str, Any] = json.loads(header)
        if found["type"] == "fail":
            text = f"{found['command']}: {found['message']} [{found['code']}]"
            if found["command"] != "stream":
                raise SystemExit(text)
            print(text, file=sys.stderr)  # it answers nothing, and the stream goes on
        return found, buffers

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its answer. Other messages that come first are left out."""
        asked = self.send(kind, **fields)
        while (found := self.receive(ANSWER_WITHIN_S)) is not None:
            if found[0]["msg_id"] == asked:
                return found[0]
        raise SystemExit(f"no answer to {kind}: is `daw-bridge serve` running, with this secret?")


def play(server: Server, song: Audio, rate_hz: int) -> dict[str, Audio]:
    """(channels, n) -> stem: (channels, n), through a live stream, as fast as it sounds."""
    channels, length = song.shape
    stream = server.ask(
        "open", mode="live", rate_hz=rate_hz, channels=channels, block_samples=BLOCK_SAMPLES
    )
    # A live stream answers each block with a block that is `latency_samples` late. So silence
    # follows the song until its end has come back.
    blocks = -(-(length + stream["latency_samples"]) // BLOCK_SAMPLES)
    sent, answered, late = 0, 0, 0
    stems = np.zeros((len(stream["outputs"]), channels, length), np.float32)
    started_s = time.monotonic()
    while answered < blocks:
        # Pacing: a block leaves when a sound card would have recorded it. Sent all at once, the
        # model would be late for most of them. Credit: more unanswered blocks would be refused.
        due_s = started_s + sent * BLOCK_SAMPLES / rate_hz
        now_s = time.monotonic()
        if sent < blocks and now_s >= due_s and sent - answered < stream["credit"]:
            start = sent * BLOCK_SAMPLES
            block = np.zeros((channels, BLOCK_SAMPLES), "<f4")
            piece = song[:, start : start + BLOCK_SAMPLES]
            block[:, : piece.shape[1]] = piece
            server.send(
                "audio", [block.tobytes()], stream=stream["stream"], seq=sent, start_sample=start,
                shape=list(block.shape), dtype="<f4",
            )  # fmt: skip
            sent += 1
            continue
        wait_s = due_s - now_s if sent < blocks and now_s < due_s else ANSWER_WITHIN_S
        found = server.receive(wait_s)
        if found is None and wait_s == ANSWER_WITHIN_S:
            raise SystemExit("the server has stopped answering")
        if found is not None and found[0]["type"] == "audio.reply":
            put(stems, *found)
            late += found[0]["late_samples"] > 0  # then the mix is on the residual
            answered += 1
    print(f"{blocks} blocks, {late} late")
    server.ask("close", stream=stream["stream"])
    return dict(zip(stream["outputs"], stems, strict=True))


def put(stems: Audio, header: dict[str, Any], buffers: list[bytes]) -> None:
    """Lay an answer's buffers where its `start_sample` says; the first lie before the song."""
    start, (channels, samples) = header["start_sample"], header["shape"]
    first, last = max(0, start), min(stems.shape[-1], start + samples)
    if first < last:
        for stem, buffer in zip(stems, buffers, strict=True):
            audio = np.frombuffer(buffer, "<f4").reshape(channels, samples)
            stem[:, first:last] = audio[:, first - start : last - start]


def read_wav(path: Path) -> tuple[Audio, int]:
    """(channels, n) float32 and the rate in Hz of a WAV file of 16, 24 or 32 bits."""
    try:
        with wave.open(str(path)) as file:
            width, channels, rate_hz = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
    except wave.Error as error:
        raise SystemExit(f"{path}: {error}; this example reads WAV files of integers") from error
    if width == 1:
        raise SystemExit(f"{path}: 8 bits; this example reads WAV files of 16, 24 or 32 bits")
    samples = data.reshape(-1, channels, width)
    whole = np.zeros((*samples.shape[:2], 4), np.uint8)
    whole[..., 4 - width :] = samples
    return (whole.view("<i4")[..., 0].T / 2.0**31).astype(np.float32), rate_hz


def write_wav(path: Path, audio: Audio, rate_hz: int) -> None:
    """(channels, n) as a WAV file of 24 bits."""
    whole = np.round(np.clip(audio.T, -1.0, 1.0 - 2.0**-23) * 2.0**23).astype("<i4")
    data = np.ascontiguousarray(whole).view(np.uint8).reshape(*whole.shape, 4)[..., :3]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(audio.shape[0])
        file.setsampwidth(3)
        file.setframerate(rate_hz)
        file.writeframes(data.tobytes())


def main(song_path: str, folder: str, endpoint: str = "tcp://127.0.0.1:17122") -> None:
    """Play the song, and write each stem into the folder."""
    song, rate_hz = read_wav(Path(song_path))
    stems = play(Server(endpoint), song, rate_hz)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, audio in stems.items():
        write_wav(Path(folder) / f"{name}.wav", audio, rate_hz)
        print(Path(folder) / f"{name}.wav")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
