"""Whether an engine answers, for one model, what the model answers here.

Servers were seen to answer nothing, or something else, without an error. So before any answer is
used, and again whenever the engine was away, it gets one window of made-up music, whose stems were
made here on the CPU from the same files.
"""

from __future__ import annotations

from math import log10

from daw_bridge.errors import WrongEngine
from daw_bridge.remote.connection import CHECK_S, Connection, within
from daw_bridge.remote.window_form import WindowForm
from engines.golden import Golden, difference, golden_of
from engines.load import Model, alone_with
from engines.methods import Method
from engines.ort import open_session
from engines.tagging import to_try
from engines.tree import Tree

TOLERANCE = 1e-3
"""Of the loudest sample: what processors may differ by (-60 dB). Wrong answers differ by more."""


class Checker:
    """The model here is loaded for its golden answer alone; that is kept."""

    def __init__(
        self, connection: Connection, tree: Tree, stems: tuple[str, ...], model: Model
    ) -> None:
        self._where = f"{connection.address.text}, as {model.spec.name},"
        self._golden: Golden = golden_of(alone_with(open_session)(tree, stems))
        method = to_try(model).method
        self._method: Method = method.briefly() if isinstance(method, WindowForm) else method

    def first(self) -> str:
        """How near it is, in words, when the model is loaded. Raises as `check`."""
        with within(CHECK_S):
            differs = self._differs()
        if differs == 0:
            return "the same bits as here"
        return f"{20 * log10(differs):.0f} dB from what the CPU answers here"

    def check(self) -> None:
        """Raises WrongEngine, Missed."""
        self._differs()

    def _differs(self) -> float:
        found = difference(self._golden, self._method)
        if not found <= TOLERANCE:  # NaN, too
            raise WrongEngine(
                f"{self._where} answers something else than it does here: {found:.3g} of the "
                "loudest sample apart",
                f"at most {TOLERANCE:g}",
                "Check its files and its versions of onnxruntime and numpy.",
            )
        return found
