"""Batches made ahead by background processes, in order.

Process i of N makes the steps start + i, start + i + N, ... and has a queue of its own that holds
`depth` of them; where that is full it waits, so nothing is dropped. batch(step) is a function of
step alone: N changes how fast batches come, not what is in them.
"""

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol

from export.common.errors import ExportError
from export.training.shared_memory import share_arrays

POLL_S = 0.5


class BatchSource(Protocol):
    """A deterministic source: batch(step) -> an array, or a tuple or dataclass of arrays."""

    def batch(self, step: int) -> Any: ...


class PrefetchError(ExportError):
    """A background process failed or died."""

    code = "export_prefetch"


class Prefetch:
    """Iterates batches `start`, `start` + 1, ... of `make()`; make and result must pickle.

    `prepare` is called on every batch, in a thread, one batch ahead of `next`.
    """

    def __init__(
        self,
        make: Callable[[], BatchSource],
        start: int = 0,
        depth: int = 3,
        workers: int = 1,
        prepare: Callable[[Any], Any] | None = None,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._prepare, self._turn, self._closed = prepare, 0, False
        self._queues = [context.Queue(depth) for _ in range(workers)]
        self._processes = [
            context.Process(target=_produce, args=(make, start + i, out, workers), daemon=True)
            for i, out in enumerate(self._queues)
        ]
        for process in self._processes:
            process.start()
        self._thread = ThreadPoolExecutor(1, "prefetch")
        self._ahead: Future[Any] = self._thread.submit(self._receive)

    def next(self) -> Any:
        """The next batch. Raises PrefetchError with the producer's own message."""
        item = self._ahead.result()
        self._ahead = self._thread.submit(self._receive)
        return item

    def close(self) -> None:
        """Stop the processes; batches in the making are lost."""
        self._closed = True
        self._thread.shutdown(cancel_futures=True)
        for process in self._processes:
            process.terminate()
        for process, out in zip(self._processes, self._queues, strict=True):
            process.join(5.0)
            out.cancel_join_thread()
            out.close()

    def _receive(self) -> Any:
        number = self._turn % len(self._queues)
        self._turn += 1
        item = self._get(number)
        if isinstance(item, str):
            raise PrefetchError(f"the data process failed: {item}")
        return item if self._prepare is None else self._prepare(item)

    def _get(self, number: int) -> Any:
        process = self._processes[number]
        while not self._closed:
            alive = process.is_alive()  # asked before: what it sent until then is in the queue
            try:
                return self._queues[number].get(timeout=POLL_S)
            except queue.Empty:
                if not alive:
                    raise PrefetchError(_death(process.exitcode)) from None
            except (OSError, EOFError) as error:
                process.join(POLL_S)
                raise PrefetchError(f"{_death(process.exitcode)}: {error}") from error
        raise PrefetchError("prefetching was stopped")


def _death(status: int | None) -> str:
    full = status is not None and -status == getattr(signal, "SIGBUS", None)
    hint = "; shared memory (/dev/shm) is full: give it more, or fewer --workers" if full else ""
    return f"the data process died (exit {status}){hint}"


def _produce(
    make: Callable[[], BatchSource], start: int, out: "multiprocessing.Queue[Any]", stride: int = 1
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the trainer's to handle
    threading.Thread(target=_end_with_parent, daemon=True).start()
    share_arrays()
    try:
        source = make()
        while True:
            out.put(source.batch(start))
            start += stride
    except Exception as error:  # noqa: BLE001  (told to the trainer, which raises it)
        out.put(f"{type(error).__name__}: {error}")
    threading.Event().wait()  # batches in the queue lie in this process's shared memory


def _end_with_parent() -> None:
    """Where the trainer was killed nobody closes the queue."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
