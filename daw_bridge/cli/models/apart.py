"""Somebody else's model, loaded and tried for the first time in a process of its own.

Of a broken file onnxruntime may crash, never come back, or take all the memory there is, and none
of that can be caught where it happens. So a child (`first_load`) does it, which may take the memory
that is free now and must give a sign of life every PATIENCE_S: when the model is loaded, and with
each hop. What goes wrong in it is an error here, and it never outlives its parent's wait, nor its
parent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryFile
from typing import IO, Any

from daw_bridge.cli.models.speed import Speed
from daw_bridge.containment import watched
from engines.errors import EngineError, ModelFileError
from engines.recipes import Ports
from engines.spec import ModelSpec

PATIENCE_S = 300.0
"""How long loading, or one hop, may take."""
MEMORY = "memory"
"""What the child says where it may take no more of it."""
_CHILD = "daw_bridge.cli.models.first_load"
_WORDS = 300
_ERRORS = {kind.code: kind for kind in EngineError.__subclasses__()}
_WANTED, _ACTION = "an ONNX graph that onnxruntime can load and run", "get or export it again"

Answer = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """What an ONNX file says: inputs and outputs; and whether it has a description in itself."""

    ports: Ports
    described: bool


def look_at(file: Path, device: str, patience_s: float = PATIENCE_S) -> Look:
    """The ONNX file as it is.

    Raises ModelFileError where onnxruntime does not survive it, and what opening a session raises.
    """
    (found,) = _answers(("ports", str(file), device), file, patience_s)
    return Look(Ports(found["inputs"], found["outputs"]), found["described"])


def speeds_of(
    file: Path, device: str, patience_s: float = PATIENCE_S, spec: ModelSpec | None = None
) -> tuple[Speed, ...]:
    """How every preset of a described model runs here, on noise; with `spec`, as if this were its
    description.

    Raises ModelFileError where onnxruntime does not survive it, and what loading and running a
    model raise.
    """
    description = spec.to_json() if spec else ""
    found = _answers(("speeds", str(file), device), file, patience_s, description)
    return tuple(Speed(**one) for one in found)


def _answers(
    asked: Sequence[str], file: Path, patience_s: float, description: str = ""
) -> list[Answer]:
    """All that the child answers before it ends well."""
    found: list[Answer] = []
    with TemporaryFile() as said, _child(asked, description, said) as (child, lines):
        while line := _next(lines, file, patience_s):
            answer: Answer = json.loads(line)
            _raise(answer, file)
            if answer:
                found.append(answer)
        if code := child.wait():
            seen = f"{file}: onnxruntime {_end(code)} with it{_last_words(said)}"
            raise ModelFileError(seen, _WANTED, _ACTION)
    return found


def _next(lines: Queue[str], file: Path, patience_s: float) -> str:
    """The next line, or "" after the last. Raises ModelFileError where none comes."""
    try:
        return lines.get(timeout=patience_s)
    except Empty:
        seen = f"{file}: no sign of life from onnxruntime for {patience_s:g} s"
        action = "check the file, or try it when less runs here"
        raise ModelFileError(seen, _WANTED, action) from None


def _raise(answer: Answer, file: Path) -> None:
    """What the child could say of its failure. Raises EngineError."""
    if MEMORY in answer:
        gigabytes = answer[MEMORY] / 2**30
        seen = f"{file}: it asks for more memory than the {gigabytes:.1f} GiB that are free"
        raise ModelFileError(seen, _WANTED, "close other programs, or get another file")
    if "code" in answer:
        seen = answer["seen"] if file.name in answer["seen"] else f"{file}: {answer['seen']}"
        raise _ERRORS[answer["code"]](seen, answer["expected"], answer["action"])


@contextmanager
def _child(
    asked: Sequence[str], description: str, said: IO[bytes]
) -> Iterator[tuple[subprocess.Popen[str], Queue[str]]]:
    """The child and the lines that come from it, the last one empty. It ends with the context."""
    root = Path(__file__).parents[3]
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    # -P: what lies in the user's folder is none of our modules.
    command = [sys.executable, "-P", "-m", _CHILD, *asked]
    lines: Queue[str] = Queue()
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said,
        encoding="utf-8", env=environment,
    )  # fmt: skip
    try:
        assert child.stdout is not None and child.stdin is not None
        entry, output = child.stdin, child.stdout

        def read() -> None:
            for line in output:
                lines.put(line)
            lines.put("")

        reader = watched("daw-bridge first load", read, again=False)
        reader.start()
        with suppress(BrokenPipeError):  # of a child that is dead, its end tells
            print(description, file=entry, flush=True)
        yield child, lines
    finally:
        child.kill()
        child.wait()
        reader.join()
        output.close()
        entry.close()


def _end(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with {code:#x}"
    if code == -signal.SIGKILL:
        return "was ended by the system, most likely for want of memory,"
    names = {signal.SIGSEGV: "crashed (segmentation fault)", signal.SIGABRT: "crashed (abort)"}
    number = signal.Signals(-code)
    return names.get(number, f"crashed ({number.name})")


def _last_words(said: IO[bytes]) -> str:
    """The last line that the child wrote to standard error."""
    said.seek(0, os.SEEK_END)
    said.seek(max(0, said.tell() - _WORDS))
    lines = said.read().decode("utf-8", "replace").split("\n")
    last = [one.strip() for one in lines if one.strip()][-1:]
    return f": {last[0]}" if last else ""
