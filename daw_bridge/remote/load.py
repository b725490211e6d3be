"""Models by name, on a device of this machine or on a remote engine.

What remote engines need is imported where one is asked for: all else works without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from daw_bridge.errors import NoRemote
from daw_bridge.remote.address import is_remote, parse_device
from engines.load import Model, load_with
from engines.load import load_model as load_here
from engines.providers import AUTO, CPU

if TYPE_CHECKING:
    from daw_bridge.remote.connection import Connection


def load_model(
    name: str | Path,
    device: str = "cpu",
    threads: int = 1,
    stems: Sequence[str] = (),
    preset: str = "",
) -> Model:
    """As `engines.load.load_model`; `device` may be a remote engine, which chooses its own threads.

    The model's files are needed here, too. Raises EngineError as that does; NoRemote, EngineGone,
    WrongEngine, BadCertificates.
    """
    if not is_remote(device):
        return load_here(name, device, threads, stems, preset)
    require_remote()
    from daw_bridge.remote.opening import Opening

    opening = Opening(connection_to(device))
    return load_with(name, opening.alone, stems, preset)


def probe_device(device: str) -> None:
    """Raises as load_model does where no model can be loaded on this device at all."""
    if is_remote(device):
        require_remote()
        connection_to(device).wait_until_there()
    elif device not in (AUTO, CPU.name):
        from engines.ort import probe

        probe(device)


def connection_to(device: str) -> Connection:
    """The connection to a remote engine. Raises BadValue, BadCertificates."""
    from daw_bridge.remote.connection import connect

    return connect(parse_device(device))


def require_remote() -> None:
    """Raises NoRemote where the packages are missing."""
    try:
        import grpc  # noqa: F401
        import tritonclient.grpc  # noqa: F401
    except ImportError as error:
        raise NoRemote(
            f"no package for remote engines ({error.name})", "the extra `remote`",
            "Install it: pip install '.[remote]' in a copy of daw-bridge.",
        ) from error  # fmt: skip
