"""Model files: one ONNX file with its weights and its spec inside, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import onnx

from engines.spec import SPEC_KEY, ModelSpec
from export.common.files import replacing


def set_spec(model: onnx.ModelProto, spec: ModelSpec) -> None:
    """Stores the spec in the model's metadata, in place of any other."""
    kept = {item.key: item.value for item in model.metadata_props if item.key != SPEC_KEY}
    onnx.helper.set_model_props(model, {**kept, SPEC_KEY: spec.to_json()})


def save(model: onnx.ModelProto, path: Path) -> None:
    """Checks the model and writes it to `path`, replacing what was there at once."""
    onnx.checker.check_model(model, full_check=True)
    with replacing(path) as temporary:
        onnx.save(model, temporary, save_as_external_data=False)
