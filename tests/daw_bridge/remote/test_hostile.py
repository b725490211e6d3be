"""A server that answers nonsense: no window of a live stream fails for it, and no file is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import numpy as np
import pytest

from daw_bridge.errors import BridgeError, WrongEngine
from daw_bridge.remote import breaker, connection
from daw_bridge.remote.connection import BAD_ANSWER
from daw_bridge.remote.counters import Tally
from daw_bridge.remote.live_method import LiveMethod, Turn, connection_of
from daw_bridge.remote.load import connection_to, load_model
from daw_bridge.remote.network_form import RemoteSession
from daw_bridge.remote.serving.engine import EngineServer
from daw_bridge.remote.serving.servicer import Servicer
from daw_bridge.remote.tensors import outputs_of
from engines.errors import EngineError
from engines.load import Model, model_of
from engines.load import load_model as load_here
from engines.window import Control
from tests.rigs.engines import engine_of
from tests.rigs.window_tools import window


class Changed:
    """What is done to the first tensor of every answer, where anything is."""

    def __init__(self) -> None:
        self.change: Callable[[object], None] | None = None


@pytest.fixture(scope="module")
def lying(models: dict[str, Path]) -> Iterator[tuple[EngineServer, Changed]]:
    """An engine that can be made to lie."""
    found, real = Changed(), Servicer.ModelInfer

    def infer(self: Servicer, request: object, context: object) -> object:
        answer = real(self, request, context)
        if found.change is not None:
            found.change(answer)
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Servicer, "ModelInfer", infer)
        patch.setattr(breaker, "PROBE_S", 0.02)
        with engine_of(*(models[name] for name in ("plain", "masks", "gibbs"))) as server:
            yield server, found


@pytest.fixture
def engine(lying: tuple[EngineServer, Changed]) -> EngineServer:
    return lying[0]


@pytest.fixture
def changed(lying: tuple[EngineServer, Changed]) -> Iterator[Changed]:
    yield lying[1]
    lying[1].change = None


def shaped(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[object], None]:
    def work(answer: object) -> None:
        array = np.ascontiguousarray(change(next(iter(outputs_of(answer).values()))))
        answer.outputs[0].shape[:] = array.shape
        answer.raw_output_contents[0] = array.tobytes()

    return work


def nothing(answer: object) -> None:
    answer.ClearField("outputs")
    answer.ClearField("raw_output_contents")


def renamed(answer: object) -> None:
    answer.outputs[0].name = "x" * 10**6


def of_text(answer: object) -> None:
    answer.outputs[0].datatype = "BYTES"


CASES: dict[str, Callable[[object], None]] = {
    "nothing": nothing,
    "no raw contents": lambda answer: answer.ClearField("raw_output_contents"),
    "another name": renamed,
    "texts": of_text,
    "half the stems": shaped(lambda one: one[:, :2]),
    "a row more": shaped(lambda one: np.concatenate([one, one])),
    "one sample": shaped(lambda one: one[..., :1]),
    "an axis less": shaped(lambda one: one[0]),
    "no values": shaped(lambda one: one[:0]),
}


def of_form(form: str, kind: str, models: dict[str, Path], engine: EngineServer) -> Model:
    device, path = engine.address.text, models[kind]
    if form == "window":
        return load_model(path, device)
    metadata = load_here(path).session.metadata
    session = RemoteSession(connection_to(device), path.name, metadata, "tried")
    return model_of(session, path)


@pytest.mark.parametrize("form", ["window", "network"])
@pytest.mark.parametrize("kind", ["masks", "gibbs"])
def test_every_window_has_stems(
    form: str, kind: str, models: dict[str, Path], engine: EngineServer, changed: Changed
) -> None:
    model, caller = of_form(form, kind, models, engine), Tally()
    there, one = connection_of(model), window(("bass",))
    method = LiveMethod(model.method, model.spec, there, 20.0, caller, Turn())
    control = Control(2, proceed=lambda done, steps: True)
    for count, change in enumerate(CASES.values(), 1):
        changed.change = change
        (found,) = method.run([one], control)
        counts = caller.read(True, "")
        assert counts.missed_windows == counts.openings == count
        assert found.stems[1].any() and not found.stems[[0, 2, 3]].any()
        assert len(there.breaker.reason) < 2000
        with pytest.raises((BridgeError, EngineError)) as caught:
            model.method.run([one], control)
        assert len(str(caught.value)) < 2000 and "in time" not in str(caught.value)
        changed.change = None
        while there.breaker.is_open:
            sleep(0.005)
    assert dict(there.counts.failures).get(BAD_ANSWER, 0) >= 6


def test_a_file_is_told_what_is_wrong(
    models: dict[str, Path], engine: EngineServer, changed: Changed
) -> None:
    model = of_form("window", "plain", models, engine)
    changed.change = CASES["half the stems"]
    with pytest.raises(WrongEngine, match=r"grpc.*stems \(1, 2, 2, 300\)"):
        model.method.run([window()], Control(1))


def test_an_answer_without_an_end_is_not_kept(
    models: dict[str, Path], engine: EngineServer, changed: Changed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    small = [one for one in connection._OPTIONS if "receive" not in one[0]]
    monkeypatch.setattr(connection, "_OPTIONS", [*small, (connection._LARGEST, 1 << 16)])
    with monkeypatch.context() as patch:
        patch.setattr(connection, "_OPEN", {})
        model = of_form("window", "plain", models, engine)
    changed.change = shaped(lambda one: np.zeros((1, 4, 2, 10**5), np.float32))
    with pytest.raises(WrongEngine, match="larger than max"):
        model.method.run([window()], Control(1))
    assert dict(connection_of(model).counts.failures) == {"TOO_LARGE": 1}
