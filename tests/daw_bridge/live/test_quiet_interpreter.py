"""live.quiet_interpreter: short turns and no collector while audio runs, then as before."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from daw_bridge.live.quiet_interpreter import SWITCH_S, QuietInterpreter


@pytest.fixture(autouse=True)
def interval() -> Iterator[float]:
    """A switch interval that is nobody's default; the interpreter is put back in any case."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.004)
    yield 0.004
    sys.setswitchinterval(before)
    gc.unfreeze()


def test_it_is_quiet_between_begin_and_end(interval: float) -> None:
    quiet, frozen = QuietInterpreter(), gc.get_freeze_count()
    quiet.begin()
    assert sys.getswitchinterval() == pytest.approx(SWITCH_S)
    assert gc.get_freeze_count() > frozen
    quiet.end()
    assert sys.getswitchinterval() == pytest.approx(interval)
    assert gc.get_freeze_count() == 0


def test_either_may_be_called_twice(interval: float) -> None:
    quiet = QuietInterpreter()
    quiet.end()
    assert sys.getswitchinterval() == pytest.approx(interval)
    quiet.begin()
    quiet.begin()
    quiet.end()
    assert sys.getswitchinterval() == pytest.approx(interval)
    sys.setswitchinterval(0.003)
    quiet.end()
    assert sys.getswitchinterval() == pytest.approx(0.003)
