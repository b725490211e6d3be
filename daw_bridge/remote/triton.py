"""A model repository for a stock Triton Inference Server: the bare networks of models.

Each graph is a model of its file's name, `NAME/1/model.onnx` beside `NAME/config.pbtxt`. What
daw-bridge knows of it is in the configuration's parameters: its description, and the hash of its
files. The method, STFT and all, stays with whoever calls (`network_form`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2 as pb

from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.remote import described
from daw_bridge.remote.digest import model_digest
from engines.load import Model, alone_with, load_whole, model_files
from engines.ort import open_session
from engines.outside import files_outside
from engines.session import PortShape, Session
from engines.spec import ModelSpec
from engines.tree import Tree

CONFIG, GRAPH, VERSION = "config.pbtxt", "model.onnx", "1"
MOST_WINDOWS = 8
MOST_WAITING = 64
WAITS_S = 2.0
"""So long a call may wait in Triton's queue."""

_FLOAT = "tensor(float)"


@dataclass(frozen=True)
class _Network:
    """One graph's file; the model that it is part of."""

    file: Path
    tree: Tree


def write_repository(folder: Path, names: Sequence[str], force: bool = False) -> list[Path]:
    """The folders of these models' graphs, and of those of all models that they, or their presets,
    need.

    With `force` those that are there are made anew. Raises EngineError, FileInTheWay, WriteFailed,
    BadValue.
    """
    networks = list(_networks(names))
    _refuse_doubles(networks)
    taken = [one.file.stem for one in networks if (folder / one.file.stem).exists()]
    if taken and not force:
        expected = "a folder without them"
        raise FileInTheWay(f"{', '.join(taken)} in {folder}", expected, "Give --force to replace.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".making-") as making:
            for one in networks:
                _write(Path(making) / one.file.stem, one)
            return [_moved(Path(making) / one.file.stem, folder) for one in networks]
    except OSError as error:
        seen = f"{folder} cannot be written ({error.strerror})"
        raise WriteFailed(seen, "a writable folder", "Choose another.") from error


def _networks(names: Sequence[str]) -> Iterator[_Network]:
    """Every graph once. Models are loaded, so that what is served is known to load."""
    trees: dict[Path, Tree] = {}
    load = alone_with(open_session)

    def alone(tree: Tree, stems: tuple[str, ...]) -> Model:
        trees[tree.path] = tree
        return load(tree, ())

    for name in names:
        load_whole(name, alone)
    for tree in trees.values():
        yield from (
            _Network(path, tree) for path in model_files(tree.path) if path.suffix == ".onnx"
        )


def _refuse_doubles(networks: Sequence[_Network]) -> None:
    found: dict[str, Path] = {}
    for one in networks:
        if found.setdefault(one.file.stem, one.file) != one.file:
            seen = f"two graphs {one.file.stem!r}: {found[one.file.stem]}, {one.file}"
            raise BadValue(seen, "one of a name", "Write them to two folders.")


def _moved(made: Path, folder: Path) -> Path:
    place = folder / made.name
    if place.exists():
        shutil.rmtree(place)
    return made.replace(place)


def _write(place: Path, network: _Network) -> None:
    version = place / VERSION
    version.mkdir(parents=True)
    shutil.copyfile(network.file, version / GRAPH)
    for name in files_outside(network.file):
        (version / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(network.file.parent / name, version / name)
    text = text_format.MessageToString(config_of(network.file, network.tree))
    (place / CONFIG).write_text(text, encoding="utf-8")


def config_of(file: Path, tree: Tree) -> pb.ModelConfig:
    """Triton's configuration of the graph in that file of a model. Raises BadValue, EngineError."""
    session, spec = open_session(file), tree.spec
    batched = _batched(session, spec)
    config = pb.ModelConfig(
        name=file.stem, backend="onnxruntime", default_model_filename=GRAPH,
        max_batch_size=(spec.batch_max or MOST_WINDOWS) if batched else 0,
    )  # fmt: skip
    for rows, ports in ((config.input, session.inputs), (config.output, session.outputs)):
        for name, shape in ports.items():
            _require_known(file, name, shape, session)
            dims = [one if isinstance(one, int) else -1 for one in shape]
            rows.add(name=name, data_type=pb.TYPE_FP32, dims=dims[1:] if batched else dims)
    if batched:
        _join(config)
    told = {
        described.FORM: described.NETWORK, described.SPEC: spec.to_json(),
        described.DIGEST: model_digest(tree.path),
    }  # fmt: skip
    for name, text in told.items():
        config.parameters[name].string_value = text
    return config


def _batched(session: Session, spec: ModelSpec) -> bool:
    """Whether the first axis of all is the windows', of any number, so that calls may be joined."""
    shapes = [*session.inputs.values(), *session.outputs.values()]
    holds = all(len(shape) > 1 and not isinstance(shape[0], int) for shape in shapes)
    rows = all(port.groups[0] == ("B",) for port in spec.all_ports)
    return holds and rows and not spec.state and spec.batch_max != 1


def _require_known(file: Path, name: str, shape: PortShape, session: Session) -> None:
    if not shape or session.types[name] != _FLOAT:
        seen = f"{file.name}: {name} of {session.types[name]} {list(shape)}"
        raise BadValue(seen, "float32 of a known number of axes", "Serve it with `engine`.")


def _join(config: pb.ModelConfig) -> None:
    """No call waits for others; those that wait anyway are joined, and refused after WAITS_S."""
    config.dynamic_batching.max_queue_delay_microseconds = 0
    policy = config.dynamic_batching.default_queue_policy
    policy.timeout_action = pb.ModelQueuePolicy.REJECT
    policy.default_timeout_microseconds = int(1e6 * WAITS_S)
    policy.allow_timeout_override = True
    policy.max_queue_size = MOST_WAITING
