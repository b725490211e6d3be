"""Where a model's spec is found: in a file beside it, or in its own metadata."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from engines.errors import SpecError
from engines.spec.model import ModelSpec

SPEC_KEY = "daw_bridge.spec"
SIDECAR_SUFFIX = ".daw.json"
_MAX_BYTES = 1_000_000
_ACTION = "adopt the model again, or correct the file"


def sidecar_of(path: Path) -> Path:
    """The file beside the ONNX file at `path` that has its spec, if there is one.

    A model without a graph is itself such a file.
    """
    alone = path.name.endswith(SIDECAR_SUFFIX)
    return path if alone else path.with_name(path.stem + SIDECAR_SUFFIX)


def read_sidecar(path: Path) -> ModelSpec | None:
    """The spec beside the ONNX file at `path`, or None where there is no such file.

    Raises SpecError, which names the file.
    """
    beside = sidecar_of(path)
    try:
        if not stat.S_ISREG(beside.stat().st_mode):  # a pipe would be waited for
            raise SpecError(f"{beside}, which is no file", "a file", _ACTION)
        with beside.open("rb") as file:
            raw = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SpecError(f"{beside}: {error}", "a file that can be read", _ACTION) from error
    if len(raw) > _MAX_BYTES:
        raise SpecError(f"{beside}: over {_MAX_BYTES} bytes", "a model's description", _ACTION)
    try:
        return ModelSpec.from_json(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SpecError(f"{beside}: no UTF-8", "a JSON object", _ACTION) from error
    except SpecError as error:
        raise SpecError(f"{beside}: {error.seen}", error.expected, _ACTION) from error


def parse_spec(metadata: Mapping[str, str], path: str) -> ModelSpec:
    """The spec in an ONNX file's metadata. Raises SpecError."""
    if SPEC_KEY not in metadata:
        seen = f"{path} has no {SPEC_KEY!r} in its metadata, and no {SIDECAR_SUFFIX} file beside it"
        expected = "a model exported for daw-bridge, or one that was adopted"
        raise SpecError(seen, expected, "see export/README.md, or adopt it")
    return ModelSpec.from_json(metadata[SPEC_KEY])
