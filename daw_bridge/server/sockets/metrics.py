"""Metrics for Prometheus: an HTTP port at which GET /metrics is answered from the status.

To the session a scrape is one more `status` request, by the queue that all requests take; nothing
is counted for it, least of all in an audio callback. /health says the same in one word: 200 while
the session answers, and every loop of the server turns. As whoever watches a service often cannot
give a secret, it is not asked for one.

At most MOST scrapes are served at once. Overflow: the one that has lasted longest is cut off, so
that whoever connects and says nothing keeps nobody out; while MOST_THREADS of those cut off have
not ended, or the system has no room for a thread, new ones are refused. All are counted.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from daw_bridge.containment import contained, watched
from daw_bridge.errors import BridgeError, Busy, Internal, NoMetrics, Stopped
from daw_bridge.server.session.events import Event, Received
from daw_bridge.server.sockets.bound import bound
from daw_bridge.server.sockets.metric_families import families
from daw_bridge.server.sockets.query_http import Answer, Door
from daw_bridge.wire import Peer
from daw_bridge.wire.replies import Reply, StatusReply
from daw_bridge.wire.requests import Status

LOG = logging.getLogger(__name__)
MOST = 8
"""Most scrapes at once."""
MOST_THREADS = 4 * MOST
ANSWER_S = 5.0
"""So long a scrape waits for the session; it is answered 503 then."""
_READ_S = 10.0
_TURN_S = 0.25
_BACKLOG = 16
TEXT = "text/plain; charset=utf-8"

Post = Callable[[Event], None]
"""Takes an event to the session. Raises Busy, Stopped."""
Stalled = Callable[[], "list[str]"]
"""Loops of the server that have not turned for long, in words."""


def check_installed() -> None:
    """Raise NoMetrics if the library of the extra `metrics` is missing."""
    try:
        import prometheus_client  # noqa: F401
    except ImportError as error:
        raise NoMetrics(
            "--metrics without the Python package prometheus_client", "the extra `metrics`",
            "In daw-bridge's folder: pip install '.[metrics]'. Or leave out --metrics.",
        ) from error  # fmt: skip


class MetricsTransport:
    """One TCP port and the thread that serves it. Raises PortTaken, NoMetrics."""

    def __init__(self, host: str, port: int, post: Post, door: Door, stalled: Stalled) -> None:
        check_installed()
        self._post, self._door, self._stalled = post, door, stalled
        self.http = _Http(_listening(host, port), self.answer)
        self.port: int = self.http.server_address[1]
        self.peer = Peer("metrics", (host, self.port))
        self._lock = threading.Lock()
        self._asked = 0
        self._waiting: dict[int, Future[Reply]] = {}
        self._thread = watched("daw-bridge metrics", self._run)

    @property
    def turned_s(self) -> float:
        """When its loop last turned."""
        return self.http.turned_s

    def start(self) -> None:
        """Start serving."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, and close the port; scrapes that wait are answered that it stops."""
        if self._thread.is_alive():
            self.http.shutdown()
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for one in waiting.values():
            one.set_exception(_stopped())
        if self._thread.is_alive():
            self._thread.join()
        self.http.server_close()

    def _run(self) -> None:
        self.http.serve_forever(_TURN_S)

    def send(self, reply: Reply, number: int) -> None:
        """The session's answer to a scrape."""
        with self._lock:
            waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting.set_result(reply)

    # A scrape's thread.

    def answer(self, path: str, headers: Any) -> Answer:
        """The answer to a GET."""
        found: list[Answer] = []
        problem = contained("a scrape", lambda: found.append(self._answer(path, headers)))
        return found[0] if problem is None else Answer(500, f"{problem}\n", TEXT)

    def _answer(self, path: str, headers: Any) -> Answer:
        asked = urlsplit(path).path
        door = replace(self._door, secret="") if asked == "/health" else self._door
        refused = door.refusal(headers, path)
        if refused is not None:
            return refused
        if asked not in ("/metrics", "/health"):
            return Answer(404, f"Nothing at {asked[:80]}: there are /metrics and /health.\n", TEXT)
        try:
            status = self._status()
        except BridgeError as error:
            return Answer(503, f"{error} [{error.code}]\n", TEXT)
        return self._health() if asked == "/health" else self._text(status, headers)

    def _status(self) -> StatusReply:
        """The server's status now. Raises Busy, Stopped, Internal."""
        waiting: Future[Reply] = Future()
        with self._lock:
            self._asked += 1
            number = self._asked
            self._waiting[number] = waiting
        try:
            self._post(Received(self.peer, number, Status()))
            reply = waiting.result(ANSWER_S)
        except TimeoutError as error:
            raise Busy(
                f"no answer of the server's session within {ANSWER_S:.0f} s", "one", "Ask later."
            ) from error
        finally:
            with self._lock:
                self._waiting.pop(number, None)
        if not isinstance(reply, StatusReply):
            raise Internal(f"{reply}", "a status", "Please report it with the server's log.")
        return reply

    def _health(self) -> Answer:
        stalled = self._stalled()
        if stalled:
            return Answer(503, "\n".join(stalled) + "\n", TEXT)
        return Answer(200, "ok\n", TEXT)

    def _text(self, status: StatusReply, headers: Any) -> Answer:
        from prometheus_client import CollectorRegistry, ProcessCollector
        from prometheus_client.exposition import choose_encoder

        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(status, self.http.dropped))
        ProcessCollector(registry=registry)
        encode, kind = choose_encoder(headers.get("Accept", ""))
        return Answer(200, encode(registry).decode(), kind)


