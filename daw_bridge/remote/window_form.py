"""Windows whose stems a remote engine makes: an `engines.methods.Method`."""

from __future__ import annotations

from collections.abc import Sequence

from daw_bridge.errors import Cancelled
from daw_bridge.remote import described
from daw_bridge.remote.connection import Connection
from daw_bridge.remote.tensors import Arrays, request_of
from daw_bridge.remote.window_call import MOST_WINDOWS, WindowCall, estimates_of, to_arrays
from engines.spec import ModelSpec
from engines.spec.query import QUERY
from engines.window import Control, Estimate, State, Window, never_stop

MOST_BYTES = 32 << 20
"""Of the audio of one call, up or down, unless one window alone has more."""


class WindowForm:
    """The method of one served model, asked for what `spec` is asked for.

    Steps cannot be stopped inside a call: `control.proceed` hears of all at once when they are
    done, and before, while a file waits, of none.
    """

    def __init__(
        self, connection: Connection, name: str, spec: ModelSpec, parameters: dict[str, str],
        most: int = 0,
    ) -> None:  # fmt: skip
        self._connection, self._name, self.spec = connection, name, spec
        self._parameters, self._most = parameters, most

    def briefly(self) -> WindowForm:
        """The same, which ends a window after its first step."""
        return WindowForm(self._connection, self._name, self.spec, self._parameters, most=1)

    def new_state(self) -> State | None:
        """Empty where the method has a state: the engine knows what is in it at first."""
        return {} if self.spec.state else None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """The engine's estimates. Raises as `Connection.infer` does."""
        found: list[Estimate] = []
        together = _together(windows[0])
        for first in range(0, len(windows), together):
            part = tuple(windows[first : first + together])
            found += self._call(WindowCall(part, control.steps, control.seed, self._most), control)
        control.proceed(control.steps, control.steps)
        return found

    def _call(self, call: WindowCall, control: Control) -> list[Estimate]:
        def keep_on() -> None:
            if control.proceed is not never_stop and not control.proceed(0, control.steps):
                raise Cancelled("a window at a remote engine", "it to finish", "Start it again.")

        arrays = to_arrays(call)
        request = request_of(self._name, arrays, parameters=self._parameters)

        def read(answer: Arrays) -> list[Estimate]:
            return estimates_of(call, answer, len(self.spec.stems))

        return self._connection.infer(request, read, keep_on)


def _together(window: Window) -> int:
    """How many such windows one call has."""
    most = max(window.mix.nbytes, window.known.nbytes)  # that many stems come down, at most
    return max(1, min(MOST_WINDOWS, MOST_BYTES // max(1, most)))


def parameters_for(
    digest: str, stems: Sequence[str], spec: ModelSpec, own: ModelSpec
) -> dict[str, str]:
    """What a call says beside its arrays; `own` is the spec in the model's file."""
    found = {described.DIGEST: digest}
    if stems:
        found[described.STEMS] = ",".join(stems)
    asking = spec.asking
    if asking is not None and spec != own:
        listens = [target.stem for target in asking.targets] == [QUERY]
        found[described.WAY] = "query" if listens else "tags"
        found[described.TAGS] = ",".join("+".join(one.tags) for one in asking.targets)
    return found
