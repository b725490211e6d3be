"""A session, and what it wants done, for its tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from daw_bridge.server.options import ServerOptions
from daw_bridge.server.session import events as do
from daw_bridge.server.session.config import SessionConfig
from daw_bridge.server.session.session import Session
from daw_bridge.settings.parameters import Value
from daw_bridge.wire import Peer
from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask
from daw_bridge.wire.replies import Reply
from tests.rigs.wire import info

ZMQ = Peer("zmq", b"abcde")
OTHER = Peer("zmq", b"other")
OSC = Peer("osc", ("127.0.0.1", 9000))
FAR = Peer("osc", ("192.0.2.1", 9000), trusted=False)
T = TypeVar("T")


class Rig:
    """A session, and what it wants done."""

    def __init__(self, secret: str = "") -> None:
        options = ServerOptions.of()
        fixed = {name: options.values[name] for name in ("device", "load/target")}
        config = SessionConfig(
            options.planned, fixed, tell.Limits(1, 2, 3, 4), {"device": "cpu"}, secret
        )
        self.session = Session(config)

    def do(self, event: do.Event) -> list[do.Effect]:
        return self.session.handle(event)

    def ask(self, request: ask.Request, peer: Peer = ZMQ, msg_id: int = 5) -> list[do.Effect]:
        return self.do(do.Received(peer, msg_id, request))

    def reply(self, request: ask.Request, peer: Peer = ZMQ) -> Reply:
        """The one answer to the peer."""
        (found,) = sent(self.ask(request, peer), peer)
        return found

    def open(self, peer: Peer = ZMQ, **changes: Any) -> tell.StreamInfo:
        """Open a stream all the way."""
        (wish,) = only(self.ask(ask.Open(48000, 2, **changes), peer), do.OpenStream)
        made = replace(info(), stream=wish.stream, known=wish.plan.known, folded=())
        self.do(do.Opened(wish.ticket, made))
        return made

    def set(self, peer: Peer = ZMQ, stream: int = 1, **values: Value) -> list[do.Effect]:
        pairs = tuple((name.replace("__", "/"), value) for name, value in values.items())
        return self.ask(ask.Set(pairs, stream), peer)

    def get(self, name: str, stream: int = 1) -> Value:
        reply = self.reply(ask.Get((name,), stream))
        assert isinstance(reply, tell.ValuesReply), reply
        return dict(reply.values)[name]


def only(effects: list[do.Effect], kind: type[T]) -> list[T]:
    return [one for one in effects if isinstance(one, kind)]


def sent(effects: list[do.Effect], peer: Peer) -> list[Reply]:
    return [one.reply for one in only(effects, do.Send) if one.peer == peer]


def code(reply: Reply) -> str:
    assert isinstance(reply, tell.FailReply), reply
    return reply.code


def change(effects: list[do.Effect]) -> do.ChangeStream:
    (found,) = only(effects, do.ChangeStream)
    return found


def finish(rig: Rig, effects: list[do.Effect], **made: Any) -> list[do.Effect]:
    """The engine has done the change that these effects ask for."""
    wish = change(effects)
    return rig.do(do.Changed(wish.ticket, replace(info(), stream=1, **made)))
