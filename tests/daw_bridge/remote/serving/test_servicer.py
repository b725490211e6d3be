"""The protocol, as any of its clients speaks it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from daw_bridge.remote import described
from daw_bridge.remote.serving import servicer
from daw_bridge.remote.serving.engine import EngineServer
from daw_bridge.remote.window_call import WindowCall, to_arrays
from engines.golden import golden_of
from engines.level import Follower
from engines.load import load_model, read_spec
from engines.methods import one_pass
from engines.spec import ModelSpec
from engines.window import Control
from tests.rigs.engines import engine_of
from tests.rigs.tiny_models import make_model
from tests.rigs.window_tools import window

TYPES = {"float32": "FP32", "int64": "INT64", "float64": "FP64", "bool": "BOOL"}


@pytest.fixture(scope="module")
def client(engine: EngineServer) -> triton.InferenceServerClient:
    with triton.InferenceServerClient(engine.address.target) as found:
        yield found


def ask(client: triton.InferenceServerClient, name: str, arrays: dict[str, np.ndarray], **more):
    inputs = []
    for key, array in arrays.items():
        inputs.append(triton.InferInput(key, array.shape, TYPES[str(array.dtype)]))
        inputs[-1].set_data_from_numpy(array)
    return client.infer(name, inputs, **more)


def test_what_is_there(client: triton.InferenceServerClient, models: dict[str, Path]) -> None:
    assert client.is_server_live() and client.is_server_ready()
    assert client.get_server_metadata().name == "daw-bridge engine"
    listed = [one.name for one in client.get_model_repository_index().models]
    assert set(models) <= set(listed) and {f"{name}.onnx" for name in models} <= set(listed)
    assert client.is_model_ready("plain") and client.is_model_ready("plain", "1")


def test_a_model_describes_itself(
    client: triton.InferenceServerClient, models: dict[str, Path]
) -> None:
    told = {
        key: one.string_value
        for key, one in client.get_model_config("gibbs").config.parameters.items()
    }
    assert ModelSpec.from_json(told[described.SPEC]) == read_spec(models["gibbs"])
    assert told[described.FORM] == described.WINDOW
    assert told[described.PROVIDER] == "CPUExecutionProvider"
    seen = client.get_model_metadata("gibbs")
    assert [one.name for one in seen.inputs] == ["mix", "cut"]
    graph = client.get_model_metadata("gibbs.onnx")
    assert {one.name for one in graph.inputs} == {"mix", "given", "flags"}
    assert list(graph.inputs[0].shape) == [-1, 2, -1] and graph.inputs[0].datatype == "FP32"


def test_a_window_and_a_network(
    client: triton.InferenceServerClient, models: dict[str, Path]
) -> None:
    one, model = window(), load_model(models["plain"])
    answer = ask(client, "plain", to_arrays(WindowCall((one,), 1, 0)))
    (wanted,) = model.method.run([one], Control(1))
    assert np.array_equal(answer.as_numpy("stems")[0], wanted.stems)
    answer = ask(client, "plain.onnx", {"mix": one.mix[None]}, request_id="7")
    assert np.array_equal(
        answer.as_numpy("stems"), model.session.run("stems", {"mix": one.mix[None]})
    )
    assert answer.get_response().id == "7"


def test_wrong_calls_are_told_what_is_wrong(client: triton.InferenceServerClient) -> None:
    arrays = to_arrays(WindowCall((window(),), 1, 0))
    mix = {"mix": np.zeros((1, 2, 64), np.float32)}
    for name, given, more, status in (
        ("nothing", arrays, {}, "NOT_FOUND"),
        ("plain", arrays, {"model_version": "2"}, "NOT_FOUND"),
        ("plain", {"mix": arrays["mix"]}, {}, "INVALID_ARGUMENT"),
        ("plain", arrays | {"mix": arrays["mix"][:, :1]}, {}, "INVALID_ARGUMENT"),
        ("plain", arrays, {"parameters": {described.DIGEST: "other"}}, "FAILED_PRECONDITION"),
        ("query", arrays, {"parameters": {described.WAY: "tags", described.TAGS: "no tag"}},
         "INVALID_ARGUMENT"),
        ("plain.onnx", {"other": mix["mix"]}, {}, "INVALID_ARGUMENT"),
        ("plain.onnx", {"mix": arrays["cut"]}, {}, "INVALID_ARGUMENT"),
        ("gibbs.onnx", mix, {}, "INVALID_ARGUMENT"),
        ("plain.onnx", {"mix": np.zeros((1, 3, 64), np.float32)}, {}, "INTERNAL"),
    ):  # fmt: skip
        with pytest.raises(InferenceServerException) as caught:
            ask(client, name, given, **more)
        assert caught.value.status() == f"StatusCode.{status}", caught.value
        assert len(caught.value.message()) > 20


def test_a_bug_is_an_answer(
    client: triton.InferenceServerClient, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(one_pass.Method, "run", broken)
        with pytest.raises(InferenceServerException, match="ZeroDivisionError"):
            ask(client, "plain", to_arrays(WindowCall((window(),), 1, 0)))
    assert ask(client, "plain", to_arrays(WindowCall((window(),), 1, 0)))
    assert "failed" in caplog.text


def test_steps_that_nobody_waits_for_are_not_done(models: dict[str, Path]) -> None:
    model, call = load_model(models["gibbs"]), WindowCall((window(),), 8, 0)
    for wanted, steps in ((False, 1), (True, 8)):
        work = servicer._Work(model, call, lambda wanted=wanted: wanted)
        ((found,),) = servicer._run([work])
        assert found.steps == steps
    gone = servicer._Work(model, call, lambda: False)
    found = servicer._run([gone, servicer._Work(model, call, lambda: True)])
    assert [one[0].steps for one in found] == [8, 8]  # one of them waits


def test_calls_of_damaged_numbers_are_told_which(
    client: triton.InferenceServerClient, models: dict[str, Path], caplog: pytest.LogCaptureFixture
) -> None:
    """None of them is a bug of the engine: nobody fills its log with them."""
    golden = golden_of(load_model(models["late"])).window
    begun = load_model(models["late"]).method.new_state()
    late = replace(golden, state=begun, follower=Follower())
    arrays, plain = to_arrays(WindowCall((late,), 1, 0)), to_arrays(WindowCall((window(),), 1, 0))
    assert ask(client, "late", arrays)
    cut = plain["cut"].copy()
    cut[0, 0] = -1
    state = next(name for name in arrays if name.startswith("state:"))
    for name, given in (
        ("late", arrays | {state: np.zeros((1, 3), np.float32)}),
        ("late", arrays | {"power": np.array([-np.inf])}),
        ("plain", plain | {"cut": cut}),
        ("plain", plain | {"x" * 10**5: plain["cut"], "mix": plain["cut"]}),
    ):
        with pytest.raises(InferenceServerException) as caught:
            ask(client, name, given)
        assert caught.value.status() == "StatusCode.INVALID_ARGUMENT", caught.value
    with pytest.raises(InferenceServerException, match="no model"):
        ask(client, "n" * 10**5, plain)
    assert not caplog.records


def test_windows_that_come_together_run_together(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    make_model(path, domain="stft", curved=True)
    windows = [window(index=k) for k in range(12)]
    wanted = load_model(path).method.run(windows, Control(1))
    found: dict[int, np.ndarray] = {}
    with engine_of(path, workers=1, together=8) as server:
        target = server.address.target

        def work(k: int) -> None:
            with triton.InferenceServerClient(target) as own:
                answer = ask(own, "tiny", to_arrays(WindowCall((windows[k],), 1, 0)))
                found[k] = answer.as_numpy("stems")[0].copy()

        threads = [threading.Thread(target=work, args=(k,)) for k in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.servicer.calls == 12
    for k, one in enumerate(wanted):
        np.testing.assert_allclose(found[k], one.stems, atol=1e-6)
