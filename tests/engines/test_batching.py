"""Calls of several threads that come at once are one run, and each gets its own answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from engines import batching, ort
from engines.batching import Batches
from engines.errors import InferenceError
from engines.load import model_of
from engines.providers import CPU, CUDA
from engines.session import Feeds, Session
from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.tiny_models import make_model


class Graph:
    """y = 2x, which notes the shapes it gets and waits in its first run until it is let go."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []
        self.began, self.go_on = threading.Event(), threading.Event()

    def run(self, output: str, feeds: Feeds) -> Audio:
        x = feeds["x"]
        self.shapes.append(x.shape)
        self.began.set()
        assert self.go_on.wait(10)
        if np.isnan(x).any():
            raise InferenceError("NaN", "numbers", "send numbers")
        return 2 * x


def item(value: float, width: int = 3, items: int = 1) -> dict[str, Audio]:
    return {"x": np.full((items, width), value, np.float32)}


def waiting(batches: Batches, count: int) -> None:
    give_up = time.monotonic() + 10
    while len(batches._waiting) < count:
        assert time.monotonic() < give_up
        time.sleep(0.001)


class Rig:
    """A first call that is under way, and more that come meanwhile, in their order."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.batches = Batches(self.graph.run)
        self.pool = ThreadPoolExecutor(8)
        self.first = self.ask(item(1.0))
        assert self.graph.began.wait(10)

    def ask(self, feeds: Feeds) -> Future[Audio]:
        return self.pool.submit(self.batches.run, "y", feeds)

    def meanwhile(self, *wishes: Feeds) -> list[Future[Audio]]:
        found = []
        for count, feeds in enumerate(wishes, 1):
            found.append(self.ask(feeds))
            waiting(self.batches, count)
        self.graph.go_on.set()
        return found


@pytest.fixture
def rig() -> Any:
    made = Rig()
    yield made
    made.graph.go_on.set()
    made.pool.shutdown()


def test_what_comes_meanwhile_is_one_run_and_each_has_its_own(rig: Rig) -> None:
    found = rig.meanwhile(item(2.0), item(3.0, items=2), item(4.0))
    assert rig.first.result(10).tolist() == [[2.0] * 3]
    assert [one.result(10).tolist() for one in found] == [
        [[4.0] * 3], [[6.0] * 3] * 2, [[8.0] * 3]
    ]  # fmt: skip
    assert rig.graph.shapes == [(1, 3), (4, 3)]
    assert rig.batches.joined == 3


def test_the_oldest_goes_first_and_takes_its_own_shape_with_it(rig: Rig) -> None:
    found = rig.meanwhile(item(2.0, 5), item(3.0), item(4.0, 5), item(5.0))
    assert [one.result(10)[0, 0] for one in found] == [4.0, 6.0, 8.0, 10.0]
    assert rig.graph.shapes == [(1, 3), (2, 5), (2, 3)]


def test_a_run_is_bounded(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "MOST_ITEMS", 3)
    found = rig.meanwhile(item(2.0, items=2), item(3.0, items=2), item(4.0), item(5.0, items=4))
    assert [one.result(10)[0, 0] for one in found] == [4.0, 6.0, 8.0, 10.0]
    assert rig.graph.shapes == [(1, 3), (3, 3), (2, 3), (4, 3)]


def test_only_the_call_that_is_wrong_has_the_error(rig: Rig) -> None:
    good, bad, fine = rig.meanwhile(item(2.0), item(np.nan), item(4.0))
    assert (good.result(10)[0, 0], fine.result(10)[0, 0]) == (4.0, 8.0)
    with pytest.raises(InferenceError, match="NaN"):
        bad.result(10)
    assert rig.graph.shapes == [(1, 3), (3, 3), (1, 3), (1, 3), (1, 3)]
    rig.graph.go_on.set()
    assert rig.batches.run("y", item(6.0))[0, 0] == 12.0


def test_an_error_of_the_graphs_own_leaves_nobody_waiting() -> None:
    graph = Graph()

    def broken(output: str, feeds: Feeds) -> Audio:
        graph.run(output, feeds)
        raise MemoryError

    batches = Batches(broken)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(batches.run, "y", item(1.0))
        assert graph.began.wait(10)
        others = [pool.submit(batches.run, "y", item(2.0)) for _ in range(2)]
        waiting(batches, 2)
        graph.go_on.set()
        kinds = {type(one.exception(10)) for one in (first, *others)}
    assert kinds == {MemoryError, InferenceError}


def test_many_threads_get_what_is_theirs() -> None:
    batches = Batches(lambda output, feeds: 2 * feeds["x"])

    def work(number: int) -> bool:
        widths = (3, 4)
        asked = [item(100.0 * number + k, widths[k % 2]) for k in range(200)]
        return all(np.array_equal(batches.run("y", feeds), 2 * feeds["x"]) for feeds in asked)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))


class LooksLikeCuda:
    """A session on the CPU that says that it is on CUDA, and takes its time."""

    def __init__(self, path: Path) -> None:
        self._real = onnxruntime.InferenceSession(str(path), providers=[CPU.ort_name])
        self.items: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_providers(self) -> list[str]:
        return [CUDA.ort_name, CPU.ort_name]

    def run(self, outputs: list[str], feeds: dict[str, Audio], options: Any) -> Any:
        self.items.append(len(next(iter(feeds.values()))))
        time.sleep(0.002)
        return self._real.run(outputs, feeds, options)


def streams_of(path: Path, session: Session, count: int) -> Callable[[], list[Audio]]:
    model = model_of(session, path)
    rng = np.random.default_rng(0)
    mixes = [rng.standard_normal((2, 6000)).astype(np.float32) for _ in range(count)]

    def separated(number: int) -> Audio:
        stream = Stream(model, stream_settings(model.spec, 44100, 2, steps=3, seed=number))
        parts = [stream.push(part) for part in np.array_split(mixes[number], 20, axis=1)]
        return np.concatenate([*parts, stream.flush()], axis=-1)

    def everything() -> list[Audio]:
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(separated, range(count)))

    return everything


def test_streams_on_cuda_share_runs_and_hear_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "tiny.onnx"
    make_model(path, conditional=True, couple=0.05, method="gibbs")
    pretended = LooksLikeCuda(path)
    together = streams_of(path, ort.OrtSession(pretended, "pretended"), 4)()
    alone = streams_of(path, ort.open_session(path), 4)()
    assert max(pretended.items) > 1
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_run_of_several_outputs_is_never_joined(tmp_path: Path) -> None:
    """What comes out may be a state, which is one stream's alone."""
    path = tmp_path / "tiny.onnx"
    make_model(path)
    pretended = LooksLikeCuda(path)
    session = ort.OrtSession(pretended, "pretended")
    mixes = [np.full((1, 2, 64), value, np.float32) for value in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda mix: session.run_several(["stems"], {"mix": mix}), mixes))
    assert pretended.items == [1] * 8
    for mix, (stems,) in zip(mixes, found, strict=True):
        assert np.array_equal(stems, session.run("stems", {"mix": mix}))
