"""JACK's transport: whether it has been moved. A DAW that moves its playhead moves it."""

from __future__ import annotations

from typing import Any

from daw_bridge.ports.jack.library import load_jack

_ROUND = 2**32  # JACK counts frames in 32 bits


class Playhead:
    """Follows the transport from one cycle to the next."""

    def __init__(self) -> None:
        self._frame: int | None = None
        self._at = 0
        self._rolled = False

    def jumps(self, rolls: bool, frame: int, at: int, count: int) -> bool:
        """Whether it stands elsewhere than where it has rolled to since the last call.

        `frame`: its position in samples, in a cycle of `count` samples that begins at JACK's frame
        time `at`. A client that loses cycles finds it further on, by no more than the time gone by.
        """
        before, gone = self._frame, (at - self._at) % _ROUND
        rolled = self._rolled or rolls
        self._frame, self._at, self._rolled = frame, at, rolls
        if before is None:
            return False
        return not 0 <= (frame - before) % _ROUND <= (gone + count if rolled else 0)


class Transport:
    """A client's transport, for its process callback: nothing here waits or allocates much."""

    def __init__(self, client: Any) -> None:
        jack = load_jack()
        self._query, self._rolling = jack._lib.jack_transport_query, jack._lib.JackTransportRolling
        self._client, self._position = client, jack._ffi.new("jack_position_t*")
        self._playhead = Playhead()

    def moved(self, count: int) -> bool:
        """Once a cycle of `count` samples: whether somebody has moved it since the last one."""
        rolls = self._query(self._client._ptr, self._position) == self._rolling
        frame = self._position.frame
        return self._playhead.jumps(rolls, frame, self._client.last_frame_time, count)