class _Collected:
    """A status as prometheus_client's registry wants it."""

    def __init__(self, status: StatusReply, dropped: int) -> None:
        self.collect = partial(families, status, dropped)


class _Http(HTTPServer):
    """At most MOST connections, each in a thread; `dropped` counts those cut off for newer ones."""

    def __init__(self, listening: socket.socket, answer: Callable[[str, Any], Answer]) -> None:
        super().__init__(listening.getsockname()[:2], _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.answer = answer
        self.dropped = 0
        self.turned_s = monotonic()
        self._lock = threading.Lock()
        self._threads = 0
        self._open: OrderedDict[socket.socket, threading.Thread] = OrderedDict()

    def service_actions(self) -> None:
        """The loop turns."""
        self.turned_s = monotonic()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread; the oldest one makes room where there are too many."""
        work = partial(self._serve, request, client_address)
        thread = watched("daw-bridge scrape", work, again=False, failed=lambda error: None)
        with self._lock:
            full = self._threads >= MOST_THREADS
            if full or len(self._open) >= MOST:
                self.dropped += 1
            if not full and len(self._open) >= MOST:
                self._cut(next(iter(self._open)))
            if not full:
                self._threads += 1
                self._open[request] = thread
        if full:
            self.shutdown_request(request)
            return
        try:
            thread.start()
        except RuntimeError:  # the system has no room for one more
            with self._lock:
                self.dropped += 1
                self._open.pop(request, None)
                self._threads -= 1
            self.shutdown_request(request)

    def _serve(self, request: socket.socket, address: Any) -> None:
        try:
            with suppress(OSError):  # it has gone, says nothing, or was cut off
                self.finish_request(request, address)
        finally:
            with self._lock:
                self._open.pop(request, None)
                self._threads -= 1
            self.shutdown_request(request)

    def _cut(self, one: socket.socket) -> None:
        self._open.pop(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)

    def server_close(self) -> None:
        """Close the port, and every connection once it is answered; one that says nothing now."""
        super().server_close()
        with self._lock:
            still = list(self._open.items())
        for one, _ in still:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RD)
        for _, thread in still:
            thread.join(ANSWER_S)


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: _Http
    timeout = _READ_S

    def do_GET(self) -> None:
        """Answer it."""
        self._send(self.server.answer(self.path, self.headers))

    def do_HEAD(self) -> None:
        """The same without the body."""
        self._send(self.server.answer(self.path, self.headers))

    def _send(self, found: Answer) -> None:
        body = found.body.encode()
        self.send_response(found.status)
        kind = found.kind if ";" in found.kind else f"{found.kind}; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if found.status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        """What answers."""
        return "daw-bridge"

    def log_message(self, text: str, *about: object) -> None:
        """Of interest to whoever mends daw-bridge."""
        LOG.debug("%s: %s", self.address_string(), text % about)


def _stopped() -> Stopped:
    return Stopped("a scrape while the server ends", "a running one", "Start it again.")


def _listening(host: str, port: int) -> socket.socket:
    """A TCP socket that hears connections. Raises PortTaken."""
    made = bound(host, port, socket.SOCK_STREAM, "metrics", "--metrics (0: none)")
    made.listen(_BACKLOG)
    return made
