"""Models by name or path.

The floor: this module alone asks `engines.ort` for a session, and only when a model is loaded here.
Whoever has a session of another kind makes the model with `model_of`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path

from engines.errors import GraphError, ModelNotFoundError, SpecError
from engines.graph import check_ports, check_rows, ports
from engines.metadata import read_property
from engines.methods import MakeMethod, Method, make_method
from engines.outside import files_outside
from engines.parts import PartSessions
from engines.providers import JOINT, all_of
from engines.session import Session
from engines.spec import (
    SIDECAR_SUFFIX,
    SPEC_KEY,
    ModelSpec,
    parse_spec,
    read_sidecar,
    sidecar_of,
)
from engines.tree import Tree, grow

MODELS = Path(__file__).parent / "models"
FOLDERS = "DAW_BRIDGE_MODELS"
"""An environment variable: more folders of models, separated as in PATH."""
ADDED = "DAW_BRIDGE_ADDED"
"""An environment variable: the folder of added models, where it is not the user's usual one."""


@dataclass(frozen=True)
class Model:
    """A loaded model. Streams may share it; it keeps nothing between windows.

    `provider` is onnxruntime's name of the device in use, `provider_note` why it was chosen;
    `make` makes its method anew where other stems are asked of it.
    `firsts` are stems that other models make before this one, which then are known to it; `members`
    the models that it is the mean of, where session and method are those of the first of them
    (`engines.making.make_stream` makes the stream of any model).
    """

    spec: ModelSpec
    path: Path
    session: Session
    method: Method
    firsts: tuple[tuple[str, Model], ...] = ()
    members: tuple[Model, ...] = ()
    make: MakeMethod = make_method

    @property
    def provider(self) -> str:
        """Of all models that are run (`engines.providers.all_of`)."""
        found = [self.session.provider, *(one.provider for one in self._others)]
        return JOINT.join(dict.fromkeys(name for names in found for name in all_of(names)))

    @property
    def provider_note(self) -> str:
        """One for all models, or each one's."""
        notes = {self.spec.name: self.session.note} if not self.members else {}
        notes |= {one.spec.name: one.provider_note for one in self._others}
        if len(set(notes.values())) == 1:
            return next(iter(notes.values()))
        return "; ".join(f"{name} {note}" for name, note in notes.items())

    @property
    def _others(self) -> tuple[Model, ...]:
        return (*(maker for _, maker in self.firsts), *self.members)


Alone = Callable[[Tree, tuple[str, ...]], Model]
"""Loads one model of a tree, not those that it needs: with its parts for some stems, () all."""


def added_models() -> Path:
    """The folder of the models that the user has added; it need not be there."""
    given = os.environ.get(ADDED, "")
    return Path(given).expanduser() if given else user_data_path("daw-bridge", False) / "models"


def model_folders() -> tuple[Path, ...]:
    """Where names are looked up: the installed models, those that the user has added, then the
    folders in $DAW_BRIDGE_MODELS."""
    named = os.environ.get(FOLDERS, "").split(os.pathsep)
    return (MODELS, added_models(), *(Path(folder).expanduser() for folder in named if folder))


def list_models() -> tuple[str, ...]:
    """Names of the models in `model_folders()`, sorted; not those of files that are parts of one.

    Raises ModelNotFoundError where the system does not let us look.
    """
    try:
        paths = [path for folder in model_folders() for path in _models_in(folder)]
    except OSError as error:
        seen = f"folders of models that cannot be read ({error})"
        raise ModelNotFoundError(seen, "those that can", f"Check them, and ${FOLDERS}.") from error
    parts = {part for path in paths for part in _others(path)}
    return tuple(sorted({name_of(path) for path in paths if path not in parts}))


def name_of(path: Path) -> str:
    """What the model in this file is called."""
    suffix = SIDECAR_SUFFIX if path.name.endswith(SIDECAR_SUFFIX) else path.suffix
    return path.name.removesuffix(suffix)


def _models_in(folder: Path) -> list[Path]:
    graphs = list(folder.glob("*.onnx"))
    names = {sidecar_of(path) for path in graphs}
    alone = [path for path in folder.glob(f"*{SIDECAR_SUFFIX}") if path not in names]
    return [*graphs, *filter(_is_whole, alone)]


def _is_whole(path: Path) -> bool:
    """Whether a description is a model by itself, without a graph beside it."""
    try:
        found = read_sidecar(path)
    except SpecError:
        return True  # whoever loads it says what is wrong
    return found is not None and bool(found.members)


def _model_in(folder: Path, name: str) -> Path | None:
    """The file of the model of that name in this folder."""
    graph, alone = folder / f"{name}.onnx", folder / f"{name}{SIDECAR_SUFFIX}"
    if _is_file(graph):
        return graph
    return alone if _is_file(alone) and _is_whole(alone) else None


