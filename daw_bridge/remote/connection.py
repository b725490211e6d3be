"""One remote engine, as all models of this process that run there share it.

A call has a deadline (`within`, of live streams), and then fails with Missed; or it is patient: it
waits for as long as the engine shows that it lives, and where that is away asks again, for
PATIENCE_S at most. An engine that was away has to answer its checks before anybody is given what
it answers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakSet, WeakValueDictionary, finalize

import grpc
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc as rpc

from daw_bridge.errors import (
    BadCertificates,
    BadMessage,
    BridgeError,
    EngineGone,
    WrongEngine,
    describe,
)
from daw_bridge.remote.address import Address
from daw_bridge.remote.breaker import Breaker
from daw_bridge.remote.certificates import CA, read_certificates
from daw_bridge.remote.counters import EngineCounts, Tally, counted, tallies
from daw_bridge.remote.described import STARTED
from daw_bridge.remote.tensors import Arrays, outputs_of
from engines.errors import InferenceError

PATIENCE_S = 60.0
"""So long a patient call asks an engine again that is away."""
CONNECT_S = 10.0
"""So long an engine may take to answer for the first time."""
LIVES_S = 3.0
"""Within this an engine that computes says that it lives."""
CHECK_S = 20.0
"""So long a check may take."""

_POLL_S = 0.5
_PAUSE_S = 0.2
MOST_ANSWER_MB = 256
"""The largest answer that is taken."""
_LARGEST = "grpc.max_receive_message_length"
_OPTIONS = [
    (_LARGEST, MOST_ANSWER_MB << 20),
    ("grpc.max_send_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.enable_http_proxy", 0),  # which a variable for browsers would set
]
_TLS = ("SSL_ERROR_SSL", "certificate", "Peer name")
"""What gRPC says where one end's certificate is not right for the other: that will not change."""
_LARGE = "larger than max"
_MOST_WORDS = 1000
_AWAY = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED", "CANCELLED")

BAD_ANSWER = "BAD_ANSWER"
"""In place of the protocol's names: an answer that is no answer to the call."""
A = TypeVar("A")
Read = Callable[[Arrays], A]
"""What an answer's arrays say. Raises BadMessage."""
KeepOn = Callable[[], object]
"""Called while a patient call waits; what it raises ends the wait."""


class Missed(InferenceError):
    """A call had no answer by its deadline, or none that can be used.

    `name` is the protocol's; `timed_out`: it was still being computed.
    """

    code = "engine_missed"

    def __init__(self, name: str, seen: str) -> None:
        super().__init__(seen, "an answer in time", "see docs/guide/remote.md")
        self.name = name

    @property
    def away(self) -> bool:
        """Whether the engine was late or away, rather than wrong."""
        return self.name in _AWAY

    @property
    def timed_out(self) -> bool:
        """Whether the call took too long, rather than failed."""
        return self.name == "DEADLINE_EXCEEDED"


