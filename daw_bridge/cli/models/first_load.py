"""The child of `apart`: it loads somebody else's model, and may die of it.

The first line on standard input is the model's description, empty for its own. Each line on
standard output is a JSON object: an answer, {} as a sign of life, or an error. What libraries write
goes to standard error. Where standard input ends, so does the child: its parent is gone.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from daw_bridge.containment import watched

ORPHANED = 9
"""What the child returns where its parent has gone."""
Say = Callable[[dict[str, Any]], None]


def main(arguments: list[str]) -> int:
    """`ports` or `speeds`, a file and a device."""
    what, file, device = arguments
    description = sys.stdin.buffer.readline().decode("utf-8").strip()
    watched("daw-bridge parent", _end_with_parent, again=False).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    free_bytes = free_memory_bytes()
    _take_no_more_than(free_bytes)
    try:
        _answer(what, Path(file), device, description, say)
    except MemoryError:
        say({"memory": free_bytes})
    return 0


def _end_with_parent() -> None:
    """Ends this process, whatever runs in it, when nobody can write to it any more."""
    while os.read(0, 1):
        pass
    os._exit(ORPHANED)


def _answer(what: str, file: Path, device: str, description: str, say: Say) -> None:
    from engines.errors import EngineError

    works = {"ports": _ports, "speeds": _speeds}
    try:
        for one in works[what](file, device, description, say):
            say(one)
    except EngineError as error:
        said = {"seen": error.seen, "expected": error.expected, "action": error.action}
        say({"code": error.code, **said})


def _ports(file: Path, device: str, _: str, say: Say) -> Iterator[dict[str, Any]]:
    from engines.ort import open_session
    from engines.spec import SPEC_KEY

    session = open_session(file, device)
    yield {
        "described": SPEC_KEY in session.metadata,
        "inputs": {name: list(shape) for name, shape in session.inputs.items()},
        "outputs": {name: list(shape) for name, shape in session.outputs.items()},
    }


def _speeds(file: Path, device: str, description: str, say: Say) -> Iterator[dict[str, Any]]:
    from daw_bridge.cli.models.speed import measure
    from engines.load import load_described, load_model
    from engines.spec import ModelSpec

    if description:
        model = load_described(file, ModelSpec.from_json(description), device)
    else:
        model = load_model(file, device)
    say({})
    for preset in model.spec.presets:
        yield asdict(measure(model, preset, hops=1, alive=lambda: say({})))


def free_memory_bytes() -> int:
    """What processes may still take here without any giving way; 0 where that is not known."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return 1024 * int(found[0]) if found else 0


def _take_no_more_than(size_bytes: int) -> None:
    """On Linux: of memory of its own, files that are mapped not counted."""
    if size_bytes and sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, size_bytes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
