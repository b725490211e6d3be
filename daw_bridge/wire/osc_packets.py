"""OSC datagrams <-> addresses with arguments, on python-osc's parser and builder.

Bundles are unpacked here: python-osc loops forever on an element of negative size, and loses a
whole bundle for one bad element. Each message has the time tag of its bundle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pythonosc.osc_message import OscMessage, ParseError
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.parsing import osc_types

from daw_bridge.errors import BadMessage, BridgeError
from daw_bridge.settings.parameters import Value
from daw_bridge.wire.refusals import bad, shown

MAX_DATAGRAM_BYTES = 65536
MAX_ELEMENTS = 1024
MAX_DEPTH = 8
MAX_TEXT = 1000
"""Longest text sent: Max takes datagrams of up to 5,096 bytes by default."""
_BUNDLE = b"#bundle\0"
_BUNDLE_HEAD = 16
AT_ONCE = 1
"""The time tag for "immediately", and that of a message outside any bundle."""
_TAKEN = frozenset("ifshdTF")


@dataclass(frozen=True)
class OscCall:
    """One message: its address and arguments (integers, floats and text).

    `time_tag`: when it is due, in 2^-32 s since 1900 (NTP), or AT_ONCE.
    """

    address: str
    arguments: tuple[Value, ...] = ()
    time_tag: int = AT_ONCE


def read_datagram(data: bytes) -> Iterator[OscCall | BridgeError]:
    """Each message of a datagram in order; for an element that is none, the error (its address)."""
    for element, time_tag in _elements(data):
        if isinstance(element, BridgeError):
            yield element
            continue
        try:
            yield _message(element, time_tag)
        except BadMessage as error:
            yield error


def _elements(data: bytes) -> Iterator[tuple[bytes | BridgeError, int]]:
    """The elements of a datagram that are not bundles, in order, with their time tags."""
    waiting: list[tuple[bytes | BridgeError, int, int]] = [(data, 0, AT_ONCE)]
    count = 0
    while waiting:
        part, depth, time_tag = waiting.pop()
        count += 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            error = bad(f"{count} elements, {depth} deep", f"{MAX_ELEMENTS}, {MAX_DEPTH} deep")
            yield error, AT_ONCE
            return
        if isinstance(part, BridgeError) or not part.startswith(_BUNDLE):
            yield part, time_tag
        else:
            own = int.from_bytes(part[len(_BUNDLE) : _BUNDLE_HEAD], "big")
            waiting += [(one, depth + 1, own) for one in reversed(_bundle(part))]


def _bundle(data: bytes) -> list[bytes | BridgeError]:
    """The elements of one bundle up to the first bad size, then the error."""
    found: list[bytes | BridgeError] = []
    at = _BUNDLE_HEAD
    if len(data) < at:
        return [bad(f"a bundle of {len(data)} bytes", f"at least {_BUNDLE_HEAD}")]
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big", signed=True)
        at += 4
        if size < 4 or at + size > len(data):
            left = max(0, len(data) - at)
            error = bad(f"a bundle element of {size} bytes, {left} left", "4 or more of them")
            return [*found, error]
        found.append(data[at : at + size])
        at += size
    return found


def _message(data: bytes, time_tag: int) -> OscCall:
    if not data.startswith(b"/"):
        raise bad(f"{len(data)} bytes beginning {shown(data[:8])}", "an OSC message or bundle")
    address = ""
    try:
        address, at = osc_types.get_string(data, 0)
        _check_tags(data, address, at)
        parsed = OscMessage(data)
    except BadMessage as error:
        error.address = address
        raise
    except (ParseError, osc_types.ParseError, ValueError) as error:
        why = bad(f"bytes that are no OSC message ({shown(error)})", "an OSC message")
        why.address = address
        raise why from error
    values = (int(one) if isinstance(one, bool) else one for one in parsed.params)
    return OscCall(str(parsed.address), tuple(values), time_tag)


def _check_tags(data: bytes, address: str, at: int) -> None:
    """Refuse argument types that python-osc would silently skip; they begin after `at`."""
    tags = osc_types.get_string(data, at)[0] if at < len(data) else ","
    strange = sorted(set(tags[1:]) - _TAKEN)
    if strange:
        raise bad(f"{shown(address)} with types {shown(tags)}", "arguments of types i, f and s")


def build_message(address: str, arguments: tuple[Value, ...]) -> bytes:
    """One datagram; integers as i, floats as f, text as s."""
    builder = OscMessageBuilder(address)
    for one in arguments:
        if isinstance(one, str):
            builder.add_arg(_text(one), "s")
        else:
            builder.add_arg(one, "f" if isinstance(one, float) else "i")
    datagram: bytes = builder.build().dgram
    return datagram


def _text(text: str) -> str:
    clean = text.replace("\0", "").encode("utf-8", "replace").decode()
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 3] + "..."
