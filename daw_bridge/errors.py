"""The server's own errors: what was seen, what was expected, what to do, and a code.

Every class here has one `code`, which is what reaches a DAW over OSC (`/dawbridge/fail`) or a
ZeroMQ client (`{"type": "fail", "code": ...}`), so a code, once published, does not change.
`error_codes()` is the table; docs/reference/errors.md is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engines.errors import EngineError


class BridgeError(Exception):
    """Something daw_bridge refuses or could not do."""

    code: ClassVar[str] = "bridge"

    def __init__(self, seen: str, expected: str, action: str) -> None:
        self.seen, self.expected, self.action = seen, expected, action
        super().__init__(seen, expected, action)

    def __str__(self) -> str:
        return f"{self.seen}; expected {self.expected}. {self.action}"


class BadMessage(BridgeError):
    """The bytes are not a message of this protocol."""

    code = "bad_message"


class UnknownRequest(BridgeError):
    """The message is well formed, but no such address or request type exists."""

    code = "unknown_request"


class TooLarge(BridgeError):
    """A message, block, or channel count is over the stated limit."""

    code = "too_large"


class BadValue(BridgeError):
    """A parameter's value has the wrong type or is out of range."""

    code = "bad_value"


class UnknownParameter(BridgeError):
    """No parameter of that name is in the table."""

    code = "unknown_parameter"


class FixedAtStart(BridgeError):
    """The parameter is chosen when the server starts and cannot change while it runs."""

    code = "fixed_at_start"


class UnknownStem(BridgeError):
    """The stream has no output of that name."""

    code = "unknown_stem"


class UnknownStream(BridgeError):
    """No stream of that number is open."""

    code = "unknown_stream"


class UnknownSession(BridgeError):
    """The message is for an earlier run of the server."""

    code = "unknown_session"


class Discontinuity(BridgeError):
    """Audio is missing or repeated: seq or start_sample is not the next, or packets got lost."""

    code = "discontinuity"


class Busy(BridgeError):
    """A bounded queue is full; nothing was taken. The sender retries."""

    code = "busy"


class NoRoom(BridgeError):
    """The CPU cannot serve this live stream beside those that run; nothing was changed."""

    code = "no_room"


class AuthRequired(BridgeError):
    """The sender is not on this machine and has not given the secret."""

    code = "auth_required"


class NotAllowed(BridgeError):
    """The path, or the request, is outside what the server was started to allow."""

    code = "not_allowed"


class UnsafeBind(BridgeError):
    """Asked to listen beyond this machine without the keys, secret or folders that needs."""

    code = "unsafe_bind"


class PortTaken(BridgeError):
    """The address or port cannot be listened on."""

    code = "port_taken"


class BadKeys(BridgeError):
    """A CURVE key folder or file is missing, unreadable or wrong."""

    code = "bad_keys"


class NoDevice(BridgeError):
    """No such audio device, or it refuses the rate, channels or block size."""

    code = "no_device"


class NoPortAudio(BridgeError):
    """The PortAudio library is missing, so there is no `--io device`."""

    code = "no_portaudio"


class JackGone(BridgeError):
    """The JACK server has gone away; the stream goes on by itself when it is back."""

    code = "jack_gone"


class NoPort(BridgeError):
    """No JACK port matches what `--connect` asks for; it is connected when it appears."""

    code = "no_port"


class BadChannels(BridgeError):
    """A channel map does not fit the device or the stream."""

    code = "bad_channels"


class WrongForm(BridgeError):
    """Audio packets have another rate or channel count than the stream."""

    code = "wrong_form"


class UnknownTransport(BridgeError):
    """No audio transport of that name exists."""

    code = "unknown_transport"


class UnknownJob(BridgeError):
    """No job of that request number is waiting or running."""

    code = "unknown_job"


class Cancelled(BridgeError):
    """The job was cancelled; nothing half-written was left."""

    code = "cancelled"


class BadFile(BridgeError):
    """An input file cannot be read as audio."""

    code = "bad_file"


class FileInTheWay(BridgeError):
    """An output file exists and overwriting was not asked for."""

    code = "file_exists"


class WriteFailed(BridgeError):
    """An output could not be written; no partial file was left."""

    code = "write_failed"


class Stopped(BridgeError):
    """The server or the stream is closing."""

    code = "stopped"


class NoAnswer(BridgeError):
    """The other end did not answer in time."""

    code = "no_answer"


class Internal(BridgeError):
    """A defect of ours: the server carries on, the log has the traceback."""

    code = "internal"


class RemoteError(BridgeError):
    """The client's view of a `fail` reply: `remote_code` is the server's code."""

    code = "remote"

    def __init__(self, remote_code: str, message: str) -> None:
        super().__init__(message, "a reply without fail", "See the message and its code.")
        self.remote_code, self.message = remote_code, message

    def __str__(self) -> str:
        return f"{self.message} [{self.remote_code}]"

    def __reduce__(self) -> tuple[type[RemoteError], tuple[str, str]]:
        return RemoteError, (self.remote_code, self.message)


def subclasses(base: type[BridgeError] = BridgeError) -> Iterator[type[BridgeError]]:
    """Every error class below `base`, in the order of definition."""
    for one in base.__subclasses__():
        yield one
        yield from subclasses(one)


def error_codes() -> dict[str, str]:
    """code -> what it means (its docstring's first line), for the classes of this module."""
    own = (one for one in subclasses() if one.__module__ == __name__)
    return {one.code: (one.__doc__ or "").splitlines()[0] for one in own}


OurError = BridgeError | EngineError


def describe(error: OurError) -> str:
    """What was seen, what was expected, what to do; without the code."""
    action = error.action[:1].upper() + error.action[1:]
    return f"{error.seen}; expected {error.expected}. {action.rstrip('.')}."