def _others(path: Path) -> tuple[Path, ...]:
    """Files beside this one that its description calls parts of the same model."""
    try:
        found = read_sidecar(path)
    except SpecError:
        return ()  # whoever loads it says what is wrong
    files = _files(found) if found else []
    return tuple(path.with_name(file) for file in files if file != path.name)


def _files(spec: ModelSpec) -> list[str]:
    """The names of the model's files, where they are more than its own."""
    return [part.file for part in spec.parts] + ([spec.then.file] if spec.then else [])


def find_model(name: str | Path) -> Path:
    """The file of a model's name, or the path given.

    Raises ModelNotFoundError where there is none, and where two folders have one of that name.
    """
    if Path(name).name == str(name):
        files = [_model_in(folder, str(name)) for folder in model_folders()]
        found = sorted({path.absolute() for path in files if path})
        if len(found) > 1:
            seen = f"{len(found)} models {str(name)!r}: {', '.join(map(str, found))}"
            raise ModelNotFoundError(seen, "one", "rename one, or give a path")
        if found:
            return found[0]
    if _is_file(Path(name)):
        return Path(name)
    expected = f"the path of an ONNX file or a model's name ({', '.join(list_models()) or 'none'})"
    action = f"check the name, or name the model's folder in {FOLDERS}"
    raise ModelNotFoundError(f"no model {str(name)!r}", expected, action)


