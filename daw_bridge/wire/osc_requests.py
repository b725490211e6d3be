"""OSC addresses -> frozen requests."""

from __future__ import annotations

from collections.abc import Callable

from daw_bridge.errors import BadMessage, UnknownRequest
from daw_bridge.settings.parameters import PREFIX, STEM, STREAM_PARAMETERS, Value
from daw_bridge.settings.patterns import is_pattern
from daw_bridge.wire import DEFAULT_STREAM
from daw_bridge.wire.osc_packets import OscCall
from daw_bridge.wire.refusals import bad, shown
from daw_bridge.wire.requests import (
    Auth,
    Cancel,
    Clients,
    Dump,
    Each,
    Forget,
    Generate,
    Get,
    Midi,
    Models,
    Notify,
    Quit,
    Request,
    Reset,
    Separate,
    Set,
    Snapshot,
    Status,
    Sync,
    Version,
)

_MAX_PORT = 65535
AUTH = f"{PREFIX}/auth"
"""Carries the secret, so its arguments are never logged."""


class Arguments:
    """The arguments of one call, taken one by one. Raises BadMessage, showing the usage."""

    def __init__(self, call: OscCall, usage: str) -> None:
        self._left, self._call, self._usage = list(call.arguments), call, usage

    def integer(self, default: int | None = None, low: int = 0, high: int = 2**31 - 1) -> int:
        """An integer; Max and Lua may send it as a float."""
        if not self._left and default is not None:
            return default
        value = self._left.pop(0) if self._left else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or not low <= value <= high:
            raise self._bad()
        return value

    def text(self) -> str:
        """A text."""
        value = self._left.pop(0) if self._left else None
        if not isinstance(value, str):
            raise self._bad()
        return value

    def pairs(self) -> tuple[tuple[str, Value], ...]:
        """All remaining arguments, as s:key value pairs."""
        rest, self._left = self._left, []
        keys = rest[::2]
        if len(rest) % 2 or any(not isinstance(key, str) for key in keys):
            raise self._bad()
        return tuple((str(key), value) for key, value in zip(keys, rest[1::2], strict=True))

    def finish(self) -> None:
        """Refuse remaining arguments."""
        if self._left:
            raise self._bad()

    def _bad(self) -> BadMessage:
        given = " ".join(shown(one) for one in self._call.arguments[:8])
        given = "(not shown)" if self._call.address == AUTH else given
        return bad(f"{shown(self._call.address)} {given}".rstrip(), f"{PREFIX}/{self._usage}")


def _separate(arguments: Arguments) -> Request:
    req, source, out_dir = arguments.integer(), arguments.text(), arguments.text()
    return Separate(req, source, out_dir, arguments.pairs())


def _generate(arguments: Arguments) -> Request:
    req, out_dir = arguments.integer(), arguments.text()
    return Generate(req, out_dir, arguments.pairs())


def _notify(arguments: Arguments) -> Request:
    return Notify(bool(arguments.integer(high=1)), arguments.integer(default=0, high=_MAX_PORT))


COMMANDS: dict[str, tuple[str, Callable[[Arguments], Request]]] = {
    "notify": ("notify i:on [i:port]", _notify),
    "status": ("status", lambda a: Status()),
    "version": ("version", lambda a: Version()),
    "models": ("models", lambda a: Models()),
    "clients": ("clients", lambda a: Clients()),
    "forget": ("forget s:client", lambda a: Forget(a.text())),
    "midi/learn": ("midi/learn s:address", lambda a: Midi("learn", a.text())),
    "midi/list": ("midi/list", lambda a: Midi("list")),
    "midi/forget": ("midi/forget s:address", lambda a: Midi("forget", a.text())),
    "snapshot/list": ("snapshot/list", lambda a: Snapshot("list")),
    "snapshot/remove": ("snapshot/remove s:name", lambda a: Snapshot("remove", a.text())),
    "sync": ("sync i:number", lambda a: Sync(a.integer(low=-(2**31)))),
    "dump": ("dump i:on", lambda a: Dump(bool(a.integer(high=1)))),
    "auth": ("auth s:secret", lambda a: Auth(a.text())),
    "separate": ("separate i:req s:in s:outdir [s:key value]...", _separate),
    "generate": ("generate i:req s:outdir [s:key value]...", _generate),
    "cancel": ("cancel i:req", lambda a: Cancel(a.integer())),
    "quit": ("quit", lambda a: Quit()),
}
"""Command -> (its usage, its reader)."""

SNAPSHOT = {"snapshot/save": "save", "snapshot/load": "load"}
"""Of a stream."""

_PARAMETERS = {name for one in STREAM_PARAMETERS for name in one.names}


def read_call(call: OscCall) -> Request:
    """The request in one OSC message. Raises BadMessage, UnknownRequest."""
    rest = _below(call.address, PREFIX)
    if rest in COMMANDS:
        usage, reader = COMMANDS[rest]
        arguments = Arguments(call, usage)
        request = reader(arguments)
        arguments.finish()
        return request
    stream, name = _stream(call, rest)
    if name in SNAPSHOT and isinstance(stream, int):
        arguments = Arguments(call, f"{name} s:name")
        request = Snapshot(SNAPSHOT[name], arguments.text(), stream)
        arguments.finish()
        return request
    if isinstance(stream, str):
        return Each(stream, _of_stream(call, DEFAULT_STREAM, name))
    return _of_stream(call, stream, name)


def _of_stream(call: OscCall, stream: int, name: str) -> Set | Get | Reset:
    if name == "reset":
        Arguments(call, "reset").finish()
        return Reset(stream)
    if name == "get":
        Arguments(call, "get").finish()
        return Get((), stream)
    return _parameter(call, stream, name)


def _parameter(call: OscCall, stream: int, name: str) -> Set | Get:
    if not _is_parameter(name):
        raise _unknown(call.address)
    if not call.arguments:
        return Get((name,), stream)
    if len(call.arguments) > 1:
        raise bad(f"{shown(call.address)} with {len(call.arguments)} arguments", "one, or none")
    return Set(((name, call.arguments[0]),), stream)


def _is_parameter(name: str) -> bool:
    """Whether it is one, or a pattern: what that matches, the session knows."""
    if is_pattern(name):
        return True
    parts = name.split("/")
    if len(parts) == 3 and parts[0] == "stem":
        name = f"stem/{STEM}/{parts[2]}"
    return name in _PARAMETERS


def _stream(call: OscCall, rest: str) -> tuple[int | str, str]:
    """`stream/2/model` -> (2, "model"), `stream/*/model` -> ("*", "model"); else stream 1."""
    if not rest.startswith("stream/"):
        return DEFAULT_STREAM, rest
    number, _, name = rest.removeprefix("stream/").partition("/")
    if is_pattern(number):
        return number, name
    if not (number.isascii() and number.isdigit() and len(number) < 10 and int(number)):
        raise bad(f"stream {shown(number)} in {shown(call.address)}", "a number from 1")
    return int(number), name


def _below(address: str, prefix: str) -> str:
    if not address.startswith(prefix + "/"):
        raise _unknown(address)
    return address.removeprefix(prefix + "/")


def _unknown(address: str) -> UnknownRequest:
    stream = ("reset", "get", *SNAPSHOT, *(one.name for one in STREAM_PARAMETERS))
    return UnknownRequest(
        f"OSC address {shown(address)}",
        f"{PREFIX}/ and one of {', '.join(COMMANDS)}, or with or without stream/<id>/ one of "
        + ", ".join(stream),
        "See docs/reference/osc.md.",
    )
