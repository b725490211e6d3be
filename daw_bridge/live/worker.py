"""The worker of a live stream: one thread that runs the engine, woken by the audio callback.

The callback wakes it by releasing a lock that only the worker acquires, so the callback never
waits. Audio reaches the worker through the input ring, model changes through its inbox.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from daw_bridge.containment import watched
from daw_bridge.errors import BridgeError, Internal, NotAllowed
from daw_bridge.live.engine_run import Clock, EngineRun
from daw_bridge.live.player import Player
from daw_bridge.live.priority import take_priority
from daw_bridge.live.ring import Ring
from engines.errors import EngineError

_IDLE_S = 0.25


class Worker:
    """Runs the engine of the newest player; hands players on to the callback in `ready`.

    One model change is under way at a time: until the callback has faded the old player out, a new
    one waits in the inbox, which holds only the newest of those that wait. The run that is heard
    goes on meanwhile, before the other.

    If the engine fails in a window, that is counted and kept as `fault`, and the run starts over
    with the next block. A defect of ours ends the thread, and `fault` says so; the mix plays on.
    """

    def __init__(self, inputs: Ring, player: Player, clock: Clock = time.perf_counter) -> None:
        self._inputs = inputs
        self._run = player.run
        self._clock = clock
        self._inbox: deque[Player] = deque(maxlen=1)
        self.ready: deque[Player] = deque()
        self.retired: Player | None = None  # freed here, not in the callback
        self._outgoing: EngineRun | None = None  # the old model's, until the new one is heard
        self.reset_position = self._applied_reset = 0
        self.block_time = clock()
        self.failures = 0
        self.fault: EngineError | BridgeError | None = None
        self._wake = threading.Lock()
        self._wake.acquire()
        self._running = False
        self.turned_s = time.monotonic()
        """When the thread last looked for work."""
        self._stepped = threading.Event()
        self._thread: threading.Thread | None = None
        self._priority, self._ranked = 0, threading.Event()

    @property
    def due(self) -> int:
        """Input position at which there is work."""
        outgoing = self._outgoing
        return self._run.due if outgoing is None else min(self._run.due, outgoing.due)

    def wake(self) -> None:
        """Wake the thread. Never waits, and never raises, whoever else wakes it."""
        try:
            self._wake.release()
        except RuntimeError:
            return  # it is awake

    def catch_up(self, limit_s: float) -> bool:
        """Wait until nothing is due; False if that takes longer, or if no thread is running.

        Only for the callback of a freewheeling host: in real time it never waits.
        """
        give_up = time.perf_counter() + limit_s
        while self._inputs.end >= self.due:
            self._stepped.clear()
            if self._inputs.end < self.due:
                break
            left_s = give_up - time.perf_counter()
            thread = self._thread
            if left_s <= 0.0 or thread is None or not thread.is_alive():
                return False
            self.wake()
            self._stepped.wait(min(left_s, _IDLE_S))
        return True

    def swap(self, player: Player) -> None:
        """Go over to this player's run, in place of one that still waits."""
        self._inbox.append(player)
        self.wake()

    def start(self, priority: int = 0) -> None:
        """Start the thread, if it is not running, at a real-time priority, if it is not 0.

        Raises NotAllowed.
        """
        if self._thread is not None:
            return
        self._running, self._priority = True, priority
        self._refused: NotAllowed | None = None
        self._ranked.clear()
        self._thread = watched("daw-bridge worker", self._loop, again=False, failed=self._failed)
        self._thread.start()
        self._ranked.wait()
        if self._refused is not None:
            self.stop()
            raise self._refused

    def stop(self) -> None:
        """End the thread after the step it is in; wait for that."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._running = False
            for run in self._runs():
                run.closing = True
            self.wake()
            thread.join()
            for run in self._runs():
                run.closing = False

    def step(self) -> bool:
        """Do one piece of work; False if there is none."""
        if self.retired is not None:
            self.retired = self._outgoing = None
        if self.reset_position != self._applied_reset:
            self._applied_reset = self.reset_position
            for run in self._runs():
                run.restart(self._applied_reset)
        if self._inbox and self._outgoing is None:
            player = self._inbox.pop()
            player.run.prime(self._inputs, self._applied_reset)
            self._run, self._outgoing = player.run, self._run
            self.ready.append(player)
        # What is heard comes first; the new one has its time for computing until it is heard. Where
        # the old one leaves it none, it is not waited for for ever.
        new = self._run
        if self._guarded(new, lambda: new.give_up(self._inputs)):
            return True
        return any(self._run_window(run) for run in self._runs())

    def _runs(self) -> list[EngineRun]:
        return [self._run] if self._outgoing is None else [self._outgoing, self._run]

    def _run_window(self, run: EngineRun) -> bool:
        return self._guarded(run, lambda: run.run_window(self._inputs, self.block_time))

    def _guarded(self, run: EngineRun, work: Callable[[], bool]) -> bool:
        """What `work` says. If its engine fails, `run` starts over, which is work, too."""
        try:
            return work()
        except EngineError as error:
            self.failures += 1
            self.fault = error
            run.restart(self._inputs.end)
            return True

    def _loop(self) -> None:
        try:
            take_priority(self._priority)
        except NotAllowed as error:
            self._refused = error
        finally:  # `start` waits for it
            self._ranked.set()
        while self._running:
            self.turned_s = time.monotonic()
            worked = self.step()
            self._stepped.set()
            if not worked:
                self._wake.acquire(timeout=_IDLE_S)

    def _failed(self, error: Internal) -> None:
        self.fault = Internal(
            f"the worker stopped: {error.seen}", error.expected, "Report it; restart the stream."
        )
