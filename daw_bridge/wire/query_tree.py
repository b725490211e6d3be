"""The OSCQuery tree: every address with its type, access, range, value and words, as JSON.

Made from the table of parameters and from what the server has told: an address is in the tree once
it has a value. After https://github.com/Vidvox/OSCQueryProposal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from daw_bridge.errors import BridgeError
from daw_bridge.settings.parameters import PREFIX, Value, resolve
from daw_bridge.wire.osc_replies import Message

READ, WRITE = 1, 2
ATTRIBUTES = ("FULL_PATH", "CONTENTS", "TYPE", "ACCESS", "VALUE", "RANGE", "DESCRIPTION")
EXTENSIONS = ("ACCESS", "VALUE", "RANGE", "DESCRIPTION", "LISTEN", "PATH_CHANGED")
Node = dict[str, Any]

#: What the server tells and nobody sets: (pattern of the name, what it is).
_TOLD = (
    (r"meter/[^/]+", "Peak and RMS of an output, in dB."),
    (r"load", "Share of a hop's time that separating takes."),
    (r"late", "Blocks that came too late to be separated."),
    (
        r"engine",
        "The remote engine: up or down, windows missed, calls failed, times given up, and "
        "what its last call took, in ms.",
    ),
    (r"latency", "Declared latency in samples and in ms."),
    (r"outputs", "The outputs, by name."),
    (r"provider", "What the model runs on, and why."),
    (r"io", "State of the audio port."),
)
_COMMANDS: dict[str, tuple[str, str]] = {
    "reset": ("", "Clears the stream's history, as for a transport jump."),
    "snapshot/save": ("s", "Keeps what the stream is set to under this name."),
    "snapshot/load": ("s", "Sets what was kept under this name."),
}
"""What can be done to a stream, beside its parameters: type and words."""


def node_of(address: str, values: tuple[Value, ...]) -> Node | None:
    """The node of an address with these values; None for what is not part of the tree."""
    name = stream_and_name(address)[1]
    try:
        one, _ = resolve(name)
    except BridgeError:
        return _told(address, name, values)
    if name in one.names[1:]:
        return None  # an earlier name
    access = READ | WRITE if one.live else READ
    node = _node(address, one.type, access, one.help)
    node["VALUE"] = list(values)
    if one.choices:
        node["RANGE"] = [{"VALS": list(one.choices)}]
    elif one.minimum is not None or one.maximum is not None:
        ends = {"MIN": one.minimum, "MAX": one.maximum}
        node["RANGE"] = [{key: end for key, end in ends.items() if end is not None}]
    return node


def _told(address: str, name: str, values: tuple[Value, ...]) -> Node | None:
    for pattern, words in _TOLD:
        if re.fullmatch(pattern, name):
            node = _node(address, "".join(map(_tag, values)), READ, words)
            return node | {"VALUE": list(values)}
    return None


def stream_and_name(address: str) -> tuple[str, str]:
    """`/dawbridge/stream/2/bypass` -> ("2", "bypass"); stream 1 is the plain address, ""."""
    rest = address.removeprefix(f"{PREFIX}/")
    match = re.fullmatch(r"stream/(\d+)/(.+)", rest)
    return (match[1], match[2]) if match else ("", rest)


def commands(streams: set[str]) -> list[Node]:
    """The nodes of what can be done to these streams ("" is stream 1)."""
    found = []
    for stream in sorted(streams):
        place = f"{PREFIX}/stream/{stream}" if stream else PREFIX
        for name, (types, words) in _COMMANDS.items():
            found.append(_node(f"{place}/{name}", types, WRITE, words))
    return found


def tree(values: Mapping[str, tuple[Value, ...]]) -> Node:
    """The whole tree of these addresses and their values."""
    root: Node = {"FULL_PATH": "/", "ACCESS": 0, "CONTENTS": {}}
    nodes = [node for address in sorted(values) if (node := node_of(address, values[address]))]
    streams = {stream_and_name(address)[0] for address in values}
    for node in [*nodes, *commands(streams)]:
        _hang(root, node)
    return root


def find(root: Node, path: str) -> Node | None:
    """The node at a path; None if there is none."""
    node: Node | None = root
    for part in path.strip("/").split("/"):
        if part and node is not None:
            node = node.get("CONTENTS", {}).get(part)
    return node


def host_info(name: str, host: str, osc_port: int, http_port: int) -> Node:
    """What `?HOST_INFO` answers. Without addresses where the server listens at all of them."""
    everywhere = host in ("0.0.0.0", "::")
    addresses = {} if everywhere else {"OSC_IP": host, "WS_IP": host}
    return {
        "NAME": name, "OSC_PORT": osc_port, "OSC_TRANSPORT": "UDP", "WS_PORT": http_port,
        **addresses, "EXTENSIONS": dict.fromkeys(EXTENSIONS, True),
    }  # fmt: skip


def _hang(root: Node, node: Node) -> None:
    """Put a node at its place, with the nodes above it."""
    at, path = root, ""
    parts = str(node["FULL_PATH"]).strip("/").split("/")
    for part in parts[:-1]:
        path = f"{path}/{part}"
        above = {"FULL_PATH": path, "ACCESS": 0}
        at = at.setdefault("CONTENTS", {}).setdefault(part, above)
    here = at.setdefault("CONTENTS", {})
    here[parts[-1]] = here.get(parts[-1], {}) | node


def _node(address: str, types: str, access: int, words: str) -> Node:
    return {"FULL_PATH": address, "TYPE": types, "ACCESS": access, "DESCRIPTION": words}


def _tag(value: Value) -> str:
    return {int: "i", float: "f", str: "s"}[type(value)]


def typed(message: Message) -> Message:
    """A message with a number as its parameter's type has it: a gain of 0 is a float."""
    address, values = message
    try:
        one, _ = resolve(stream_and_name(address)[1])
    except BridgeError:
        return message
    return address, tuple(float(v) if one.type == "f" and isinstance(v, int) else v for v in values)
