"""Models by name or path."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engines.errors import ModelNotFoundError
from engines.graph import check_graph
from engines.methods import Method, make_method
from engines.ort import Session, open_session
from engines.spec import ModelSpec, parse_spec

MODELS = Path(__file__).parent / "models"


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


def list_models() -> tuple[str, ...]:
    """Names of the models that are installed with the engines."""
    return tuple(sorted(path.stem for path in MODELS.glob("*.onnx")))


def find_model(name: str | Path) -> Path:
    """The file of an installed model's name, or the path given. Raises ModelNotFoundError."""
    installed = MODELS / f"{name}.onnx"
    if Path(name).name == str(name) and installed.is_file():
        return installed
    if Path(name).is_file():
        return Path(name)
    known = ", ".join(list_models()) or "none"
    expected = f"the path of an ONNX file or an installed model ({known})"
    raise ModelNotFoundError(f"no model {str(name)!r}", expected, "check the name")


def load_model(name: str | Path, device: str = "cpu", threads: int = 1) -> Model:
    """The model `name` (installed name or path) on `device` with that many compute threads.

    Raises ModelNotFoundError, ModelFileError, SpecError, GraphError, MethodError, DeviceError.
    """
    path = find_model(name)
    session = open_session(path, device, threads)
    spec = parse_spec(session.metadata, str(path))
    check_graph(spec, session)
    return Model(spec, path, session, make_method(spec, session))
