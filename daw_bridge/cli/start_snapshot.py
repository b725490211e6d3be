"""`daw-bridge serve --load NAME`: what a snapshot makes of the start options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from daw_bridge.errors import BadFile, BadValue, BridgeError
from daw_bridge.server.options import ServerOptions
from daw_bridge.server.streams.shelf import Shelf
from daw_bridge.settings.parameters import Value, parameter, resolve
from daw_bridge.settings.plan import PLANNED
from daw_bridge.settings.values import Values

KEYS = ("load_snapshot", "snapshot_dir")


@dataclass(frozen=True)
class Start:
    """`planned`: start options by their keys; `begin`: what is set when stream 1 opens."""

    planned: Mapping[str, Value] = field(default_factory=dict)
    begin: Values = ()


def read_start(chosen: Mapping[str, object]) -> Start:
    """The snapshot that `--load` names among the options, checked; an empty Start without it.

    Raises BadValue if there is none of that name, BadFile.
    """
    own: dict[str, Value] = {key: str(chosen[key]) for key in KEYS if key in chosen}
    options = ServerOptions.of((), **own)
    name = options.text("load_snapshot")
    if not name:
        return Start()
    values = Shelf(options.snapshot_folder).find(name)
    try:
        checked = [(full, resolve(full)[0].check(value)) for full, value in values]
    except BridgeError as error:
        raise BadFile(
            f"the snapshot {name} ({error.seen})", error.expected, "Save it again."
        ) from error
    planned = {parameter(full).key: value for full, value in checked if full in PLANNED}
    begin = tuple(one for one in checked if one[0] not in PLANNED)
    fixed = [full for full, _ in begin if not resolve(full)[0].live]
    if fixed:
        raise BadValue(f"{fixed[0]} in the snapshot {name}", "what can be set live", "Take it out.")
    return Start(planned, begin)
