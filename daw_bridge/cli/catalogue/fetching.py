"""A file by HTTPS: gone on with where it broke off, compared with its checksum, whole or not there.

What has come so far lies beside the place as NAME.partial, and with it (NAME.partial.tag) which
version of the file it is a part of: if the file has changed since, it is begun anew.
"""

from __future__ import annotations

import hashlib
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from daw_bridge.errors import BadFile, FetchFailed, WriteFailed, WrongChecksum
from daw_bridge.wire.loopback import is_loopback

Progress = Callable[[int, int], None]
"""(bytes that are there, bytes in all or 0 where that is not known)."""

TIMEOUT_S = 30.0
_PART_BYTES = 1 << 18
_BROKEN = (
    urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError,
)  # fmt: skip


def fetch(url: str, place: Path, sha256: str, most_bytes: int, progress: Progress) -> None:
    """The file at `url` as `place`, which then has this checksum (its first digits are enough).

    No more than `most_bytes` are taken. Raises FetchFailed, which leaves what has come for the next
    time, WrongChecksum, which does not, and WriteFailed.
    """
    _check_scheme(url)
    partial, tag = partials(place)
    with _written(place):
        if tag.is_file() and _has(partial, sha256):
            return _finish(place)  # whole, but it was stopped before it was moved
        have = partial.stat().st_size if partial.is_file() and tag.is_file() else 0
        try:
            with _opened(url, have, tag) as answer:
                _take(answer, partial, tag, have, most_bytes, progress)
        except _Beyond:  # what is there is no part of it
            with _opened(url, 0, tag) as answer:
                _take(answer, partial, tag, 0, most_bytes, progress)
        check(partial, sha256)
        _finish(place)


def _finish(place: Path) -> None:
    partial, tag = partials(place)
    partial.replace(place)
    tag.unlink(missing_ok=True)


def partials(place: Path) -> tuple[Path, Path]:
    """What lies beside `place` while it is not whole."""
    return place.with_name(place.name + ".partial"), place.with_name(place.name + ".partial.tag")


def check(path: Path, sha256: str) -> str:
    """The file's SHA-256. Raises WrongChecksum, and removes the file, where it is another."""
    found = digest(path)
    if not found.startswith(sha256):
        path.unlink()
        raise WrongChecksum(
            f"a file with the SHA-256 {found}", sha256, "Try again; if it stays so, tell us."
        )
    return found


def check_kept(path: Path, sha256: str) -> None:
    """As `check`, of a file of the user's, which stays. Raises WrongChecksum, BadFile."""
    try:
        found = digest(path)
    except OSError as error:
        raise BadFile(str(error), "a file that can be read", "Check --file.") from error
    if not found.startswith(sha256):
        raise WrongChecksum(f"{path} with the SHA-256 {found}", sha256, "Is it that file?")


def digest(path: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _has(path: Path, sha256: str) -> bool:
    return path.is_file() and digest(path).startswith(sha256)


def _check_scheme(url: str) -> None:
    """Plain HTTP reaches this machine only: what is fetched must not be changed on the way."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not here:
        raise FetchFailed(f"the address {url}", "one that begins with https:", "Use --file.")


class _Beyond(Exception):
    """More is there than the file has."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to HTTPS only."""

    def redirect_request(
        self, req: urllib.request.Request, fp: object, code: int, msg: str,
        headers: http.client.HTTPMessage, newurl: str,
    ) -> urllib.request.Request | None:  # fmt: skip
        _check_scheme(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


@contextmanager
def _opened(url: str, have: int, tag: Path) -> Iterator[http.client.HTTPResponse]:
    """The answer, of the rest where some has come before. Raises FetchFailed."""
    request = urllib.request.Request(url, headers={"User-Agent": "daw-bridge"})
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag.read_text())
    try:
        with urllib.request.build_opener(_Redirects).open(request, timeout=TIMEOUT_S) as answer:
            yield answer
    except urllib.error.HTTPError as error:
        if have and error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise _Beyond from error
        seen = f"{url} answered {error.code} {error.reason}"
        raise FetchFailed(seen, "the file", "Look at the address, or use --file.") from error
    except _BROKEN as error:
        seen = f"{url} could not be fetched: {error}"
        raise FetchFailed(seen, "the file", "Run it again: it goes on where it was.") from error


def _take(
    answer: http.client.HTTPResponse, partial: Path, tag: Path, have: int, most_bytes: int,
    progress: Progress,
) -> None:  # fmt: skip
    """Write what comes behind what is there, or from the beginning where the file is another."""
    have = have if answer.status == http.client.PARTIAL_CONTENT else 0
    rest = int(answer.headers.get("Content-Length") or 0)
    whole = have + rest if rest else 0
    strong = answer.headers.get("ETag", "")
    if not have:
        tag.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
        if strong and not strong.startswith("W/"):
            tag.write_text(strong)
    with partial.open("ab") as file:
        while part := answer.read(_PART_BYTES):
            have += len(part)
            if have > most_bytes:
                raise FetchFailed(f"more than {most_bytes} bytes", "no more", "Use --file.")
            file.write(part)
            progress(have, whole)
    if whole and have < whole:
        seen = f"{have} of {whole} bytes came"
        raise FetchFailed(seen, "all of them", "Run it again: it goes on where it was.")


@contextmanager
def _written(place: Path) -> Iterator[None]:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield
    except (FetchFailed, WrongChecksum):
        raise
    except OSError as error:
        raise WriteFailed(str(error), f"to write {place}", "Make room, or check rights.") from error
