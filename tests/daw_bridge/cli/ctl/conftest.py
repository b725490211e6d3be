"""A real server, and `daw-bridge ctl` that speaks to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from daw_bridge.cli import main
from tests.rigs.server import GIBBS, Running, model_file, serving

Ctl = Callable[..., str]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving(model=model_file(**GIBBS)) as one:
        yield one


@pytest.fixture
def ctl(running: Running, capsys: pytest.CaptureFixture[str]) -> Ctl:
    """Runs an action; returns what it printed."""

    def act(*words: str) -> str:
        code = main(["ctl", *words, "--server", running.endpoint])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return printed.out

    return act


@pytest.fixture
def ctl_json(ctl: Ctl) -> Callable[..., dict[str, Any]]:
    """The same with `--json`, for an action with one answer."""

    def act(*words: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(ctl(*words, "--json"))
        return found

    return act
