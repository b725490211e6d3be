"""The server's start options as one frozen record, and the rules of listening beyond loopback."""

from __future__ import annotations

import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_data_path

from daw_bridge.errors import BadValue, PortTaken, UnsafeBind
from daw_bridge.files.access import default_folders
from daw_bridge.files.options import Made, parse_known
from daw_bridge.ports import AudioOptions, ReaStreamOptions
from daw_bridge.settings.names import check_known
from daw_bridge.settings.parameters import PARAMETERS, Value, parameter
from daw_bridge.settings.plan import PLANNED
from daw_bridge.settings.values import Valued, Values
from daw_bridge.wire.loopback import is_loopback
from daw_bridge.wire.secret import read_secret

AUDIO = (
    "rate", "block", "channels", "in_device", "out_device", "one_clock", "in_map", "out_map",
    "known", "connect", "jack_name", "jack_transport", "reastream_id", "reastream_bind",
    "reastream_port", "reastream_host", "reastream_send_port", "reastream_buffer",
)  # fmt: skip
"""The start options of live audio; each port uses some of them."""


def _defaults() -> dict[str, Value]:
    return {one.name: one.default for one in PARAMETERS if not one.per_stem and not one.many}


@dataclass(frozen=True)
class ServerOptions(Valued):
    """Start options by the table's names; `values` holds every one that is not repeatable.

    `secret_text`: the secret where no `--auth-file` is given. `begin`: what acts at once, set when
    stream 1 opens. `given`: the options that were asked for, also where they are the default.
    """

    values: Mapping[str, Value] = field(default_factory=_defaults)
    allow_paths: tuple[Path, ...] = ()
    secret_text: str = ""
    begin: Values = ()
    given: frozenset[str] = frozenset()

    @staticmethod
    def of(allow_paths: tuple[Path, ...] = (), **changes: Value) -> ServerOptions:
        """The defaults with changes; keys as in osc_port, refine_steps. Raises BadValue."""
        names = {key: name for name in _defaults() for key in parameter(name).keys}
        unknown = [key for key in changes if key not in names]
        if unknown:
            raise BadValue(f"options {unknown}", ", ".join(names), "Check the names.")
        given = {names[key]: parameter(names[key]).check(value) for key, value in changes.items()}
        return ServerOptions(_defaults() | given, allow_paths, given=frozenset(given))

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where jobs may read and write, and models may lie: `--allow-path`, or the default."""
        return self.allow_paths or default_folders()

    @property
    def snapshot_folder(self) -> Path:
        """Where snapshots lie: `--snapshot-dir`, or the user's own."""
        given = self.text("snapshot_dir")
        return Path(given) if given else user_data_path("daw-bridge", False) / "snapshots"

    @property
    def max_message_bytes(self) -> int:
        """The largest ZeroMQ message accepted."""
        return self.integer("max_message_mb") * 1_000_000

    @property
    def planned(self) -> dict[str, Value]:
        """The values that streams start from."""
        return {name: self.values[name] for name in PLANNED}

    @property
    def made(self) -> tuple[tuple[str, str], ...]:
        """Known stems of the port's stream that models make: (stem, model). Raises BadValue."""
        return tuple((name, model) for name, model in self._known if model)

    @property
    def _known(self) -> list[tuple[str, str]]:
        """(stem, the model that makes it), "" for those that are routed in."""
        found = []
        for one in filter(None, map(str.strip, self.text("known").split(","))):
            name, source = parse_known(one) if "=" in one else (one, Made(""))
            if not isinstance(source, Made):
                raise BadValue(
                    f"--known {one}", "a stem to route in, or stem=@model",
                    "Give files to `daw-bridge separate`.",
                )  # fmt: skip
            found.append((name, source.model))
        check_known(tuple(name for name, _ in found))
        return found

    @property
    def audio(self) -> AudioOptions:
        """The options of live audio."""
        return AudioOptions(
            rate_hz=self.integer("rate"),
            block_samples=self.integer("block"),
            channels=self.integer("channels"),
            in_device=self.text("in_device"),
            out_device=self.text("out_device"),
            one_clock=bool(self.integer("one_clock")),
            in_map=self.text("in_map"),
            out_map=self.text("out_map"),
            known=tuple(name for name, model in self._known if not model),
            connect=self.text("connect"),
            jack_name=self.text("jack_name"),
            jack_transport=self.text("jack_transport"),
            reastream=ReaStreamOptions(
                identifier=self.text("reastream_id"),
                bind=self.text("reastream_bind"),
                port=self.integer("reastream_port"),
                host=self.text("reastream_host"),
                send_port=self.integer("reastream_send_port"),
                hold_ms=self.number("reastream_buffer"),
            ),
        )

    def refuse_unused(self, uses: Collection[str]) -> None:
        """Raise BadValue if options of live audio are set that the port does not use."""
        ours = [parameter(name) for name in AUDIO if name not in uses]
        unused = [one for one in ours if self.values[one.name] != one.default]
        if unused:
            flags = ", ".join(str(one.cli_flag) for one in unused)
            used = ", ".join(str(parameter(name).cli_flag) for name in uses) or "none of its own"
            raise BadValue(
                f"{flags} with --io {self.text('io')}",
                f"options that it uses ({used})",
                "Leave it out, or choose another --io.",
            )

    def listen_host(self) -> str:
        """The numeric address to listen on. Raises PortTaken if the name has none."""
        bind = self.text("bind")
        try:
            found = socket.getaddrinfo(bind or None, None, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as error:  # UnicodeError: no name of a host can look so
            why = getattr(error, "strerror", None) or "no name of a host"
            raise PortTaken(
                f"--bind {bind} ({why})", "an address of this machine", "Check it."
            ) from error
        return str(found[0][4][0])

    def check_bind(self) -> None:
        """Raise UnsafeBind if the address is not loopback and a required option is missing."""
        bind = self.text("bind")
        if is_loopback(bind):
            return
        wanted = {"curve_dir": "--curve-dir DIR (make one with `daw-bridge keys DIR`)",
                  "auth_file": "--auth-file FILE (the secret of OSC senders)"}  # fmt: skip
        given = {"curve_dir": self.text("curve_dir"),
                 "auth_file": self.text("auth_file") or self.secret_text}  # fmt: skip
        missing = [text for name, text in wanted.items() if not given[name]]
        if not self.allow_paths:
            missing.append("--allow-path FOLDER (where jobs may read and write)")
        if missing:
            raise UnsafeBind(
                f"--bind {bind}, which other machines can reach, without " + ", ".join(missing),
                "all three of --curve-dir, --auth-file and --allow-path",
                "Give them, or leave out --bind to serve this machine only.",
            )

    def secret(self) -> str:
        """What senders must give: the first line of `--auth-file`, or `secret_text`; or "".

        Raises BadKeys.
        """
        return read_secret(self.text("auth_file"), self.secret_text)
