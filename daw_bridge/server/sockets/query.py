"""OSCQuery: an HTTP port that shows what can be set, and WebSockets that hear changes.

It only reads: what is set, is set over OSC. To the session it is one more registered client. For
each WebSocket at most one value waits for each address that it listens to: the newest. What such a
value replaces is counted in `dropped`. The websockets library speaks HTTP and WebSocket.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

from daw_bridge.containment import contained, watched
from daw_bridge.errors import BridgeError, NoWeb
from daw_bridge.server.session.events import Event, Received
from daw_bridge.server.sockets.bound import bound
from daw_bridge.server.sockets.query_http import Answer, Door, answer
from daw_bridge.server.sockets.query_values import QueryValues
from daw_bridge.wire import DEFAULT_STREAM, Peer
from daw_bridge.wire.osc_packets import build_message
from daw_bridge.wire.query_tree import host_info
from daw_bridge.wire.replies import ClosedReply, Reply, StreamInfo, SyncedReply
from daw_bridge.wire.requests import Get, Notify, Request, Sync

if TYPE_CHECKING:
    from websockets.asyncio.server import ServerConnection
    from websockets.http11 import Request as HttpRequest
    from websockets.http11 import Response

LOG = logging.getLogger(__name__)
MAX_LISTENERS = 32
"""Most WebSockets at once."""
MAX_PATHS = 1024
"""Most addresses that one of them listens to."""
MAX_COMMAND_BYTES = 2**12
_QUEUED_BYTES = 2**16
_BACKLOG = 16
_OPEN_S, _CLOSE_S, _PING_S, _REGISTER_S = 5.0, 2.0, 20.0, 60.0

Post = Callable[[Event], None]
"""Takes an event to the session. Raises Busy."""


def check_installed() -> None:
    """Raise NoWeb if a library of the extra `web` is missing."""
    try:
        import websockets  # noqa: F401
        import zeroconf  # noqa: F401
    except ImportError as error:
        raise NoWeb(
            f"OSCQuery (--http-port) without the Python package {error.name}", "the extra `web`",
            "In daw-bridge's folder: pip install '.[web]'. Or choose --http-port 0.",
        ) from error  # fmt: skip


class _Listener:
    """One WebSocket: what it listens to, and what it is to be sent."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.waiting: dict[str, None] = {}
        self.tree_changed = False
        self.wake = asyncio.Event()


