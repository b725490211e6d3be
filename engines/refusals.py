"""Why onnxruntime refuses a file, for whoever has the file: what it is, or what it lacks."""

from __future__ import annotations

import re
from pathlib import Path

from engines.errors import ModelFileError
from engines.outside import files_outside

_FETCH = "get the file itself"
_EXPORT = "export it to ONNX first: docs/guide/bring-a-model.md"
_BEGINNINGS = (
    (b"PK\x03\x04", "a PyTorch checkpoint or another archive", _EXPORT),
    (b"\x80", "a PyTorch checkpoint", _EXPORT),
    (b"<", "a web page", _FETCH),
    (b"version https://git-lfs", "Git's pointer to a large file", "git lfs pull, or " + _FETCH),
)
"""What files that are no ONNX begin with."""
_AGAIN = "get or export it again"
_UPDATE = "update onnxruntime, or export it for an older version"
_SAID = (
    (r"Protobuf parsing failed|No graph was found", "damaged, cut off, or no ONNX file", _AGAIN),
    (r"Fatal error: (\S+?)\(-?\d+\) is not a registered function/op",
     "it needs the operator {0}, which onnxruntime does not have", "get a file without it"),
    (r"Opset (\d+) is under development.*till opset (\d+)",
     "a graph of opset {0}, and this onnxruntime knows those up to {1}", _UPDATE),
    (r"Unsupported model IR version: (\d+), max supported IR version: (\d+)",
     "a file of ONNX's version {0}, and this onnxruntime knows those up to {1}", _UPDATE),
)  # fmt: skip
"""What onnxruntime says, what it means, what to do."""
_PREFACE = re.compile(r"^\[ONNXRuntimeError\] : \d+ : \w+ : (Load model from .*? failed:)?", re.S)


def refusal(path: Path, said: str) -> ModelFileError:
    """The error of a file of which onnxruntime `said` this."""
    seen, action = _without_it(path) or _with_it(said)
    return ModelFileError(f"{path}: {seen}", "an ONNX graph that onnxruntime can load", action)


def _without_it(path: Path) -> tuple[str, str] | None:
    """What the file itself tells: what was seen, and what to do."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        return f"it cannot be read ({error.strerror})", "check its rights"
    if not head:
        return "an empty file", _AGAIN
    for beginning, seen, action in _BEGINNINGS:
        if head.lstrip().startswith(beginning):
            return seen, action
    gone = [name for name in files_outside(path) if not (path.parent / name).is_file()]
    if gone:
        return f"its weights are in {', '.join(gone)}, which is not there", "put it beside the file"
    return None


def _with_it(said: str) -> tuple[str, str]:
    for pattern, seen, action in _SAID:
        if found := re.search(pattern, said, re.S):
            return seen.format(*found.groups()), action
    return _PREFACE.sub("", said).strip(), _AGAIN
