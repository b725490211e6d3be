"""What a stream leaves behind is freed at once, without Python's garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from weakref import ref

import pytest

from daw_bridge.live.stream import LiveStream
from daw_bridge.server.streams.sync import SyncEngine
from engines.stream import Stream
from tests.rigs.live import noise, run, settings_of, tiny
from tests.rigs.plans import sync_plan as plan


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Only references count."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def streams() -> int:
    # Not isinstance, which asks objects of other packages that warn when asked.
    return sum(type(one) is Stream for one in gc.get_objects())


def test_a_live_stream_that_is_changed_holds_one_run() -> None:
    live, mix = LiveStream(tiny(), settings_of(tiny()), 64, 0.7), noise(9600)
    run(live, mix, 64)
    one = streams()
    for seed in range(4):
        live.control.swap(tiny(), settings_of(tiny(), seed=seed))
        run(live, mix, 64)
        assert streams() == one


def test_a_live_stream_that_is_closed_is_gone() -> None:
    live = LiveStream(tiny(), settings_of(tiny()), 64, 0.7)
    live.control.start()
    run(live, noise(9600), 64, lambda live, index: None)
    live.control.stop()
    gone = ref(live)
    del live
    assert gone() is None


def test_a_lossless_stream_that_is_changed_or_closed_is_gone() -> None:
    before = streams()
    engine = SyncEngine(1, tiny(), plan())
    for _ in range(3):
        engine.change(tiny(), plan(refine__steps=2))
    engine.stop()
    gone = ref(engine)
    del engine
    assert gone() is None and streams() == before
