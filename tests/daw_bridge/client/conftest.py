"""A real server, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from daw_bridge.client import Client
from tests.rigs.server import GIBBS, Running, model_file, serving


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with serving(model=model_file(**GIBBS)) as one:
        yield one


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    with running.client() as one:
        yield one
