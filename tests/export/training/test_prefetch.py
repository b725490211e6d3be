"""BatchSource from one or several processes: order, equality, bounds, failures, death."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from export.training.prefetch import Prefetch, PrefetchError
from export.training.shared_memory import LEAST_BYTES

LARGE = LEAST_BYTES // 4


@dataclasses.dataclass(frozen=True)
class Parts:
    large: np.ndarray
    small: np.ndarray


class Numbered:
    """Large arrays inside a dataclass and a tuple; the slower the lower the step's last bit."""

    def batch(self, step: int) -> tuple[int, Parts]:
        if step % 2 == 0:
            time.sleep(0.05)
        random = np.random.default_rng(step)
        return step, Parts(random.random((4, LARGE), np.float32), np.array([step, os.getpid()]))


class FailsAtFive:
    def batch(self, step: int) -> np.ndarray:
        if step == 5:
            raise ValueError("the fifth is bad")
        return np.full(LARGE, step, np.float32)


class Dies:
    def batch(self, step: int) -> np.ndarray:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class Endless:
    def batch(self, step: int) -> np.ndarray:
        time.sleep(60)
        raise AssertionError


def take(prefetch: Prefetch, count: int) -> list[Any]:
    try:
        return [prefetch.next() for _ in range(count)]
    finally:
        prefetch.close()


def test_several_processes_give_the_batches_of_one_in_order() -> None:
    one, three = take(Prefetch(Numbered, 4), 6), take(Prefetch(Numbered, 4, workers=3), 6)
    assert [step for step, _ in three] == [4, 5, 6, 7, 8, 9]
    for (_, first), (_, second) in zip(one, three, strict=True):
        np.testing.assert_array_equal(first.large, second.large)
    assert len({int(parts.small[1]) for _, parts in three}) == 3
    assert len({int(parts.small[1]) for _, parts in one}) == 1
    three[0][1].large[:] = 0  # ours to write to, also after its process has ended


def test_queues_are_bounded() -> None:
    prefetch = Prefetch(FailsAtFive, start=6, depth=1, workers=2)
    try:
        prefetch.next()
        time.sleep(0.5)
        assert all(out.qsize() <= 1 for out in prefetch._queues)
    finally:
        prefetch.close()


def test_what_came_before_a_failure_arrives_and_then_its_message() -> None:
    prefetch = Prefetch(FailsAtFive, start=2, workers=2)
    try:
        assert [prefetch.next()[0] for _ in range(3)] == [2, 3, 4]
        for _ in range(2):
            with pytest.raises(PrefetchError, match="ValueError: the fifth is bad"):
                prefetch.next()
    finally:
        prefetch.close()


def test_a_dead_process_is_said() -> None:
    with pytest.raises(PrefetchError, match=r"died \(exit -9\)"):
        take(Prefetch(Dies), 1)


def test_closing_does_not_wait_for_a_batch_and_leaves_nothing() -> None:
    prefetch = Prefetch(Endless, workers=2)
    processes = prefetch._processes
    prefetch.close()
    assert not any(process.is_alive() for process in processes)
    assert not any(thread.name.startswith("prefetch") for thread in threading.enumerate())


def test_batches_are_prepared_in_order() -> None:
    assert take(Prefetch(Numbered, prepare=lambda item: -item[0]), 3) == [0, -1, -2]


ABANDONED = """
import os, signal
from export.training.prefetch import Prefetch
from tests.export.training.test_prefetch import Numbered
prefetch = Prefetch(Numbered)
print(int(prefetch.next()[1].small[1]), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_trainer_leaves_no_data_process() -> None:
    made = subprocess.run(
        [sys.executable, "-c", ABANDONED],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        timeout=100,
    )
    assert made.returncode == -signal.SIGKILL
    ends = time.monotonic() + 30
    while Path(f"/proc/{int(made.stdout)}").exists() and time.monotonic() < ends:
        time.sleep(0.1)
    assert not Path(f"/proc/{int(made.stdout)}").exists()
