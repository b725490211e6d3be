"""An HTTP server on loopback that gives files, and misbehaves as asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Shelf:
    """What the server has: path to content. `etag` of all of it; `""` gives none.

    `breaks_after`: the connection ends after so many bytes of an answer, once. `ranges` are the
    Range headers that came. `moved` answers a path with another address.
    """

    files: dict[str, bytes]
    etag: str = '"one"'
    breaks_after: int | None = None
    moved: dict[str, str] = field(default_factory=dict)
    ranges: list[str | None] = field(default_factory=list)
    address: str = ""


@contextmanager
def served(files: dict[str, bytes]) -> Iterator[Shelf]:
    """Serve the files at `shelf.address` while the context lasts."""
    shelf = Shelf(files)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, shelf)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shelf.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(request: BaseHTTPRequestHandler, shelf: Shelf) -> None:
    shelf.ranges.append(request.headers.get("Range"))
    if request.path in shelf.moved:
        request.send_response(302)
        request.send_header("Location", shelf.moved[request.path])
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    content = shelf.files.get(request.path)
    if content is None:
        request.send_error(404)
        return
    asked = request.headers.get("Range")
    part = bool(asked) and request.headers.get("If-Range") == shelf.etag
    first = int(str(asked).removeprefix("bytes=").removesuffix("-")) if part else 0
    if first >= len(content) and part:
        request.send_error(416)
        return
    request.send_response(206 if part else 200)
    request.send_header("Content-Length", str(len(content) - first))
    if shelf.etag:
        request.send_header("ETag", shelf.etag)
    request.end_headers()
    last, shelf.breaks_after = shelf.breaks_after, None
    request.wfile.write(content[first : None if last is None else first + last])
    if last is not None:
        request.close_connection = True