def _is_file(path: Path) -> bool:
    """Also of names that no file can have: too long, with a NUL, in a folder not to be entered."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def load_model(
    name: str | Path,
    device: str = "cpu",
    threads: int = 1,
    stems: Sequence[str] = (),
    preset: str = "",
) -> Model:
    """The model `name` (name or path) on `device` with that many compute threads; with a preset,
    the model that its description names for it, if it does.

    Where a model is several files, only those are opened that give `stems` (() for all of the
    model's); stems of the others come as zeros, so that they are part of the residual.

    Raises ModelNotFoundError, ModelFileError, SpecError, GraphError, MethodError, DeviceError.
    """
    from engines.ort import open_session  # not above: a graph that runs elsewhere needs none of it

    alone = alone_with(lambda file: open_session(file, device, threads))
    return load_with(name, alone, stems, preset)


def alone_with(open_one: Callable[[Path], Session]) -> Alone:
    """Loads models whose files `open_one` opens."""
    return lambda tree, stems: _opened(tree.path, read_sidecar(tree.path), stems, open_one)


def load_with(name: str | Path, alone: Alone, stems: Sequence[str] = (), preset: str = "") -> Model:
    """As load_model, of models that `alone` loads, each once."""
    path = find_model(name)
    own = grow(path, _other, _quick_spec)
    tree = own.at(preset)
    model = _Loading(alone).model(tree, tuple(stems))
    if tree is own:
        return replace(model, path=path)
    return replace(model, path=tree.path, spec=model.spec.in_place(preset))


def load_whole(name: str | Path, alone: Alone) -> None:
    """What every preset of a model runs: the model, and others that its description names."""
    for preset in ("", *dict(read_tree(name).elsewhere)):
        load_with(name, alone, preset=preset)


def load_described(path: Path, spec: ModelSpec, device: str = "cpu", threads: int = 1) -> Model:
    """As load_model, of a model that needs no others, as if `spec` were its description."""
    from engines.ort import open_session

    return _opened(path, spec, (), lambda file: open_session(file, device, threads))


class _Loading:
    """Models of one tree, each file loaded once; parts of one for the stems that are needed."""

    def __init__(self, alone: Alone) -> None:
        self._alone = alone
        self._found: dict[tuple[Path, tuple[str, ...]], Model] = {}

    def model(self, tree: Tree, stems: tuple[str, ...]) -> Model:
        stems = stems if tree.spec.parts or tree.members else ()
        key = tree.path, stems
        if key not in self._found:
            self._found[key] = self._made(tree, stems)
        return self._found[key]

    def _made(self, tree: Tree, stems: tuple[str, ...]) -> Model:
        members = tuple(self.model(one, stems or tree.spec.stems) for one in tree.members)
        if members:
            made = Model(tree.spec, tree.path, members[0].session, members[0].method)
        else:
            made = self._alone(tree, stems)
        needed = {
            id(maker): tuple(stem for stem, other in tree.firsts if other is maker)
            for _, maker in tree.firsts
        }
        firsts = tuple((stem, self.model(one, needed[id(one)])) for stem, one in tree.firsts)
        return replace(made, firsts=firsts, members=members)


def _opened(
    path: Path, spec: ModelSpec | None, stems: tuple[str, ...], open_one: Callable[[Path], Session]
) -> Model:
    """The model at `path` alone, with the sessions of the files that `stems` need."""
    if spec is not None and spec.parts:
        return model_of(_open_parts(spec, path, open_one, stems), path, spec)
    if spec is not None and spec.then:
        chain = (path, path.with_name(spec.then.file))
        sessions = PartSessions({one.name: open_one(one) for one in chain})
        return model_of(sessions, path, spec)
    return model_of(open_one(path), path, spec)


def model_of(session: Session, path: Path, spec: ModelSpec | None = None) -> Model:
    """The model whose graph `session` runs and whose file is `path`.

    Its spec is that of the file's metadata unless it is given. Raises SpecError, GraphError,
    MethodError.
    """
    spec = spec or parse_spec(session.metadata, str(path))
    sessions = session.sessions if isinstance(session, PartSessions) else {path.name: session}
    if _files(spec) and not isinstance(session, PartSessions):
        expected = f"them named in {sidecar_of(path).name}"
        raise SpecError(f"{path} says itself that it has parts", expected, "adopt it again")
    for file, one in sessions.items():
        after = spec.second if spec.then and spec.then.file == file else None
        try:
            check_ports(ports(after or spec), one)
        except GraphError as error:
            raise GraphError(f"{file}: {error.seen}", error.expected, error.action) from error
        check_rows(spec, file, one)
    return Model(spec, path, session, make_method(spec, session))


def _open_parts(
    spec: ModelSpec, path: Path, open_one: Callable[[Path], Session], stems: Sequence[str]
) -> Session:
    """Sessions for the parts that the stems asked for need; () asks for all."""
    together = spec.answers_with == "ratio" or spec.wiener == 1
    rest = spec.rest is not None and spec.rest.stem in stems
    every = not set(stems) & set(spec.stems) or together or rest
    files = [one.file for one in spec.parts if every or set(one.stems) & set(stems)]
    return PartSessions({file: open_one(path.with_name(file)) for file in files})


def read_spec(path: Path | str) -> ModelSpec:
    """The spec of the ONNX file at `path`: that of the file beside it, else of its metadata.

    Raises ModelNotFoundError, ModelFileError, SpecError.
    """
    path = Path(path)
    spec = read_sidecar(path) if _is_file(path) else None
    if spec is None:
        from engines.ort import read_metadata

        spec = parse_spec(read_metadata(path), str(path))
    if bool(spec.members) != path.name.endswith(SIDECAR_SUFFIX):
        seen = f"{path}: a description with {len(spec.members)} members"
        expected = "members in a file of their own, without a graph; none beside a graph"
        raise SpecError(seen, expected, "name the ONNX file, or move one of the two")
    return spec


def read_tree(name: str | Path) -> Tree:
    """The specs of the model `name` (name or path) and of all that it needs.

    Raises ModelNotFoundError, ModelFileError, SpecError.
    """
    return grow(find_model(name), _other, _quick_spec)


def _other(name: str, whose: Path) -> Path:
    """A model that another one names: beside it, else as any name is found."""
    return _model_in(whose.parent, name) or find_model(name)


def _quick_spec(path: Path) -> ModelSpec:
    """As read_spec, without a session where that can be."""
    return _spec_cached(path, _stamp_of(path))


@lru_cache(maxsize=64)
def _spec_cached(path: Path, stamp: Stamp) -> ModelSpec:
    text = None if sidecar_of(path).exists() else read_property(path, SPEC_KEY)
    spec = None if text is None else ModelSpec.from_json(text)
    return read_spec(path) if spec is None or spec.members else spec


Stamp = tuple[tuple[str, int, int], ...]
"""Files, their times in ns and their sizes: another one of these is another model."""


def model_stamp(path: Path) -> Stamp:
    """What changes when a file of the model at `path` does, or one of a model that it needs.

    Raises ModelNotFoundError where one is gone, ModelFileError, SpecError.
    """
    every = grow(path, _other, _quick_spec).every
    return tuple(stamp for one in every for stamp in _stamp_of(one.path))


def _stamp_of(path: Path) -> Stamp:
    """Of its own files."""
    found = []
    for one in model_files(path):
        try:
            state = one.stat()
        except (OSError, ValueError) as error:
            expected = "a file of the model"
            raise ModelNotFoundError(f"{one}: {error}", expected, "check the path") from error
        found.append((one.name, state.st_mtime_ns, state.st_size))
    return tuple(found)


def model_files(path: Path) -> tuple[Path, ...]:
    """The model's file at `path`, the description beside it, the parts that this names, and the
    files that they read weights from; not those of other models that it needs.

    Raises SpecError.
    """
    spec = read_sidecar(path)
    parts = [path.with_name(file) for file in _files(spec)] if spec else []
    graphs = dict.fromkeys((path, *parts))
    beside = [sidecar_of(path)] if spec else []
    weights = [one.parent / name for one in graphs for name in files_outside(one)]
    return tuple(dict.fromkeys((path, *beside, *parts, *weights)))


def all_files(path: Path) -> tuple[Path, ...]:
    """`model_files` of the model at `path` and of all models that it needs.

    Raises ModelNotFoundError, ModelFileError, SpecError.
    """
    every = grow(path, _other, _quick_spec).every
    return tuple(dict.fromkeys(file for one in every for file in model_files(one.path)))
