"""Errors of the server and its clients: what was seen, what was expected, what to do, and a code.

Each class has one `code`. It reaches a DAW over OSC (`/dawbridge/fail`) and a ZeroMQ client
(`{"type": "fail", "code": ...}`), so a published code never changes.
`error_codes()` is the table; docs/reference/errors.md is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from engines.errors import EngineError


class BridgeError(Exception):
    """A request that daw_bridge refuses, or work that failed."""

    code: ClassVar[str] = "bridge"

    def __init__(self, seen: str, expected: str, action: str) -> None:
        self.seen, self.expected, self.action = seen, expected, action
        super().__init__(seen, expected, action)

    def __str__(self) -> str:
        return f"{self.seen}; expected {self.expected}. {self.action}"


class BadMessage(BridgeError):
    """The bytes are not a message of this protocol."""

    code = "bad_message"
    address = ""
    """Over OSC: the message's address, as far as that was readable."""


class UnknownRequest(BridgeError):
    """The message is well-formed, but its address or request type does not exist."""

    code = "unknown_request"


class TooLarge(BridgeError):
    """A message, block or channel count exceeds the stated limit."""

    code = "too_large"


class BadValue(BridgeError):
    """A parameter's value has the wrong type or is out of range."""

    code = "bad_value"


class UnknownParameter(BridgeError):
    """No parameter has that name."""

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
    """Audio is missing or repeated: seq or start_sample is out of order, or packets were lost."""

    code = "discontinuity"


class Busy(BridgeError):
    """A queue is full; nothing was taken. Send it again."""

    code = "busy"


class NotReading(BridgeError):
    """The client does not read the answers to its audio: they were dropped, its streams ended."""

    code = "not_reading"


class NoRoom(BridgeError):
    """The CPU has no room for this live stream beside the running ones; nothing was changed."""

    code = "no_room"


class TooSlow(BridgeError):
    """A live stream's settings ask for more computing than there is time for: blocks come late."""

    code = "too_slow"


class FilesOnly(BridgeError):
    """The model separates files; it cannot serve a stream."""

    code = "files_only"


class AuthRequired(BridgeError):
    """The server wants a secret, and the sender has not given it."""

    code = "auth_required"


class Forgotten(BridgeError):
    """The client gets no more news: it was silent for too long, or others needed its place."""

    code = "forgotten"


class NotAllowed(BridgeError):
    """The server was not started to allow this path or request."""

    code = "not_allowed"


class UnsafeBind(BridgeError):
    """Listening beyond this machine needs keys, a secret and allowed folders; one is missing."""

    code = "unsafe_bind"


class PortTaken(BridgeError):
    """The server cannot listen on this address or port."""

    code = "port_taken"


class BadKeys(BridgeError):
    """A CURVE key folder or file is missing, unreadable or wrong."""

    code = "bad_keys"


class NoDevice(BridgeError):
    """No such audio device, or it refuses the rate, channels or block size."""

    code = "no_device"


class NoMidi(BridgeError):
    """The audio port has no MIDI input: only that of `--io jack` has one."""

    code = "no_midi"


class NoPortAudio(BridgeError):
    """The PortAudio library is missing, so `--io device` is not available."""

    code = "no_portaudio"


class JackGone(BridgeError):
    """The JACK server has stopped; the stream resumes by itself when it is back."""

    code = "jack_gone"


class NoPort(BridgeError):
    """No JACK port matches `--connect`; it is connected as soon as it appears."""

    code = "no_port"


class BadChannels(BridgeError):
    """A channel map does not fit the device or the stream."""

    code = "bad_channels"


class WrongForm(BridgeError):
    """The sample rate or channel count of audio packets differs from the stream's."""

    code = "wrong_form"


class UnknownTransport(BridgeError):
    """No audio port (`--io`) has that name."""

    code = "unknown_transport"


class UnknownJob(BridgeError):
    """No waiting or running job has that request number."""

    code = "unknown_job"


class Cancelled(BridgeError):
    """The job was cancelled; no partial file was left."""

    code = "cancelled"


class BadFile(BridgeError):
    """An input file cannot be read as audio."""

    code = "bad_file"


class BadRecord(BridgeError):
    """The record in a song's folder (daw-bridge.json) cannot be read."""

    code = "bad_record"


class FileInTheWay(BridgeError):
    """An output file already exists, and overwriting was not requested."""

    code = "file_exists"


class NoWeb(BridgeError):
    """OSCQuery needs a Python package that is not installed."""

    code = "no_web"


class NoMetrics(BridgeError):
    """Metrics need a Python package that is not installed."""

    code = "no_metrics"


class NoProgram(BridgeError):
    """No folder of that program (Max, REAPER, Ardour) was found to install files in."""

    code = "no_program"


class FetchFailed(BridgeError):
    """A model's file could not be fetched; run again, it goes on where it was."""

    code = "fetch_failed"


class WrongChecksum(BridgeError):
    """A fetched or given file is not the one that the catalogue means; it was not used."""

    code = "wrong_checksum"


class UnknownEntry(BridgeError):
    """The catalogue of models has no such entry, or nothing was added by that name."""

    code = "unknown_entry"


class NoPool(BridgeError):
    """The pool of `--pool` cannot be used: a package is missing, or the cluster does not answer."""

    code = "no_pool"


class WorkerLost(BridgeError):
    """The worker that separated a song died, and died again when the song was tried once more."""

    code = "worker_lost"


class WriteFailed(BridgeError):
    """An output could not be written; no partial file was left."""

    code = "write_failed"


class Stopped(BridgeError):
    """The server or the stream is closing."""

    code = "stopped"


class NoAnswer(BridgeError):
    """The other end did not answer in time."""

    code = "no_answer"


class NoRemote(BridgeError):
    """Remote engines need a Python package that is not installed."""

    code = "no_remote"


class EngineGone(BridgeError):
    """The remote engine does not answer."""

    code = "engine_gone"


class WrongEngine(BridgeError):
    """The remote engine has not this model, or does not answer what the model answers here."""

    code = "wrong_engine"


class BadCertificates(BridgeError):
    """A certificate or key for a remote engine is missing, unreadable or wrong."""

    code = "bad_certificates"


class Internal(BridgeError):
    """A bug in daw-bridge: the server carries on, and its log has the traceback."""

    code = "internal"


class RemoteError(BridgeError):
    """A `fail` reply as the Python client raises it: `remote_code` is the server's code."""

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
    """Code -> meaning (the first line of the docstring), for the classes of this module."""
    own = (one for one in subclasses() if one.__module__ == __name__)
    return {one.code: (one.__doc__ or "").splitlines()[0] for one in own}


OurError = BridgeError | EngineError


def describe(error: OurError) -> str:
    """What was seen, what was expected, what to do; without the code."""
    action = error.action[:1].upper() + error.action[1:]
    return f"{error.seen}; expected {error.expected}. {action.rstrip('.')}."
