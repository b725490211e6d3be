"""`daw-bridge demo`: the main job on the song that ships with the project."""

from __future__ import annotations

import argparse
from pathlib import Path

from daw_bridge.cli.flags import add_flags
from daw_bridge.files.options import job_parameter
from daw_bridge.settings.parameters import parameter

HELP = "Stream the demo song through a live server; write its stems and a picture of them."
EXAMPLES = """\
examples:
  daw-bridge demo                          into ./demo-out
  daw-bridge demo -o stems --steps 8       more refinement steps per window
  daw-bridge demo --song mine.wav          another song
  daw-bridge demo --no-picture             without matplotlib
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, what, and how."""
    parser.add_argument(
        "-o", "--out", type=Path, default=Path("demo-out"), metavar="DIR",
        help="Folder for the stems and the picture (default: demo-out).",
    )  # fmt: skip
    parser.add_argument("--song", type=Path, help="An audio file instead of the demo song.")
    parser.add_argument("--force", action="store_true", help="Overwrite existing files.")
    parser.add_argument("--no-picture", action="store_true", help="Do not draw the picture.")
    chosen = ("model", "refine/steps", "refine/seed", "device")
    rows = (*(job_parameter(name) for name in chosen), parameter("threads"))
    add_flags(parser, rows, "separation")


def run(args: argparse.Namespace) -> int:
    """Start a server on free ports, stream the song through it, write what comes back."""
    from daw_bridge.cli.demo_run import DEMO_SONG, DemoRun
    from daw_bridge.cli.signals import StopSignals
    from daw_bridge.server.options import ServerOptions

    run = DemoRun(
        server=ServerOptions.of(
            osc_port=0,
            zmq_port=0,
            pub_port=0,
            http_port=0,
            model=args.model,
            device=args.device,
            threads=args.threads,
        ),
        song=args.song or DEMO_SONG,
        out_dir=args.out,
        force=args.force,
        picture=not args.no_picture,
        steps=args.refine_steps,
        seed=args.refine_seed,
    )
    with StopSignals(raising=True):
        for line in run.run():
            print(line, flush=True)
    return 0
