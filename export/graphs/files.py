"""Model files: one ONNX file with its weights and its spec inside, written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx

from engines.spec import SPEC_KEY, ModelSpec


def set_spec(model: onnx.ModelProto, spec: ModelSpec) -> None:
    """Stores the spec in the model's metadata, in place of any other."""
    kept = {item.key: item.value for item in model.metadata_props if item.key != SPEC_KEY}
    onnx.helper.set_model_props(model, {**kept, SPEC_KEY: spec.to_json()})


def save(model: onnx.ModelProto, path: Path) -> None:
    """Checks the model and writes it to `path`, replacing what was there at once."""
    onnx.checker.check_model(model, full_check=True)
    with replacing(path) as temporary:
        onnx.save(model, temporary, save_as_external_data=False)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path`; what is written there becomes `path` if nothing is raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        temporary = Path(folder) / path.name
        yield temporary
        temporary.replace(path)
