"""A JACK client's process callback, which ends by itself before the client is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from daw_bridge.errors import Internal
from daw_bridge.ports.jack.library import load_jack

LEAVES_WITHIN_S = 1.0
"""A server without a callback for so long calls no more; a period lasts less."""
SETTLES_S = 0.05
LOOKS_S = 0.01


class ProcessCallback:
    """Calls `process` with the number of samples of each cycle, from JACK's thread.

    To deactivate a client cancels JACK's thread. If that is in Python then, or waits for Python's
    lock, the lock is never given back, and the whole process stands still for good: `close` has
    the thread leave first. An error of `process` goes to `failed`, and JACK calls no more.
    """

    def __init__(
        self, client: Any, process: Callable[[int], None], failed: Callable[[Internal], None]
    ) -> None:
        self._client, self._process, self._failed = client, process, failed
        self._exit = load_jack().CallbackExit
        self._active = self._closing = self._inside = False
        self._left, self._thread_id = threading.Event(), 0
        client.set_process_callback(self._run)

    def activate(self) -> None:
        """Have JACK call. Raises JackError."""
        self._client.activate()
        self._active = True

    def leave(self) -> None:
        """Call `process` no more, from the next cycle on. Never waits."""
        self._closing = True

    def close(self) -> None:
        """Close the client; `process` is not called any more after this."""
        self._end()
        self._client.deactivate()
        self._client.close()

    def _end(self) -> None:
        """Have JACK's thread leave by itself, with its next callback.

        Where no callback comes any more the thread waits for the server, and may be cancelled.
        """
        self.leave()
        give_up = time.monotonic() + LEAVES_WITHIN_S
        while self._active and not self._left.wait(LOOKS_S):
            if time.monotonic() > give_up and not self._inside:
                return
        while self._thread_id and Path(f"/proc/self/task/{self._thread_id}").exists():
            if time.monotonic() > give_up:
                return
            time.sleep(LOOKS_S)
        time.sleep(SETTLES_S)

    # JACK's thread.

    def _run(self, frames: int) -> None:
        self._inside = True
        if self._closing:
            raise self._left_by()
        try:
            self._process(frames)
        except Exception as error:
            self._failed(
                Internal(f"the JACK callback failed: {error!r}", "no such error", "Report it.")
            )
            raise self._left_by() from error
        self._inside = False

    def _left_by(self) -> Exception:
        """What ends JACK's thread when it is raised: it calls no more."""
        self._thread_id, self._inside = threading.get_native_id(), False
        self._left.set()
        found: Exception = self._exit()
        return found
