"""Batches made ahead by one background process, in order; the queue holds `depth` of them."""

import multiprocessing
import queue
from collections.abc import Callable
from typing import Any, Protocol


class Batches(Protocol):
    """A deterministic source: batch(step) -> an array or a tuple of arrays, float32."""

    def batch(self, step: int) -> Any: ...


class FeedError(Exception):
    """The background process failed or died."""


class Feed:
    """Iterates batches `start`, `start` + 1, ... of `make()`; make and result must pickle."""

    def __init__(self, make: Callable[[], Batches], start: int = 0, depth: int = 3) -> None:
        context = multiprocessing.get_context("spawn")
        self._queue = context.Queue(depth)
        self._process = context.Process(
            target=_produce, args=(make, start, self._queue), daemon=True
        )
        self._process.start()

    def next(self) -> Any:
        """The next batch. Raises FeedError with the producer's own message."""
        while True:
            try:
                item = self._queue.get(timeout=2.0)
                break
            except queue.Empty:
                if not self._process.is_alive():
                    raise FeedError(
                        f"the data process died (exit {self._process.exitcode})"
                    ) from None
        if isinstance(item, str):
            raise FeedError(f"the data process failed: {item}")
        return item

    def close(self) -> None:
        """Stop the process; a batch in the making is lost."""
        self._process.terminate()
        self._process.join(5.0)
        self._queue.cancel_join_thread()
        self._queue.close()


def _produce(make: Callable[[], Batches], start: int, out: "multiprocessing.Queue") -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's to handle
    try:
        source = make()
        while True:
            out.put(source.batch(start))
            start += 1
    except Exception as error:  # noqa: BLE001  (told to the trainer, which raises it)
        out.put(f"{type(error).__name__}: {error}")
