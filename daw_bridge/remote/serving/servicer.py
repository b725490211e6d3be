"""Answers the Open Inference Protocol, version 2: models as windows, and their graphs as they are.

A model is called by its name (`song`), its graph by its file's name (`song.onnx`). What a client
must know beyond the protocol is in the parameters of a model's configuration: see `described`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias
from uuid import uuid4

import grpc
import numpy as np
from numpy.typing import NDArray
from tritonclient.grpc import model_config_pb2 as config_pb
from tritonclient.grpc import service_pb2 as pb
from tritonclient.grpc import service_pb2_grpc as rpc

import daw_bridge
from daw_bridge.containment import contained
from daw_bridge.errors import (
    BadMessage,
    BridgeError,
    Busy,
    OurError,
    Stopped,
    WrongEngine,
    describe,
)
from daw_bridge.remote import described
from daw_bridge.remote.serving.joined import Joined
from daw_bridge.remote.serving.shelf import Asked, Served, Shelf
from daw_bridge.remote.tensors import inputs_of, parameters_of, response_of
from daw_bridge.remote.window_call import WindowCall, answer_arrays, from_arrays
from engines.errors import EngineError, GraphError, InferenceError
from engines.load import Model
from engines.session import Session
from engines.window import Estimate, Window

Arrays = dict[str, NDArray[Any]]
Context: TypeAlias = grpc.ServicerContext
EXTENSIONS = ("model_configuration",)


_MOST_WORDS, _MOST_NAME = 2000, 100
"""Of an error: with more of them a client would not be told which it is."""


@dataclass(frozen=True)
class _Work:
    """`wanted` says whether somebody still waits for it."""

    model: Model
    call: WindowCall
    wanted: Callable[[], bool]


class Servicer(rpc.GRPCInferenceServiceServicer):  # type: ignore[misc]
    """Of the models on a shelf, computed in so many threads; up to `together` windows at once."""

    def __init__(self, shelf: Shelf, workers: int, together: int) -> None:
        self._shelf = shelf
        self._windows: Joined[_Work, list[Estimate]] = Joined(_run, workers, together)
        self._networks: Joined[Callable[[], Arrays], Arrays] = Joined(
            lambda calls: [call() for call in calls], workers, 1
        )
        self._extensions = (*EXTENSIONS, described.STARTED + uuid4().hex)
        self.calls = 0

    @property
    def joined(self) -> int:
        """Calls of windows that were run together with others."""
        return self._windows.joined

    def close(self) -> None:
        """Calls that wait fail; those that are computed end."""
        self._windows.close()
        self._networks.close()

    # The protocol; names, arguments and answers are its own.

    def ServerLive(self, request: Any, context: Context) -> pb.ServerLiveResponse:
        return pb.ServerLiveResponse(live=True)

    def ServerReady(self, request: Any, context: Context) -> pb.ServerReadyResponse:
        return pb.ServerReadyResponse(ready=True)

    def ServerMetadata(self, request: Any, context: Context) -> pb.ServerMetadataResponse:
        version = daw_bridge.__version__
        return pb.ServerMetadataResponse(
            name="daw-bridge engine", version=version, extensions=self._extensions
        )

    def RepositoryIndex(self, request: Any, context: Context) -> pb.RepositoryIndexResponse:
        names = (*self._shelf.models, *self._shelf.networks)
        index = pb.RepositoryIndexResponse
        return index(models=[index.ModelIndex(name=n, version="1", state="READY") for n in names])

    def ModelReady(self, request: Any, context: Context) -> pb.ModelReadyResponse:
        self._found(request.name, request.version, context)
        return pb.ModelReadyResponse(ready=True)

    def ModelMetadata(self, request: Any, context: Context) -> pb.ModelMetadataResponse:
        found = self._found(request.name, request.version, context)
        if isinstance(found, Served):
            return described.window_metadata(found.name, found.tree.spec)
        return described.network_metadata(request.name, found)

    def ModelConfig(self, request: Any, context: Context) -> pb.ModelConfigResponse:
        found = self._found(request.name, request.version, context)
        config = config_pb.ModelConfig(name=request.name, platform=described.PLATFORM)
        if isinstance(found, Served):
            session = found.model.session
            told = described.told(found.tree.spec, found.digest, session.provider, session.note)
        else:
            told = {described.FORM: described.NETWORK}
        for name, text in told.items():
            config.parameters[name].string_value = text
        return pb.ModelConfigResponse(config=config)

    def ModelInfer(self, request: Any, context: Context) -> pb.ModelInferResponse:
        found = self._found(request.model_name, request.model_version, context)
        self.calls += 1
        if isinstance(found, Served):
            work = partial(self._window, found, request, context)
        else:
            work = partial(self._network, found, request, context)
        outcome: list[pb.ModelInferResponse | OurError] = []
        name = request.model_name
        problem = contained("a call of %s", lambda: outcome.append(_tried(work)), name)
        answer = problem or outcome[0]
        if isinstance(answer, BridgeError | EngineError):
            words = f"{describe(answer)[:_MOST_WORDS]} [{answer.code}]"
            context.abort(_status(answer), words)
        return answer

    def _found(self, name: str, version: str, context: Context) -> Served | Session:
        found = self._shelf.models.get(name) or self._shelf.networks.get(name)
        if found is None or version not in ("", "1"):
            names = ", ".join((*self._shelf.models, *self._shelf.networks))
            name, version = name[:_MOST_NAME], version[:_MOST_NAME]
            seen = f"no model {name!r}" if found is None else f"no version {version!r} of {name}"
            words = f"{seen}; expected one of {names}, version 1"[:_MOST_WORDS]
            context.abort(grpc.StatusCode.NOT_FOUND, words)
        assert found is not None
        return found

    def _window(self, served: Served, request: Any, context: Context) -> pb.ModelInferResponse:
        told = parameters_of(request)
        if told.get(described.DIGEST, served.digest) != served.digest:
            raise WrongEngine(
                f"a call of another {served.name} than the one that is served", served.digest,
                "Give both ends the same files.",
            )  # fmt: skip
        stems = tuple(one for one in told.get(described.STEMS, "").split(",") if one)
        asked = Asked(stems, told.get(described.WAY, ""), told.get(described.TAGS, ""))
        model = self._shelf.asked(served.name, asked)
        call = from_arrays(inputs_of(request), model.spec, model.method.new_state())
        form = (id(model), call.form)
        work = _Work(model, call, context.is_active)
        estimates = self._windows.ask(form, work, len(call.windows), context.is_active)
        return response_of(request, answer_arrays(call, estimates))

    def _network(self, session: Session, request: Any, context: Context) -> pb.ModelInferResponse:
        wanted = [one.name for one in request.outputs] or list(session.outputs)
        feeds = inputs_of(request)
        missing = sorted(set(session.inputs) ^ set(feeds)) + sorted(
            set(wanted) - set(session.outputs)
        )
        if missing or any(one.dtype != np.float32 for one in feeds.values()):
            expected = f"float32 {', '.join(session.inputs)}; outputs {', '.join(session.outputs)}"
            seen = f"inputs {', '.join(feeds)}; outputs {', '.join(wanted)}"
            raise BadMessage(seen[:400], expected, "Check the call.")
        run = session.run_several if len(wanted) > 1 else _run_one(session)
        found = self._networks.ask(
            None, lambda: dict(zip(wanted, run(wanted, feeds), strict=True)), 1, context.is_active
        )
        return response_of(request, found)


def _run_one(session: Session) -> Callable[[Sequence[str], Arrays], list[Any]]:
    """By the call that devices may join with others."""
    return lambda names, feeds: [session.run(names[0], feeds)]


def _run(work: Sequence[_Work]) -> list[list[Estimate]]:
    """All windows at once, step by step for as long as anybody waits. Raises EngineError."""
    model, first = work[0].model, work[0].call.control

    def proceed(done: int, steps: int) -> bool:
        return first.proceed(done, steps) and any(one.wanted() for one in work)

    control = replace(first, proceed=proceed)
    windows = [window for one in work for window in one.call.windows]
    begun = [window if window.state else _begun(model, window) for window in windows]
    estimates = iter(model.method.run(begun, control))
    return [[next(estimates) for _ in one.call.windows] for one in work]


def _begun(model: Model, window: Window) -> Window:
    """With the state of a signal that begins, where the method has one."""
    return window if window.state is None else replace(window, state=model.method.new_state())


def _tried(work: Callable[[], pb.ModelInferResponse]) -> pb.ModelInferResponse | OurError:
    try:
        return work()
    except (BridgeError, EngineError) as error:
        return error


def _status(error: OurError) -> grpc.StatusCode:
    """What the protocol calls an error."""
    if isinstance(error, WrongEngine):
        return grpc.StatusCode.FAILED_PRECONDITION
    if isinstance(error, Busy):
        return grpc.StatusCode.RESOURCE_EXHAUSTED
    if isinstance(error, Stopped):
        return grpc.StatusCode.UNAVAILABLE
    if isinstance(error, InferenceError | GraphError):
        return grpc.StatusCode.INTERNAL
    caller = isinstance(error, BadMessage | EngineError)
    return grpc.StatusCode.INVALID_ARGUMENT if caller else grpc.StatusCode.INTERNAL
