"""A model whose windows must be there in time: for a live stream, from a remote engine or not.

What remote engines need is imported where a model runs on one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from daw_bridge.errors import FilesOnly
from daw_bridge.remote.address import is_remote
from daw_bridge.remote.counters import EngineCounts, Tally
from engines.load import Model
from engines.providers import all_of
from engines.settings import StreamSettings
from engines.spread import Spread, spread

if TYPE_CHECKING:
    from daw_bridge.remote.live_method import Turn

DEADLINE_SHARE = 0.9
"""Of the time for computing that the declared latency has: the rest is for what follows a call."""


def for_live(model: Model, settings: StreamSettings, load_target: float, caller: Tally) -> Model:
    """The model; one of a remote engine so that each call ends within a share of its hop, and is
    counted in the stream's `caller`.

    `load_target` of a hop is declared as the time for computing. Raises SettingsError; FilesOnly
    for a model that samples its stems at a remote engine.
    """
    if not runs_there(model):
        return model
    from daw_bridge.remote.live_method import Turn

    return _Making(load_target, caller, Turn()).made(spread(model, settings))


def runs_there(model: Model) -> bool:
    """Whether a remote engine runs the model, or one that it needs."""
    return any(is_remote(name) for name in all_of(model.provider))


def engine_counts(model: Model, caller: Tally) -> EngineCounts | None:
    """What a stream has counted of the engine that runs its model, and whether that is up; None
    where the model runs here."""
    if not runs_there(model):
        return None
    from daw_bridge.remote.live_method import connection_of

    there = connection_of(model.members[0] if model.members else model).counts
    return caller.read(there.up, there.reason)


class _Making:
    """Each model once, as often as it stands in the tree."""

    def __init__(self, load_target: float, caller: Tally, turn: Turn) -> None:
        self._share, self._caller, self._turn = load_target * DEADLINE_SHARE, caller, turn
        self._made: dict[int, Model] = {}

    def made(self, one: Spread[Model]) -> Model:
        key = id(one.node)
        if key not in self._made:
            self._made[key] = self._making(one)
        return self._made[key]

    def _making(self, one: Spread[Model]) -> Model:
        from daw_bridge.remote.live_method import LiveMethod, connection_of

        model, settings = one.node, one.settings
        if model.spec.diffusion is not None:
            raise FilesOnly(
                f"a live stream with {model.spec.name}, which samples its stems in steps",
                "a model that answers in one pass", "Separate a file with it.",
            )  # fmt: skip
        before = {stem: self.made(first) for first, stems in one.firsts for stem in stems}
        firsts = tuple((stem, before.get(stem, maker)) for stem, maker in model.firsts)
        members = tuple(map(self.made, one.members))
        if members:
            return replace(model, firsts=firsts, members=members, method=members[0].method)
        hop_s = settings.hop_samples * settings.batch / model.spec.rate_hz
        method = LiveMethod(
            model.method,
            model.spec,
            connection_of(model),
            self._share * hop_s,
            self._caller,
            self._turn,
        )
        return replace(model, firsts=firsts, method=method)
