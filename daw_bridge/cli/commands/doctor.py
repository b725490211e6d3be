"""`daw-bridge doctor`: what works here, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

HELP = "Report what is installed, what really works, and what is missing."
EXAMPLES = """\
examples:
  daw-bridge doctor                       packages, devices that run models, sound, ports
  daw-bridge doctor --json                the same for programs, and for bug reports

exit codes: 0 everything required works (notes concern extras); 1 something required does not.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form of the output."""
    parser.add_argument("--json", action="store_true", help="Print a JSON list of checks.")


def run(args: argparse.Namespace) -> int:
    """Look at everything; the exit code is explained in EXAMPLES."""
    from daw_bridge.cli.diagnosis import FAILURE, diagnose

    marks = {"ok": "ok  ", "warning": "note", "failure": "FAIL"}
    checks = []
    for check in diagnose():
        checks.append(check)
        if not args.json:
            print(f"{marks[check.state]}  {check.name}: {check.detail}", flush=True)
            if check.action:
                print(f"      -> {check.action}")
    if args.json:
        print(json.dumps([asdict(one) for one in checks], indent=2))
    return 1 if any(one.state == FAILURE for one in checks) else 0
