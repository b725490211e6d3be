"""Loads models whose windows, or whose graphs, a remote engine runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tritonclient.grpc import service_pb2 as pb

from daw_bridge.errors import BridgeError, WrongEngine
from daw_bridge.remote import described
from daw_bridge.remote.checker import Checker
from daw_bridge.remote.connection import Connection
from daw_bridge.remote.digest import model_digest
from daw_bridge.remote.network_form import RemoteSession
from daw_bridge.remote.window_form import WindowForm, parameters_for
from engines.load import Model, alone_with, name_of
from engines.session import Session
from engines.spec import SPEC_KEY, ModelSpec
from engines.tree import Tree


class Opening:
    """The models of one tree, from one engine."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.wait_until_there()

    def alone(self, tree: Tree, stems: tuple[str, ...]) -> Model:
        """One model, checked. Raises EngineGone, WrongEngine, EngineError."""
        told = self._told(name_of(tree.path))
        windows = told.get(described.FORM) == described.WINDOW
        model = self._windows(tree, stems, told) if windows else self._network(tree, stems, told)
        start = self._connection.start()
        checker = Checker(self._connection, tree, stems, model)
        note = f"remote: {self._where(told)}, {checker.first()}"
        self._connection.add_checker(checker, start)
        for session in _sessions(model.session):
            session.note, session.checker = note, checker
        return model

    def _where(self, told: dict[str, str]) -> str:
        there = told.get(described.PROVIDER, "")
        return f"windows on {there} there" if there else "the network alone"

    def _told(self, name: str) -> dict[str, str]:
        """What the engine's configuration of a model says. Raises EngineGone, WrongEngine."""
        try:
            request = pb.ModelConfigRequest(name=name)
            answer = self._connection.ask("ModelConfig", request)
        except WrongEngine as error:
            if served := self._served():
                action = f"Start it with {name}, too (`daw-bridge engine MODEL {name}`)."
                seen = f"{self._connection.address.text} serves {served}, not {name}"
                raise WrongEngine(seen, f"{name}", action) from error
            raise
        parameters = answer.config.parameters
        return {key: one.string_value for key, one in parameters.items()}

    def _served(self) -> str:
        try:
            return ", ".join(self._connection.models())
        except BridgeError:
            return ""

    def _windows(self, tree: Tree, stems: tuple[str, ...], told: dict[str, str]) -> Model:
        name, digest = name_of(tree.path), self._require_same(tree, told)
        model = alone_with(lambda file: self._session(file, file.name, tree.spec))(tree, stems)

        def make(spec: ModelSpec, session: Session) -> WindowForm:
            asked = parameters_for(digest, stems, spec, model.spec)
            return WindowForm(self._connection, name, spec, asked)

        return Model(
            model.spec, model.path, model.session, make(model.spec, model.session), make=make
        )

    def _require_same(self, tree: Tree, told: dict[str, str]) -> str:
        """The hash of the model's files, which is that of the engine's. Raises WrongEngine."""
        digest = model_digest(tree.path)
        if told.get(described.DIGEST) != digest:
            where, name = self._connection.address.text, name_of(tree.path)
            raise WrongEngine(
                f"{where} has another file of {name} than {tree.path}",
                "the same file at both ends", "Copy it to the other end, and start that again.",
            )  # fmt: skip
        return digest

    def _network(self, tree: Tree, stems: tuple[str, ...], told: dict[str, str]) -> Model:
        if described.DIGEST in told:
            self._require_same(tree, told)
        return alone_with(lambda file: self._session(file, file.stem, tree.spec))(tree, stems)

    def _session(self, file: Path, name: str, spec: ModelSpec) -> Session:
        return RemoteSession(self._connection, name, {SPEC_KEY: spec.to_json()}, "remote")


def _sessions(session: Any) -> list[RemoteSession]:
    parts = getattr(session, "sessions", None)
    return list(parts.values()) if parts else [session]
