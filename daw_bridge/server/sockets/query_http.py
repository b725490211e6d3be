"""OSCQuery over HTTP: who may ask, and what a GET is answered.

A page in a browser may not: a name that is none of ours in `Host` is how pages reach servers of
this machine, and an `Origin` says that a page asks.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from daw_bridge.wire.query_tree import ATTRIBUTES, Node, find

MAX_PATH = 1024
"""Longest path that is looked at, in characters."""


@dataclass(frozen=True)
class Answer:
    """Status of HTTP, and the body."""

    status: int
    body: str
    kind: str = "text/plain"


@dataclass(frozen=True)
class Door:
    """Who may ask: `host` is the name that the server listens at, `secret` what it wants.

    `any_name`: where there is a secret, the server may be called by any name.
    """

    host: str
    secret: str
    any_name: bool = False

    def refusal(self, headers: Mapping[str, str], path: str) -> Answer | None:
        """Why this request is not answered; None: it is."""
        host, origin = headers.get("Host", ""), headers.get("Origin")
        if not (self._is_ours(host) or (self.any_name and self.secret)):
            return Answer(403, f"Host {host[:80]!r}: expected an IP address or localhost.\n")
        if origin is not None and not self._is_ours(urlsplit(origin).netloc):
            return Answer(403, f"Origin {origin[:80]!r}: pages of other hosts may not ask.\n")
        if self.secret and not self._knows(headers, path):
            return Answer(401, "Give the secret: Authorization: Bearer SECRET, or ?token=SECRET.\n")
        return None

    def _is_ours(self, netloc: str) -> bool:
        try:
            name = urlsplit(f"//{netloc}").hostname or ""
        except ValueError:
            return False
        return name in ("localhost", self.host.lower()) or _is_address(name)

    def _knows(self, headers: Mapping[str, str], path: str) -> bool:
        bearer = headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = bearer or parse_qs(urlsplit(path).query).get("token", [""])[0]
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.secret.encode())


def answer(path: str, root: Node, host_info: Node) -> Answer:
    """The answer to a GET: a node as JSON, one attribute of it, or the host's description."""
    if len(path) > MAX_PATH:
        return Answer(414, f"A path of {len(path)} characters: at most {MAX_PATH}.\n")
    parts = urlsplit(path)
    asked = [one.partition("=")[0] for one in parts.query.split("&")]
    asked = [one for one in asked if one not in ("", "token")]
    if "HOST_INFO" in asked:
        return _json(host_info)
    node = find(root, unquote(parts.path))
    if node is None:
        return Answer(404, f"Nothing at {parts.path}.\n")
    if not asked:
        return _json(node)
    if len(asked) > 1 or asked[0] not in ATTRIBUTES:
        return Answer(400, f"One of {', '.join((*ATTRIBUTES, 'HOST_INFO'))} is expected.\n")
    if asked[0] not in node:
        return Answer(204, "")
    return _json({asked[0]: node[asked[0]]})


def _json(found: Node) -> Answer:
    return Answer(200, json.dumps(found), "application/json")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
