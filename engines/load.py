"""Models by name or path.

The floor: this module alone asks `engines.ort` for a session, and only when a model is loaded here.
Whoever has a session of another kind makes the model with `model_of`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engines.errors import ModelNotFoundError
from engines.graph import check_ports, ports
from engines.methods import Method, make_method
from engines.session import Session
from engines.spec import ModelSpec, parse_spec

MODELS = Path(__file__).parent / "models"
FOLDERS = "DAW_BRIDGE_MODELS"
"""An environment variable: more folders of models, separated as in PATH."""


@dataclass(frozen=True)
class Model:
    """A loaded model. Streams may share it; it keeps nothing between windows.

    `provider` is onnxruntime's name of the device in use, `provider_note` why it was chosen.
    """

    spec: ModelSpec
    path: Path
    session: Session
    method: Method

    @property
    def provider(self) -> str:
        return self.session.provider

    @property
    def provider_note(self) -> str:
        return self.session.note


def model_folders() -> tuple[Path, ...]:
    """Where names are looked up: the installed models, then the folders in $DAW_BRIDGE_MODELS."""
    named = os.environ.get(FOLDERS, "").split(os.pathsep)
    return (MODELS, *(Path(folder).expanduser() for folder in named if folder))


def list_models() -> tuple[str, ...]:
    """Names of the models in `model_folders()`, sorted.

    Raises ModelNotFoundError where the system does not let us look.
    """
    try:
        paths = [path for folder in model_folders() for path in folder.glob("*.onnx")]
    except OSError as error:
        raise ModelNotFoundError(
            f"folders of models that cannot be read ({error})", "those that can",
            f"Check them, and ${FOLDERS}.",
        ) from error  # fmt: skip
    return tuple(sorted({path.stem for path in paths}))


def find_model(name: str | Path) -> Path:
    """The file of a model's name, or the path given.

    Raises ModelNotFoundError where there is none, and where two folders have one of that name.
    """
    if Path(name).name == str(name):
        files = {(folder / f"{name}.onnx").absolute() for folder in model_folders()}
        found = sorted(path for path in files if _is_file(path))
        if len(found) > 1:
            seen = f"{len(found)} models {str(name)!r}: {', '.join(map(str, found))}"
            raise ModelNotFoundError(seen, "one", "rename one, or give a path")
        if found:
            return found[0]
    if _is_file(Path(name)):
        return Path(name)
    known = ", ".join(list_models()) or "none"
    expected = f"the path of an ONNX file or a model's name ({known})"
    action = f"check the name, or name the model's folder in {FOLDERS}"
    raise ModelNotFoundError(f"no model {str(name)!r}", expected, action)


def _is_file(path: Path) -> bool:
    """Also of names that no file can have: too long, with a NUL, in a folder not to be entered."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def load_model(name: str | Path, device: str = "cpu", threads: int = 1) -> Model:
    """The model `name` (name or path) on `device` with that many compute threads.

    Raises ModelNotFoundError, ModelFileError, SpecError, GraphError, MethodError, DeviceError.
    """
    from engines.ort import open_session  # not above: a graph that runs elsewhere needs none of it

    path = find_model(name)
    return model_of(open_session(path, device, threads), path)


def model_of(session: Session, path: Path) -> Model:
    """The model whose graph `session` runs and whose file is `path`.

    Raises SpecError, GraphError, MethodError.
    """
    spec = parse_spec(session.metadata, str(path))
    check_ports(ports(spec), session)
    return Model(spec, path, session, make_method(spec, session))


def read_spec(path: Path | str) -> ModelSpec:
    """The spec of the ONNX file at `path`. Raises ModelNotFoundError, ModelFileError, SpecError."""
    from engines.ort import read_metadata

    return parse_spec(read_metadata(Path(path)), str(path))
