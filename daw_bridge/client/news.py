"""What the server publishes, as a client hears it. Not thread-safe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import zmq

from daw_bridge.client.link import Access
from daw_bridge.wire.replies import AudioReply, Reply
from daw_bridge.wire.zmq_replies import read_reply
from daw_bridge.wire.zmq_requests import check_frames, read_envelope

MAX_UNREAD = 4096
"""Most messages that wait to be read; later ones are lost."""


class News:
    """A SUB socket; a context manager. `topics`: prefixes, e.g. `meters/1`, `values/`.

    The server's silence looks like no news: ask it for its status now and then. Raises BadKeys.
    """

    def __init__(self, endpoint: str, topics: Sequence[str], access: Access) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        try:
            self._socket.setsockopt(zmq.LINGER, 0)
            self._socket.setsockopt(zmq.RCVHWM, MAX_UNREAD)
            access.prepare(self._socket, endpoint)
            for topic in topics:
                self._socket.setsockopt_string(zmq.SUBSCRIBE, topic)
            self._socket.connect(endpoint)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hear no more."""
        if not self._socket.closed:
            self._socket.close()
            self._context.term()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def receive(self, timeout_s: float) -> Reply | None:
        """The next message; None if none comes in time. Audio, and what is unknown, is left out.

        Raises BadMessage.
        """
        if not self._socket.poll(max(0, int(1000 * timeout_s)), zmq.POLLIN):
            return None
        frames = self._socket.recv_multipart()
        envelope, fields = read_envelope(check_frames(frames[1:]))
        return None if envelope.type == AudioReply.TYPE else read_reply(envelope.type, fields)
