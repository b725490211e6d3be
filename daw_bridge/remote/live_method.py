"""A method that answers in time: with what a remote engine says, or with silent stems.

So no sample is lost and none is late: the mix of a window that was missed is on the residual, faded
in and out as the windows beside it are.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from daw_bridge.errors import BridgeError, describe
from daw_bridge.remote.connection import Connection, Missed, within
from daw_bridge.remote.counters import Tally, counted, tallies
from daw_bridge.remote.network_form import RemoteSession
from engines.errors import EngineError
from engines.load import Model
from engines.methods import Method
from engines.parts import session_of
from engines.spec import ModelSpec
from engines.window import Control, Estimate, State, Window, never_stop, with_known


class Turn:
    """What the models of one stream have of a hop, together: what one has waited, the next has not.

    A turn is over when one of them comes again.
    """

    def __init__(self) -> None:
        self._waited_s: dict[LiveMethod, float] = {}

    def left_s(self, method: LiveMethod) -> float:
        """Of this method's deadline, in its turn."""
        if method in self._waited_s:
            self._waited_s.clear()
        return method.deadline_s - sum(self._waited_s.values())

    def waited(self, method: LiveMethod, seconds: float) -> None:
        """It has had its turn."""
        self._waited_s[method] = seconds


class LiveMethod:
    """`method` at a remote engine, each of its windows within `deadline_s`, less what others of the
    same `turn` have waited. `caller`: what the stream counts.

    Windows that no stream waits for (a warm-up) are waited for, and fail as they would elsewhere.
    """

    def __init__(
        self, method: Method, spec: ModelSpec, connection: Connection, deadline_s: float,
        caller: Tally, turn: Turn,
    ) -> None:  # fmt: skip
        self._method, self._spec, self._connection = method, spec, connection
        self.deadline_s, self._caller, self._turn = deadline_s, caller, turn

    def new_state(self) -> State | None:
        """That of the method."""
        return self._method.new_state()

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """An estimate of every window, in time."""
        with counted(self._caller):
            return self._run(windows, control)

    def _run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        if control.proceed is never_stop:
            return self._method.run(windows, control)
        if self._connection.breaker.is_open:
            return self._missed(windows, 0)
        began = time.monotonic()
        try:
            with within(self._turn.left_s(self)):
                found = self._method.run(windows, control)
            self._connection.breaker.answered()
            return found
        except (BridgeError, EngineError) as error:
            late = isinstance(error, Missed) and error.timed_out
            away = isinstance(error, Missed) and error.away
            self._connection.breaker.trip(describe(error), doubtful=not away)
            # What took too long counts as so many calls: the next windows get fewer steps.
            return self._missed(windows, control.steps if late else 0)
        finally:
            self._turn.waited(self, time.monotonic() - began)

    def _missed(self, windows: Sequence[Window], calls: int) -> list[Estimate]:
        for one in tallies(self._connection.tally):
            one.missed(len(windows))
        return [self._silent(window, calls) for window in windows]

    def _silent(self, window: Window, calls: int) -> Estimate:
        shape = (len(self._spec.stems), len(window.mix), window.stop - window.start)
        stems = with_known(np.zeros(shape, np.float32), window)
        return Estimate(stems, steps=0, network_calls=calls, state=window.state)


def connection_of(model: Model) -> Connection:
    """To the engine that runs this model."""
    session = session_of(model.session)
    assert isinstance(session, RemoteSession)
    return session.connection
