"""What the models do on an NVIDIA GPU (or on another device): one report, in at most eight minutes.

    python -m tests.bench.cuda report
    python -m tests.bench.cuda report --device openvino --only parity bench

The marked tests, parity with the CPU for every installed model, IOBinding beside plain runs, half
precision, `daw-bridge bench`, several streams that share a model, a minute of training. Writes
`report/DEVICE.md` after each section. A section is a process of its own with a time of its own: one
that fails, hangs or cannot run says so, and the next begins. Needs `pip install '.[dev,export]'
'onnxruntime-gpu[cuda,cudnn]'`, and for the training a torch with CUDA; what is missing costs its
section alone.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import onnxruntime

from daw_bridge.errors import describe
from engines.errors import EngineError
from engines.ort import probe
from engines.providers import AUTO, DEVICES
from tests.bench.cuda_sections import SECTIONS, CannotRun, Section, Task
from tests.bench.tools import described

ROOT = Path(__file__).parents[2]
CANNOT_RUN = 3
"""Exit status of a section that lacks something."""


@dataclass(frozen=True)
class Outcome:
    """How a section ended, in words ("" where it ran), and what it had written by then."""

    words: str
    text: str
    took_s: float


def run_section(section: Section, args: Namespace) -> Outcome:
    """The section in a process of its own, which ends with its time, and all that it started."""
    command = [
        sys.executable, "-m", "tests.bench.cuda", str(args.out), "--device", args.device,
        "--section", section.name, "--models", *args.models,
    ]  # fmt: skip
    if args.seconds_each is not None:
        command += ["--seconds-each", str(args.seconds_each)]
    began = perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    words = ""
    try:
        text, errors = process.communicate(timeout=section.limit_s)
    except subprocess.TimeoutExpired:
        words = f"**Stopped** after {section.limit_s} s, which is all the time it has."
    finally:
        end_group(process)
    if words:
        text, errors = process.communicate()
    elif process.returncode == CANNOT_RUN:
        words = f"**Not run**: {last_line(errors)}"
    elif process.returncode:
        words = f"**Failed** ({ending(process.returncode)}): {last_line(errors)}"
    return Outcome(words, text.strip(), perf_counter() - began)


def end_group(process: subprocess.Popen[str]) -> None:
    """End a section's process and those that it started."""
    if not hasattr(os, "killpg"):
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:  # all have ended
        return


def ending(status: int) -> str:
    """An exit status in words; a crash is a signal."""
    return f"exit status {status}" if status > 0 else signal.Signals(-status).name


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def machine(device: str) -> str:
    """The machine, the card and the versions, in a line."""
    found = [
        f"{os.cpu_count()} {platform.machine()} cores",
        f"{platform.system()}, Python {platform.python_version()}",
        f"onnxruntime {onnxruntime.__version__}",
        f"`--device {device}`: {probe(device)}",
    ]
    query = "--query-gpu=name,memory.total,driver_version"
    asked = ["nvidia-smi", query, "--format=csv,noheader"]
    try:
        card = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout
        found.insert(0, last_line(card))
    except (OSError, subprocess.SubprocessError):
        found.insert(0, "no nvidia-smi")
    return "; ".join(found)


def report(args: Namespace) -> Path:
    """Every section, one after the other; the file holds those that have ended."""
    args.out.mkdir(parents=True, exist_ok=True)
    path: Path = args.out / f"{args.device}.md"
    asked = ["report" if one == str(args.out) else one for one in sys.argv[1:]]
    command = "python -m tests.bench.cuda " + " ".join(asked)
    parts = [
        f"# Device {args.device}", f"**Machine**: {machine(args.device)}.",
        f"**Command**: `{command}`",
    ]  # fmt: skip
    for section in SECTIONS:
        if args.only and section.name not in args.only:
            continue
        outcome = run_section(section, args)
        head = f"## {section.title}"
        parts += [part for part in (head, outcome.words, outcome.text) if part]
        parts.append(f"({outcome.took_s:.0f} s)")
        path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
        print(f"{section.name}: {outcome.words or 'done'} ({outcome.took_s:.0f} s)", flush=True)
    return path


def flags() -> ArgumentParser:
    """The command line."""
    names = [section.name for section in SECTIONS]
    parser = described(__doc__)
    parser.add_argument("out", type=Path, help="folder of the report")
    parser.add_argument("--device", choices=[one for one in DEVICES if one != AUTO], default="cuda")
    parser.add_argument("--seconds-each", type=float, help="measuring time of each section")
    parser.add_argument("--models", nargs="*", default=[],
                        help="names or files (all that are installed)")  # fmt: skip
    parser.add_argument("--only", nargs="+", choices=names, help="these sections")
    parser.add_argument("--section", choices=names, help="print this one, in this process")
    return parser


def main() -> int:
    """0: every section was tried; 1: the device does not work here."""
    args = flags().parse_args()
    if args.section:
        section = next(one for one in SECTIONS if one.name == args.section)
        seconds = section.seconds if args.seconds_each is None else args.seconds_each
        try:
            section.run(Task(args.device, seconds, tuple(args.models)))
        except CannotRun as error:
            print(error, file=sys.stderr)
            return CANNOT_RUN
        return 0
    try:
        probe(args.device)
    except EngineError as error:
        print(f"Nothing is measured: {describe(error)}", file=sys.stderr)
        return 1
    print(report(args))
    return 0


if __name__ == "__main__":
    sys.exit(main())