_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Calls of this thread inside of it all end by then, or fail with Missed."""
    token = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


Check = Callable[[], None]
"""Raises WrongEngine where the engine does not answer what it must; EngineGone, Missed."""


class Connection:
    """Calls to one address. Thread-safe. Raises BadCertificates."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.tally = Tally()
        self._channel = _channel(address)
        finalize(self, self._channel.close)
        self._stub = rpc.GRPCInferenceServiceStub(self._channel)
        self._checkers: WeakSet[Any] = WeakSet()
        self._proved = ""
        self._suspect = threading.Event()
        self.breaker = Breaker(self)

    # Asking about it.

    def ask(self, what: str, request: Any, timeout_s: float = CONNECT_S) -> Any:
        """One of the protocol's questions. Raises EngineGone, WrongEngine, BadCertificates."""
        try:
            return getattr(self._stub, what)(request, timeout=timeout_s)
        except grpc.RpcError as error:
            raise self._refused(error) from error

    def wait_until_there(self, seconds: float = CONNECT_S) -> None:
        """Until it says that it is ready. Raises EngineGone, BadCertificates."""
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            try:
                self.ask("ServerReady", pb.ServerReadyRequest(), max(0.1, min(left, LIVES_S)))
                return
            except EngineGone:
                if time.monotonic() + _PAUSE_S >= until:
                    raise
                time.sleep(_PAUSE_S)

    def models(self) -> tuple[str, ...]:
        """The names of what it serves. Raises EngineGone, WrongEngine."""
        index = self.ask("RepositoryIndex", pb.RepositoryIndexRequest())
        return tuple(one.name for one in index.models)

    def lives(self) -> bool:
        """Whether it says so at once."""
        try:
            return bool(self.ask("ServerLive", pb.ServerLiveRequest(), LIVES_S).live)
        except BridgeError:
            return False

    # What it must answer.

    def start(self, timeout_s: float = CONNECT_S) -> str:
        """Which start of the engine answers; "" where it does not say. Raises as `ask`."""
        answer = self.ask("ServerMetadata", pb.ServerMetadataRequest(), timeout_s)
        return next((one for one in answer.extensions if one.startswith(STARTED)), "")

    def add_checker(self, checker: Any, start: str) -> None:
        """Its `check()` is done whenever the engine was away; it is held weakly. This start of the
        engine has answered it."""
        others = len(self._checkers) > 0 and start != self._proved
        self._proved = "" if others else start
        self._checkers.add(checker)

    def check(self) -> None:
        """All checks, each by its deadline. Raises WrongEngine, Missed."""
        try:
            start = self.start(LIVES_S)
        except BridgeError:
            start = ""
        for one in list(self._checkers):
            with within(CHECK_S), counted(None):
                one.check()
        self._proved = start
        self._suspect.clear()

    def is_proved(self, timeout_s: float) -> bool:
        """Whether the start of the engine that answers has answered all checks. Raises as `ask`."""
        return self.start(timeout_s) == self._proved != ""

    # Calls.

    def infer(
        self, request: pb.ModelInferRequest, read: Read[A], keep_on: KeepOn = lambda: None
    ) -> A:
        """What it answers, as it is read.

        Raises Missed within a deadline; else EngineGone, WrongEngine, InferenceError, and what
        `keep_on` raises.
        """
        until = _UNTIL.get()
        if until is not None:
            return self._once(request, read, until)
        return self._patiently(request, read, keep_on)

    def _once(self, request: pb.ModelInferRequest, read: Read[A], until: float) -> A:
        began = time.monotonic()
        try:
            answer = self._stub.ModelInfer(request, timeout=max(0.001, until - began))
        except grpc.RpcError as error:
            raise self._missed(error) from error
        return self._taken(answer, read, began)

    def _patiently(self, request: pb.ModelInferRequest, read: Read[A], keep_on: KeepOn) -> A:
        until: float | None = None
        try:
            while True:
                try:
                    if self._suspect.is_set():
                        self.check()
                    return self._awaited(request, read, keep_on)
                except Missed as error:
                    if until is None:
                        until = time.monotonic() + PATIENCE_S
                        self.tally.waits(1)
                    self._wait_on(error, until)
                self._pause(keep_on)
        finally:
            if until is not None:
                self.tally.waits(-1)

    def _wait_on(self, error: Missed, until: float) -> None:
        """Returns where it may be asked again. Raises as `infer`."""
        if error.name not in _AWAY:
            raise self._unusable(error) from error
        if time.monotonic() >= until:
            raise EngineGone(
                f"no answer of {self.address.text} for {PATIENCE_S:.0f} s ({error.seen})",
                "an engine that answers", "Start it again, or separate here.",
            ) from error  # fmt: skip
        self._suspect.set()

    def _awaited(self, request: pb.ModelInferRequest, read: Read[A], keep_on: KeepOn) -> A:
        """An answer, however long it takes, while the engine says that it lives. Raises Missed."""
        began = time.monotonic()
        future = self._stub.ModelInfer.future(request)
        try:
            while True:
                try:
                    answer = future.result(timeout=_POLL_S)
                    return self._taken(answer, read, began)
                except grpc.FutureTimeoutError:
                    keep_on()
                    if not self.lives():
                        self._failed("DEADLINE_EXCEEDED")
                        raise Missed("DEADLINE_EXCEEDED", "an engine that says nothing") from None
                except grpc.FutureCancelledError as error:
                    raise Missed("CANCELLED", "a call that was cancelled") from error
                except grpc.RpcError as error:
                    raise self._missed(error) from error
        finally:
            future.cancel()

    def _pause(self, keep_on: KeepOn) -> None:
        keep_on()
        time.sleep(_PAUSE_S)

    def _taken(self, answer: pb.ModelInferResponse, read: Read[A], began: float) -> A:
        took_s = time.monotonic() - began
        try:
            found = read(outputs_of(answer))
        except BadMessage as error:
            self._failed(BAD_ANSWER)
            raise Missed(BAD_ANSWER, f"{self.address.text}: {describe(error)}") from error
        for one in tallies(self.tally):
            one.answered(took_s)
        return found

    def _failed(self, name: str) -> None:
        for one in tallies(self.tally):
            one.failed(name)

    def _missed(self, error: grpc.RpcError) -> Missed:
        name, words = _name_of(error)
        self._failed(name)
        return Missed(name, f"{self.address.text}: {name}, {words}")

    def _unusable(self, error: Missed) -> Exception:
        """What a patient caller hears of an answer that will not change."""
        if error.name == "INTERNAL":
            return InferenceError(error.seen, "a graph that takes these windows", "see its log")
        if error.name == "TOO_LARGE":
            action = "Start it with a larger --max-message-mb, or choose a shorter window."
            return WrongEngine(error.seen, "a call that the engine takes", action)
        action = "Check what it serves; both ends need the same model and version."
        return WrongEngine(error.seen, "an answer of this model", action)

    def _refused(self, error: grpc.RpcError) -> BridgeError:
        name, words = _name_of(error)
        seen = f"{self.address.text}: {name}, {words}"
        folder = self.address.certificates
        if folder is not None and any(one in words for one in _TLS):
            expected = f"an engine with a certificate of this name, signed by {folder / CA}"
            action = "Check both ends' folders and their dates, or make new ones (`certs`)."
            return BadCertificates(seen, expected, action)
        if name in _AWAY:
            return EngineGone(seen, "an engine that answers", self._advice())
        action = "Check what it serves, and that both ends have one version."
        return WrongEngine(seen, "an engine that knows the model", action)

    def _advice(self) -> str:
        if self.address.certificates is None:
            return (
                "Start it there (`daw-bridge engine`), or check the address; an engine with "
                "certificates is grpcs://."
            )
        return (
            "Start it there (`daw-bridge engine --certs`), or check the address and the "
            f"certificates in {self.address.certificates}."
        )

    @property
    def counts(self) -> EngineCounts:
        """What was counted, and whether live streams use it and nobody waits for it."""
        return self.tally.read(not self.breaker.is_open, self.breaker.reason)


