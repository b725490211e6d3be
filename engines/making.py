"""The one door to a model's stream, whatever other models it needs."""

from __future__ import annotations

from engines.composite import AnyStream
from engines.load import Model
from engines.settings import StreamSettings
from engines.spread import Spread, spread
from engines.stacked import First, Stacked
from engines.stream import Stream
from engines.together import Together


def make_stream(model: Model, settings: StreamSettings) -> AnyStream:
    """The stream of a model: stacked where it has `firsts` whose stems the caller does not give, a
    mean where it has `members`.

    Which settings those run on: `engines.spread.spread`. Raises SettingsError.
    """
    return _made(spread(model, settings))


def _made(one: Spread[Model]) -> AnyStream:
    last: AnyStream
    if one.members:
        last = Together(one.node, one.settings, [_made(member) for member in one.members])
    else:
        last = Stream(one.node, one.settings)
    if not one.firsts:
        return last
    return Stacked([First(_made(first), stems) for first, stems in one.firsts], last)