class QueryTransport:
    """One TCP port and the thread that serves it. `send` is for any thread. Raises PortTaken."""

    def __init__(self, host: str, port: int, post: Post, door: Door, osc_port: int) -> None:
        self._post, self._door, self._osc_port = post, door, osc_port
        self._host = host
        self._socket: socket.socket | None = _listening(host, port)
        self.port: int = self._socket.getsockname()[1]
        self.peer = Peer("web", (host, self.port))
        self.dropped = 0
        self.turned_s = monotonic()
        self._values = QueryValues()
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._thread = watched("daw-bridge web", self._run)

    def start(self) -> None:
        """Start serving."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, and close the port."""
        self._stopping = True
        if self._thread.is_alive():
            self._in_loop(self._end)
            self._thread.join()
        if self._socket is not None:
            self._socket.close()

    def send(self, reply: Reply) -> None:
        """Take news in. An answer that says that we are not registered registers us."""
        if isinstance(reply, SyncedReply):
            if not reply.registered:
                self._register()
            return
        changed, others = self._values.take(reply)
        if changed or others:
            self._in_loop(self._changed, changed, others)
        if isinstance(reply, StreamInfo):  # a stream has opened, or has other outputs
            self._ask(Get((), reply.stream))
        if isinstance(reply, ClosedReply) and reply.stream == DEFAULT_STREAM:
            self._register()  # tells what new streams begin with

    def catch_up(self) -> None:
        """Let the loop turn; call it now and then."""
        self._in_loop(self._turn)

    def _turn(self) -> None:
        self.turned_s = monotonic()

    def _register(self) -> None:
        self._ask(Notify(True))

    def _ask(self, request: Request) -> None:
        with suppress(BridgeError):  # the session is busy: after the next sync again
            self._post(Received(self.peer, 0, request))

    def _in_loop(self, work: Callable[..., object], *about: object) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it has just ended
                loop.call_soon_threadsafe(work, *about)

    # The thread's loop.

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        from websockets.asyncio.server import serve

        own, self._socket = self._socket or _listening(self._host, self.port), None
        self._ended = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        quiet = logging.getLogger(f"{__name__}.websockets")
        quiet.setLevel(logging.ERROR)
        quiet.addFilter(_is_defect)
        async with serve(
            self._listen, sock=own, process_request=self._request, compression=None,
            open_timeout=_OPEN_S, close_timeout=_CLOSE_S, ping_interval=_PING_S,
            ping_timeout=_PING_S, max_size=MAX_COMMAND_BYTES, max_queue=4,
            write_limit=_QUEUED_BYTES, server_header="daw-bridge", logger=quiet,
        ):  # fmt: skip
            keep = asyncio.create_task(self._keep_registered())
            if not self._stopping:
                await self._ended.wait()
            keep.cancel()
        self._loop = None

    def _end(self) -> None:
        self._ended.set()

    async def _keep_registered(self) -> None:
        self._register()
        while True:
            await asyncio.sleep(_REGISTER_S)
            self._ask(Sync(0))

    def _request(self, connection: ServerConnection, request: HttpRequest) -> Response | None:
        """Answer a GET; None: it is a WebSocket's, whose handshake goes on."""
        found: list[Response | None] = []
        problem = contained("an HTTP request", lambda: found.append(self._answer(request)))
        return _response(Answer(500, f"{problem}\n")) if problem is not None else found[0]

    def _answer(self, request: HttpRequest) -> Response | None:
        refused = self._door.refusal(request.headers, request.path)
        if refused is None and request.headers.get("Upgrade", "").lower() == "websocket":
            return None
        info = host_info("daw-bridge", self._host, self._osc_port, self.port)
        return _response(refused or answer(request.path, self._values.tree(), info))

    async def _listen(self, connection: ServerConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        if len(self._listeners) >= MAX_LISTENERS:
            await connection.close(1013, f"{MAX_LISTENERS} listeners already")
            return
        one = _Listener()
        self._listeners.add(one)
        pushing = asyncio.create_task(self._push(connection, one))
        try:
            async for text in connection:
                error = self._command(one, text)
                if error:
                    await connection.send(json.dumps({"ERROR": error}))
        except ConnectionClosed:
            pass  # it has gone, or does not answer
        finally:
            self._listeners.discard(one)
            pushing.cancel()

    def _command(self, one: _Listener, text: str | bytes) -> str:
        """Do what a WebSocket asks; what is wrong with it, or ""."""
        try:
            asked = json.loads(text) if isinstance(text, str) else None
            what, path = asked["COMMAND"], asked["DATA"]  # type: ignore[index]
        except (ValueError, TypeError, KeyError, RecursionError):
            return 'expected {"COMMAND": "LISTEN" or "IGNORE", "DATA": "/path"}'
        if what == "IGNORE" and isinstance(path, str):
            one.paths.discard(path)
            return ""
        if what != "LISTEN" or not isinstance(path, str) or self._values.get(path) is None:
            return f"{what} {path}: expected LISTEN or IGNORE, and an address with a value"[:200]
        if len(one.paths) >= MAX_PATHS:
            return f"more than {MAX_PATHS} addresses"
        one.paths.add(path)
        self._due(one, [path])  # the value as it is now
        return ""

    def _changed(self, addresses: list[str], others: bool) -> None:
        """Values are others now, and maybe the tree."""
        for one in self._listeners:
            if others:
                one.tree_changed = True
                one.wake.set()
            self._due(one, [path for path in addresses if path in one.paths])

    def _due(self, one: _Listener, paths: list[str]) -> None:
        self.dropped += sum(path in one.waiting for path in paths)
        one.waiting |= dict.fromkeys(paths)
        if paths:
            one.wake.set()

    async def _push(self, connection: ServerConnection, one: _Listener) -> None:
        """Send what waits; a client that reads slowly gets fewer values, and the last ones."""
        from websockets.exceptions import ConnectionClosed

        with suppress(ConnectionClosed):
            while True:
                await self._push_once(connection, one)

    async def _push_once(self, connection: ServerConnection, one: _Listener) -> None:
        await one.wake.wait()
        one.wake.clear()
        if one.tree_changed:
            one.tree_changed = False
            await connection.send(json.dumps({"COMMAND": "PATH_CHANGED", "DATA": "/"}))
        while one.waiting:
            path = next(iter(one.waiting))
            del one.waiting[path]
            values = self._values.get(path)
            if values is not None:
                await connection.send(build_message(path, values))


def _is_defect(record: logging.LogRecord) -> bool:
    """Of what websockets logs: what is our fault, and not that of whoever connects."""
    return record.msg == "connection handler failed"


def _response(found: Answer) -> Response:
    from websockets.datastructures import Headers
    from websockets.http11 import Response

    body = found.body.encode()
    headers = Headers(
        [("Content-Type", f"{found.kind}; charset=utf-8"), ("Content-Length", str(len(body))),
         ("Connection", "close"), ("Cache-Control", "no-store")]
    )  # fmt: skip
    if found.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(found.status, HTTPStatus(found.status).phrase, headers, body)


def _listening(host: str, port: int) -> socket.socket:
    """A TCP socket that hears connections. Raises PortTaken."""
    made = bound(host, port, socket.SOCK_STREAM, "HTTP", "--http-port (0: no OSCQuery)")
    made.listen(_BACKLOG)
    made.setblocking(False)
    return made
