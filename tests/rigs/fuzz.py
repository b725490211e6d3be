"""Messages that a stranger might send: right, nearly right, and rubbish; the same for each seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from daw_bridge.settings.parameters import STREAM_PARAMETERS, Value
from daw_bridge.wire.osc_packets import build_message
from daw_bridge.wire.osc_requests import COMMANDS
from daw_bridge.wire.zmq_requests import TYPES

STEMS = ("drums", "bass", "kazoo", "", "*", "a/b")
LEFT_OUT = {"quit", "dump"}
NUMBERS: tuple[Value, ...] = (0, 1, -1, 2, 7, 64, 4096, 2**31 - 1, -(2**31))
ODD: tuple[Value, ...] = (
    *NUMBERS,
    0.5,
    -6.0,
    1e30,
    float("nan"),
    float("inf"),
    "",
    "song",
    "x" * 900,
)
FIELDS = ("rate_hz", "channels", "stream", "seq", "shape", "values", "names", "req", "number",
          "start_sample", "known", "mode", "client", "block_samples", "source", "out_dir",
          "options", "on", "version", "session")  # fmt: skip


def _addresses() -> list[str]:
    names = [one.replace("<name>", stem) for p in STREAM_PARAMETERS for one in p.names
             for stem in STEMS[:3]]  # fmt: skip
    streams = [f"stream/{k}/{name}" for k in (0, 1, 2, 99, "x") for name in names[:20]]
    return sorted({*(set(COMMANDS) - LEFT_OUT), *names, *streams, "nothing", "get", "reset"})


ADDRESSES = _addresses()


def datagrams(seed: int) -> Iterator[bytes]:
    """OSC, without end. No answers are sent to a third party's port."""
    chance = random.Random(seed)
    while True:
        name = chance.choice(ADDRESSES)
        most = 1 if name == "notify" else 4
        arguments = tuple(chance.choice(ODD) for _ in range(chance.randint(0, most)))
        data = build_message(f"/dawbridge/{name}", arguments)
        yield _damaged(chance, data)


def _damaged(chance: random.Random, data: bytes) -> bytes:
    """Often as it was; else cut, with other bytes in it, or in a bundle that may be odd."""
    kind = chance.randrange(8)
    if kind == 0:
        return data[: chance.randint(1, len(data))]
    if kind == 1:
        at = chance.randrange(len(data))
        return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at + 1 :]
    if kind == 2:
        size = chance.choice((len(data), len(data) - 4, -1, 2**31 - 1, 0))
        return b"#bundle\0" + bytes(8) + (size % 2**32).to_bytes(4, "big") + data
    return data


def frames(seed: int) -> Iterator[list[bytes]]:
    """ZeroMQ messages, without end."""
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        kind = chance.choice([one for one in TYPES if one not in LEFT_OUT])
        fields = {chance.choice(FIELDS): _value(chance) for _ in range(chance.randint(0, 5))}
        header = json.dumps({"type": kind, "msg_id": number, **fields}).encode()
        buffers = [chance.randbytes(chance.choice((0, 4, 64, 512)))
                   for _ in range(chance.choice((0, 0, 1, 2)))]  # fmt: skip
        mark = b"DWB1" if chance.random() < 0.95 else chance.randbytes(4)
        yield [mark, _damaged(chance, header) if chance.random() < 0.2 else header, *buffers]


def _value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(8)
    if kind < 4 or depth > 2:
        return chance.choice(NUMBERS)
    if kind == 4:
        return chance.choice(("sync", "live", "", "tiny", "/nowhere", "x" * 300))
    if kind == 5:
        return [_value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    if kind == 6:
        names = ("block/hop", "refine/steps", "bypass", "model", "stem/drums/gain", "odd")
        return {chance.choice(names): _value(chance, depth + 1) for _ in range(2)}
    return chance.choice((None, True, 0.5, 1e308))