def _name_of(error: grpc.RpcError) -> tuple[str, str]:
    """The protocol's name of an error, and its words."""
    name = error.code().name if hasattr(error, "code") else "UNKNOWN"
    words = error.details() if hasattr(error, "details") else str(error)
    if _LARGE in (words or ""):  # which comes under the name of a queue that is full
        name = "TOO_LARGE"
    return name, (words or "without a reason")[:_MOST_WORDS]


def _channel(address: Address) -> grpc.Channel:
    if address.certificates is None:
        return grpc.insecure_channel(address.target, options=_OPTIONS)
    found = read_certificates(address.certificates)
    credentials = grpc.ssl_channel_credentials(found.ca, found.key, found.own)
    return grpc.secure_channel(address.target, credentials, options=_OPTIONS)


_OPEN: WeakValueDictionary[Address, Connection] = WeakValueDictionary()
_LOCK = threading.Lock()


def connect(address: Address) -> Connection:
    """The connection to an address: one for all who are connected. Raises BadCertificates."""
    with _LOCK:
        found = _OPEN.get(address)
        if found is None:
            found = _OPEN[address] = Connection(address)
        return found


def open_connections() -> tuple[Connection, ...]:
    """All that there are, by their addresses."""
    with _LOCK:
        found = list(_OPEN.values())
    return tuple(sorted(found, key=lambda one: one.address.text))
