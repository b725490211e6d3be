"""`daw-bridge serve`: the server."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from daw_bridge.cli.flags import add_flags
from daw_bridge.settings.parameters import PARAMETERS, SERVER_PARAMETERS, STREAM_PARAMETERS

if TYPE_CHECKING:
    from daw_bridge.server.server import Server

HELP = "Serve stems to DAWs, Max, Pure Data and programs, live and from files."
EXAMPLES = """\
examples:
  daw-bridge serve                                       OSC and ZeroMQ, on this machine only
  daw-bridge serve --io device --out-map drums=1-2,bass=3-4,other=5-6,vocals=7-8,residual=none
  daw-bridge serve --io device --in-map mix=1-2,drums=3-4    known drums are routed in
  daw-bridge serve --io jack --connect 'mix=system:capture_*,dry=system:playback_*'
  daw-bridge serve --io reastream --reastream-id song        the ReaStream plug-in: song in,
                                                         song-drums, song-bass, ... out
  daw-bridge serve --model mine.onnx --steps 4 --device cuda
  daw-bridge serve --config studio.toml                  options from a file; flags go before it
  daw-bridge serve --io jack --load verse                begin as the snapshot `verse` was kept
  daw-bridge serve --metrics 17125                       metrics for Prometheus, and /health
  daw-bridge serve --osc-port 0 --zmq-port 0 --pub-port 0 --http-port -1 --json
                                                         free ports, printed as JSON
  daw-bridge serve --auth-file secret.txt                only programs that know the secret
  daw-bridge keys keys && daw-bridge serve --bind 192.168.1.5 --curve-dir keys \\
      --auth-file secret.txt --allow-path music          for other machines too

It stops on /dawbridge/quit, Ctrl-C, SIGTERM or SIGHUP; a second one ends it at once.
Messages: docs/reference/osc.md, zeromq.md.
"""

WAIT_S = 0.5
ROOT = (
    "running as root: whoever may ask this server has files read and written with root's rights. "
    "Run it as yourself"
)
STOP = "ready; Ctrl-C stops"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The table's flags."""
    add_flags(parser, STREAM_PARAMETERS, "separation", only_given=True)
    add_flags(parser, SERVER_PARAMETERS, "server", only_given=True)
    parser.add_argument(
        "--config",
        default="",
        metavar="FILE",
        help="File with these options (TOML), e.g. `osc-port = 17120`; flags go before it.",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="Print the addresses it listens on as one line of JSON on stdout.",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until asked to stop."""
    import logging

    from daw_bridge.cli.config_file import read_config, told
    from daw_bridge.cli.logs import set_up
    from daw_bridge.cli.signals import StopSignals
    from daw_bridge.cli.start_snapshot import read_start
    from daw_bridge.server.options import ServerOptions
    from daw_bridge.server.server import Server
    from daw_bridge.wire.secret import SECRET_VARIABLE

    given = {one.key: getattr(args, one.key) for one in PARAMETERS if hasattr(args, one.key)}
    in_file = read_config(Path(args.config)) if args.config else {}
    chosen = {**in_file, **given}
    start = read_start(chosen)
    chosen = {**start.planned, **chosen}
    allowed = chosen.pop("allow_path", [])
    options = ServerOptions.of(**chosen)
    set_up(options.text("log_file"), options.text("log_level"))
    logging.getLogger(__name__).debug("%s", told(given, args.config, in_file))
    folders = tuple(map(allowed_folder, allowed))
    options = replace(options, allow_paths=folders, begin=start.begin)
    server = Server(replace(options, secret_text=os.environ.get(SECRET_VARIABLE, "")))
    with StopSignals(server.request_stop):
        _serve(server, args.json)
    if server.failure is not None:
        raise server.failure
    if not args.json:
        print("stopped", flush=True)
    if server.hangs:  # in a disk or a load: Python would wait, too, or be aborted in C
        logging.shutdown()
        os._exit(0)
    return 0


def _serve(server: Server, as_json: bool) -> None:
    from daw_bridge.cli.notify import Notifier

    manager = Notifier()
    ready = server.start()
    say_whose_files(ready.folders)
    try:
        text = ready.to_json() if as_json else "\n".join([*ready.lines(), STOP])
        print(text, flush=True)
        manager.ready("; ".join(ready.lines()[:2]))
        while not server.wait(manager.pause_s(WAIT_S)):  # Windows: endless, it hears no Ctrl-C
            manager.alive(server.stalled)
    finally:
        manager.stopping()
        server.stop()


def allowed_folder(text: str) -> Path:
    """The folder of one `--allow-path`; the log says if it is not there yet.

    Raises BadValue if it is something else.
    """
    import logging

    from daw_bridge.errors import BadValue

    folder = Path(os.path.expanduser(text))  # noqa: PTH111 (Path's own raises for a stranger)
    if not text or (folder.exists() and not folder.is_dir()):
        raise BadValue(f"--allow-path {text!r}", "a folder", "Check the path.")
    if not folder.exists():
        logging.getLogger(__name__).warning("--allow-path %s: no such folder yet", folder)
    return folder


def say_whose_files(folders: tuple[str, ...]) -> None:
    """Log where the server's clients may have files read and written, and as whom if as root."""
    import logging

    log = logging.getLogger(__name__)
    log.info("jobs and models keep below %s (--allow-path)", ", ".join(folders))
    if getattr(os, "geteuid", lambda: -1)() == 0:
        log.warning(ROOT)
